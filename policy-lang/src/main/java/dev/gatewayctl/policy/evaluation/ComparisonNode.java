package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Expression.Call;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Function;
import org.jspecify.annotations.Nullable;

/// The six comparisons. One with `tokens.input` on a side is decided from the bounds of that fact
/// where they suffice, before the exact count is asked for.
final class ComparisonNode {
  private static final String COUNTED = "tokens.input";

  private ComparisonNode() {}

  static Node of(Call call, Node left, Node right) {
    Function function = call.function();
    Fact counted = counted(call.arguments().get(0));
    if (counted != null) {
      return bounded(function, counted, left, right);
    }
    counted = counted(call.arguments().get(1));
    if (counted != null) {
      return bounded(turned(function), counted, right, left);
    }
    return facts -> compare(function, left.value(facts), right.value(facts));
  }

  private static @Nullable Fact counted(Expression side) {
    return side instanceof Expression.FactRead read && read.fact().name().equals(COUNTED)
        ? read.fact()
        : null;
  }

  private static Node bounded(Function function, Fact counted, Node count, Node limit) {
    return facts -> {
      Object right = limit.value(facts);
      FactSource.Bounds bounds = facts.bounds(counted);
      if (bounds != null && right instanceof Number) {
        Object atLeast = compare(function, bounds.min(), right);
        Object atMost = compare(function, bounds.max(), right);
        boolean equality = function == Function.EQUAL || function == Function.NOT_EQUAL;
        boolean outside =
            Comparison.order(bounds.min(), right) * Comparison.order(bounds.max(), right) > 0;
        if (atLeast.equals(atMost) && (!equality || outside || bounds.min() == bounds.max())) {
          return atLeast;
        }
      }
      return compare(function, count.value(facts), right);
    };
  }

  /// The comparison with its sides exchanged.
  private static Function turned(Function function) {
    return switch (function) {
      case LESS -> Function.GREATER;
      case LESS_OR_EQUAL -> Function.GREATER_OR_EQUAL;
      case GREATER -> Function.LESS;
      case GREATER_OR_EQUAL -> Function.LESS_OR_EQUAL;
      case Function equality -> equality;
    };
  }

  private static Object compare(Function function, Object left, Object right) {
    if (left instanceof Node.Failure) {
      return left;
    }
    if (right instanceof Node.Failure) {
      return right;
    }
    if (function == Function.EQUAL) {
      return Comparison.equal(left, right);
    }
    if (function == Function.NOT_EQUAL) {
      return !Comparison.equal(left, right);
    }
    if (left == Node.Nothing.ABSENT || right == Node.Nothing.ABSENT) {
      return Node.Failure.ABSENT;
    }
    int order = Comparison.order(left, right);
    if (order == Comparison.UNORDERED) {
      return Node.Failure.WRONG_TYPE;
    }
    if (order == Comparison.NOT_A_NUMBER) {
      return false;
    }
    return switch (function) {
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case Function atLeast -> order >= 0;
    };
  }
}
