package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.ExpressionText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The digest of a rule graph: one text for everything that decides what the gateway does, hashed.
///
/// The text is a sequence of members `name=LENGTH:value` in a fixed order, maps by their sorted
/// keys, so that no two graphs give the same bytes. Expressions enter in their canonical form, in
/// which `let`s and lists are expanded: their names, and how a policy is split and ordered, leave
/// no trace. Prices enter as numbers, detectors by the digests of their definitions, so that a new
/// release that widens a detector changes the digest. A credential written out enters as its hash,
/// a reference as itself.
final class GraphDigest {
  private final StringBuilder text = new StringBuilder();

  private GraphDigest() {}

  /// `sha256:` and 64 hex digits.
  static String of(RuleGraph graph) {
    GraphDigest digest = new GraphDigest();
    digest.graph(graph);
    return sha256(digest.text.toString());
  }

  /// The digest of a detector's definition.
  ///
  /// @param builtIn the catalogue's digest of the built-in detector behind it, or nothing
  static String of(DetectorNode detector, String builtIn) {
    GraphDigest digest = new GraphDigest();
    digest.add("built_in", builtIn);
    digest.add("id", detector.id());
    digest.add("kind", detector.kind());
    digest.addAll("class", detector.classes());
    digest.add("pattern", detector.pattern());
    digest.addAll("word", sorted(detector.words()));
    digest.addAll("except", sorted(detector.except()));
    digest.addAll("context", sorted(detector.context()));
    digest.addAll("in", detector.in());
    digest.add("threshold", String.valueOf(detector.threshold()));
    return sha256(digest.text.toString());
  }

  private static List<String> sorted(List<String> texts) {
    return texts.stream().sorted().distinct().toList();
  }

  private void graph(RuleGraph graph) {
    add("format", "gatewayctl graph 1");
    ServerNode server = graph.server();
    add("listen", server.listen());
    add("admin", server.admin());
    add(
        "server",
        "%b %d %d %s %s %s %b"
            .formatted(
                server.open(),
                server.maxBodyBytes(),
                server.maxHeadBytes(),
                server.headDeadline(),
                server.bodyDeadline(),
                server.timeZone().getId(),
                server.explainHeaders()));
    graph.providers().values().forEach(this::provider);
    graph.models().values().forEach(this::model);
    add("identified", Boolean.toString(graph.principals().isPresent()));
    graph.principals().ifPresent(this::principals);
    for (DetectorNode detector : graph.detectors().values()) {
      add("detector", detector.id());
      add("definition", detector.definitionDigest());
    }
    graph.limits().forEach(this::limit);
    add("access", Boolean.toString(graph.defaults().accessAllow()));
    add("opaque", graph.defaults().opaque().name());
    graph.audit().directory().ifPresent(directory -> setting("audit", directory));
    add("audit", graph.audit().allFacts() + " " + graph.audit().denyOnFailure());
    graph
        .surfaces()
        .forEach(
            (surface, said) -> {
              add("surface", surface.word());
              add("served", Boolean.toString(said.served()));
              add("provider", said.provider());
            });
    for (Map.Entry<Phase, List<RuleNode>> phase : phases(graph)) {
      add("phase", phase.getKey().word());
      phase.getValue().forEach(this::rule);
    }
  }

  private static List<Map.Entry<Phase, List<RuleNode>>> phases(RuleGraph graph) {
    return graph.rules().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
  }

  private void provider(ProviderNode provider) {
    add("provider", provider.name());
    add("protocol", provider.protocol());
    provider.baseUrl().ifPresent(url -> setting("base_url", url));
    provider.apiKeys().forEach(key -> setting("api_key", key));
    provider
        .credential()
        .ifPresent(shown -> shown.parts().forEach(part -> setting(part.member(), part.value())));
    add("api_version", provider.place().apiVersion());
    add("project", provider.place().project());
    add("location", provider.place().location());
    add("dialect", provider.dialect());
    add("region", provider.region());
    add("trains", Boolean.toString(provider.trains()));
    add("usage", provider.usage().name());
    for (ScriptNode.Step step : provider.script().map(ScriptNode::steps).orElse(List.of())) {
      add("step", step.text());
      add("body", step.body());
      add(
          "answer",
          "%b %s %s %s %d %s %s %s %s %b"
              .formatted(
                  step.echo(),
                  step.cuts(),
                  step.delay(),
                  step.eventDelay(),
                  step.status(),
                  step.retryAfter(),
                  step.dieAfterEvents(),
                  step.inputTokens(),
                  step.outputTokens(),
                  step.reportUsage()));
    }
  }

