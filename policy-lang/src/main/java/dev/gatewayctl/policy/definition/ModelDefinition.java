package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.field.Located;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;

/// A public model name and the targets behind it.
///
/// @param attempts tries at one target, the first included
/// @param retryOn `connect`, `timeout`, `5xx` or a status as digits
/// @param onUnsupported `drop`, `warn` or `refuse`
/// @param price for every target that states none of its own
public record ModelDefinition(
    Located<String> name,
    List<Target> targets,
    String strategy,
    int attempts,
    SortedSet<String> retryOn,
    Duration timeout,
    Duration idleTimeout,
    Optional<Price> price,
    OptionalInt maxOutput,
    List<Located<String>> aliases,
    String onUnsupported) {

  public ModelDefinition {
    targets = List.copyOf(targets);
    aliases = List.copyOf(aliases);
  }

  /// `provider/model`.
  public record Target(
      Span span, String provider, String model, int weight, Optional<Price> price) {
    public String id() {
      return provider + "/" + model;
    }
  }

  /// What the policy says a model costs, in nano-dollars per million tokens and nano-dollars per
  /// request. A class of tokens that is not stated costs what its whole does: `cached` and the
  /// cache writes as `input`, `reasoning` as `output`.
  public record Price(
      long input,
      OptionalLong cached,
      OptionalLong cacheWrite,
      OptionalLong cacheWrite1h,
      long output,
      OptionalLong reasoning,
      long request) {}
}
