package dev.gatewayctl.runtime.exchange;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;

/// What is kept of one exchange: the `exchange` record of the audit log, without any content.
///
/// @param id `ex_` and 26 base32 characters
/// @param surface empty on paths that are no surface
/// @param decision `allow` or `deny`
/// @param status what the caller was told; 0 when it was gone before anything was, then the line
///   has no such member
/// @param code of a refusal, such as `policy_denied`
/// @param outcome `complete client_gone upstream_failed denied failed`
/// @param inputDigest SHA-256 of the body as received, 64 hex digits
/// @param facts content-free facts by name: String, Long, Double, Boolean, a list of strings, or
///   the bounds from which one was decided (`FactSource.Bounds`)
public record ExchangeRecord(
    String id,
    Instant time,
    Instant ended,
    String policyDigest,
    Optional<String> surface,
    boolean stream,
    Principal principal,
    Optional<String> model,
    Optional<String> target,
    Optional<String> provider,
    Optional<String> region,
    String decision,
    int status,
    Optional<String> code,
    Optional<String> reason,
    List<RuleHit> rules,
    SortedSet<String> tags,
    List<FindingCount> findings,
    Map<String, Map<String, Double>> scores,
    SortedSet<String> scanned,
    SortedMap<String, Integer> masked,
    List<String> stripped,
    List<Attempt> attempts,
    Usage usage,
    OptionalLong costNanos,
    Optional<String> priceVersion,
    long latencyMillis,
    OptionalLong firstTokenMillis,
    String outcome,
    Optional<String> inputDigest,
    SortedMap<String, Object> facts) {

  /// A rule, limit or default that took part.
  ///
  /// @param id a rule's id, or the path of what refused without a rule, such as `limits.per-caller`
  /// @param phase empty for what is no rule
  /// @param mode `enforce` or `shadow`
  /// @param error why its condition could not be decided, when it could not
  public record RuleHit(
      String id,
      Optional<String> phase,
      List<String> effects,
      String mode,
      Optional<String> error) {}

  /// Findings of one detector at one location.
  ///
  /// @param phase `request` or `response`
  /// @param score the highest
  public record FindingCount(
      String phase,
      String kind,
      String detector,
      String location,
      boolean latest,
      int count,
      double score) {}
}
