package dev.gatewayctl.policy.catalog;

import java.util.Locale;

/// A point of an exchange at which rules run, in the order in which they come.
public enum Phase {
  /// The caller is known: principal, headers, path.
  CONNECT,
  /// The body is parsed.
  REQUEST,
  /// One candidate target, before an attempt at it.
  TARGET,
  /// The answer, whole or event by event.
  RESPONSE,
  /// The outcome: usage, cost, latency.
  SETTLE;

  /// The word by which policies name it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
