package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.Decision.Applied;
import dev.gatewayctl.policy.evaluation.Decision.Denial;
import dev.gatewayctl.policy.evaluation.Decision.Masking;
import dev.gatewayctl.policy.evaluation.Decision.Requirement;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.RuleNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/// Collects the effects of the rules that apply, which are added by id: each join is associative
/// and commutative, so that what stands where in a policy never matters.
final class Join {
  /// The code of a refusal whose condition could not be decided.
  private static final String POLICY_ERROR = "policy_error";

  private final Phase phase;
  private final Facts facts;
  private final List<Applied> applied = new ArrayList<>();
  private final List<Masking> masks = new ArrayList<>();
  private final List<Requirement> requirements = new ArrayList<>();
  private final SortedSet<String> tags = new TreeSet<>();
  private Optional<Denial> denial = Optional.empty();
  private int denialPriority = Integer.MIN_VALUE;
  private Optional<Effect.Set> caps = Optional.empty();
  private boolean allowed;
  private boolean buffer;

  Join(Phase phase, Facts facts) {
    this.phase = phase;
    this.facts = facts;
  }

  /// A rule whose condition is not false.
  ///
  /// @param condition true, or what went wrong
  void add(LinkedRule linked, Object condition) {
    RuleNode rule = linked.rule();
    boolean error = !Boolean.TRUE.equals(condition);
    List<String> effects = error ? linked.inError() : linked.always();
    if (effects.isEmpty()) {
      return;
    }
    Optional<String> why =
        error
            ? Optional.of(
                condition instanceof Node.Failure failure ? failure.why() : "no truth value")
            : Optional.empty();
    applied.add(new Applied(rule.id(), effects, rule.shadow(), why));
    if (rule.shadow()) {
      return;
    }
    buffer |= rule.buffer();
    for (int i = 0; i < rule.effects().size(); i++) {
      Effect effect = rule.effects().get(i);
      if (!error || LinkedRule.appliesInError(effect)) {
        apply(rule, effect, linked.texts().get(i), error);
      }
    }
  }

  private void apply(RuleNode rule, Effect effect, List<Node> text, boolean error) {
    switch (effect) {
      case Effect.Deny deny -> {
        if (denial.isEmpty() || rule.priority() > denialPriority) {
          String code = error ? POLICY_ERROR : deny.code();
          denial = Optional.of(new Denial(rule.id(), deny.status(), code, render(text)));
          denialPriority = rule.priority();
        }
      }
      case Effect.Allow allow -> allowed = true;
      case Effect.Mask mask -> masks.add(new Masking(rule.id(), mask));
      case Effect.Require require ->
          requirements.add(new Requirement(rule.id(), require.constraint()));
      case Effect.Set set -> caps = Optional.of(caps.map(known -> tighter(known, set)).orElse(set));
      case Effect.Tag tag -> tags.addAll(tag.names());
    }
  }

  private static Effect.Set tighter(Effect.Set a, Effect.Set b) {
    return new Effect.Set(
        least(a.maxTokens(), b.maxTokens()),
        either(a.temperatureMin(), b.temperatureMin(), Math::max),
        either(a.temperatureMax(), b.temperatureMax(), Math::min),
        least(a.choicesMax(), b.choicesMax()));
  }

  private static OptionalLong least(OptionalLong a, OptionalLong b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    return OptionalLong.of(Math.min(a.getAsLong(), b.getAsLong()));
  }

  private static OptionalDouble either(
      OptionalDouble a, OptionalDouble b, DoubleBinaryOperator tighter) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    return OptionalDouble.of(tighter.applyAsDouble(a.getAsDouble(), b.getAsDouble()));
  }

  private String render(List<Node> text) {
    StringBuilder out = new StringBuilder();
    for (Node part : text) {
      out.append(part.value(facts));
    }
    return out.toString();
  }

  /// The join, or null when nothing applies.
  @Nullable Decision decision() {
    return applied.isEmpty()
        ? null
        : new Decision(phase, applied, denial, allowed, masks, requirements, caps, tags, buffer);
  }
}
