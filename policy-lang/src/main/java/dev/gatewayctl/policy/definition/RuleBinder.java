package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.checking.Scope;
import dev.gatewayctl.policy.definition.RuleDefinition.Placed;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.Scalars;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Binds `rules`.
final class RuleBinder {
  private static final List<String> PHASES =
      Arrays.stream(Phase.values()).map(Phase::word).toList();
  private static final int HIGHEST_PRIORITY = 1_000_000;
  private static final int MOST_RULES = 100_000;

  private final Binding binding;
  private final EffectBinder effects;
  private final Diagnostics out;

  RuleBinder(Binding binding) {
    this.binding = binding;
    this.effects = new EffectBinder(binding);
    this.out = binding.out();
  }

  SortedMap<String, RuleDefinition> bind() {
    SortedMap<String, RuleDefinition> all = new TreeMap<>();
    List<Entry> entries = binding.text().named("rules");
    if (entries.size() > MOST_RULES) {
      out.report(
          DiagnosticCode.OUT_OF_RANGE,
          entries.get(MOST_RULES).key().span(),
          "the policy has more than %d rules".formatted(MOST_RULES));
      return all;
    }
    for (Entry entry : entries) {
      Fields fields = binding.fields(entry, "rules");
      if (fields != null) {
        all.put(entry.name(), rule(entry, fields));
        fields.close();
      }
    }
    return all;
  }

  private RuleDefinition rule(Entry entry, Fields fields) {
    fields.later("label", "route", "reject", "cache", "record", "alert");
    fields.later("required", "from", "until", "final", "shadow_calls");
    Span at = entry.key().span();
    boolean allows = fields.entries().stream().anyMatch(e -> e.name().equals("allow"));
    SyntaxNode written = fields.take("when");
    Optional<Expression> when =
        binding.condition(fields, "when", allows ? Scope.ALLOW : Scope.POLICY);
    List<EffectDefinition> stated = effects.bind(fields, when);
    List<Located<Phase>> on = phases(fields);
    boolean shadow = shadow(fields);
    boolean buffer = fields.word("stream", List.of("buffer")).isPresent();
    int priority = fields.smallCount("priority", 0, HIGHEST_PRIORITY).orElse(0);
    Optional<String> description = fields.text("description").map(Located::value);
    Optional<String> owner = fields.text("owner").map(Located::value);
    List<String> controls = fields.texts("controls").stream().map(Located::value).toList();
    boolean says =
        fields.entries().stream()
            .anyMatch(e -> EFFECTS.contains(e.name()) || LATER_EFFECTS.contains(e.name()));
    if (!says) {
      out.report(
              DiagnosticCode.RULE_WITHOUT_EFFECT,
              at,
              "the rule `%s` does nothing".formatted(entry.name()))
          .help("give it " + Scalars.oneOf(EFFECTS));
    }
    // INVARIANT: without its condition an effect would be placed where it is not meant to run
    List<Placed> placed =
        written != null && when.isEmpty() ? List.of() : place(stated, when, on, fields);
    if (buffer && !placed.isEmpty() && placed.stream().noneMatch(RuleBinder::inResponse)) {
      out.report(
              DiagnosticCode.EFFECT_NOT_IN_PHASE,
              at,
              "`stream: buffer` holds back answers, but `%s` does not run in `response`"
                  .formatted(entry.name()))
          .help("take `stream` out, or let the rule run `on: response`");
    }
    return new RuleDefinition(
        new Located<>(entry.name(), at),
        when,
        placed,
        shadow,
        priority,
        buffer,
        description,
        owner,
        controls);
  }

  private static final List<String> EFFECTS =
      List.of("deny", "allow", "mask", "require", "set", "tag");
  private static final List<String> LATER_EFFECTS =
      List.of("label", "route", "reject", "cache", "record", "alert");

  private static boolean inResponse(Placed placed) {
    return placed.phases().contains(Phase.RESPONSE);
  }

  private List<Placed> place(
      List<EffectDefinition> stated,
      Optional<Expression> when,
      List<Located<Phase>> on,
      Fields fields) {
    boolean says = fields.take("on") != null;
    Placement placement = new Placement(when, out);
    List<Placed> placed = new ArrayList<>();
    for (EffectDefinition effect : stated) {
      Set<Phase> phases = says ? placement.of(effect, on) : placement.of(effect);
      texts(effect, phases);
      placed.add(new Placed(effect, phases, says));
    }
    return placed;
  }

  private void texts(EffectDefinition effect, Set<Phase> phases) {
    if (!(effect instanceof EffectDefinition.Deny deny) || phases.isEmpty()) {
      return;
    }
    for (EffectDefinition.Text.Part part : deny.reason().parts()) {
      if (part instanceof EffectDefinition.Text.Part.Value value) {
        Placement.factsExist(value.expression(), phases, "this text is written", out);
      }
    }
  }

  private List<Located<Phase>> phases(Fields fields) {
    List<Located<Phase>> phases = new ArrayList<>();
    for (Scalar scalar : fields.scalarsOf("on")) {
      String word = fields.scalars().word(scalar, PHASES);
      Optional<Phase> phase = word == null ? Optional.empty() : Placement.phase(word);
      phase.ifPresent(known -> phases.add(new Located<>(known, scalar.span())));
    }
    SyntaxNode on = fields.take("on");
    if (on instanceof SyntaxNode.Sequence list && list.items().isEmpty()) {
      out.report(DiagnosticCode.OUT_OF_RANGE, on.span(), "`on` names no phase")
          .help("name one, or leave `on` out");
    }
    return phases;
  }

  private boolean shadow(Fields fields) {
    @Nullable SyntaxNode mode = fields.take("mode");
    if (mode instanceof Mapping) {
      Fields.notYet(mode.span(), "enforcing for a share (`mode: { enforce: ... }`)", out);
      return false;
    }
    return fields
        .word("mode", List.of("enforce", "shadow"))
        .filter(word -> word.value().equals("shadow"))
        .isPresent();
  }
}
