package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;

/// Prints a rule graph for people: what is asked for, where it goes, and what each phase decides,
/// in the order in which an exchange meets it.
public final class GraphText {
  private static final int NANO_DIGITS = 9;

  private GraphText() {}

  /// The graph as text in columns.
  public static String text(RuleGraph graph) {
    StringBuilder page = new StringBuilder();
    page.append("policy ").append(graph.policyDigest()).append('\n');
    page.append("listens on ").append(graph.server().listen()).append('\n');
    section(page, "models", graph.models().values().stream().flatMap(GraphText::model).toList());
    section(
        page, "providers", graph.providers().values().stream().map(GraphText::provider).toList());
    graph.principals().ifPresent(principals -> principals(page, principals));
    page.append('\n').append("access  ").append(access(graph)).append('\n');
    section(page, "limits", graph.limits().stream().map(GraphText::limit).toList());
    section(
        page, "detectors", graph.detectors().values().stream().map(GraphText::detector).toList());
    for (Phase phase : Phase.values()) {
      List<RuleNode> rules = graph.rules().getOrDefault(phase, List.of());
      if (!rules.isEmpty()) {
        page.append('\n').append(phase.word()).append('\n');
        rules.forEach(rule -> rule(page, rule));
      }
    }
    return page.toString();
  }

