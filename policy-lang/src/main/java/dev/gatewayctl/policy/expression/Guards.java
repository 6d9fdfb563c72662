package dev.gatewayctl.policy.expression;

import dev.gatewayctl.policy.expression.Expression.Call;
import dev.gatewayctl.policy.expression.Expression.FindingQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What is known to hold where a part of an expression matters.
///
/// `a && b` is false whenever `a` is false, even if `b` is an error, and the other way round: so
/// inside `b` the truth of `a` may be assumed, wherever the two stand. Likewise the falsehood of
/// the other parts inside `a || b`, and of the condition inside the branches of `? :`. Each fact
/// that follows is kept as a text.
public final class Guards {
  /// How many indexes a known size speaks for; nobody writes more.
  private static final long MOST_INDEXES = 16;

  private static final Guards NONE = new Guards(guard -> false);

  private final Predicate<String> known;

  private Guards(Predicate<String> known) {
    this.known = known;
  }

  public static Guards none() {
    return NONE;
  }

  /// These and what follows from the expression being `truth`.
  public Guards and(Expression expression, boolean truth) {
    Set<String> more = implied(expression, truth);
    return more.isEmpty() ? this : new Guards(guard -> more.contains(guard) || known.test(guard));
  }

  /// For each part of `&&` or `||` these and what may be assumed inside it because of the others.
  public List<Guards> beside(Call logic) {
    boolean truth = logic.function() == Function.AND;
    List<Set<String>> each = new ArrayList<>();
    Map<String, Integer> times = new HashMap<>();
    for (Expression part : logic.arguments()) {
      Set<String> implied = implied(part, truth);
      implied.forEach(guard -> times.merge(guard, 1, Integer::sum));
      each.add(implied);
    }
    return each.stream()
        .map(own -> times.isEmpty() ? this : new Guards(guard -> others(times, own, guard)))
        .toList();
  }

  /// Whether another part than the one that implies `own` implies the guard.
  private boolean others(Map<String, Integer> times, Set<String> own, String guard) {
    int byItself = own.contains(guard) ? 1 : 0;
    return times.getOrDefault(guard, 0) > byItself || known.test(guard);
  }

  private static Set<String> implied(Expression expression, boolean truth) {
    Set<String> implied = new HashSet<>();
    imply(expression, truth, implied);
    return implied;
  }

  public boolean isThere(Expression operand) {
    return known.test(there(operand));
  }

  public boolean hasKey(Expression map, Expression key) {
    return known.test(key(map, key));
  }

  public boolean isNotZero(Expression number) {
    return known.test(notZero(number));
  }

  public boolean isFound(FindingQuery query) {
    return known.test(found(query));
  }

  /// Whether a list is known to have an element at the index.
  public boolean reaches(Expression list, long index) {
    return known.test(longer(list, index));
  }

  private static void imply(Expression expression, boolean truth, Set<String> known) {
    switch (expression) {
      case Expression.Has has when truth -> known.add(there(has.operand()));
      case FindingQuery query when truth && query.query() == FindingQuery.Query.ANY ->
          known.add(found(query));
      case Call call -> implyCall(call, truth, known);
      case Expression other -> {}
    }
  }

  private static void implyCall(Call call, boolean truth, Set<String> known) {
    List<Expression> parts = call.arguments();
    Function function = call.function();
    switch (function) {
      case NOT -> imply(parts.getFirst(), !truth, known);
      case AND, OR -> {
        if (truth == (function == Function.AND)) {
          parts.forEach(part -> imply(part, truth, known));
        }
      }
      case IN -> {
        if (truth) {
          known.add(key(parts.get(1), parts.get(0)));
          known.add(there(parts.get(0)));
        }
      }
      case EQUAL, NOT_EQUAL -> {
        boolean same = truth == (function == Function.EQUAL);
        if (same) {
          known.add(there(parts.get(0)));
          known.add(there(parts.get(1)));
        } else if (isNumber(parts.get(1), 0)) {
          known.add(notZero(parts.get(0)));
        }
      }
      case GREATER, GREATER_OR_EQUAL -> {
        if (truth && parts.get(1) instanceof Expression.Literal bound) {
          above(parts.get(0), bound.value(), function == Function.GREATER, known);
        }
      }
      case Function other -> {}
    }
  }

  /// What follows from a value above a bound.
  private static void above(
      Expression value, @Nullable Object bound, boolean strict, Set<String> known) {
    if (!(bound instanceof Number number)) {
      return;
    }
    double least = number.doubleValue();
    if (least > 0 || (strict && least == 0)) {
      known.add(notZero(value));
      if (value instanceof FindingQuery query && query.query() == FindingQuery.Query.COUNT) {
        known.add(found(query));
      }
    }
    boolean isSize = value instanceof Call call && call.function() == Function.SIZE;
    if (isSize && bound instanceof Long least64) {
      long last = strict ? least64 : least64 - 1;
      for (long index = Math.min(last, MOST_INDEXES); index >= 0; index--) {
        known.add(longer(((Call) value).arguments().getFirst(), index));
      }
    }
  }

  private static boolean isNumber(Expression expression, long value) {
    return expression instanceof Expression.Literal literal
        && literal.value() instanceof Number number
        && number.doubleValue() == value;
  }

  private static String there(Expression operand) {
    return "there " + ExpressionText.print(operand);
  }

  private static String key(Expression map, Expression key) {
    if (key instanceof Expression.Literal literal
        && literal.value() instanceof String name
        && name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      return "there " + ExpressionText.print(map) + "." + name;
    }
    return "there " + ExpressionText.print(map) + "[" + ExpressionText.print(key) + "]";
  }

  private static String notZero(Expression number) {
    return "not zero " + ExpressionText.print(number);
  }

  private static String found(FindingQuery query) {
    return "found %s %s %s %s"
        .formatted(query.source(), query.name(), query.locations(), query.latest());
  }

  private static String longer(Expression list, long index) {
    return "longer %s %d".formatted(ExpressionText.print(list), index);
  }
}
