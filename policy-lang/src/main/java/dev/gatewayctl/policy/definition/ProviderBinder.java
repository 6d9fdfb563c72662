package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Protocol;
import dev.gatewayctl.policy.catalog.ProviderDialect;
import dev.gatewayctl.policy.definition.ProviderDefinition.ScriptStep;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.field.SettingText;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Binds `providers`, scripted ones with their answers.
final class ProviderBinder {
  private static final int MOST_STEPS = 10_000;
  private static final int MOST_KEYS = 32;
  private static final int MOST_TOKENS = 100_000_000;
  private static final int LONGEST_TEXT = 4 * 1024 * 1024;

  private final Binding binding;

  ProviderBinder(Binding binding) {
    this.binding = binding;
  }

  SortedMap<String, ProviderDefinition> bind() {
    SortedMap<String, ProviderDefinition> all = new TreeMap<>();
    for (Entry entry : binding.text().named("providers")) {
      Fields fields = binding.fields(entry, "providers");
      if (fields != null) {
        provider(entry, fields).ifPresent(provider -> all.put(entry.name(), provider));
        fields.close();
      }
    }
    return all;
  }

  private Optional<ProviderDefinition> provider(Entry entry, Fields fields) {
    Span at = entry.key().span();
    fields.later("data", "clearance", "retention", "billed", "timeout");
    fields.require("protocol", at, "protocol: openai");
    Optional<Located<String>> protocol = fields.word("protocol", Protocol.words());
    boolean scripted = protocol.isPresent() && protocol.get().value().equals("script");
    Optional<SettingText> base = baseUrl(fields);
    List<SettingText> keys = keys(fields);
    Optional<Located<String>> region = region(fields);
    boolean trains = fields.flag("trains", true);
    boolean count =
        fields
            .word("usage", List.of("ask", "count"))
            .filter(w -> w.value().equals("count"))
            .isPresent();
    SyntaxNode script = fields.take("script");
    if (script != null && protocol.isPresent() && !scripted) {
      conflict(script.span(), "`script` stands beside `protocol: script` only");
    }
    if (scripted && base.isPresent()) {
      conflict(base.get().span(), "a `script` provider has no `base_url`: it answers by itself");
    }
    CredentialBinder credentials = new CredentialBinder(binding, fields);
    Optional<Protocol> spoken = protocol.flatMap(word -> Protocol.of(word.value()));
    ProviderDefinition.Place place = credentials.place(spoken);
    Optional<ProviderDefinition.Credential> credential = credentials.credential(spoken);
    Optional<Located<String>> dialect = fields.word("dialect", ProviderDialect.words());
    if (dialect.isPresent() && spoken.isPresent() && spoken.get() != Protocol.OPENAI) {
      conflict(dialect.get().span(), "`dialect` stands beside `protocol: openai` only");
    }
    if (spoken.isEmpty()) {
      return Optional.empty();
    }
    Optional<SettingText> address =
        scripted || base.isPresent() ? base : credentials.address(spoken.get(), place);
    return Optional.of(
        new ProviderDefinition(
            new Located<>(entry.name(), at),
            protocol.get().value(),
            scripted ? Optional.empty() : address,
            keys,
            credential,
            place,
            dialect.map(Located::value),
            region,
            trains,
            count,
            scripted ? script(script, at, fields.path("script")) : List.of()));
  }

  private Optional<SettingText> baseUrl(Fields fields) {
    SyntaxNode node = fields.take("base_url");
    SettingText setting = binding.setting(node, fields.path("base_url"));
    if (setting instanceof SettingText.Literal && node instanceof Scalar scalar) {
      return fields.scalars().url(scalar) == null ? Optional.empty() : Optional.of(setting);
    }
    return Optional.ofNullable(setting);
  }

