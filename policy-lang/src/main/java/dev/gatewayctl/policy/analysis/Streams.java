package dev.gatewayctl.policy.analysis;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.definition.EffectDefinition;
import dev.gatewayctl.policy.definition.Policy;
import dev.gatewayctl.policy.definition.RuleDefinition;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionFacts;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.pattern.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Whether what a rule says of answers can be kept on a stream.
///
/// A stream is decided while it grows. A `deny` may only read findings where more of them cannot
/// make its condition false again: then the moment at which it becomes true is the moment to stop.
/// The direction in which an expression moves as findings are added is worked out from its parts:
/// it stays, it can only rise (from false to true, or to a greater number), it can only fall, or
/// nothing is known. A `mask` hides each finding as it comes, so its condition may only ask for
/// findings that it covers: where such a finding stands, the condition is true. Everything else
/// about an answer waits for its end, which `stream: buffer` asks for.
final class Streams {
  private final SortedMap<String, Located<String>> unbounded;
  private final Diagnostics out;

  private Streams(SortedMap<String, Located<String>> unbounded, Diagnostics out) {
    this.unbounded = unbounded;
    this.out = out;
  }

  static void check(Policy policy, Diagnostics out) {
    Streams streams = new Streams(unbounded(policy), out);
    for (RuleDefinition rule : policy.rules().values()) {
      for (RuleDefinition.Placed placed : rule.effects()) {
        if (placed.phases().contains(Phase.RESPONSE) && !rule.buffer()) {
          streams.check(rule, placed);
        }
      }
    }
  }

  private void check(RuleDefinition rule, RuleDefinition.Placed placed) {
    switch (placed.effect()) {
      case EffectDefinition.Deny deny ->
          rule.when()
              .filter(when -> !direction(when).rises())
              .ifPresent(when -> notStreamable(rule, placed, when, DENY));
      case EffectDefinition.Mask mask -> {
        rule.when()
            .filter(when -> !covered(when, mask.detectors()))
            .ifPresent(when -> notStreamable(rule, placed, when, MASK));
        bounded(rule, mask);
      }
      case EffectDefinition.Allow allow -> {}
      case EffectDefinition.Require require -> {}
      case EffectDefinition.Set set -> {}
      case EffectDefinition.Tag tag -> {}
    }
  }

  private static final String DENY =
      "on a stream more findings may make it false again, or it waits for the end of the answer";
  private static final String MASK =
      "on a stream a finding is masked when it comes, before the condition is known";

  private void notStreamable(
      RuleDefinition rule, RuleDefinition.Placed placed, Expression when, String why) {
    Diagnostics.Draft draft =
        out.report(
                DiagnosticCode.CONDITION_NOT_STREAMABLE,
                when.span(),
                "the condition of `%s` cannot be decided while an answer streams"
                    .formatted(rule.name().value()))
            .label(why)
            .help("hold the answer back until it is whole: `stream: buffer`");
    if (!placed.stated()) {
      draft.help("or look at requests only: `on: request`");
    }
  }

  private void bounded(RuleDefinition rule, EffectDefinition.Mask mask) {
    unbounded.forEach(
        (id, pattern) -> {
          if (mask.detectors().contains(id)) {
            out.report(
                    DiagnosticCode.UNBOUNDED_ON_STREAM,
                    pattern.span(),
                    "a match of `%s` may have any length, so no part of a stream could be let go"
                        .formatted(id))
                .label(rule.span(), "this rule masks it in answers")
                .help("bound the repetitions, such as `{1,64}` instead of `+`")
                .help(
                    "or mask requests only (`on: request`), or hold answers back (`stream:"
                        + " buffer`)");
          }
        });
  }

  /// The policy's own patterns whose matches have no greatest length, by detector.
  private static SortedMap<String, Located<String>> unbounded(Policy policy) {
    SortedMap<String, Located<String>> unbounded = new TreeMap<>();
    policy
        .detectors()
        .forEach(
            (id, detector) ->
                detector
                    .pattern()
                    .filter(
                        pattern ->
                            Pattern.parse(pattern.value()) instanceof Pattern.Parsed.Valid valid
                                && valid.pattern().longestHeadBytes().isEmpty())
                    .ifPresent(pattern -> unbounded.put(id, pattern)));
    return unbounded;
  }

  /// Whether the condition is true wherever one of the masked findings stands, or does not depend
  /// on the answer.
  private static boolean covered(Expression when, SortedSet<String> masked) {
    return switch (when) {
      case Expression.FindingQuery query when isAnswers(query.source()) ->
          query.query() == Expression.FindingQuery.Query.ANY
              && query.locations().isEmpty()
              && !query.latest()
              && query.detectors().containsAll(masked);
      case Expression.Call call
          when call.function() == Function.AND || call.function() == Function.OR ->
          call.arguments().stream().allMatch(part -> covered(part, masked));
      default -> direction(when) == Direction.STAYS;
    };
  }

