package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.ProviderNode;

/// A target that an exchange may be sent to.
public record Candidate(ModelNode.TargetNode target, ProviderNode provider) {
  /// `provider/model`.
  public String id() {
    return target.id();
  }
}