  private static void section(StringBuilder page, String title, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    page.append('\n').append(title).append('\n');
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        if (widths.size() == i) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder("  ");
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).repeat(' ', widths.get(i) - row.get(i).length() + 2);
      }
      page.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private static java.util.stream.Stream<List<String>> model(ModelNode model) {
    List<List<String>> rows = new ArrayList<>();
    String name = model.name();
    String tries = model.attempts() == 1 ? "" : model.attempts() + " tries";
    for (ModelNode.TargetNode target : model.targets()) {
      String arrow = rows.isEmpty() ? "->" : "or";
      rows.add(
          List.of(
              name, arrow, target.id(), target.price().map(GraphText::price).orElse("?"), tries));
      name = "";
      tries = "";
    }
    for (String alias : model.aliases()) {
      rows.add(List.of(alias, "=", model.name(), "", ""));
    }
    return rows.stream();
  }

  private static String price(ModelNode.PriceNode price) {
    return "$%s in, $%s out".formatted(dollars(price.input()), dollars(price.output()));
  }

  private static String dollars(long nanos) {
    BigDecimal amount = BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros();
    return (amount.scale() < 2 ? amount.setScale(2) : amount).toPlainString();
  }

  private static List<String> provider(ProviderNode provider) {
    String keys =
        provider.apiKeys().isEmpty()
            ? "no credential"
            : String.join(", ", provider.apiKeys().stream().map(GraphText::secret).toList());
    return List.of(
        provider.name(),
        provider.protocol(),
        provider.baseUrl().map(GraphText::address).orElse("answers by itself"),
        provider.region().orElse("-"),
        keys);
  }

  private static String address(Setting setting) {
    return setting instanceof Setting.Literal literal ? literal.value() : secret(setting);
  }

  private static String secret(Setting setting) {
    return switch (setting) {
      case Setting.Literal literal -> "***";
      case Setting.Environment environment -> "$env:" + environment.name();
      case Setting.File file -> "$file:" + file.path();
    };
  }

  private static void principals(StringBuilder page, PrincipalsNode principals) {
    List<List<String>> rows = new ArrayList<>();
    principals.orgs().values().forEach(org -> rows.add(party("org", org, Optional.empty())));
    for (PrincipalsNode.Team team : principals.teams().values()) {
      rows.add(
          List.of(
              "team",
              team.name(),
              team.org().map(org -> "of " + org).orElse(""),
              granted(team.models())));
    }
    principals
        .groups()
        .values()
        .forEach(group -> rows.add(party("group", group, Optional.empty())));
    for (PrincipalsNode.App app : principals.apps().values()) {
      List<String> of = new ArrayList<>();
      app.team().ifPresent(of::add);
      app.org().ifPresent(of::add);
      of.addAll(app.groups());
      int keys = app.keys().size();
      rows.add(
          List.of(
              "app",
              app.name(),
              of.isEmpty() ? "" : "of " + String.join(", ", of),
              granted(app.models()),
              keys == 1 ? "1 key" : keys + " keys"));
    }
    section(page, "principals", rows);
  }

  private static List<String> party(String what, PrincipalsNode.Party party, Optional<String> of) {
    return List.of(what, party.name(), of.orElse(""), granted(party.models()));
  }

  private static String granted(Optional<SortedSet<String>> models) {
    return models
        .map(names -> "may use " + (names.isEmpty() ? "nothing" : String.join(", ", names)))
        .orElse("");
  }

  private static String access(RuleGraph graph) {
    return graph.defaults().accessAllow()
        ? "allowed unless a rule denies it"
        : "denied unless a grant or an `allow` rule matches";
  }

  private static List<String> limit(LimitNode limit) {
    String by =
        limit.by().isEmpty()
            ? "together"
            : "per " + String.join(", ", limit.by().stream().map(ExpressionText::print).toList());
    return List.of(
        limit.path(),
        "%d requests in %s".formatted(limit.requests(), words(limit.per())),
        by,
        limit.when().map(when -> "when " + ExpressionText.print(when)).orElse(""));
  }

  /// A duration as a policy writes it, such as `5m`.
  public static String words(Duration duration) {
    return duration.toString().substring(1).replace("T", "").toLowerCase(Locale.ROOT);
  }

  private static List<String> detector(DetectorNode detector) {
    String how =
        detector.pattern().isPresent()
            ? "pattern"
            : detector.words().isEmpty() ? "built in" : detector.words().size() + " words";
    return List.of(detector.id(), how, String.join(" ", detector.classes()));
  }

  private static void rule(StringBuilder page, RuleNode rule) {
    page.append("  ").append(rule.id());
    if (rule.shadow()) {
      page.append("  (shadow: decided and recorded, changes nothing)");
    }
    if (rule.priority() != 0) {
      page.append("  (priority ").append(rule.priority()).append(')');
    }
    if (rule.buffer()) {
      page.append("  (holds the answer back until it is whole)");
    }
    page.append('\n');
    rule.when()
        .ifPresent(
            when -> page.append("    when     ").append(ExpressionText.print(when)).append('\n'));
    for (Effect effect : rule.effects()) {
      page.append("    ").append(effect.word()).repeat(' ', 9 - effect.word().length());
      page.append(says(effect)).append('\n');
    }
  }

  /// An effect without its word.
  static String says(Effect effect) {
    return switch (effect) {
      case Effect.Deny deny ->
          "%d %s \"%s\"".formatted(deny.status(), deny.code(), text(deny.reason()));
      case Effect.Allow allow -> "the caller";
      case Effect.Mask mask ->
          String.join(", ", mask.what())
              + (mask.keep().isPresent() ? ", keep " + mask.keep().getAsInt() : "");
      case Effect.Require require -> ExpressionText.print(require.constraint());
      case Effect.Set set -> caps(set);
      case Effect.Tag tag -> String.join(", ", tag.names());
    };
  }

  private static String caps(Effect.Set set) {
    List<String> caps = new ArrayList<>();
    set.maxTokens().ifPresent(most -> caps.add("max_tokens <= " + most));
    bound("temperature >= ", set.temperatureMin(), caps);
    bound("temperature <= ", set.temperatureMax(), caps);
    set.choicesMax().ifPresent(most -> caps.add("choices <= " + most));
    return String.join(", ", caps);
  }

  private static void bound(String words, OptionalDouble bound, Collection<String> caps) {
    bound.ifPresent(
        value -> caps.add(words + BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()));
  }

  private static String text(Effect.TextTemplate template) {
    StringBuilder text = new StringBuilder();
    for (Effect.TextTemplate.Part part : template.parts()) {
      switch (part) {
        case Effect.TextTemplate.Part.Literal literal -> text.append(literal.text());
        case Effect.TextTemplate.Part.Value value ->
            text.append("${").append(ExpressionText.print(value.expression())).append('}');
      }
    }
    return text.toString().replace("\n", "\\n");
  }

  /// The graph for Graphviz: phases from left to right, models and providers below.
  public static String dot(RuleGraph graph) {
    return GraphDrawing.dot(graph);
  }

  /// The graph for Mermaid.
  public static String mermaid(RuleGraph graph) {
    return GraphDrawing.mermaid(graph);
  }

  /// The lines of a rule in a drawing: its id, its condition, its effects.
  static List<String> lines(RuleNode rule) {
    List<String> lines = new ArrayList<>();
    lines.add(rule.shadow() ? rule.id() + " (shadow)" : rule.id());
    rule.when()
        .map(Expression.class::cast)
        .ifPresent(w -> lines.add("when " + ExpressionText.print(w)));
    rule.effects().forEach(effect -> lines.add(effect.word() + " " + says(effect)));
    return lines;
  }
}
