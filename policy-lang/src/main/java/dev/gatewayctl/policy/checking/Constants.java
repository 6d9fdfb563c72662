package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Expression.Call;
import dev.gatewayctl.policy.expression.Expression.Literal;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Function;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Decides conditions whose value does not depend on the exchange, as far as plain folding shows
/// it.
final class Constants {
  private Constants() {}

  /// The value that the condition always has.
  static Optional<Boolean> fold(Expression expression) {
    return switch (expression) {
      case Literal literal when literal.value() instanceof Boolean value -> Optional.of(value);
      case Expression.Has has
          when has.operand() instanceof Expression.FactRead read
              && read.fact().absence() == Fact.Absence.NEVER ->
          Optional.of(true);
      case Expression.Conditional conditional -> {
        Optional<Boolean> condition = fold(conditional.condition());
        yield condition.isPresent()
            ? fold(condition.get() ? conditional.then() : conditional.otherwise())
            : Optional.empty();
      }
      case Call call -> call(call);
      case Expression other -> Optional.empty();
    };
  }

  private static Optional<Boolean> call(Call call) {
    List<Expression> parts = call.arguments();
    return switch (call.function()) {
      case NOT -> fold(parts.getFirst()).map(value -> !value);
      case AND -> logic(parts, false);
      case OR -> logic(parts, true);
      case EQUAL -> same(parts.get(0), parts.get(1));
      case NOT_EQUAL -> same(parts.get(0), parts.get(1)).map(value -> !value);
      case LESS -> order(parts).map(sign -> sign < 0);
      case LESS_OR_EQUAL -> order(parts).map(sign -> sign <= 0);
      case GREATER -> order(parts).map(sign -> sign > 0);
      case GREATER_OR_EQUAL -> order(parts).map(sign -> sign >= 0);
      case IN ->
          parts.get(1) instanceof Expression.ListLiteral list && list.elements().isEmpty()
              ? Optional.of(false)
              : Optional.empty();
      case Function other -> Optional.empty();
    };
  }

  /// `&&` when `decisive` is false, `||` when it is true.
  private static Optional<Boolean> logic(List<Expression> parts, boolean decisive) {
    boolean open = false;
    Map<String, Literal> seen = new HashMap<>();
    for (Expression part : parts) {
      Optional<Boolean> value = fold(part);
      if (value.isPresent() && value.get() == decisive) {
        return value;
      }
      open |= value.isEmpty();
      if (contradicts(part, decisive, seen)) {
        return Optional.of(decisive);
      }
    }
    return open ? Optional.empty() : Optional.of(!decisive);
  }

  /// Whether `F == 'a' && F == 'b'`, or `F != 'a' || F != 'b'`, is complete with this part.
  private static boolean contradicts(Expression part, boolean decisive, Map<String, Literal> seen) {
    Function asked = decisive ? Function.NOT_EQUAL : Function.EQUAL;
    if (part instanceof Call call
        && call.function() == asked
        && call.arguments().get(0) instanceof Expression.FactRead read
        && call.arguments().get(1) instanceof Literal literal) {
      Literal earlier = seen.putIfAbsent(read.fact().name(), literal);
      return earlier != null && same(earlier, literal).equals(Optional.of(false));
    }
    return false;
  }

  private static Optional<Boolean> same(Expression left, Expression right) {
    if (left instanceof Literal a && right instanceof Literal b) {
      boolean texts = a.value() instanceof String && b.value() instanceof String;
      boolean truths = a.value() instanceof Boolean && b.value() instanceof Boolean;
      if (texts || truths) {
        return Optional.of(Objects.equals(a.value(), b.value()));
      }
    }
    return order(List.of(left, right)).map(sign -> sign == 0);
  }

  private static Optional<Integer> order(List<Expression> parts) {
    if (parts.get(0) instanceof Literal a && parts.get(1) instanceof Literal b) {
      if (a.value() instanceof Long left && b.value() instanceof Long right) {
        return Optional.of(Long.compare(left, right));
      }
      if (a.value() instanceof Double left && b.value() instanceof Double right) {
        return left.isNaN() || right.isNaN() ? Optional.empty() : Optional.of(compare(left, right));
      }
      if (a.value() instanceof String left && b.value() instanceof String right) {
        return Optional.of(left.compareTo(right));
      }
    }
    return Optional.empty();
  }

  private static int compare(double left, double right) {
    return left < right ? -1 : left > right ? 1 : 0;
  }
}
