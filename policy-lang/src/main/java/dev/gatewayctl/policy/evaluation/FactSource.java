package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Fact;
import org.jspecify.annotations.Nullable;

/// Computes the facts of one exchange when they are first read.
///
/// Values by type: int `Long`, double `Double`, bool `Boolean`, string and nominal `String`, bytes
/// `byte[]`, list `List`, map `Map`, timestamp `Instant`, duration `Duration`, ip `InetAddress`,
/// findings [Findings]. In a map of `dyn`, numbers are `Long` or `Double` and null is JSON's null.
/// In `headers` a header that was sent more than once is the `List` of its values: reading it is an
/// error.
public interface FactSource {
  /// The fact's value, or null when the exchange has none.
  @Nullable Object read(Fact fact);

  /// What is known of an int before it is computed, or null. Asked for only when a comparison may
  /// be decided by it.
  default @Nullable Bounds bounds(Fact fact) {
    return null;
  }

  /// Whether the exchange came as far as that phase: a `settle` rule that reads a fact of a phase
  /// that did not run is not decided.
  default boolean ran(Phase phase) {
    return true;
  }

  /// The value is at least `min` and at most `max`.
  record Bounds(long min, long max) {}
}
