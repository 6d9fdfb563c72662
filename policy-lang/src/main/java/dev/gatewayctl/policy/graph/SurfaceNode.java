package dev.gatewayctl.policy.graph;

import java.util.Optional;

/// What a policy says of a surface.
///
/// @param provider who serves it where no model says so
public record SurfaceNode(boolean served, Optional<String> provider) {}
