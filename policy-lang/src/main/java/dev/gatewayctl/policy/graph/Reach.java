package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Type;
import java.util.SortedSet;
import java.util.TreeSet;

/// Gathers the detectors that expressions and masks need: what is not reached is never run.
final class Reach {
  private final SortedSet<String> all;
  private final SortedSet<String> reached = new TreeSet<>();

  /// @param all the ids of every detector: a condition that goes through a list of findings itself
  ///   needs them all
  Reach(SortedSet<String> all) {
    this.all = all;
  }

  SortedSet<String> reached() {
    return reached;
  }

  void add(SortedSet<String> detectors) {
    reached.addAll(detectors);
  }

  void add(Expression expression) {
    switch (expression) {
      case Expression.Literal literal -> {}
      case Expression.LocalRead local -> {}
      case Expression.FactRead read -> {
        if (read.fact().type() == Type.Simple.FINDINGS) {
          reached.addAll(all);
        }
      }
      case Expression.FindingQuery query -> reached.addAll(query.detectors());
      case Expression.Select select -> add(select.operand());
      case Expression.Has has -> add(has.operand());
      case Expression.Call call -> call.arguments().forEach(this::add);
      case Expression.ListLiteral list -> list.elements().forEach(this::add);
      case Expression.MapLiteral map -> {
        for (Expression.MapLiteral.Entry entry : map.entries()) {
          add(entry.key());
          add(entry.value());
        }
      }
      case Expression.Conditional conditional -> {
        add(conditional.condition());
        add(conditional.then());
        add(conditional.otherwise());
      }
      case Expression.Comprehension comprehension -> {
        add(comprehension.range());
        comprehension.predicate().ifPresent(this::add);
        comprehension.transform().ifPresent(this::add);
      }
    }
  }
}
