package dev.gatewayctl.policy.expression;

import dev.gatewayctl.policy.expression.Expression.Call;
import dev.gatewayctl.policy.expression.Type.Simple;
import java.util.List;
import java.util.Optional;

/// The least and the greatest int that an expression can be.
record Range(long min, long max) {
  /// Counts, sizes and times of facts stay below this; the largest int of a double.
  private static final long MOST_COUNTED = 1L << 53;

  /// The range of an int expression; empty when it may overflow or nothing is known.
  static Optional<Range> of(Expression expression) {
    return switch (expression) {
      case Expression.Literal literal when literal.value() instanceof Long value ->
          Optional.of(new Range(value, value));
      case Expression.FactRead read when read.type() == Simple.INT ->
          Optional.of(new Range(0, MOST_COUNTED));
      case Expression.FindingQuery query -> Optional.of(new Range(0, MOST_COUNTED));
      case Expression.Conditional conditional ->
          of(conditional.then()).flatMap(then -> of(conditional.otherwise()).map(then::union));
      case Call call -> call(call);
      case Expression other -> Optional.empty();
    };
  }

  private static Optional<Range> call(Call call) {
    List<Expression> parts = call.arguments();
    return switch (call.function()) {
      case ADD, SUBTRACT, MULTIPLY ->
          of(parts.get(0))
              .flatMap(left -> of(parts.get(1)).flatMap(right -> combine(call, left, right)));
      case NEGATE -> of(parts.getFirst()).flatMap(of -> combine(call, new Range(-1, -1), of));
      case MODULO -> of(parts.getFirst());
      case DIVIDE -> of(parts.getFirst()).map(left -> left.union(new Range(-left.max, -left.min)));
      case SIZE,
          INDEX_OF,
          LAST_INDEX_OF,
          FULL_YEAR,
          MONTH,
          DATE,
          DAY_OF_MONTH,
          DAY_OF_WEEK,
          DAY_OF_YEAR,
          HOURS,
          MINUTES,
          SECONDS,
          MILLISECONDS,
          HOUR_AT,
          WEEKDAY_AT ->
          Optional.of(new Range(-MOST_COUNTED, MOST_COUNTED));
      case Function other -> Optional.empty();
    };
  }

  private Range union(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  private static Optional<Range> combine(Call call, Range left, Range right) {
    try {
      return Optional.of(
          switch (call.function()) {
            case ADD ->
                new Range(Math.addExact(left.min, right.min), Math.addExact(left.max, right.max));
            case SUBTRACT ->
                new Range(
                    Math.subtractExact(left.min, right.max),
                    Math.subtractExact(left.max, right.min));
            case Function product -> product(left, right);
          });
    } catch (ArithmeticException overflow) {
      return Optional.empty();
    }
  }

  private static Range product(Range left, Range right) {
    long a = Math.multiplyExact(left.min, right.min);
    long b = Math.multiplyExact(left.min, right.max);
    long c = Math.multiplyExact(left.max, right.min);
    long d = Math.multiplyExact(left.max, right.max);
    return new Range(
        Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
  }
}
