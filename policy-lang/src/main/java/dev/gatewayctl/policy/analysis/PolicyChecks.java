package dev.gatewayctl.policy.analysis;

import dev.gatewayctl.policy.definition.EffectDefinition;
import dev.gatewayctl.policy.definition.ModelDefinition;
import dev.gatewayctl.policy.definition.Policy;
import dev.gatewayctl.policy.definition.RuleDefinition;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.expression.ExpressionText;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.ArrayList;
import java.util.List;

/// Checks a policy as a whole: what no section shows by itself.
public final class PolicyChecks {
  private final Policy policy;
  private final RuleGraph graph;
  private final Diagnostics out;

  private PolicyChecks(Policy policy, RuleGraph graph, Diagnostics out) {
    this.policy = policy;
    this.graph = graph;
    this.out = out;
  }

  /// Reports what is wrong between the parts of a policy; `graph` was built from `policy`.
  public static void check(Policy policy, RuleGraph graph, Diagnostics out) {
    PolicyChecks checks = new PolicyChecks(policy, graph, out);
    checks.prices();
    checks.opaque();
    checks.caps();
    Access.check(policy, graph.defaults().accessAllow(), out);
    Exposure.check(policy, out);
    Streams.check(policy, out);
  }

  /// Without a price nothing can be counted against a limit or a budget.
  private void prices() {
    for (ModelDefinition model : policy.models().values()) {
      ModelNode node = graph.models().get(model.name().value());
      for (int i = 0; node != null && i < node.targets().size(); i++) {
        if (node.targets().get(i).price().isEmpty()) {
          ModelDefinition.Target target = model.targets().get(i);
          out.report(
                  DiagnosticCode.UNPRICED_MODEL,
                  target.span(),
                  "no price is known for the target `%s`".formatted(target.id()))
              .help(
                  ("give the model `%s` its price in USD per million tokens:"
                          + " `price: { input: 0.10, output: 0.30 }`")
                      .formatted(model.name().value()));
        }
      }
    }
  }

  /// A picture or a file passes every rule that looks for something in text.
  private void opaque() {
    if (policy.defaults().opaque().isEmpty()) {
      Streams.readsRequestFindings(policy)
          .ifPresent(
              rule ->
                  out.report(
                          DiagnosticCode.OPAQUE_PASSES,
                          rule.span(),
                          "images, files and remote content pass `%s` unread"
                              .formatted(rule.name().value()))
                      .help("say what shall happen to them: `defaults: { opaque: deny }`")
                      .help("to let them pass, write `opaque: allow`, or `opaque: tag`"));
    }
  }

  private record Cap(RuleDefinition rule, EffectDefinition.Set set) {}

  /// Caps join to the smallest; a floor above another rule's cap leaves nothing.
  private void caps() {
    List<Cap> caps = new ArrayList<>();
    for (RuleDefinition rule : policy.rules().values()) {
      for (RuleDefinition.Placed placed : rule.effects()) {
        if (placed.effect() instanceof EffectDefinition.Set set && !rule.shadow()) {
          caps.add(new Cap(rule, set));
        }
      }
    }
    for (Cap floor : caps) {
      for (Cap ceiling : caps) {
        if (!floor.equals(ceiling) && contradicts(floor.set(), ceiling.set())) {
          contradiction(floor, ceiling);
        }
      }
    }
  }

  private static boolean contradicts(EffectDefinition.Set floor, EffectDefinition.Set ceiling) {
    return floor.temperatureMin().isPresent()
        && ceiling.temperatureMax().isPresent()
        && floor.temperatureMin().getAsDouble() > ceiling.temperatureMax().getAsDouble();
  }

  /// Certain where both rules apply to the same exchanges; elsewhere they may never meet.
  private void contradiction(Cap floor, Cap ceiling) {
    String message =
        "`%s` asks for a temperature above what `%s` allows"
            .formatted(floor.rule().name().value(), ceiling.rule().name().value());
    boolean meet =
        floor
            .rule()
            .when()
            .map(ExpressionText::print)
            .equals(ceiling.rule().when().map(ExpressionText::print));
    Diagnostics.Draft draft =
        meet
            ? out.error(DiagnosticCode.CONTRADICTORY_SET, floor.set().span(), message)
            : out.warning(DiagnosticCode.CONTRADICTORY_SET, floor.set().span(), message);
    draft.label(ceiling.set().span(), "the cap stands here");
  }
}
