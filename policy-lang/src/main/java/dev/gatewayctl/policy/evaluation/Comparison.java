package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.evaluation.Node.Nothing;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Equality and order of values. Ints and doubles compare by their exact values, as the CEL
/// specification asks, not by rounding the int; values of unlike types are unequal and unordered.
final class Comparison {
  /// The two have no order.
  static final int UNORDERED = 2;

  /// One of the two is not a number, which is below, above and equal to nothing.
  static final int NOT_A_NUMBER = 3;

  private Comparison() {}

  static boolean equal(Object left, Object right) {
    if (left == Nothing.ABSENT || right == Nothing.ABSENT) {
      return false;
    }
    return switch (left) {
      case Number number -> right instanceof Number && order(left, right) == 0;
      case byte[] bytes -> right instanceof byte[] other && Arrays.equals(bytes, other);
      case List<?> list -> right instanceof List<?> other && equalLists(list, other);
      case Map<?, ?> map -> right instanceof Map<?, ?> other && equalMaps(map, other);
      case Object plain -> plain.equals(right);
    };
  }

  private static boolean equalLists(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(inner(left.get(i)), inner(right.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalMaps(Map<?, ?> left, Map<?, ?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : left.entrySet()) {
      Object key = inner(entry.getKey());
      Object other = Maps.find(right, key);
      if (other == null || !equal(inner(entry.getValue()), other)) {
        return false;
      }
    }
    return true;
  }

  /// An element or value of a collection, where null is JSON's.
  static Object inner(@Nullable Object element) {
    return element == null ? Nothing.NULL : element;
  }

  /// Below zero, zero, above zero, or one of the constants.
  static int order(Object left, Object right) {
    return switch (left) {
      case Long a when right instanceof Long b -> Long.compare(a, b);
      case Long a when right instanceof Double b -> order(a, b);
      case Double a when right instanceof Double b -> order(a.doubleValue(), b.doubleValue());
      case Double a when right instanceof Long b -> {
        int turned = order(b, a);
        yield turned == NOT_A_NUMBER ? turned : -turned;
      }
      case String a when right instanceof String b -> codePoints(a, b);
      case Boolean a when right instanceof Boolean b -> a.compareTo(b);
      case Duration a when right instanceof Duration b -> Integer.signum(a.compareTo(b));
      case Instant a when right instanceof Instant b -> Integer.signum(a.compareTo(b));
      case byte[] a when right instanceof byte[] b -> Integer.signum(Arrays.compareUnsigned(a, b));
      case Object other -> UNORDERED;
    };
  }

  private static int order(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return NOT_A_NUMBER;
    }
    return a < b ? -1 : a > b ? 1 : 0;
  }

  private static int order(Long a, Double b) {
    if (b.isNaN()) {
      return NOT_A_NUMBER;
    }
    if (b.isInfinite()) {
      return b > 0 ? -1 : 1;
    }
    long exact = 1L << 53;
    if (a > -exact && a < exact) {
      return order(a.doubleValue(), b.doubleValue());
    }
    return BigDecimal.valueOf(a).compareTo(new BigDecimal(b));
  }

  /// By code points; UTF-16 units would put surrogates before the last characters of the plane.
  private static int codePoints(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean bothWhole = !Character.isSurrogate(x) && !Character.isSurrogate(y);
        boolean bothHalf = Character.isSurrogate(x) && Character.isSurrogate(y);
        int sign = x < y ? -1 : 1;
        return bothWhole || bothHalf ? sign : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.signum(Integer.compare(a.length(), b.length()));
  }
}
