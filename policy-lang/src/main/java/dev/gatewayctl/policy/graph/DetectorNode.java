package dev.gatewayctl.policy.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;

/// A detector that the policy reaches: built in, or the policy's own.
///
/// @param builtIn the catalogue's id when it is a built-in one
/// @param pattern the policy's own expression
/// @param words the policy's own words, matched without case at word boundaries
/// @param except texts that are never a finding
/// @param in locations it looks at; empty: all
/// @param definitionDigest over everything that decides what it finds
public record DetectorNode(
    String id,
    String kind,
    SortedSet<String> classes,
    Optional<String> builtIn,
    Optional<String> pattern,
    List<String> words,
    List<String> except,
    List<String> context,
    SortedSet<String> in,
    OptionalDouble threshold,
    String definitionDigest) {

  public DetectorNode {
    words = List.copyOf(words);
    except = List.copyOf(except);
    context = List.copyOf(context);
  }

  /// The same detector under its digest.
  DetectorNode withDigest(String digest) {
    return new DetectorNode(
        id, kind, classes, builtIn, pattern, words, except, context, in, threshold, digest);
  }
}
