package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.surface.Surfaces;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;

/// The head of a request, before anything of its body is known.
///
/// @param id of the exchange, see [ExchangeIds]
/// @param headers by lower-case name, without credentials: a `String`, or the `List` of values of
///   one that came more than once
/// @param asked what the path says about the request where the protocol puts it there
public record Arrival(
    String id,
    Instant time,
    Surface surface,
    String method,
    String path,
    Map<String, Object> headers,
    InetAddress source,
    RequestPath asked) {

  public Arrival {
    headers = Map.copyOf(headers);
  }

  /// The protocol that the caller speaks.
  public Dialect dialect() {
    return Surfaces.dialect(surface);
  }

  /// Names and sizes only: headers are callers' content.
  @Override
  public String toString() {
    return id + " " + surface.word();
  }
}
