package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.catalog.Location;

/// Where a text stands.
///
/// @param latest after the last assistant turn
public record Place(Location location, boolean latest) {}
