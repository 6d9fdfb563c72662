package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionFacts;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.LimitNode;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.RuleNode;
import dev.gatewayctl.policy.graph.ScriptNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What the rules of a graph need computed, so that nothing else is.
///
/// @param requestDetectors those whose findings in requests a rule reads or masks
/// @param answerDetectors those whose findings in answers a rule reads or masks
/// @param maskedDetectors by rule, the detectors whose findings it masks
/// @param inspectsAnswers whether any rule runs on answers or reads their findings
/// @param changesAnswers whether an enforced rule may refuse or mask an answer
/// @param deniesAnswers whether an enforced rule may refuse an answer
/// @param buffersStreams whether a rule holds streams until they are whole
/// @param heldInShadow shadow rules that would hold streams until they are whole
/// @param countsTokens whether every exchange may need a token count: for a rule, a limit or its
///   record, or because no provider is asked for one
/// @param readsHeaders whether anything reads the headers of requests
/// @param principalDenies enforced denies of requests over principal and model alone
/// @param principalAllows allows of requests over principal and model alone
/// @param toolDenies enforced denies of requests over principal, server and tool alone
record Needs(
    SortedSet<String> requestDetectors,
    SortedSet<String> answerDetectors,
    Map<String, Set<String>> maskedDetectors,
    boolean inspectsAnswers,
    boolean changesAnswers,
    boolean deniesAnswers,
    boolean buffersStreams,
    List<String> heldInShadow,
    boolean countsTokens,
    boolean readsHeaders,
    List<RuleNode> principalDenies,
    List<RuleNode> principalAllows,
    List<RuleNode> toolDenies) {

  private static final Set<String> TOOL_FACTS =
      Set.of("request.surface", "mcp.server", "mcp.method", "mcp.tool");

  Needs {
    maskedDetectors = Map.copyOf(maskedDetectors);
    heldInShadow = List.copyOf(heldInShadow);
    principalDenies = List.copyOf(principalDenies);
    principalAllows = List.copyOf(principalAllows);
    toolDenies = List.copyOf(toolDenies);
  }

  static Needs of(RuleGraph graph) {
    TreeSet<String> request = new TreeSet<>();
    TreeSet<String> answer = new TreeSet<>();
    Map<String, Set<String>> masked = new HashMap<>();
    boolean tokens = false;
    boolean headers = false;
    boolean readsAnswer = false;
    for (Phase phase : Phase.values()) {
      for (RuleNode rule : graph.rules().getOrDefault(phase, List.of())) {
        for (Effect effect : rule.effects()) {
          if (effect instanceof Effect.Mask mask) {
            (phase == Phase.RESPONSE ? answer : request).addAll(mask.detectors());
            masked.computeIfAbsent(rule.id(), _ -> new TreeSet<>()).addAll(mask.detectors());
          }
        }
        for (Expression expression : expressions(rule)) {
          request.addAll(detectors(expression, phase, false, graph));
          answer.addAll(detectors(expression, phase, true, graph));
          tokens |= reads(expression, "tokens.input");
          headers |= reads(expression, "headers");
          readsAnswer |= reads(expression, "response.findings");
        }
      }
    }
    for (LimitNode limit : graph.limits()) {
      List<Expression> expressions = new ArrayList<>(limit.by());
      limit.when().ifPresent(expressions::add);
      for (Expression expression : expressions) {
        request.addAll(detectors(expression, Phase.REQUEST, false, graph));
        tokens |= reads(expression, "tokens.input");
        headers |= reads(expression, "headers");
      }
    }
    List<RuleNode> response = graph.rules().getOrDefault(Phase.RESPONSE, List.of());
    return new Needs(
        Collections.unmodifiableSortedSet(request),
        Collections.unmodifiableSortedSet(answer),
        masked,
        !response.isEmpty() || readsAnswer,
        enforces(response, Effect.Deny.class) || enforces(response, Effect.Mask.class),
        enforces(response, Effect.Deny.class),
        response.stream().anyMatch(rule -> rule.buffer() && !rule.shadow()),
        response.stream().filter(rule -> rule.buffer() && rule.shadow()).map(RuleNode::id).toList(),
        tokens || graph.audit().allFacts() || countsUsage(graph),
        headers,
        overPrincipals(graph, Effect.Deny.class),
        overPrincipals(graph, Effect.Allow.class),
        overTools(graph));
  }

  private static boolean countsUsage(RuleGraph graph) {
    return graph.providers().values().stream()
        .anyMatch(
            provider ->
                provider.usage() == ProviderNode.UsageSource.COUNT
                    || provider.script().stream()
                        .flatMap(script -> script.steps().stream())
                        .anyMatch(step -> !isCounted(step)));
  }

  private static boolean isCounted(ScriptNode.Step step) {
    return step.reportUsage() && step.inputTokens().isPresent() && step.outputTokens().isPresent();
  }

  private static boolean enforces(List<RuleNode> rules, Class<? extends Effect> effect) {
    return rules.stream()
        .filter(rule -> !rule.shadow())
        .flatMap(rule -> rule.effects().stream())
        .anyMatch(effect::isInstance);
  }

  private static List<RuleNode> overPrincipals(RuleGraph graph, Class<? extends Effect> effect) {
    return graph.rules().getOrDefault(Phase.REQUEST, List.of()).stream()
        .filter(rule -> !rule.shadow())
        .filter(rule -> rule.effects().stream().anyMatch(effect::isInstance))
        .filter(
            rule ->
                rule.when().isEmpty()
                    || ExpressionFacts.facts(rule.when().get()).stream()
                        .allMatch(
                            fact ->
                                fact.name().startsWith("principal.")
                                    || fact.name().equals("model.name")))
        .toList();
  }

  private static List<RuleNode> overTools(RuleGraph graph) {
    return graph.rules().getOrDefault(Phase.REQUEST, List.of()).stream()
        .filter(rule -> !rule.shadow())
        .filter(rule -> rule.effects().stream().anyMatch(Effect.Deny.class::isInstance))
        .filter(
            rule ->
                rule.when().isPresent()
                    && ExpressionFacts.facts(rule.when().get()).stream()
                        .map(Fact::name)
                        .allMatch(
                            name -> name.startsWith("principal.") || TOOL_FACTS.contains(name)))
        .toList();
  }

  private static List<Expression> expressions(RuleNode rule) {
    List<Expression> expressions = new ArrayList<>();
    rule.when().ifPresent(expressions::add);
    for (Effect effect : rule.effects()) {
      switch (effect) {
        case Effect.Require require -> expressions.add(require.constraint());
        case Effect.Deny deny ->
            deny.reason()
                .parts()
                .forEach(
                    part -> {
                      if (part instanceof Effect.TextTemplate.Part.Value value) {
                        expressions.add(value.expression());
                      }
                    });
        case Effect.Allow _, Effect.Mask _, Effect.Set _, Effect.Tag _ -> {}
      }
    }
    return expressions;
  }

  private static boolean reads(Expression expression, String fact) {
    return ExpressionFacts.facts(expression).stream().anyMatch(read -> read.name().equals(fact));
  }

  /// The detectors that an expression asks about in requests or in answers. Findings that are read
  /// as a list are asked of all detectors.
  private static SortedSet<String> detectors(
      Expression expression, Phase phase, boolean ofAnswer, RuleGraph graph) {
    TreeSet<String> detectors = new TreeSet<>();
    for (Fact fact : ExpressionFacts.facts(expression)) {
      boolean answers =
          fact.name().equals("response.findings")
              || (fact.name().equals("findings") && phase == Phase.RESPONSE);
      boolean findings = fact.name().equals("findings") || fact.name().endsWith(".findings");
      if (findings && answers == ofAnswer) {
        detectors.addAll(queried(expression, fact, graph));
      }
    }
    return detectors;
  }

  private static SortedSet<String> queried(Expression expression, Fact fact, RuleGraph graph) {
    TreeSet<String> queried = new TreeSet<>();
    if (!collect(expression, fact, queried)) {
      queried.addAll(graph.detectors().keySet());
    }
    return queried;
  }

  /// Gathers the detectors of all queries of a fact; false when it is read otherwise.
  private static boolean collect(Expression expression, Fact fact, SortedSet<String> into) {
    return switch (expression) {
      case Expression.FindingQuery query -> {
        if (query.source().equals(fact)) {
          into.addAll(query.detectors());
        }
        yield true;
      }
      case Expression.FactRead read -> !read.fact().equals(fact);
      case Expression.Literal _, Expression.LocalRead _ -> true;
      case Expression.Select select -> collect(select.operand(), fact, into);
      case Expression.Has has -> collect(has.operand(), fact, into);
      case Expression.Call call -> all(call.arguments(), fact, into);
      case Expression.ListLiteral list -> all(list.elements(), fact, into);
      case Expression.MapLiteral map ->
          all(
              map.entries().stream()
                  .flatMap(entry -> java.util.stream.Stream.of(entry.key(), entry.value()))
                  .toList(),
              fact,
              into);
      case Expression.Conditional c ->
          all(List.of(c.condition(), c.then(), c.otherwise()), fact, into);
      case Expression.Comprehension c -> {
        List<Expression> parts = new ArrayList<>(List.of(c.range()));
        c.predicate().ifPresent(parts::add);
        c.transform().ifPresent(parts::add);
        yield all(parts, fact, into);
      }
    };
  }

  private static boolean all(List<Expression> parts, Fact fact, SortedSet<String> into) {
    boolean onlyQueries = true;
    for (Expression part : parts) {
      onlyQueries &= collect(part, fact, into);
    }
    return onlyQueries;
  }
}
