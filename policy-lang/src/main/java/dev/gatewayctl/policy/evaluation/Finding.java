package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Location;
import java.util.Set;

/// Something that a detector found, without its text.
///
/// @param kind such as `email`
/// @param classes such as `pii`
/// @param detector the id of the detector that found it
/// @param score 0 to 1
/// @param latest whether it stands after the last assistant turn
public record Finding(
    String kind,
    Set<String> classes,
    String detector,
    Location location,
    double score,
    boolean latest) {
  public Finding {
    classes = Set.copyOf(classes);
  }
}
