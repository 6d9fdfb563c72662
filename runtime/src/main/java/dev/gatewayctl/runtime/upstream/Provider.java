package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;

/// An account at a vendor, ready to be called.
interface Provider {
  /// Sends one request; told as [Upstream.Listener] says.
  Upstream.Call send(Outgoing outgoing, Upstream.Listener listener);

  /// One request to a provider.
  ///
  /// @param model the provider's own name of the model
  /// @param body what leaves, not to be changed
  /// @param callerHeaders the caller's head, of which a provider forwards only what its protocol
  ///   defines
  @SuppressWarnings("ArrayRecordComponent") // a body is megabytes and has one owner
  record Outgoing(
      Errand errand,
      String model,
      byte[] body,
      Headers callerHeaders,
      boolean stream,
      Upstream.Patience patience) {
    @Override
    public String toString() {
      return "request for " + model + " of " + body.length + " bytes";
    }
  }
}
