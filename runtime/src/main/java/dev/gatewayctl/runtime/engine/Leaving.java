package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.runtime.translation.TranslatedAnswer;
import java.util.Optional;
import java.util.SortedSet;

/// What leaves for a target at one attempt.
///
/// @param body in the provider's words
/// @param answer how the answer is read; empty where the provider speaks as the caller does
/// @param losses what the provider's protocol has no word for, by name
@SuppressWarnings("ArrayRecordComponent") // a body is megabytes and has one owner
public record Leaving(byte[] body, Optional<TranslatedAnswer> answer, SortedSet<String> losses) {
  @Override
  public String toString() {
    return "Leaving(" + body.length + " bytes)";
  }
}
