package dev.gatewayctl.runtime.exchange;

import java.util.OptionalLong;

/// One try at a target.
///
/// @param target `provider/model`
/// @param status the provider's status, 0 when none came
/// @param costNanos nano-dollars, empty when nothing was billed or it is unknown
public record Attempt(
    String target, int status, long latencyMillis, Usage usage, OptionalLong costNanos) {}
