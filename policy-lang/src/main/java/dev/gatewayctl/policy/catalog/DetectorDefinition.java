package dev.gatewayctl.policy.catalog;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;

/// A built-in detector as data: what it looks for, how sure a match makes it, and examples that the
/// build runs.
///
/// A match scores `scores.base`, or `scores.validated` when the validator vouches for it; a context
/// word near raises it to at least `scores.context`. It counts when the score reaches `threshold`.
///
/// @param id its name in policies; unlike every kind but its own
/// @param kind what it finds
/// @param classes what that kind belongs to
/// @param country ISO 3166 code, lower case, of a national format
/// @param severity `low`, `medium`, `high` or `critical`
/// @param controls clauses that a finding bears on, such as `owasp-llm:02`
/// @param pattern an expression of `policy.pattern`
/// @param tail the name of what may follow a match and belongs to it, however long: see the scanner
///   of the runtime
/// @param context words that make a match likelier when they stand before it
/// @param contextReach how many characters before a match are looked at
/// @param validator the name and revision of the check on a match; another revision is another
///   validator, so that the digest tells them apart
/// @param entropyFloor bits per character, below which a match is a placeholder
/// @param allow texts that make a match a placeholder when they stand in it, in any case
/// @param threshold the least score that counts
public record DetectorDefinition(
    String id,
    String kind,
    SortedSet<String> classes,
    Optional<String> country,
    String severity,
    List<String> controls,
    String pattern,
    Optional<String> tail,
    List<String> context,
    int contextReach,
    Optional<String> validator,
    OptionalDouble entropyFloor,
    List<String> allow,
    Scores scores,
    double threshold,
    List<Example> positives,
    List<String> negatives) {

  public DetectorDefinition {
    controls = List.copyOf(controls);
    context = List.copyOf(context);
    allow = List.copyOf(allow);
    positives = List.copyOf(positives);
    negatives = List.copyOf(negatives);
  }

  /// How sure a match is, from 0 to 1.
  ///
  /// @param base its form alone
  /// @param validated a validator vouches for it
  /// @param context a context word stands near
  public record Scores(double base, double validated, double context) {}

  /// A text in which the detector finds exactly the part from `start` to `end`, in UTF-16 units.
  public record Example(String text, int start, int end) {
    public Example {
      if (start < 0 || end <= start || end > text.length()) {
        throw new IllegalArgumentException("no span in an example");
      }
    }

    /// What is found.
    public String found() {
      return text.substring(start, end);
    }
  }
}
