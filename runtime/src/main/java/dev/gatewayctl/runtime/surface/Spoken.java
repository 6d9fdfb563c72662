package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestPath;

/// How a caller asks: on which surface, in which protocol, and what the path says.
///
/// @param operation the word by which the protocol tells calls of one surface apart, such as
///   `countTokens`; empty where there is one
public record Spoken(Surface surface, Dialect dialect, String operation, RequestPath path) {
  /// A call whose body says it all.
  public static Spoken on(Surface surface) {
    return new Spoken(surface, Surfaces.dialect(surface), "", RequestPath.PLAIN);
  }

  /// Never the model: it is the caller's text.
  @Override
  public String toString() {
    return surface.word();
  }
}
