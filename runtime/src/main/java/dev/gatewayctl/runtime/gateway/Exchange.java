package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.engine.Refusal;

/// A request on an API surface, from its head to its one record.
interface Exchange {
  /// The walk of an exchange.
  void run();

  /// Refuses before anything is read, for a reason of the transport; a stranger is told 401.
  void refuseAtOnce(Refusal refusal);
}
