package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import dev.gatewayctl.policy.expression.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Types the operators between two values.
final class Operators {
  private final Typing typing;

  Operators(Typing typing) {
    this.typing = typing;
  }

  @Nullable Expression check(Parsed.Operation operation) {
    Function operator = operation.operator();
    List<Expression> operands = typing.checkAll(operation.operands());
    if (operands == null) {
      return null;
    }
    Span span = typing.span(operation);
    if (operator == Function.AND || operator == Function.OR) {
      return logic(operation, operands, span);
    }
    Expression left = operands.get(0);
    Expression right = operands.get(1);
    Type type =
        switch (operator) {
          case EQUAL, NOT_EQUAL -> equality(operation, left, right);
          case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> order(operation, left, right);
          case IN -> membership(operation, left, right);
          case Function arithmetic -> arithmetic(operation, left, right);
        };
    return type == null ? null : new Expression.Call(operator, operands, type, span);
  }

  /// One flat call for a chain of the same operator, brackets or not.
  private @Nullable Expression logic(
      Parsed.Operation operation, List<Expression> operands, Span span) {
    Function operator = operation.operator();
    String place = "`" + operator.word() + "`";
    List<Expression> flat = new ArrayList<>();
    boolean fits = true;
    for (int i = 0; i < operands.size(); i++) {
      Expression operand = operands.get(i);
      Span at = typing.span(operation.operands().get(i));
      fits &= typing.fits(operand, Simple.BOOL, at, place);
      if (operand instanceof Expression.Call inner && inner.function() == operator) {
        flat.addAll(inner.arguments());
      } else {
        flat.add(operand);
      }
    }
    return fits ? new Expression.Call(operator, flat, Simple.BOOL, span) : null;
  }

  private @Nullable Type equality(Parsed.Operation operation, Expression left, Expression right) {
    if (!Types.equatable(left.type(), right.type())) {
      incomparable(operation, left, right);
      return null;
    }
    if (left.type() instanceof Type.Nominal nominal) {
      typing.nominals.check(right, nominal);
    }
    if (right.type() instanceof Type.Nominal nominal) {
      typing.nominals.check(left, nominal);
    }
    if (left.type() instanceof Type.ListOf(Type element)
        && element instanceof Type.Nominal nominal) {
      typing.nominals.check(right, nominal);
    }
    return Simple.BOOL;
  }

  private @Nullable Type order(Parsed.Operation operation, Expression left, Expression right) {
    if (Types.ordered(left.type(), right.type())) {
      return Simple.BOOL;
    }
    incomparable(operation, left, right);
    return null;
  }

  private @Nullable Type membership(Parsed.Operation operation, Expression left, Expression right) {
    Span at = typing.span(operation.operands().get(1));
    Type element =
        switch (right.type()) {
          case Type.ListOf(Type of) -> of;
          case Type.MapOf(Type key, Type value) -> key;
          case Simple.DYN -> Simple.DYN;
          case Type other -> null;
        };
    if (element == null) {
      var draft = typing.mismatch(at, "`in` takes a list or a map, not " + Typing.a(right.type()));
      if (right.type() == Simple.STRING || right.type() instanceof Type.Nominal) {
        draft.help("a part of a text is asked for with `contains`");
      }
      return null;
    }
    if (!Types.equatable(left.type(), element)) {
      typing.mismatch(
          typing.span(operation), Typing.a(left.type()) + " is in no " + right.type().word());
      return null;
    }
    if (left.type() instanceof Type.Nominal nominal) {
      typing.nominals.check(right, nominal);
    }
    if (element instanceof Type.Nominal nominal) {
      typing.nominals.check(left, nominal);
    }
    if (left instanceof Expression.Literal literal && literal.value() instanceof String name) {
      typing.headerName(right, name, NominalCheck.inside(literal.span()));
    }
    return Simple.BOOL;
  }

  private @Nullable Type arithmetic(Parsed.Operation operation, Expression left, Expression right) {
    Type result = arithmeticType(operation.operator(), left.type(), right.type());
    if (result != null) {
      return result;
    }
    Function operator = operation.operator();
    var draft =
        typing.mismatch(
            typing.span(operation),
            "`%s` does not take %s and %s"
                .formatted(operator.word(), Typing.a(left.type()), Typing.a(right.type())));
    mixed(left, right, draft);
    mixed(right, left, draft);
    return null;
  }

  private static void mixed(Expression whole, Expression number, Diagnostics.Draft draft) {
    if (whole.type() != Simple.INT || number.type() != Simple.DOUBLE) {
      return;
    }
    if (whole instanceof Expression.Literal literal) {
      String written = literal.value() + ".0";
      draft.help("write `" + written + "`").fix(literal.span(), written);
    } else {
      draft.help("turn the int into a double: `double(...)`");
    }
  }

  static @Nullable Type arithmeticType(Function operator, Type left, Type right) {
    boolean dyn = left == Simple.DYN || right == Simple.DYN;
    if (dyn) {
      Type known = left == Simple.DYN ? right : left;
      boolean plain = known == Simple.INT || known == Simple.DOUBLE || known == Simple.STRING;
      return plain ? known : Simple.DYN;
    }
    boolean numbers = left.equals(right) && Types.isNumber(left);
    return switch (operator) {
      case ADD -> numbers ? left : sum(left, right);
      case SUBTRACT -> numbers ? left : difference(left, right);
      case MULTIPLY, DIVIDE -> numbers ? left : null;
      case MODULO -> left == Simple.INT && right == Simple.INT ? left : null;
      case Function other -> null;
    };
  }

  private static @Nullable Type sum(Type left, Type right) {
    if (Types.isText(left) && Types.isText(right)) {
      return Simple.STRING;
    }
    if (left == Simple.TIMESTAMP || right == Simple.TIMESTAMP) {
      boolean shifted = left == Simple.DURATION || right == Simple.DURATION;
      return shifted ? Simple.TIMESTAMP : null;
    }
    boolean joins = left == Simple.BYTES || left == Simple.DURATION || left instanceof Type.ListOf;
    return joins ? Types.join(left, right) : null;
  }

  private static @Nullable Type difference(Type left, Type right) {
    if (right == Simple.DURATION) {
      return left == Simple.TIMESTAMP || left == Simple.DURATION ? left : null;
    }
    return left == Simple.TIMESTAMP && right == Simple.TIMESTAMP ? Simple.DURATION : null;
  }

  private void incomparable(Parsed.Operation operation, Expression left, Expression right) {
    String sign = operation.operator().word();
    var draft =
        typing.mismatch(
            typing.span(operation),
            "`%s` cannot compare %s with %s"
                .formatted(sign, Typing.a(left.type()), Typing.a(right.type())));
    Expression other = left.type() == Simple.NULL ? right : left;
    boolean asksForNull = left.type() == Simple.NULL || right.type() == Simple.NULL;
    if (asksForNull && other instanceof Expression.FactRead read) {
      draft.help("whether it is there is `has(" + read.fact().name() + ")`");
    } else if (left.type() instanceof Type.ListOf || right.type() instanceof Type.ListOf) {
      draft.help("an element is asked for with `contains`");
    }
  }
}