  private static boolean isAnswers(Fact fact) {
    return fact.name().equals("findings") || fact.name().startsWith("response.");
  }

  /// How a value moves while an answer grows.
  private enum Direction {
    STAYS,
    RISES,
    FALLS,
    UNKNOWN;

    boolean rises() {
      return this == STAYS || this == RISES;
    }

    Direction turned() {
      return switch (this) {
        case STAYS -> STAYS;
        case RISES -> FALLS;
        case FALLS -> RISES;
        case UNKNOWN -> UNKNOWN;
      };
    }

    Direction with(Direction other) {
      if (this == STAYS || this == other) {
        return other;
      }
      return other == STAYS ? this : UNKNOWN;
    }
  }

  private static Direction direction(Expression expression) {
    return switch (expression) {
      case Expression.Literal literal -> Direction.STAYS;
      case Expression.LocalRead local -> Direction.STAYS;
      case Expression.FactRead read -> isAnswers(read.fact()) ? Direction.UNKNOWN : Direction.STAYS;
      case Expression.FindingQuery query ->
          !isAnswers(query.source())
              ? Direction.STAYS
              : query.query() == Expression.FindingQuery.Query.FIRST
                  ? Direction.UNKNOWN
                  : Direction.RISES;
      case Expression.Select select -> still(List.of(select.operand()));
      case Expression.Has has -> still(List.of(has.operand()));
      case Expression.Call call -> ofCall(call);
      case Expression.ListLiteral list -> still(list.elements());
      case Expression.MapLiteral map ->
          still(
              map.entries().stream()
                  .flatMap(entry -> Stream.of(entry.key(), entry.value()))
                  .toList());
      case Expression.Conditional conditional ->
          direction(conditional.condition()) == Direction.STAYS
              ? direction(conditional.then()).with(direction(conditional.otherwise()))
              : Direction.UNKNOWN;
      case Expression.Comprehension comprehension -> ofMacro(comprehension);
    };
  }

  private static Direction still(List<Expression> parts) {
    return parts.stream().allMatch(part -> direction(part) == Direction.STAYS)
        ? Direction.STAYS
        : Direction.UNKNOWN;
  }

  private static Direction ofCall(Expression.Call call) {
    List<Expression> arguments = call.arguments();
    return switch (call.function()) {
      case AND, OR, ADD -> direction(arguments.get(0)).with(direction(arguments.get(1)));
      case NOT, NEGATE -> direction(arguments.getFirst()).turned();
      case GREATER, GREATER_OR_EQUAL, SUBTRACT ->
          direction(arguments.get(0)).with(direction(arguments.get(1)).turned());
      case LESS, LESS_OR_EQUAL ->
          direction(arguments.get(0)).turned().with(direction(arguments.get(1)));
      case SIZE -> isFindings(arguments.getFirst()) ? Direction.RISES : still(arguments);
      default -> still(arguments);
    };
  }

  private static boolean isFindings(Expression expression) {
    return expression instanceof Expression.FactRead read
        && read.fact().type() == Type.Simple.FINDINGS
        && isAnswers(read.fact());
  }

  private static Direction ofMacro(Expression.Comprehension macro) {
    Direction predicate = macro.predicate().map(Streams::direction).orElse(Direction.STAYS);
    Direction transform = macro.transform().map(Streams::direction).orElse(Direction.STAYS);
    if (transform != Direction.STAYS) {
      return Direction.UNKNOWN;
    }
    if (!isFindings(macro.range())) {
      return direction(macro.range()) != Direction.STAYS
          ? Direction.UNKNOWN
          : switch (macro.macro()) {
            case ALL, EXISTS -> predicate;
            case EXISTS_ONE, FILTER, MAP ->
                predicate == Direction.STAYS ? Direction.STAYS : Direction.UNKNOWN;
          };
    }
    return switch (macro.macro()) {
      case EXISTS -> predicate.rises() ? Direction.RISES : Direction.UNKNOWN;
      case ALL ->
          predicate == Direction.STAYS || predicate == Direction.FALLS
              ? Direction.FALLS
              : Direction.UNKNOWN;
      case EXISTS_ONE, FILTER, MAP -> Direction.UNKNOWN;
    };
  }

  /// The first rule that reads findings of requests, when there is one.
  static Optional<RuleDefinition> readsRequestFindings(Policy policy) {
    return policy.rules().values().stream()
        .filter(
            rule ->
                rule.effects().stream()
                    .anyMatch(
                        placed ->
                            placed.phases().contains(Phase.REQUEST)
                                && (placed.effect() instanceof EffectDefinition.Mask
                                    || readsFindings(rule))))
        .findFirst();
  }

  private static boolean readsFindings(RuleDefinition rule) {
    return rule.when()
        .filter(
            when ->
                ExpressionFacts.facts(when).stream()
                    .anyMatch(fact -> fact.type() == Type.Simple.FINDINGS))
        .isPresent();
  }
}