  private void model(ModelNode model) {
    add("model", model.name());
    addAll("alias", model.aliases());
    add("strategy", model.strategy());
    add(
        "tries",
        "%d %s %s %s"
            .formatted(model.attempts(), model.timeout(), model.idleTimeout(), model.maxOutput()));
    addAll("retry_on", model.retryOn());
    for (ModelNode.TargetNode target : model.targets()) {
      add("target", target.id());
      add("weight", Integer.toString(target.weight()));
      add("price", target.price().map(GraphDigest::price));
    }
  }

  private static String price(ModelNode.PriceNode price) {
    return "%d %d %d %d %d %d %d %s %s"
        .formatted(
            price.input(),
            price.cached(),
            price.cacheWrite(),
            price.cacheWrite1h(),
            price.output(),
            price.reasoning(),
            price.request(),
            price.source(),
            price.longContext().map(GraphDigest::longContext).orElse(""));
  }

  private static String longContext(ModelNode.LongContextNode price) {
    return "%d %d %d %d %d %d %d"
        .formatted(
            price.aboveInput(),
            price.input(),
            price.cached(),
            price.cacheWrite(),
            price.cacheWrite1h(),
            price.output(),
            price.reasoning());
  }

  private void principals(PrincipalsNode principals) {
    principals.orgs().values().forEach(org -> party("org", org));
    for (PrincipalsNode.Team team : principals.teams().values()) {
      add("team", team.name());
      add("org", team.org());
      models(team.models());
    }
    principals.groups().values().forEach(group -> party("group", group));
    for (PrincipalsNode.App app : principals.apps().values()) {
      add("app", app.name());
      add("team", app.team());
      add("org", app.org());
      addAll("group", app.groups());
      models(app.models());
      app.keys().stream()
          .sorted(java.util.Comparator.comparing(PrincipalsNode.Key::sha256))
          .forEach(
              key ->
                  add(
                      "key",
                      "%s %s %s %s".formatted(key.name(), key.sha256(), key.from(), key.until())));
    }
  }

  private void party(String what, PrincipalsNode.Party party) {
    add(what, party.name());
    models(party.models());
  }

  private void models(Optional<? extends Collection<String>> models) {
    add("granted", Boolean.toString(models.isPresent()));
    models.ifPresent(names -> addAll("grant", names));
  }

  private void limit(LimitNode limit) {
    add("limit", limit.path());
    add("window", limit.requests() + " " + limit.per());
    limit.by().forEach(by -> add("by", ExpressionText.print(by)));
    add("when", limit.when().map(ExpressionText::print));
  }

  private void rule(RuleNode rule) {
    add("rule", rule.id());
    add("when", rule.when().map(ExpressionText::print));
    add("mode", "%b %d %b".formatted(rule.shadow(), rule.priority(), rule.buffer()));
    rule.effects().forEach(this::effect);
  }

  private void effect(Effect effect) {
    add("effect", effect.word());
    switch (effect) {
      case Effect.Deny deny -> {
        add("code", deny.status() + " " + deny.code());
        for (Effect.TextTemplate.Part part : deny.reason().parts()) {
          switch (part) {
            case Effect.TextTemplate.Part.Literal literal -> add("text", literal.text());
            case Effect.TextTemplate.Part.Value value ->
                add("value", ExpressionText.print(value.expression()));
          }
        }
      }
      case Effect.Allow allow -> add("value", "true");
      case Effect.Mask mask -> {
        addAll("what", mask.what());
        addAll("detector", mask.detectors());
        add("keep", String.valueOf(mask.keep()));
      }
      case Effect.Require require -> add("value", ExpressionText.print(require.constraint()));
      case Effect.Set set ->
          add(
              "caps",
              "%s %s %s %s"
                  .formatted(
                      set.maxTokens(),
                      set.temperatureMin(),
                      set.temperatureMax(),
                      set.choicesMax()));
      case Effect.Tag tag -> addAll("tag", tag.names());
    }
  }

  private void setting(String name, Setting setting) {
    switch (setting) {
      case Setting.Literal literal -> add(name, "literal " + sha256(literal.value()));
      case Setting.Environment environment -> add(name, "$env:" + environment.name());
      case Setting.File file -> add(name, "$file:" + file.path());
    }
  }

  private void add(String name, Optional<String> value) {
    value.ifPresent(text -> add(name, text));
  }

  private void addAll(String name, Collection<String> values) {
    add(name + "s", Integer.toString(values.size()));
    values.forEach(value -> add(name, value));
  }

  private void add(String name, String value) {
    text.append(name).append('=').append(value.length()).append(':').append(value).append('\n');
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
