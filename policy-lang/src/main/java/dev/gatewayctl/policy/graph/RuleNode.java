package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import java.util.List;
import java.util.Optional;

/// A rule as it stands in one phase: a condition and the effects that run there.
///
/// @param when empty: always
/// @param shadow decided, recorded and counted, changing nothing
/// @param buffer the answer's stream is held until it is whole
public record RuleNode(
    String id,
    Phase phase,
    Optional<Expression> when,
    List<Effect> effects,
    boolean shadow,
    int priority,
    boolean buffer) {
  public RuleNode {
    effects = List.copyOf(effects);
  }
}
