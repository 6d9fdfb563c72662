package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.wire.Dialect;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;

/// The head of a request, before anything of its body is known.
///
/// @param id of the exchange, see [ExchangeIds]
/// @param headers by lower-case name, without credentials: a `String`, or the `List` of values of
///   one that came more than once
public record Arrival(
    String id,
    Instant time,
    Spoken spoken,
    String method,
    String path,
    Map<String, Object> headers,
    InetAddress source) {

  public Arrival {
    headers = Map.copyOf(headers);
  }

  public Surface surface() {
    return spoken.surface();
  }

  /// The protocol that the caller speaks.
  public Dialect dialect() {
    return spoken.dialect();
  }

  /// Names and sizes only: headers are callers' content.
  @Override
  public String toString() {
    return id + " " + surface().word();
  }
}
