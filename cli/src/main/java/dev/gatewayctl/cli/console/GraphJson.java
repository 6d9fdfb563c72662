package dev.gatewayctl.cli.console;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionText;
import dev.gatewayctl.policy.graph.DetectorNode;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.GraphText;
import dev.gatewayctl.policy.graph.LimitNode;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.policy.graph.PrincipalsNode;
import dev.gatewayctl.policy.graph.ProviderNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.RuleNode;
import dev.gatewayctl.policy.graph.Setting;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// The rule graph as JSON, for programs. Credentials are references or `***`; hashes of keys are
/// left out.
public final class GraphJson {
  private final JsonWriter json = new JsonWriter();

  private GraphJson() {}

  public static String render(RuleGraph graph) {
    GraphJson writer = new GraphJson();
    writer.graph(graph);
    return writer.json.text() + "\n";
  }

  private void graph(RuleGraph graph) {
    json.beginObject().name("version").value(1);
    json.name("policy_digest").value(graph.policyDigest());
    json.name("server").beginObject();
    json.name("listen").value(graph.server().listen());
    graph.server().admin().ifPresent(admin -> json.name("admin").value(admin));
    String zone = graph.server().timeZone().getId();
    json.name("time_zone").value(zone.equals("Z") ? "UTC" : zone);
    json.name("max_body").value(graph.server().maxBodyBytes()).endObject();
    json.name("providers").beginArray();
    graph.providers().values().forEach(this::provider);
    json.endArray().name("models").beginArray();
    graph.models().values().forEach(this::model);
    json.endArray();
    graph.principals().ifPresent(this::principals);
    json.name("detectors").beginArray();
    graph.detectors().values().forEach(this::detector);
    json.endArray().name("limits").beginArray();
    graph.limits().forEach(this::limit);
    json.endArray().name("defaults").beginObject();
    json.name("access").value(graph.defaults().accessAllow() ? "allow" : "deny");
    json.name("opaque").value(graph.defaults().opaque().name().toLowerCase(java.util.Locale.ROOT));
    json.endObject().name("phases").beginObject();
    for (Phase phase : Phase.values()) {
      json.name(phase.word()).beginArray();
      graph.rules().getOrDefault(phase, List.of()).forEach(this::rule);
      json.endArray();
    }
    json.endObject().endObject();
  }

  private void provider(ProviderNode provider) {
    json.beginObject().name("name").value(provider.name());
    json.name("protocol").value(provider.protocol());
    provider.baseUrl().ifPresent(url -> json.name("base_url").value(address(url)));
    json.name("credentials").beginArray();
    provider.apiKeys().forEach(key -> json.value(credential(key)));
    json.endArray();
    provider.region().ifPresent(region -> json.name("region").value(region));
    json.endObject();
  }

  private static String address(Setting setting) {
    return setting instanceof Setting.Literal literal ? literal.value() : credential(setting);
  }

  private static String credential(Setting setting) {
    return switch (setting) {
      case Setting.Literal _ -> "***";
      case Setting.Environment variable -> "$env:" + variable.name();
      case Setting.File file -> "$file:" + file.path();
    };
  }

  private void model(ModelNode model) {
    json.beginObject().name("name").value(model.name()).name("targets").beginArray();
    for (ModelNode.TargetNode target : model.targets()) {
      json.beginObject().name("target").value(target.id());
      target
          .price()
          .ifPresent(
              price -> {
                json.name("price").beginObject();
                json.name("input_nanos").value(price.input());
                json.name("output_nanos").value(price.output());
                json.name("source").value(price.source()).endObject();
              });
      json.endObject();
    }
    json.endArray().name("strategy").value(model.strategy());
    json.name("attempts").value(model.attempts());
    strings("retry_on", model.retryOn());
    json.name("timeout").value(GraphText.words(model.timeout()));
    strings("aliases", model.aliases());
    json.endObject();
  }

