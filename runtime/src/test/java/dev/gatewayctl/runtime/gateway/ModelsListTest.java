package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The list of models is what the caller may ask for.
class ModelsListTest {
  private static final List<String> MODELS = List.of("cheap", "fine", "hidden", "Zed");

  private static String policy(String access, String rules) {
    return """
    gateway: v1
    server: { listen: 127.0.0.1:0 }
    providers: { s: { protocol: script, script: [{ text: ok }] } }
    models:
      cheap: { targets: [s/a], price: { input: 1.00, output: 1.00 } }
      fine: { targets: [s/b], price: { input: 1.00, output: 1.00 } }
      hidden: { targets: [s/c], price: { input: 1.00, output: 1.00 } }
      Zed: { targets: [s/d], price: { input: 1.00, output: 1.00 } }
    principals:
      groups: { leads: { models: [fine] } }
      teams: { red: { models: [cheap] } }
      apps:
        capped: { team: red, models: [cheap, hidden], keys: ["sha256:%s"] }
        plain: { team: red, keys: ["sha256:%s"] }
        lead: { team: red, groups: [leads], keys: ["sha256:%s"] }
        loose: { keys: ["sha256:%s"] }
    defaults: { access: %s }
    rules:
      no-hidden: { when: model.name == 'hidden' && principal.team == 'red', deny: "no" }
      by-content: { on: request, when: tokens.input > 1000, deny: "long" }
    %s\
    """
        .formatted(
            RunningGateway.hash("capped"),
            RunningGateway.hash("plain"),
            RunningGateway.hash("lead"),
            RunningGateway.hash("loose"),
            access,
            rules.indent(2));
  }

  private static List<String> listed(RunningGateway gateway, String key) {
    HttpResponse<String> answer =
        gateway.send(
            gateway.request("/v1/models").header("authorization", "Bearer " + key).build());
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonValue root =
        ((JsonDocument.Reading.Read)
                JsonDocument.read(answer.body().getBytes(StandardCharsets.UTF_8)))
            .document()
            .root();
    return Records.at(root, "data").items().stream()
        .map(model -> Records.text(model, "id"))
        .toList();
  }

  /// The list, the single entry and what a chat is told all say the same.
  private static void same(RunningGateway gateway, Map<String, List<String>> expected) {
    expected.forEach(
        (key, models) -> {
          assertThat(listed(gateway, key)).as(key).containsExactlyInAnyOrderElementsOf(models);
          for (String model : MODELS) {
            int one =
                gateway
                    .send(
                        gateway
                            .request("/v1/models/" + model)
                            .header("authorization", "Bearer " + key)
                            .build())
                    .statusCode();
            int chat = gateway.chat(key, Chat.ask(model, "hi")).statusCode();
            assertThat(one).as(key + model).isEqualTo(models.contains(model) ? 200 : 404);
            assertThat(chat).as(key + model).isEqualTo(models.contains(model) ? 200 : 403);
          }
        });
  }

  @Test
  void withAccessDeniedItIsWhatGrantsAndRulesLetIn() {
    try (RunningGateway gateway =
        RunningGateway.of(policy("deny", "zed: { when: principal.app == 'loose', allow: true }"))) {
      same(
          gateway,
          Map.of(
              "capped", List.of("cheap"),
              "plain", List.of("cheap"),
              "lead", List.of("cheap", "fine"),
              "loose", MODELS));
    }
  }

  @Test
  void withAccessAllowedItIsAllButCapsAndDenials() {
    try (RunningGateway gateway = RunningGateway.of(policy("allow", ""))) {
      same(
          gateway,
          Map.of(
              "capped", List.of("cheap"),
              "plain", List.of("cheap", "fine", "Zed"),
              "lead", List.of("cheap", "fine", "Zed"),
              "loose", MODELS));
    }
  }

  @Test
  void theListHasTheShapeOfWhoeverAsks() {
    try (RunningGateway gateway = RunningGateway.of(policy("deny", ""))) {
      HttpResponse<String> anthropic =
          gateway.send(
              gateway
                  .request("/v1/models")
                  .header("x-api-key", "capped")
                  .header("anthropic-version", "2023-06-01")
                  .build());
      assertThat(anthropic.statusCode()).isEqualTo(200);
      assertThat(anthropic.body()).contains("\"has_more\":false", "\"first_id\":\"cheap\"");
      for (String path : List.of("/v1beta/models?key=capped", "/v1/models?key=capped")) {
        HttpResponse<String> google = gateway.get(path);
        assertThat(google.statusCode()).as(path).isEqualTo(200);
        assertThat(google.body()).contains("\"models\":[", "\"models/cheap\"");
      }
      assertThat(gateway.get("/v1beta/models/cheap?key=capped").body()).contains("models/cheap");
      HttpResponse<String> stranger =
          gateway.send(gateway.request("/v1/models").header("x-api-key", "nobody").build());
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(stranger.body()).contains("authentication_error");
    }
  }

  @Test
  void twoKeysThatDifferAreNone() {
    try (RunningGateway gateway = RunningGateway.of(policy("deny", ""))) {
      HttpResponse<String> both =
          gateway.send(
              gateway
                  .request("/v1/models")
                  .header("x-api-key", "capped")
                  .header("authorization", "Bearer plain")
                  .build());
      assertThat(both.statusCode()).isEqualTo(401);
      HttpResponse<String> same =
          gateway.send(
              gateway
                  .request("/v1/models")
                  .header("x-api-key", "capped")
                  .header("authorization", "Bearer capped")
                  .build());
      assertThat(same.statusCode()).isEqualTo(200);
    }
  }
}
