package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The built-in provider behind every surface that is translated: what a newcomer tries first.
class ScriptedSurfacesTest {
  private static final String POLICY =
      """
      gateway: v1
      server: { listen: 127.0.0.1:0 }
      providers: { s: { protocol: script, script: [{ text: "hello from the script" }] } }
      models: { m: { targets: [s/a], price: { input: 1.00, output: 1.00 } } }
      """;

  private static HttpResponse<String> post(RunningGateway gateway, String path, String body) {
    return gateway.send(
        gateway
            .request(path)
            .header("content-type", "application/json")
            .header("anthropic-version", "2023-06-01")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  @Test
  void everySurfaceIsAnsweredInItsOwnShape() {
    try (RunningGateway gateway = RunningGateway.of(POLICY)) {
      assertThat(
              post(
                      gateway,
                      "/v1/messages",
                      "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                  .body())
          .contains("\"type\":\"message\"", "hello from the script", "\"end_turn\"");
      assertThat(post(gateway, "/v1/responses", "{\"model\":\"m\",\"input\":\"hi\"}").body())
          .contains("\"object\":\"response\"", "hello from the script");
      String contents = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
      assertThat(post(gateway, "/v1beta/models/m:generateContent", contents).body())
          .contains("\"candidates\"", "hello from the script", "\"STOP\"");
      assertThat(
              post(
                      gateway,
                      "/model/m/converse",
                      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}")
                  .body())
          .contains("\"stopReason\":\"end_turn\"", "hello from the script");
    }
  }

  @Test
  void googlesStreamWithoutEventsIsOneArray() {
    try (RunningGateway gateway = RunningGateway.of(POLICY)) {
      String contents = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
      HttpResponse<String> array =
          post(gateway, "/v1beta/models/m:streamGenerateContent", contents);
      assertThat(array.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(
              ((JsonDocument.Reading.Read)
                      JsonDocument.read(array.body().getBytes(StandardCharsets.UTF_8)))
                  .document()
                  .root()
                  .isArray())
          .isTrue();
      assertThat(array.body()).contains("script", "STOP");
      HttpResponse<String> events =
          post(gateway, "/v1beta/models/m:streamGenerateContent?alt=sse", contents);
      assertThat(events.headers().firstValue("content-type")).hasValue("text/event-stream");
      assertThat(events.body()).startsWith("data: {").doesNotContain("[DONE]");
    }
  }

  @Test
  void nothingThatIsNotServedIsThere() {
    try (RunningGateway gateway = RunningGateway.of(POLICY + "surfaces: { responses: off }\n")) {
      assertThat(post(gateway, "/v1/responses", "{\"model\":\"m\",\"input\":\"hi\"}").statusCode())
          .isEqualTo(404);
      assertThat(post(gateway, "/v1/embeddings", "{\"model\":\"m\",\"input\":\"hi\"}").statusCode())
          .as("nobody behind the model has embeddings")
          .isEqualTo(400);
    }
  }
}
