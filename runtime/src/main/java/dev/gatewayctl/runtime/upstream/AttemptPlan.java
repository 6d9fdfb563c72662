package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.engine.Candidate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which target is tried next, and after how long: `retry.attempts` at each candidate in order, as
/// long as `retry.on` covers the failure. At most attempts x candidates tries.
final class AttemptPlan {
  /// A longer `retry-after` goes to the next target at once.
  static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final List<Candidate> candidates;
  private final int attempts;
  private final Set<String> retryOn;
  private int candidate;
  private int tries = 1;

  /// @param retryOn as the policy has it; held, not copied, for there is one plan per exchange
  AttemptPlan(List<Candidate> candidates, int attempts, Set<String> retryOn) {
    if (candidates.isEmpty() || attempts < 1) {
      throw new IllegalArgumentException("nothing to try");
    }
    this.candidates = List.copyOf(candidates);
    this.attempts = attempts;
    this.retryOn = retryOn;
  }

  /// The next try.
  record Next(Candidate candidate, Duration pause) {}

  Candidate current() {
    return candidates.get(candidate);
  }

  /// Whether a failure by that name (`connect`, `timeout` or the digits of a status) is retried.
  boolean covers(String failure) {
    boolean serverError =
        failure.length() == 3 && failure.charAt(0) == '5' && Character.isDigit(failure.charAt(1));
    return retryOn.contains(failure) || (serverError && retryOn.contains("5xx"));
  }

  /// What follows a failure that [#covers] covers; empty when nothing is left to try.
  Optional<Next> after(Optional<Duration> retryAfter) {
    boolean tooLong = retryAfter.filter(wait -> wait.compareTo(LONGEST_WAIT) > 0).isPresent();
    if (tries < attempts && !tooLong) {
      tries++;
      return Optional.of(new Next(current(), retryAfter.orElse(Duration.ZERO)));
    }
    if (candidate + 1 < candidates.size()) {
      candidate++;
      tries = 1;
      return Optional.of(new Next(current(), Duration.ZERO));
    }
    return Optional.empty();
  }
}
