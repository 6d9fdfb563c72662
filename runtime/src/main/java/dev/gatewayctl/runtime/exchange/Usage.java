package dev.gatewayctl.runtime.exchange;

import java.util.OptionalLong;

/// Tokens counted in an exchange. `input` is all input, of which `cached` and the cache writes are
/// parts; `output` is all output, of which `reasoning` is a part. Unknown is empty, zero is zero.
///
/// @param estimated whether a part is our own count instead of the provider's
public record Usage(
    OptionalLong input,
    OptionalLong cached,
    OptionalLong cacheWrite,
    OptionalLong cacheWrite1h,
    OptionalLong output,
    OptionalLong reasoning,
    boolean estimated) {

  /// Nothing is known.
  public static final Usage UNKNOWN =
      new Usage(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          false);
}
