package dev.gatewayctl.policy.graph;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/// The listener and the limits of the edge.
///
/// @param listen `host:port`
/// @param admin `host:port` of the admin listener, off when empty
/// @param open whether an address that is not loopback may be served without principals
public record ServerNode(
    String listen,
    Optional<String> admin,
    boolean open,
    int maxBodyBytes,
    int maxHeadBytes,
    Duration headDeadline,
    Duration bodyDeadline,
    ZoneId timeZone,
    boolean explainHeaders) {}
