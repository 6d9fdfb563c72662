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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    checks.detectors();
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

  /// What the policy says of a detector matters only when something looks for what it finds.
  private void detectors() {
    policy
        .detectors()
        .forEach(
            (id, detector) -> {
              if (!graph.detectors().containsKey(id)) {
                out.report(
                        DiagnosticCode.UNUSED_NAME,
                        detector.span(),
                        "nothing uses the detector `%s`".formatted(id))
                    .help("use it or take it out");
              }
            });
  }

  private record Cap(RuleDefinition rule, EffectDefinition.Set set) {}

  /// Caps join to the smallest; a floor above another rule's cap leaves nothing. Each floor is held
  /// against the lowest cap, and against the lowest of a rule with the same condition.
  private void caps() {
    List<Cap> floors = new ArrayList<>();
    Map<String, Cap> lowest = new HashMap<>();
    Optional<Cap> lowestOfAll = Optional.empty();
    for (RuleDefinition rule : policy.rules().values()) {
      for (RuleDefinition.Placed placed : rule.effects()) {
        if (placed.effect() instanceof EffectDefinition.Set set && !rule.shadow()) {
          Cap cap = new Cap(rule, set);
          if (set.temperatureMin().isPresent()) {
            floors.add(cap);
          }
          if (set.temperatureMax().isPresent()) {
            lowest.merge(condition(cap), cap, PolicyChecks::lower);
            lowestOfAll = Optional.of(lowestOfAll.map(known -> lower(known, cap)).orElse(cap));
          }
        }
      }
    }
    for (Cap floor : floors) {
      Optional<Cap> meeting = Optional.ofNullable(lowest.get(condition(floor)));
      meeting.ifPresent(ceiling -> hold(floor, ceiling, true));
      lowestOfAll
          .filter(ceiling -> !meeting.equals(Optional.of(ceiling)))
          .ifPresent(ceiling -> hold(floor, ceiling, false));
    }
  }

  private static String condition(Cap cap) {
    return cap.rule().when().map(ExpressionText::print).orElse("");
  }

  private static Cap lower(Cap first, Cap second) {
    return second.set().temperatureMax().orElseThrow() < first.set().temperatureMax().orElseThrow()
        ? second
        : first;
  }

  /// Reports a floor above a cap: certain where both rules apply to the same exchanges; elsewhere
  /// they may never meet.
  private void hold(Cap floor, Cap ceiling, boolean meet) {
    if (floor.equals(ceiling)
        || floor.set().temperatureMin().orElseThrow()
            <= ceiling.set().temperatureMax().orElseThrow()) {
      return;
    }
    String message =
        "`%s` asks for a temperature above what `%s` allows"
            .formatted(floor.rule().name().value(), ceiling.rule().name().value());
    Diagnostics.Draft draft =
        meet
            ? out.error(DiagnosticCode.CONTRADICTORY_SET, floor.set().span(), message)
            : out.warning(DiagnosticCode.CONTRADICTORY_SET, floor.set().span(), message);
    draft.label(ceiling.set().span(), "the cap stands here");
  }
}
