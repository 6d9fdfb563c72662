package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.graph.Effect;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The join of the effects of all rules that apply in one phase.
///
/// @param applied every rule whose condition held or that applies in error, shadow rules too, by id
/// @param denial the refusal of the deny of the highest priority, then of the first id
/// @param allowed whether a rule allows
/// @param masks by rule id
/// @param requirements by rule id
/// @param caps the tightest of all
/// @param buffer whether a rule that applies holds the stream back until it is whole
public record Decision(
    Phase phase,
    List<Applied> applied,
    Optional<Denial> denial,
    boolean allowed,
    List<Masking> masks,
    List<Requirement> requirements,
    Optional<Effect.Set> caps,
    SortedSet<String> tags,
    boolean buffer) {

  public Decision {
    applied = List.copyOf(applied);
    masks = List.copyOf(masks);
    requirements = List.copyOf(requirements);
    tags =
        tags.isEmpty()
            ? Collections.emptySortedSet()
            : Collections.unmodifiableSortedSet(new TreeSet<>(tags));
  }

  /// No rule applies.
  public static Decision nothing(Phase phase) {
    return new Decision(
        phase,
        List.of(),
        Optional.empty(),
        false,
        List.of(),
        List.of(),
        Optional.empty(),
        Collections.emptySortedSet(),
        false);
  }

  /// A rule that applies.
  ///
  /// @param effects the words of those of its effects that apply
  /// @param error why its condition could not be decided, when it applies for that reason
  public record Applied(String rule, List<String> effects, boolean shadow, Optional<String> error) {
    public Applied {
      effects = List.copyOf(effects);
    }
  }

  /// What the caller is told.
  public record Denial(String rule, int status, String code, String reason) {}

  public record Masking(String rule, Effect.Mask mask) {}

  /// A constraint that each target has to satisfy, see [Evaluator#allows].
  public record Requirement(String rule, Expression constraint) {}
}
