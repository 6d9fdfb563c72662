package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.evaluation.Node.Failure;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.TextForms;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sums, differences, products. Ints that do not fit 64 bits are errors, doubles follow IEEE 754.
final class Arithmetic {
  /// How long a text or list may become.
  private static final int LONGEST = 1 << 26;

  /// The longest duration that a sum or difference gives: 64 bits of nanoseconds, some 292 years,
  /// as the other implementations of CEL have it.
  private static final Duration LONGEST_DURATION = Duration.ofNanos(Long.MAX_VALUE);

  private Arithmetic() {}

  static Object apply(Function function, Object left, Object right) {
    try {
      return switch (left) {
        case Long a when right instanceof Long b -> whole(function, a, b);
        case Double a when right instanceof Double b -> number(function, a, b);
        case Object other when function == Function.ADD -> sum(left, right);
        case Object other when function == Function.SUBTRACT -> difference(left, right);
        case Object other -> Failure.WRONG_TYPE;
      };
    } catch (ArithmeticException | DateTimeException overflow) {
      return Failure.OVERFLOW;
    }
  }

  static Object negate(Object value) {
    return switch (value) {
      case Long a -> a == Long.MIN_VALUE ? Failure.OVERFLOW : -a;
      case Double a -> -a;
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object whole(Function function, long a, long b) {
    return switch (function) {
      case ADD -> Math.addExact(a, b);
      case SUBTRACT -> Math.subtractExact(a, b);
      case MULTIPLY -> Math.multiplyExact(a, b);
      case DIVIDE -> b == 0 ? Failure.DIVISION_BY_ZERO : (Object) Math.divideExact(a, b);
      case Function modulo -> {
        if (b == 0) {
          yield Failure.DIVISION_BY_ZERO;
        }
        yield a == Long.MIN_VALUE && b == -1 ? Failure.OVERFLOW : (Object) (a % b);
      }
    };
  }

  private static Object number(Function function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case Function other -> Failure.WRONG_TYPE;
    };
  }

  private static Object sum(Object left, Object right) {
    return switch (left) {
      case String a when right instanceof String b ->
          (long) a.length() + b.length() > LONGEST ? Failure.TOO_LARGE : a + b;
      case byte[] a when right instanceof byte[] b -> {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(a);
        both.writeBytes(b);
        yield both.toByteArray();
      }
      case List<?> a when right instanceof List<?> b -> {
        List<Object> both = new ArrayList<>(a);
        both.addAll(b);
        yield both.size() > LONGEST ? Failure.TOO_LARGE : both;
      }
      case Instant a when right instanceof Duration b -> moment(a.plus(b));
      case Duration a when right instanceof Instant b -> moment(b.plus(a));
      case Duration a when right instanceof Duration b -> duration(a.plus(b));
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object difference(Object left, Object right) {
    return switch (left) {
      case Instant a when right instanceof Duration b -> moment(a.minus(b));
      case Instant a when right instanceof Instant b -> duration(Duration.between(b, a));
      case Duration a when right instanceof Duration b -> duration(a.minus(b));
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object moment(Instant moment) {
    Optional<Instant> inRange = TextForms.inRange(moment);
    return inRange.isPresent() ? inRange.get() : Failure.OVERFLOW;
  }

  private static Object duration(Duration duration) {
    return duration.abs().compareTo(LONGEST_DURATION) > 0 ? Failure.OVERFLOW : duration;
  }
}