  private List<SettingText> keys(Fields fields) {
    String what = fields.path("api_key");
    SyntaxNode node = fields.take("api_key");
    hide(node);
    if (node instanceof Mapping) {
      Fields.notYet(node.span(), "a table of credentials (`" + what + "`)", binding.out());
      return List.of();
    }
    List<SyntaxNode> nodes =
        node instanceof Sequence list ? list.items() : node == null ? List.of() : List.of(node);
    if (nodes.size() > MOST_KEYS) {
      binding
          .out()
          .report(
              DiagnosticCode.OUT_OF_RANGE,
              nodes.get(MOST_KEYS).span(),
              "`%s` has more than %d credentials".formatted(what, MOST_KEYS));
    }
    List<SettingText> keys = new ArrayList<>();
    for (SyntaxNode each : nodes) {
      SettingText key = binding.setting(each, what);
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  /// Whatever is no reference under `api_key` is a credential and is shown nowhere.
  private static void hide(@Nullable SyntaxNode node) {
    switch (node) {
      case null -> {}
      case Scalar scalar -> {
        if (!Fields.isReference(scalar.value())) {
          scalar.span().hide();
        }
      }
      case Sequence list -> list.items().forEach(ProviderBinder::hide);
      case Mapping table -> table.entries().forEach(entry -> hide(entry.value()));
    }
  }

  private static Optional<Located<String>> region(Fields fields) {
    Scalar scalar = fields.scalar("region");
    return scalar == null || !fields.scalars().name(scalar)
        ? Optional.empty()
        : Optional.of(new Located<>(scalar.value(), scalar.span()));
  }

  /// A text, one step, or a list of them; nothing written echoes.
  private List<ScriptStep> script(@Nullable SyntaxNode node, Span owner, String what) {
    if (node == null) {
      return List.of(step(owner, "", true));
    }
    List<SyntaxNode> nodes = node instanceof Sequence list ? list.items() : List.of(node);
    if (nodes.isEmpty() || nodes.size() > MOST_STEPS) {
      binding
          .out()
          .report(
              DiagnosticCode.OUT_OF_RANGE,
              node.span(),
              "`%s` has not between 1 and %d steps".formatted(what, MOST_STEPS));
      return List.of(step(owner, "", true));
    }
    List<ScriptStep> steps = new ArrayList<>();
    for (SyntaxNode each : nodes) {
      if (each instanceof Scalar) {
        Scalar text = Fields.scalar(each, what, binding.out());
        if (text != null) {
          steps.add(step(each.span(), text.value(), false));
        }
      } else {
        Fields fields = Fields.of(each, what, binding.out());
        if (fields != null) {
          steps.add(step(fields));
          fields.close();
        }
      }
    }
    return steps;
  }

  private static ScriptStep step(Span span, String text, boolean echo) {
    return new ScriptStep(
        span,
        text,
        echo,
        Optional.empty(),
        List.of(),
        Duration.ZERO,
        Duration.ZERO,
        200,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        true);
  }

  private ScriptStep step(Fields fields) {
    Optional<Located<String>> text = fields.text("text");
    boolean echo = fields.flag("echo", false);
    Optional<Located<String>> body = fields.text("body");
    int status = fields.smallCount("status", 200, 599).orElse(200);
    int answers = (text.isPresent() ? 1 : 0) + (echo ? 1 : 0) + (body.isPresent() ? 1 : 0);
    if (answers > 1) {
      conflict(fields.span(), "`text`, `echo` and `body` exclude each other");
    }
    List<Integer> cuts = cuts(fields, text.map(Located::value));
    Duration delay = fields.duration("delay", Duration.ZERO);
    Duration eventDelay = fields.duration("event_delay", Duration.ZERO);
    Optional<Duration> retryAfter = fields.duration("retry_after");
    OptionalInt dies = fields.smallCount("die_after_events", 0, LONGEST_TEXT);
    OptionalInt input = OptionalInt.empty();
    OptionalInt output = OptionalInt.empty();
    boolean report = true;
    SyntaxNode usage = fields.take("usage");
    if (usage instanceof Scalar none && none.value().equals("none")) {
      report = false;
    } else if (usage != null) {
      Fields counts = Fields.of(usage, fields.path("usage"), binding.out());
      if (counts != null) {
        input = counts.smallCount("input", 0, MOST_TOKENS);
        output = counts.smallCount("output", 0, MOST_TOKENS);
        counts.close();
      }
    }
    return new ScriptStep(
        fields.span(),
        text.map(Located::value).orElse(""),
        echo || (answers == 0 && status < 400),
        body.map(Located::value),
        cuts,
        delay,
        eventDelay,
        status,
        retryAfter,
        dies,
        input,
        output,
        report);
  }

  private List<Integer> cuts(Fields fields, Optional<String> text) {
    List<Scalar> scalars = fields.scalarsOf("cuts");
    int length = text.map(t -> t.codePointCount(0, t.length())).orElse(LONGEST_TEXT);
    List<Integer> cuts = new ArrayList<>();
    for (Scalar scalar : scalars) {
      Long cut = fields.scalars().count(scalar, 1, Math.max(1, length));
      if (cut == null) {
        continue;
      }
      if (!cuts.isEmpty() && cuts.getLast() >= cut) {
        binding.out().report(DiagnosticCode.OUT_OF_RANGE, scalar.span(), "`cuts` do not rise here");
      }
      cuts.add(cut.intValue());
    }
    return cuts;
  }

  private void conflict(Span at, String message) {
    binding.out().report(DiagnosticCode.CONFLICTING_KEYS, at, message);
  }
}
