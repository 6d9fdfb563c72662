package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.definition.ModelDefinition.Price;
import dev.gatewayctl.policy.definition.ModelDefinition.Target;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Binds `models`.
final class ModelBinder {
  static final Duration TIMEOUT = Duration.ofMinutes(5);
  static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
  static final List<String> RETRY_ON = List.of("connect", "timeout", "429", "5xx");

  private static final List<String> RETRY_WORDS = List.of("connect", "timeout", "5xx", "429");
  private static final int MOST_ATTEMPTS = 10;
  private static final int MOST_TARGETS = 32;
  private static final int MOST_OUTPUT = 100_000_000;

  private final Binding binding;

  ModelBinder(Binding binding) {
    this.binding = binding;
  }

  SortedMap<String, ModelDefinition> bind() {
    SortedMap<String, ModelDefinition> all = new TreeMap<>();
    for (Entry entry : binding.text().named("models")) {
      Fields fields = binding.fields(entry, "models");
      if (fields != null) {
        all.put(entry.name(), model(entry, fields));
        fields.close();
      }
    }
    aliases(all);
    return all;
  }

  private ModelDefinition model(Entry entry, Fields fields) {
    fields.later("sticky", "breaker", "reserve", "pattern");
    Span at = entry.key().span();
    SyntaxNode targets = fields.require("targets", at, "targets: [provider/model]");
    List<Target> bound = targets == null ? List.of() : targets(targets, fields.path("targets"));
    fields.word(
        "strategy", List.of("ordered"), List.of("weighted", "cheapest", "fastest", "least_busy"));
    int attempts = 1;
    SortedSet<String> retryOn = new TreeSet<>(RETRY_ON);
    Fields retry = fields.fields("retry");
    if (retry != null) {
      attempts = retry.smallCount("attempts", 1, MOST_ATTEMPTS).orElse(1);
      retryOn = retryOn(retry);
      retry.close();
    }
    List<Located<String>> aliases = new ArrayList<>();
    for (Scalar alias : fields.scalarsOf("aliases")) {
      if (fields.scalars().modelName(alias)) {
        aliases.add(new Located<>(alias.value(), alias.span()));
      }
    }
    return new ModelDefinition(
        new Located<>(entry.name(), at),
        bound,
        "ordered",
        attempts,
        retryOn,
        fields.duration("timeout", TIMEOUT),
        fields.duration("idle_timeout", IDLE_TIMEOUT),
        price(fields),
        fields.smallCount("max_output", 1, MOST_OUTPUT),
        aliases,
        fields
            .word("on_unsupported", List.of("drop", "warn", "refuse"))
            .map(Located::value)
            .orElse("warn"));
  }

  private SortedSet<String> retryOn(Fields retry) {
    if (retry.take("on") == null) {
      return new TreeSet<>(RETRY_ON);
    }
    SortedSet<String> words = new TreeSet<>();
    for (Scalar scalar : retry.scalarsOf("on")) {
      boolean status = scalar.value().matches("[45][0-9][0-9]");
      String word = status ? scalar.value() : retry.scalars().word(scalar, RETRY_WORDS);
      if (word != null) {
        words.add(word);
      }
    }
    return words;
  }

  private List<Target> targets(SyntaxNode node, String what) {
    if (!(node instanceof Sequence list)) {
      Fields.wrongShape(node, "a list", what, binding.out());
      return List.of();
    }
    if (list.items().isEmpty() || list.items().size() > MOST_TARGETS) {
      binding
          .out()
          .report(
              DiagnosticCode.OUT_OF_RANGE,
              node.span(),
              "`%s` has not between 1 and %d targets".formatted(what, MOST_TARGETS));
    }
    List<Target> targets = new ArrayList<>();
    for (SyntaxNode item : list.items()) {
      Target target =
          item instanceof Mapping ? written(item, what) : target(item, what, Optional.empty());
      if (target != null) {
        targets.add(target);
      }
    }
    return targets;
  }

  private @Nullable Target written(SyntaxNode item, String what) {
    Fields fields = Fields.of(item, what, binding.out());
    if (fields == null) {
      return null;
    }
    fields.later("weight");
    SyntaxNode id = fields.require("target", item.span(), "target: provider/model");
    Optional<Price> price = price(fields);
    fields.close();
    return id == null ? null : target(id, what, price);
  }

  private @Nullable Target target(SyntaxNode node, String what, Optional<Price> price) {
    Scalar scalar = Fields.scalar(node, what, binding.out());
    if (scalar == null) {
      return null;
    }
    String id = scalar.value();
    int slash = id.indexOf('/');
    String model = id.substring(slash + 1);
    if (slash < 1 || model.isEmpty() || !model.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      binding
          .out()
          .report(
              DiagnosticCode.INVALID_TARGET,
              scalar.span(),
              "`%s` is not a target".formatted(Fields.shown(id)))
          .help("write the provider, a slash and the provider's model: `openai/gpt-5`");
      return null;
    }
    String provider = id.substring(0, slash);
    Set<String> providers = binding.names().names(Type.Nominal.PROVIDER);
    if (!providers.contains(provider)) {
      Located<String> name = new Located<>(provider, scalar.text().span(0, slash));
      binding.unknown(DiagnosticCode.UNKNOWN_PROVIDER, name, "providers", providers);
      return null;
    }
    binding.names().used("providers", provider);
    return new Target(scalar.span(), provider, model, 1, price);
  }

  private static Optional<Price> price(Fields owner) {
    SyntaxNode node = owner.take("price");
    Fields fields = node == null ? null : owner.fields("price");
    if (node == null || fields == null) {
      return Optional.empty();
    }
    fields.require("input", node.span(), "input: 0.10");
    fields.require("output", node.span(), "output: 0.30");
    OptionalLong input = fields.nanoDollars("input");
    OptionalLong output = fields.nanoDollars("output");
    Price price =
        new Price(
            input.orElse(0),
            fields.nanoDollars("cached"),
            fields.nanoDollars("cache_write"),
            fields.nanoDollars("cache_write_1h"),
            output.orElse(0),
            fields.nanoDollars("reasoning"),
            fields.nanoDollars("request").orElse(0));
    fields.close();
    return Optional.of(price);
  }

  private void aliases(SortedMap<String, ModelDefinition> models) {
    Map<String, Span> taken = new HashMap<>();
    models.values().forEach(model -> taken.put(model.name().value(), model.name().span()));
    for (ModelDefinition model : models.values()) {
      for (Located<String> alias : model.aliases()) {
        Span first = taken.putIfAbsent(alias.value(), alias.span());
        if (first != null) {
          binding
              .out()
              .report(
                  DiagnosticCode.DUPLICATE_ALIAS,
                  alias.span(),
                  "the model name `%s` stands twice".formatted(alias.value()))
              .label(first, "it stands here already");
        }
      }
    }
  }
}
