package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.http.Headers;
import java.time.Duration;
import java.util.Optional;

/// How long a provider asks to wait: `retry-after-ms`, or `retry-after` in seconds. A date is not
/// followed: the provider's clock is not ours.
final class RetryAfter {
  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  static Optional<Duration> of(Headers headers) {
    Optional<Duration> millis = number(headers.first("retry-after-ms")).map(Duration::ofMillis);
    return millis.isPresent()
        ? millis
        : number(headers.first("retry-after")).map(Duration::ofSeconds);
  }

  private static Optional<Long> number(@org.jspecify.annotations.Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > MAX_DIGITS) {
      return Optional.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return Optional.empty();
      }
    }
    return Optional.of(Long.parseLong(text));
  }
}
