package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.expression.Expression.Comprehension;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `all`, `exists`, `exists_one`, `filter` and `map`. As in `&&` and `||`, one false decides `all`
/// and one true decides `exists`, whatever errors there are; in the others any error is the result.
///
/// @param slot of the variable in the frame
record MacroNode(Comprehension.Macro macro, Node range, int slot, Node predicate, Node transform)
    implements Node {

  @Override
  public Object value(Facts facts) {
    Object whole = range.value(facts);
    Collection<?> elements =
        switch (whole) {
          case List<?> list -> list;
          case Map<?, ?> map -> map.keySet();
          case Findings findings -> findings.found();
          case Object other -> null;
        };
    if (elements == null) {
      return whole instanceof Failure ? whole : Failure.WRONG_TYPE;
    }
    return switch (macro) {
      case ALL -> search(facts, elements, false);
      case EXISTS -> search(facts, elements, true);
      case EXISTS_ONE -> one(facts, elements);
      case FILTER, MAP -> collect(facts, elements);
    };
  }

  private Object search(Facts facts, Collection<?> elements, boolean decisive) {
    Object failure = null;
    for (Object element : elements) {
      Object value = test(facts, element);
      if (value.equals(decisive)) {
        return decisive;
      }
      if (value.equals(Failure.TOO_MANY_STEPS)) {
        return value;
      }
      if (failure == null && value instanceof Failure) {
        failure = value;
      }
    }
    return failure == null ? (Object) !decisive : failure;
  }

  private Object one(Facts facts, Collection<?> elements) {
    int count = 0;
    for (Object element : elements) {
      Object value = test(facts, element);
      if (value instanceof Failure) {
        return value;
      }
      count += value.equals(true) ? 1 : 0;
    }
    return count == 1;
  }

  private Object collect(Facts facts, Collection<?> elements) {
    List<Object> results = new ArrayList<>();
    for (Object element : elements) {
      Object value = test(facts, element);
      if (value instanceof Failure) {
        return value;
      }
      if (value.equals(true)) {
        Object result = transform.value(facts);
        if (result instanceof Failure) {
          return result;
        }
        results.add(result);
      }
    }
    return results;
  }

  private Object test(Facts facts, @Nullable Object element) {
    if (!facts.step()) {
      return Failure.TOO_MANY_STEPS;
    }
    facts.bindLocal(slot, Comparison.inner(element));
    Object value = predicate.value(facts);
    return value instanceof Boolean || value instanceof Failure ? value : Failure.WRONG_TYPE;
  }
}
