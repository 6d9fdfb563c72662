package dev.gatewayctl.policy.catalog;

import java.util.Locale;
import java.util.Optional;

/// Where in a request or an answer a text stands: the same words for every protocol.
public enum Location {
  SYSTEM,
  USER,
  ASSISTANT,
  TOOL_DEFINITION,
  TOOL_CALL,
  TOOL_RESULT,
  DOCUMENT,
  REASONING,
  INPUT,
  METADATA,
  REFERENCE;

  /// The word by which policies and records name it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The location of that word, if it is one.
  public static Optional<Location> of(String word) {
    for (Location location : values()) {
      if (location.word().equals(word)) {
        return Optional.of(location);
      }
    }
    return Optional.empty();
  }
}
