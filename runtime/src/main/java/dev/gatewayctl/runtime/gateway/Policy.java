package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.upstream.Providers;
import java.util.Map;

/// A policy in force: what an exchange holds on to from its first step to its last, whatever is
/// reloaded meanwhile.
///
/// @param files the text of its files by name, references unresolved
record Policy(
    Engine engine, Providers providers, Authentication authentication, Map<String, String> files) {
  Policy {
    files = Map.copyOf(files);
  }
}
