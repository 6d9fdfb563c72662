package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.catalog.DetectorDefinition.Scores;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A detector ready to run, built in or the policy's own.
///
/// @param number its place among the inspector's detectors, sorted by id
/// @param entropyFloor bits per character; 0: any
/// @param allow in lower case; a match that holds one is a placeholder
/// @param except in lower case; a match that equals one is none
/// @param in words of locations, `latest` among them; empty: everywhere
record Detector(
    int number,
    String id,
    String kind,
    Set<String> classes,
    Optional<Validator> validator,
    @Nullable Tail tail,
    Optional<ContextWords> context,
    double entropyFloor,
    List<String> allow,
    Set<String> except,
    Scores scores,
    double threshold,
    Set<String> in) {

  boolean looksAt(Place place) {
    return in.isEmpty()
        || in.contains(place.location().word())
        || (place.latest() && in.contains("latest"));
  }
}
