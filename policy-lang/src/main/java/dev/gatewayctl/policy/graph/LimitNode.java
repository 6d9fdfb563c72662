package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.expression.Expression;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A sliding window on requests.
///
/// @param path where it stands in the policy, such as `limits.per-caller` or
///   `principals.teams.research.limits.0`: its stable id
/// @param by what each bucket is for; empty: one bucket
/// @param when which exchanges it counts; empty: all
public record LimitNode(
    String path, long requests, Duration per, List<Expression> by, Optional<Expression> when) {
  public LimitNode {
    by = List.copyOf(by);
  }
}
