package dev.gatewayctl.policy.graph;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a built-in scriptable provider does, request by request.
///
/// @param steps answer n is step n; the last one repeats
public record ScriptNode(List<Step> steps) {

  public ScriptNode {
    steps = List.copyOf(steps);
  }

  /// One scripted answer.
  ///
  /// @param text the assistant's text; empty with `echo`
  /// @param echo answers with the last user message as it was received
  /// @param body a whole body given literally instead of a built one
  /// @param cuts code point offsets at which a streamed text is cut into events; empty: by words
  /// @param delay before the first byte
  /// @param eventDelay between the events of a stream
  /// @param status the HTTP status; from 400 an error body is answered
  /// @param dieAfterEvents the connection is cut after that many events of a stream
  /// @param inputTokens the reported usage; counted when empty
  public record Step(
      String text,
      boolean echo,
      Optional<String> body,
      List<Integer> cuts,
      Duration delay,
      Duration eventDelay,
      int status,
      Optional<Duration> retryAfter,
      OptionalInt dieAfterEvents,
      OptionalInt inputTokens,
      OptionalInt outputTokens,
      boolean reportUsage) {

    public Step {
      cuts = List.copyOf(cuts);
    }
  }
}
