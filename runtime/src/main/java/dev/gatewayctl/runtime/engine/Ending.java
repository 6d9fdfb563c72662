package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.runtime.exchange.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How an exchange ended, as its transport saw it.
///
/// @param status what the caller was told, 0 when it was told nothing
/// @param refusal why the gateway refused it, if it did
/// @param attempts all of them, the last one included
/// @param answer what was answered, if a target answered
/// @param firstToken from the request's head to the first event of a stream
/// @param inputDigest SHA-256 of the body as received, 64 hex digits
public record Ending(
    int status,
    String outcome,
    Optional<Refusal> refusal,
    List<Attempt> attempts,
    Optional<GovernedAnswer> answer,
    Instant ended,
    Duration latency,
    Optional<Duration> firstToken,
    Optional<String> inputDigest) {

  public Ending {
    attempts = List.copyOf(attempts);
  }
}
