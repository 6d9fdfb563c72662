package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files, images, sound, batches, rankings and stored responses pass unread to the provider that
/// the policy names: who asks is known, counted and recorded, and no byte changes.
class UnreadSurfacesTest {
  private static final String KEY = "a-key-of-the-caller";

  @TempDir Path folder = Path.of("unset");

  private static String policy(TestProvider provider, String more) {
    return """
    gateway: v1
    server: { listen: 127.0.0.1:0 }
    providers:
      p: { protocol: openai, dialect: openai, base_url: "http://127.0.0.1:%d/v1", api_key: "$env:PROVIDER_KEY", region: eu }
      q: { protocol: script, region: us, script: [{ echo: true }] }
    models:
      n: { targets: [q/n], price: { input: 1.00, output: 1.00 } }
      m: { targets: [p/m], price: { input: 1.00, output: 1.00 } }
    defaults: { access: allow%s }
    principals:
      apps: { desk: { keys: ["sha256:%s"] } }
    %s
    """
        .formatted(
            provider.port(),
            more.contains("deny-opaque") ? ", opaque: deny" : "",
            RunningGateway.hash(KEY),
            more);
  }

  private RunningGateway gateway(TestProvider provider, String more) {
    return RunningGateway.of(
        policy(provider, more),
        Map.of("PROVIDER_KEY", "the-key-of-the-provider"),
        Optional.of(folder),
        null);
  }

  private static HttpRequest.Builder to(RunningGateway gateway, String path) {
    return gateway.request(path).header("authorization", "Bearer " + KEY);
  }

  private JsonValue record() throws InterruptedException {
    return Records.await(folder, 1).getFirst();
  }

  private static String json(JsonValue record) {
    return new String(
        record.bytes(), record.start(), record.end() - record.start(), StandardCharsets.UTF_8);
  }