  private void principals(PrincipalsNode principals) {
    json.name("principals").beginObject().name("apps").beginArray();
    for (PrincipalsNode.App app : principals.apps().values()) {
      json.beginObject().name("name").value(app.name());
      app.team().ifPresent(team -> json.name("team").value(team));
      strings("groups", app.groups());
      models(app.models());
      strings("keys", app.keys().stream().map(PrincipalsNode.Key::name).toList());
      json.endObject();
    }
    json.endArray().name("teams").beginArray();
    for (PrincipalsNode.Team team : principals.teams().values()) {
      json.beginObject().name("name").value(team.name());
      team.org().ifPresent(org -> json.name("org").value(org));
      models(team.models());
      json.endObject();
    }
    json.endArray();
    parties("orgs", principals.orgs().values());
    parties("groups", principals.groups().values());
    json.endObject();
  }

  private void parties(String name, Collection<PrincipalsNode.Party> parties) {
    json.name(name).beginArray();
    for (PrincipalsNode.Party party : parties) {
      json.beginObject().name("name").value(party.name());
      models(party.models());
      json.endObject();
    }
    json.endArray();
  }

  private void models(Optional<SortedSet<String>> models) {
    models.ifPresent(names -> strings("models", names));
  }

  private void detector(DetectorNode detector) {
    json.beginObject().name("id").value(detector.id()).name("kind").value(detector.kind());
    strings("classes", detector.classes());
    json.name("digest").value(detector.definitionDigest()).endObject();
  }

  private void limit(LimitNode limit) {
    json.beginObject().name("path").value(limit.path());
    json.name("requests").value(limit.requests()).name("per").value(GraphText.words(limit.per()));
    strings("by", limit.by().stream().map(ExpressionText::print).toList());
    condition(limit.when());
    json.endObject();
  }

  private void condition(Optional<Expression> when) {
    when.ifPresent(condition -> json.name("when").value(ExpressionText.print(condition)));
  }

  private void rule(RuleNode rule) {
    json.beginObject().name("id").value(rule.id());
    condition(rule.when());
    json.name("mode").value(rule.shadow() ? "shadow" : "enforce");
    json.name("priority").value(rule.priority());
    json.name("effects").beginArray();
    rule.effects().forEach(this::effect);
    json.endArray().endObject();
  }

  private void effect(Effect effect) {
    json.beginObject().name("effect").value(effect.word());
    switch (effect) {
      case Effect.Deny deny -> {
        json.name("status").value(deny.status()).name("code").value(deny.code());
        json.name("reason").value(template(deny.reason()));
      }
      case Effect.Allow _ -> {}
      case Effect.Mask mask -> {
        strings("what", mask.what());
        strings("detectors", mask.detectors());
        mask.keep().ifPresent(keep -> json.name("keep").value(keep));
      }
      case Effect.Require require ->
          json.name("constraint").value(ExpressionText.print(require.constraint()));
      case Effect.Set set -> {
        set.maxTokens().ifPresent(cap -> json.name("max_tokens").value(cap));
        set.temperatureMin().ifPresent(least -> json.name("temperature_min").value(least));
        set.temperatureMax().ifPresent(most -> json.name("temperature_max").value(most));
        set.choicesMax().ifPresent(cap -> json.name("choices").value(cap));
      }
      case Effect.Tag tag -> strings("tags", tag.names());
    }
    json.endObject();
  }

  private static String template(Effect.TextTemplate text) {
    StringBuilder written = new StringBuilder();
    for (Effect.TextTemplate.Part part : text.parts()) {
      switch (part) {
        case Effect.TextTemplate.Part.Literal literal -> written.append(literal.text());
        case Effect.TextTemplate.Part.Value value ->
            written.append("${").append(ExpressionText.print(value.expression())).append('}');
      }
    }
    return written.toString();
  }

  private void strings(String name, Collection<String> values) {
    json.name(name).beginArray();
    values.forEach(json::value);
    json.endArray();
  }
}
