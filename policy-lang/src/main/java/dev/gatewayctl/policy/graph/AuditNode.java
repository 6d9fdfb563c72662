package dev.gatewayctl.policy.graph;

import java.util.Optional;

/// Where evidence goes.
///
/// @param directory empty: nothing is written
/// @param allFacts whether every fact of the vocabulary is recorded, or only those computed
/// @param denyOnFailure whether an exchange is refused when its record cannot be written
public record AuditNode(Optional<Setting> directory, boolean allFacts, boolean denyOnFailure) {}
