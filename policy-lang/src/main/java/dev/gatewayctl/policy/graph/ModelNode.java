package dev.gatewayctl.policy.graph;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;

/// A public model name and the targets behind it.
///
/// @param attempts tries at one target, the first included; 1 or more
/// @param retryOn `connect`, `timeout`, `5xx` or a status as digits
/// @param timeout to the first event of a stream or the whole body
/// @param idleTimeout between later events
/// @param onUnsupported what happens when a target's protocol has no word for a part of a request
public record ModelNode(
    String name,
    List<TargetNode> targets,
    String strategy,
    int attempts,
    SortedSet<String> retryOn,
    Duration timeout,
    Duration idleTimeout,
    OptionalInt maxOutput,
    SortedSet<String> aliases,
    Unsupported onUnsupported) {

  public ModelNode {
    targets = List.copyOf(targets);
  }

  /// `on_unsupported`.
  public enum Unsupported {
    /// The part is left out.
    DROP,
    /// The part is left out, and the record says so.
    WARN,
    /// The target is not tried; none left: 400.
    REFUSE
  }

  /// A provider's model behind the public one.
  ///
  /// @param weight for `strategy: weighted`
  /// @param price what it costs: the policy's own or the price book's
  public record TargetNode(String provider, String model, int weight, Optional<PriceNode> price) {
    /// `provider/model`, as the policy writes it; the provider alone where no model is asked.
    public String id() {
      return model.isEmpty() ? provider : provider + "/" + model;
    }
  }

  /// Nano-dollars per million tokens; `request` is nano-dollars per request.
  ///
  /// @param source `policy` or the price book's version
  /// @param longContext what replaces the prices of an exchange with a long input
  public record PriceNode(
      long input,
      long cached,
      long cacheWrite,
      long cacheWrite1h,
      long output,
      long reasoning,
      long request,
      String source,
      Optional<LongContextNode> longContext) {

    /// A price that is the same for every length of input.
    public PriceNode(
        long input,
        long cached,
        long cacheWrite,
        long cacheWrite1h,
        long output,
        long reasoning,
        long request,
        String source) {
      this(
          input,
          cached,
          cacheWrite,
          cacheWrite1h,
          output,
          reasoning,
          request,
          source,
          Optional.empty());
    }
  }

  /// Prices of a whole exchange once its input is long, as in [PriceNode].
  ///
  /// @param aboveInput they hold when the input has more tokens than this
  public record LongContextNode(
      long aboveInput,
      long input,
      long cached,
      long cacheWrite,
      long cacheWrite1h,
      long output,
      long reasoning) {}
}
