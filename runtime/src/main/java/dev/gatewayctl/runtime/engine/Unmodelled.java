package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.graph.ModelNode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What stands for a model where none is asked: files, images, sound and tools are served by the
/// provider that the policy names for the surface.
final class Unmodelled {
  /// Pictures and sound take minutes; a server of tools may be silent for as long.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private Unmodelled() {}

  /// Its only target is the provider; it has no name, and nothing is tried twice.
  static ModelNode of(String provider) {
    return new ModelNode(
        "",
        List.of(new ModelNode.TargetNode(provider, "", 1, Optional.empty())),
        "ordered",
        1,
        Collections.emptySortedSet(),
        PATIENCE,
        PATIENCE,
        OptionalInt.empty(),
        Collections.emptySortedSet(),
        ModelNode.Unsupported.DROP);
  }
}
