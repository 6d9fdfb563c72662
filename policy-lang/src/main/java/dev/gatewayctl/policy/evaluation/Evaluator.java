package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.LimitNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.RuleNode;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Decides the rules of one graph. Immutable, for any number of threads; each exchange brings its
/// own [Facts]. Nothing is looked up by name here: conditions are closures over slots.
public final class Evaluator {
  private final Map<Phase, LinkedRule[]> rules;
  private final Map<Phase, Decision> nothing;

  /// The expressions of the graph that are no conditions, by identity.
  private final IdentityHashMap<Expression, Node> lowered;

  private Evaluator(
      Map<Phase, LinkedRule[]> rules,
      Map<Phase, Decision> nothing,
      IdentityHashMap<Expression, Node> lowered) {
    this.rules = rules;
    this.nothing = nothing;
    this.lowered = lowered;
  }

  /// Lowers every condition of the graph to a closure.
  public static Evaluator link(RuleGraph graph) {
    Map<Phase, LinkedRule[]> rules = new EnumMap<>(Phase.class);
    Map<Phase, Decision> nothing = new EnumMap<>(Phase.class);
    IdentityHashMap<Expression, Node> lowered = new IdentityHashMap<>();
    for (Phase phase : Phase.values()) {
      List<RuleNode> nodes =
          graph.rules().getOrDefault(phase, List.of()).stream()
              .sorted(Comparator.comparing(RuleNode::id))
              .toList();
      rules.put(phase, nodes.stream().map(LinkedRule::of).toArray(LinkedRule[]::new));
      nothing.put(phase, Decision.nothing(phase));
      for (RuleNode node : nodes) {
        for (Effect effect : node.effects()) {
          if (effect instanceof Effect.Require(Expression constraint)) {
            lowered.put(constraint, Lowering.lower(constraint));
          }
        }
      }
    }
    for (LimitNode limit : graph.limits()) {
      Stream.concat(limit.by().stream(), limit.when().stream())
          .forEach(expression -> lowered.put(expression, Lowering.lower(expression)));
    }
    return new Evaluator(rules, nothing, lowered);
  }

  /// Decides all rules of the phase, also after a deny. A `settle` rule that reads a fact of a
  /// phase that did not run is not decided.
  public Decision decide(Phase phase, Facts facts) {
    Join join = null;
    for (LinkedRule rule : Objects.requireNonNull(rules.get(phase))) {
      if (phase == Phase.SETTLE && !rule.canBeDecided(facts)) {
        continue;
      }
      facts.begin();
      Object condition = rule.when().value(facts);
      if (!Boolean.FALSE.equals(condition)) {
        join = join == null ? new Join(phase, facts) : join;
        join.add(rule, condition);
      }
    }
    Decision decided = join == null ? null : join.decision();
    return decided == null ? Objects.requireNonNull(nothing.get(phase)) : decided;
  }

  /// The value of an expression, such as a limit's `by`. Those of the graph are lowered already.
  public Value evaluate(Expression expression, Facts facts) {
    return switch (run(expression, facts)) {
      case Node.Failure(String why) -> new Value.Failed(why);
      case Node.Nothing nothing -> new Value.Absent();
      case Object value -> new Value.Of(value);
    };
  }

  /// The truth of a condition, such as a limit's `when`.
  public Tri test(Expression expression, Facts facts) {
    return switch (run(expression, facts)) {
      case Boolean truth -> truth ? Tri.TRUE : Tri.FALSE;
      case Object error -> Tri.ERROR;
    };
  }

  /// Whether a candidate target satisfies a requirement; a constraint in error excludes it.
  public boolean allows(Decision.Requirement requirement, Facts targetFacts) {
    return test(requirement.constraint(), targetFacts) == Tri.TRUE;
  }

  private Object run(Expression expression, Facts facts) {
    Node node = lowered.get(expression);
    facts.begin();
    return (node == null ? Lowering.lower(expression) : node).value(facts);
  }
}
