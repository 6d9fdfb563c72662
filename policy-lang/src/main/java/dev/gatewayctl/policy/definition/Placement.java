package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionFacts;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.field.Located;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Decides in which phases an effect runs.
///
/// With `on:` the rule says so, and each effect and each fact of the condition must be possible
/// there. Without it an effect runs in the first phase that its row of the language's table allows
/// and in which all facts of the condition exist; where that is `request`, a `mask`, and a `deny`
/// whose condition reads findings, run in `response` too: what may not go out may not come back.
final class Placement {
  private final Optional<Expression> when;
  private final List<Fact> facts;
  private final Diagnostics out;

  Placement(Optional<Expression> when, Diagnostics out) {
    this.when = when;
    // INVARIANT: a fact that does not execute was reported and asks for no phase
    this.facts =
        when.map(ExpressionFacts::facts).stream()
            .flatMap(Set::stream)
            .filter(Fact::executes)
            .toList();
    this.out = out;
  }

  /// The phases of an effect in a rule without `on:`.
  Set<Phase> of(EffectDefinition effect) {
    Optional<Phase> first =
        row(effect).stream()
            .filter(phase -> facts.stream().allMatch(fact -> fact.phases().contains(phase)))
            .findFirst();
    if (first.isEmpty()) {
      reportNowhere(effect);
      return Set.of();
    }
    if (laterIn(effect).contains(first.get())) {
      reportLater(effect, effect.span(), first.get());
      return Set.of();
    }
    boolean comesBack =
        first.get() == Phase.REQUEST
            && (effect instanceof EffectDefinition.Mask
                || (effect instanceof EffectDefinition.Deny && readsFindings()))
            && facts.stream().allMatch(fact -> fact.phases().contains(Phase.RESPONSE));
    return comesBack ? EnumSet.of(Phase.REQUEST, Phase.RESPONSE) : EnumSet.of(first.get());
  }

  /// The phases of an effect in a rule that states them.
  Set<Phase> of(EffectDefinition effect, List<Located<Phase>> stated) {
    EnumSet<Phase> phases = EnumSet.noneOf(Phase.class);
    for (Located<Phase> phase : stated) {
      if (laterIn(effect).contains(phase.value())) {
        reportLater(effect, phase.span(), phase.value());
      } else if (!row(effect).contains(phase.value())) {
        out.report(
                DiagnosticCode.EFFECT_NOT_IN_PHASE,
                phase.span(),
                "`%s` has no meaning in `%s`".formatted(effect.word(), phase.value().word()))
            .label(effect.span(), "this effect")
            .help("it may run in " + words(row(effect)));
      } else {
        phases.add(phase.value());
      }
    }
    if (!phases.isEmpty()) {
      when.ifPresent(
          condition -> factsExist(condition, phases, "`%s` runs".formatted(effect.word()), out));
    }
    return phases;
  }

  private boolean readsFindings() {
    return facts.stream().anyMatch(fact -> fact.name().equals("findings"));
  }

  private void reportNowhere(EffectDefinition effect) {
    Span at = when.map(Expression::span).orElse(effect.span());
    out.report(
            DiagnosticCode.FACT_NOT_IN_PHASE,
            at,
            "in no phase of `%s` do all facts of this condition exist".formatted(effect.word()))
        .label(effect.span(), "`%s` runs in %s".formatted(effect.word(), words(row(effect))))
        .help(
            facts.stream()
                .map(fact -> "`%s` exists in %s".formatted(fact.name(), words(fact.phases())))
                .collect(Collectors.joining("; ")));
  }

  private void reportLater(EffectDefinition effect, Span at, Phase phase) {
    out.report(
            DiagnosticCode.NOT_YET_EXECUTED,
            at,
            "`%s` in `%s` is part of the language, but this version does not execute it"
                .formatted(effect.word(), phase.word()))
        .help("`require` says which targets an exchange may use");
  }

  /// Reports each fact that an expression reads and that does not exist in one of the phases.
  static void factsExist(Expression expression, Set<Phase> phases, String doing, Diagnostics out) {
    for (Fact fact : ExpressionFacts.facts(expression)) {
      List<Phase> without =
          phases.stream().sorted().filter(phase -> !fact.phases().contains(phase)).toList();
      if (!without.isEmpty() && fact.executes()) {
        out.report(
                DiagnosticCode.FACT_NOT_IN_PHASE,
                expression.span(),
                "`%s` does not exist in %s, where %s"
                    .formatted(fact.name(), words(Set.copyOf(without)), doing))
            .help("it exists in " + words(fact.phases()));
      }
    }
  }

  /// The phases that the language allows an effect, those included that come later.
  private static Set<Phase> row(EffectDefinition effect) {
    return switch (effect) {
      case EffectDefinition.Deny deny -> EnumSet.range(Phase.CONNECT, Phase.RESPONSE);
      case EffectDefinition.Allow allow -> EnumSet.of(Phase.CONNECT, Phase.REQUEST);
      case EffectDefinition.Mask mask -> EnumSet.range(Phase.REQUEST, Phase.RESPONSE);
      case EffectDefinition.Require require -> EnumSet.range(Phase.CONNECT, Phase.TARGET);
      case EffectDefinition.Set set -> EnumSet.of(Phase.REQUEST);
      case EffectDefinition.Tag tag -> EnumSet.allOf(Phase.class);
    };
  }

  private static Set<Phase> laterIn(EffectDefinition effect) {
    return switch (effect) {
      case EffectDefinition.Deny deny -> EnumSet.of(Phase.TARGET);
      case EffectDefinition.Mask mask -> EnumSet.of(Phase.TARGET);
      case EffectDefinition.Allow allow -> EnumSet.noneOf(Phase.class);
      case EffectDefinition.Require require -> EnumSet.noneOf(Phase.class);
      case EffectDefinition.Set set -> EnumSet.noneOf(Phase.class);
      case EffectDefinition.Tag tag -> EnumSet.noneOf(Phase.class);
    };
  }

  private static String words(Set<Phase> phases) {
    return phases.isEmpty()
        ? "asserts only"
        : phases.stream()
            .sorted()
            .map(phase -> "`" + phase.word() + "`")
            .collect(Collectors.joining(", "));
  }

  /// The phase of a word.
  static Optional<Phase> phase(String word) {
    for (Phase phase : Phase.values()) {
      if (phase.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(phase);
      }
    }
    return Optional.empty();
  }
}
