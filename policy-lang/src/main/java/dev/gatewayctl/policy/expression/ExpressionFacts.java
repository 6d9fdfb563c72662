package dev.gatewayctl.policy.expression;

import java.util.Comparator;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What an expression reads.
public final class ExpressionFacts {
  private ExpressionFacts() {}

  /// The facts that it reads, in the order of their slots.
  public static SortedSet<Fact> facts(Expression expression) {
    SortedSet<Fact> found = new TreeSet<>(Comparator.comparingInt(Fact::slot));
    collect(expression, found);
    return found;
  }

  private static void collect(Expression expression, Set<Fact> found) {
    switch (expression) {
      case Expression.Literal literal -> {}
      case Expression.LocalRead local -> {}
      case Expression.FactRead read -> found.add(read.fact());
      case Expression.FindingQuery query -> found.add(query.source());
      case Expression.Select select -> collect(select.operand(), found);
      case Expression.Has has -> collect(has.operand(), found);
      case Expression.Call call -> call.arguments().forEach(each -> collect(each, found));
      case Expression.ListLiteral list -> list.elements().forEach(each -> collect(each, found));
      case Expression.MapLiteral map ->
          map.entries()
              .forEach(
                  entry -> {
                    collect(entry.key(), found);
                    collect(entry.value(), found);
                  });
      case Expression.Conditional conditional -> {
        collect(conditional.condition(), found);
        collect(conditional.then(), found);
        collect(conditional.otherwise(), found);
      }
      case Expression.Comprehension comprehension -> {
        collect(comprehension.range(), found);
        comprehension.predicate().ifPresent(each -> collect(each, found));
        comprehension.transform().ifPresent(each -> collect(each, found));
      }
    }
  }
}
