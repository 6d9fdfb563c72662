package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.evaluation.Node.Nothing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks into maps and lists.
final class Maps {
  private Maps() {}

  /// The value of a key, or null when the map has none. An int and a double of the same value are
  /// the same key.
  static @Nullable Object find(Map<?, ?> map, Object key) {
    Object asked = key == Nothing.NULL ? null : key;
    Object value = asked == null ? null : map.get(asked);
    if (value != null) {
      return value;
    }
    if (asked != null && map.containsKey(asked)) {
      return Nothing.NULL;
    }
    if (key instanceof Double number && number == Math.rint(number) && isLong(number)) {
      Object whole = map.get((long) number.doubleValue());
      return whole;
    }
    if (key instanceof Long whole) {
      return map.get((double) whole.longValue());
    }
    return null;
  }

  private static boolean isLong(double number) {
    return Math.abs(number) < 0x1p63;
  }

  /// `collection[key]`.
  static Object index(Object collection, Object key) {
    return switch (collection) {
      case Map<?, ?> map -> {
        Object value = find(map, key);
        yield value == null ? Node.Failure.MISSING_KEY : value;
      }
      case List<?> list -> element(list, key);
      case Findings findings -> element(findings.found(), key);
      case Object other -> Node.Failure.WRONG_TYPE;
    };
  }

  private static Object element(List<?> list, Object index) {
    long place;
    if (index instanceof Long whole) {
      place = whole;
    } else if (index instanceof Double number && number == Math.rint(number) && isLong(number)) {
      place = (long) number.doubleValue();
    } else {
      return Node.Failure.WRONG_TYPE;
    }
    return place < 0 || place >= list.size()
        ? Node.Failure.OUT_OF_RANGE
        : Comparison.inner(list.get((int) place));
  }

  /// `value in collection`.
  static Object contains(Object collection, Object value) {
    return switch (collection) {
      case List<?> list -> {
        for (Object element : list) {
          if (Comparison.equal(Comparison.inner(element), value)) {
            yield true;
          }
        }
        yield false;
      }
      case Map<?, ?> map -> value != Nothing.ABSENT && find(map, value) != null;
      case Object other -> Node.Failure.WRONG_TYPE;
    };
  }
}
