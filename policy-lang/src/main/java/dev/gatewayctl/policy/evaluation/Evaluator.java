package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.graph.RuleGraph;

/// Decides the rules of one graph. Immutable, for any number of threads.
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class Evaluator {
  private Evaluator() {}

  /// Lowers every condition of the graph to a closure.
  public static Evaluator link(RuleGraph graph) {
    throw new UnsupportedOperationException("comes with the next push: " + graph.policyDigest());
  }

  /// Decides all rules of the phase, also after a deny.
  public Decision decide(Phase phase, Facts facts) {
    throw new UnsupportedOperationException("comes with the next push: " + phase + facts);
  }

  /// The value of an expression of the graph, such as a limit's `by`.
  public Value evaluate(Expression expression, Facts facts) {
    throw new UnsupportedOperationException("comes with the next push" + expression + facts);
  }

  /// The truth of a condition of the graph, such as a limit's `when`.
  public Tri test(Expression expression, Facts facts) {
    throw new UnsupportedOperationException("comes with the next push" + expression + facts);
  }

  /// Whether a candidate target satisfies a requirement; a constraint in error excludes it.
  public boolean allows(Decision.Requirement requirement, Facts targetFacts) {
    throw new UnsupportedOperationException("comes with the next push" + requirement + targetFacts);
  }
}
