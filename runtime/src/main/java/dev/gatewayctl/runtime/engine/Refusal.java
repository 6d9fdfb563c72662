package dev.gatewayctl.runtime.engine;

import java.time.Duration;
import java.util.Optional;

/// Why an exchange is refused by the gateway itself.
///
/// @param code as the table of refusals names it, or a policy's own
/// @param reason for people, without content
/// @param by what refused: a rule's id, or a path such as `limits.per-caller`
public record Refusal(
    int status, String code, String reason, Optional<String> by, Optional<Duration> retryAfter) {

  /// A refusal that no rule made.
  public static Refusal of(int status, String code, String reason) {
    return new Refusal(status, code, reason, Optional.empty(), Optional.empty());
  }

  /// A refusal by what stands at that path of the policy.
  public static Refusal by(String path, int status, String code, String reason) {
    return new Refusal(status, code, reason, Optional.of(path), Optional.empty());
  }
}