  @Test
  void aFormGoesOutByteForByteUnderTheProvidersKey() throws InterruptedException {
    String form =
        String.join(
            "\r\n",
            "--b",
            "content-disposition: form-data; name=\"purpose\"",
            "",
            "batch",
            "--b",
            "content-disposition: form-data; name=\"file\"; filename=\"a b.jsonl\"",
            "",
            "{\"custom_id\":\"é\"}\n",
            "--b--",
            "");
    try (TestProvider provider = TestProvider.answering("{\"id\":\"file-1\",\"object\":\"file\"}");
        RunningGateway gateway = gateway(provider, "surfaces: { files: { provider: p } }")) {
      HttpResponse<String> answer =
          gateway.send(
              to(gateway, "/v1/files?purpose=batch&api_key=" + KEY)
                  .header("content-type", "multipart/form-data; boundary=b")
                  .POST(HttpRequest.BodyPublishers.ofString(form))
                  .build());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"id\":\"file-1\",\"object\":\"file\"}");
      TestProvider.Received sent = provider.last();
      assertThat(sent.body()).isEqualTo(form);
      assertThat(sent.head()).startsWith("POST /v1/files?purpose=batch HTTP/1.1\r\n");
      assertThat(sent.field("authorization")).isEqualTo("Bearer the-key-of-the-provider");
      assertThat(sent.field("content-type")).isEqualTo("multipart/form-data; boundary=b");
      assertThat(sent.head()).doesNotContain(KEY);
      assertThat(json(record()))
          .contains("\"surface\":\"files\"", "\"decision\":\"allow\"", "\"outcome\":\"complete\"")
          .contains("\"provider\":\"p\"", "\"status\":200", "\"app\":\"desk\"")
          .contains("\"opaque\"")
          .doesNotContain("custom_id");
    }
  }

  @Test
  void listsAndDeletionsKeepTheirMethodPathAndQuery() {
    try (TestProvider provider = TestProvider.answering("{\"data\":[]}");
        RunningGateway gateway = gateway(provider, "surfaces: { files: { provider: p } }")) {
      gateway.send(to(gateway, "/v1/files?limit=2&after=file-9&key=" + KEY).GET().build());
      assertThat(provider.last().head()).startsWith("GET /v1/files?limit=2&after=file-9 HTTP/1.1");
      gateway.send(to(gateway, "/v1/files/file-1").DELETE().build());
      assertThat(provider.last().head()).startsWith("DELETE /v1/files/file-1 HTTP/1.1");
      gateway.send(to(gateway, "/v1/files/file-1/content").GET().build());
      assertThat(provider.last().head()).startsWith("GET /v1/files/file-1/content HTTP/1.1");
    }
  }

  @Test
  void storedResponsesGoToTheProviderOfTheSurface() {
    try (TestProvider provider = TestProvider.answering("{\"id\":\"resp_1\"}");
        RunningGateway gateway = gateway(provider, "surfaces: { responses: { provider: p } }")) {
      HttpResponse<String> answer =
          gateway.send(
              to(gateway, "/v1/responses/resp_1/input_items?limit=3&order=asc").GET().build());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(provider.last().head())
          .startsWith("GET /v1/responses/resp_1/input_items?limit=3&order=asc HTTP/1.1");
    }
  }

  @Test
  void whatNoProviderIsNamedForIsNotThere() {
    try (TestProvider provider = TestProvider.answering("{}");
        RunningGateway gateway = gateway(provider, "surfaces: { audio: off }")) {
      for (String path :
          List.of(
              "/v1/files", "/v1/images/generations", "/v1/audio/speech", "/v1/responses/resp_1")) {
        assertThat(gateway.send(to(gateway, path).GET().build()).statusCode())
            .as(path)
            .isEqualTo(404);
      }
      assertThat(provider.received()).isEmpty();
    }
  }

  @Test
  void strangersAreTold401AndRulesOverTheConnectionAndLimitsHold() {
    String more =
        """
        surfaces: { files: { provider: p }, audio: { provider: p } }
        limits:
          one: { requests: 1, per: minute, when: request.surface == 'audio' }
        rules:
          no-files: { when: request.surface == 'files' && principal.app == 'desk', deny: "no files" }
        """;
    try (TestProvider provider = TestProvider.answering("{}");
        RunningGateway gateway = gateway(provider, more)) {
      HttpResponse<String> stranger =
          gateway.send(gateway.request("/v1/files").header("authorization", "Bearer x").build());
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(stranger.body()).contains("\"code\":\"invalid_api_key\"");
      HttpResponse<String> denied = gateway.send(to(gateway, "/v1/files").build());
      assertThat(denied.statusCode()).isEqualTo(403);
      assertThat(denied.body()).contains("no files", "policy_denied");
      HttpRequest speech =
          to(gateway, "/v1/audio/speech").POST(HttpRequest.BodyPublishers.ofString("{}")).build();
      assertThat(gateway.send(speech).statusCode()).isEqualTo(200);
      assertThat(gateway.send(speech).statusCode()).isEqualTo(429);
      assertThat(provider.received()).hasSize(1);
    }
  }

  @Test
  void bodiesThatAreNotReadAreRefusedWhereThePolicyDeniesTheOpaque() {
    String more = "surfaces: { images: { provider: p } } # deny-opaque";
    try (TestProvider provider = TestProvider.answering("{}");
        RunningGateway gateway = gateway(provider, more)) {
      HttpResponse<String> refused =
          gateway.send(
              to(gateway, "/v1/images/generations")
                  .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"a cat\"}"))
                  .build());
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("cannot be inspected");
      assertThat(gateway.send(to(gateway, "/v1/images/x").GET().build()).statusCode())
          .as("nothing in it, nothing to inspect")
          .isEqualTo(200);
      assertThat(provider.received()).hasSize(1);
    }
  }

  @Test
  void rulesOverTargetsHoldForTheProviderOfTheSurface() {
    String more =
        """
        surfaces: { files: { provider: p } }
        rules:
          at-home: { require: target.region == 'us' }
        """;
    try (TestProvider provider = TestProvider.answering("{}");
        RunningGateway gateway = gateway(provider, more)) {
      HttpResponse<String> refused = gateway.send(to(gateway, "/v1/files").GET().build());
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      assertThat(provider.received()).isEmpty();
    }
  }

  @Test
  void usageAndModelOfAnAnswerInJsonAreRecorded() throws InterruptedException {
    String said =
        "{\"created\":1,\"model\":\"gpt-image-1\",\"data\":[{\"b64_json\":\"AAAA\"}],"
            + "\"usage\":{\"input_tokens\":50,\"output_tokens\":40,\"total_tokens\":90}}";
    try (TestProvider provider = TestProvider.answering(said);
        RunningGateway gateway = gateway(provider, "surfaces: { images: { provider: p } }")) {
      HttpResponse<String> answer =
          gateway.send(
              to(gateway, "/v1/images/generations")
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build());
      assertThat(answer.body()).isEqualTo(said);
      assertThat(json(record())).contains("\"input\":50", "\"output\":40", "gpt-image-1");
    }
  }

  @Test
  void soundComesAsItIsMadeAndAGoneCallerStopsIt() throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    byte[] sound = {(byte) 0xff, (byte) 0xfb, 0, 10, 13, (byte) 0x80, 1};
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "audio/mpeg", "").chunk(sound);
                  heard.await(10, TimeUnit.SECONDS);
                  peer.chunk(sound).awaitClose();
                });
        RunningGateway gateway = gateway(provider, "surfaces: { audio: { provider: p } }");
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> answer =
          client.send(
              to(gateway, "/v1/audio/speech")
                  .POST(HttpRequest.BodyPublishers.ofString("{\"input\":\"hello\"}"))
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(answer.headers().firstValue("content-type")).hasValue("audio/mpeg");
      try (InputStream body = answer.body()) {
        assertThat(body.readNBytes(sound.length)).as("before the rest is made").isEqualTo(sound);
        heard.countDown();
        assertThat(body.readNBytes(sound.length)).isEqualTo(sound);
      }
      client.shutdownNow();
      assertThat(provider.cancelledWithin(Duration.ofSeconds(10))).isTrue();
      assertThat(json(record())).contains("\"outcome\":\"client_gone\"");
    }
  }

  @Test
  void errorsOfTheProviderComeBackAsTheyAre() throws InterruptedException {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(500, "x-request-id: r1\r\n", "{\"error\":{\"message\":\"no\"}}"));
        RunningGateway gateway = gateway(provider, "surfaces: { files: { provider: p } }")) {
      HttpResponse<String> answer = gateway.send(to(gateway, "/v1/files").GET().build());
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.headers().firstValue("x-request-id")).hasValue("r1");
      assertThat(answer.body()).isEqualTo("{\"error\":{\"message\":\"no\"}}");
      assertThat(json(record())).contains("\"status\":500", "\"outcome\":\"upstream_failed\"");
      assertThat(provider.received()).as("nothing is tried twice").hasSize(1);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsNeverMadeWhole() throws IOException, InterruptedException {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "application/json", "").chunk("{\"data\":[");
                  Thread.sleep(100);
                  peer.die(true);
                });
        RunningGateway gateway = gateway(provider, "surfaces: { files: { provider: p } }");
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> answer =
          client.send(
              to(gateway, "/v1/files").GET().build(), HttpResponse.BodyHandlers.ofInputStream());
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> answer.body().readAllBytes())
          .isInstanceOf(IOException.class);
      assertThat(json(record())).contains("\"outcome\":\"upstream_failed\"");
    }
  }
}
