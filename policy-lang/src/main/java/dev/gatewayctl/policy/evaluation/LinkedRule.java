package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionFacts;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.RuleNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A rule of one phase with its condition and texts lowered.
///
/// @param needs the phases whose facts the condition reads
/// @param texts for each effect the parts of its text, each giving a `String`; empty where it has
///   none
/// @param always the words of all effects
/// @param inError the words of those that apply when the condition is an error
record LinkedRule(
    RuleNode rule,
    Node when,
    Set<Phase> needs,
    List<List<Node>> texts,
    List<String> always,
    List<String> inError) {

  /// How many characters of one `${...}` a text shows.
  private static final int LONGEST_VALUE = 256;

  static LinkedRule of(RuleNode rule) {
    List<List<Node>> texts = new ArrayList<>();
    List<String> always = new ArrayList<>();
    List<String> inError = new ArrayList<>();
    for (Effect effect : rule.effects()) {
      always.add(effect.word());
      if (appliesInError(effect)) {
        inError.add(effect.word());
      }
      texts.add(effect instanceof Effect.Deny deny ? text(deny.reason()) : List.of());
    }
    Node when = rule.when().map(Lowering::lower).orElse(facts -> true);
    Set<Phase> needs = rule.when().map(LinkedRule::needs).orElse(Set.of());
    return new LinkedRule(rule, when, needs, texts, List.copyOf(always), List.copyOf(inError));
  }

  /// What an error in the condition does: what protects applies, what permits does not.
  static boolean appliesInError(Effect effect) {
    return switch (effect) {
      case Effect.Deny deny -> true;
      case Effect.Mask mask -> true;
      case Effect.Require require -> true;
      case Effect.Set set -> true;
      case Effect.Allow allow -> false;
      case Effect.Tag tag -> false;
    };
  }

  boolean canBeDecided(Facts facts) {
    for (Phase phase : needs) {
      if (!facts.ran(phase)) {
        return false;
      }
    }
    return true;
  }

  private static Set<Phase> needs(Expression when) {
    Set<Phase> needs = EnumSet.noneOf(Phase.class);
    for (Fact fact : ExpressionFacts.facts(when)) {
      switch (fact.name()) {
        case "request.findings" -> needs.add(Phase.REQUEST);
        case "response.findings" -> needs.add(Phase.RESPONSE);
        case String other -> fact.phases().stream().min(Phase::compareTo).ifPresent(needs::add);
      }
    }
    needs.remove(Phase.SETTLE);
    return needs;
  }

  private static List<Node> text(Effect.TextTemplate template) {
    List<Node> parts = new ArrayList<>();
    for (Effect.TextTemplate.Part part : template.parts()) {
      parts.add(
          switch (part) {
            case Effect.TextTemplate.Part.Literal(String literal) -> facts -> literal;
            case Effect.TextTemplate.Part.Value(Expression expression) -> {
              Node value = Lowering.lower(expression);
              yield facts -> {
                facts.begin();
                return cut(shown(value.value(facts)));
              };
            }
          });
    }
    return parts;
  }

  /// A value as text; one in error, or that is absent, is a `?`.
  private static String shown(Object value) {
    return switch (value) {
      case List<?> list ->
          list.stream()
              .map(each -> shown(Comparison.inner(each)))
              .collect(Collectors.joining(", "));
      case Object plain -> Conversion.toText(plain) instanceof String text ? text : "?";
    };
  }

  private static String cut(String shown) {
    int size = shown.codePointCount(0, shown.length());
    return size <= LONGEST_VALUE
        ? shown
        : shown.substring(0, shown.offsetByCodePoints(0, LONGEST_VALUE)) + "...";
  }
}
