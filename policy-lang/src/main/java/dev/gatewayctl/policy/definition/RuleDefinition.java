package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.field.Located;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A rule: a condition and its effects, each in the phases in which it runs.
///
/// @param when empty: always
/// @param buffer the answer's stream is held until it is whole
/// @param controls ids of clauses of a standard that it serves
public record RuleDefinition(
    Located<String> name,
    Optional<Expression> when,
    List<Placed> effects,
    boolean shadow,
    int priority,
    boolean buffer,
    Optional<String> description,
    Optional<String> owner,
    List<String> controls) {

  public RuleDefinition {
    effects = List.copyOf(effects);
    controls = List.copyOf(controls);
  }

  public Span span() {
    return name.span();
  }

  /// An effect with its phases; empty phases stand for a misplaced effect that was reported.
  ///
  /// @param stated whether the rule says `on:` itself
  public record Placed(EffectDefinition effect, Set<Phase> phases, boolean stated) {
    public Placed {
      EnumSet<Phase> ordered = EnumSet.noneOf(Phase.class);
      ordered.addAll(phases);
      phases = Collections.unmodifiableSet(ordered);
    }
  }
}
