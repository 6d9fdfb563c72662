package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.credential.SigV4;
import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Providers of every protocol on real sockets: where requests arrive, what credential they show,
/// and what becomes of answers where the caller speaks another protocol.
class ProtocolsTest {
  private static final String MESSAGE =
      "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\","
          + "\"content\":[{\"type\":\"text\",\"text\":\"Good day\"}],\"stop_reason\":\"end_turn\","
          + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":3,"
          + "\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":20}}";

  private static final String MESSAGE_STREAM =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",\
      "model":"claude","content":[],"stop_reason":null,"stop_sequence":null,\
      "usage":{"input_tokens":10,"output_tokens":1,"cache_read_input_tokens":100}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Good day"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
      "usage":{"output_tokens":3}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static final String GEMINI =
      "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Good day\"}]},"
          + "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":4,"
          + "\"candidatesTokenCount\":2,\"totalTokenCount\":6},\"modelVersion\":\"g\"}";

  @TempDir Path folder;

  private static String policy(TestProvider provider, String section, String target) {
    return """
    gateway: v1
    server: { listen: 127.0.0.1:0 }
    providers:
      p: { base_url: "http://127.0.0.1:%d", %s }
    models:
      m: { targets: ["p/%s"], timeout: 4s, price: { input: 1.00, output: 1.00 } %s }
    """
        .formatted(
            provider.port(),
            section,
            target.substring(0, target.indexOf('|')),
            target.substring(target.indexOf('|') + 1));
  }

  private RunningGateway gateway(String policy, Map<String, String> variables) {
    return RunningGateway.of(policy, variables, Optional.of(folder.resolve("audit")), null);
  }

  private static HttpResponse<String> post(
      RunningGateway gateway, String path, String body, String... headers) {
    HttpRequest.Builder request =
        gateway
            .request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return gateway.send(request.build());
  }

  private static String askMessages(String more) {
    return "{\"model\":\"m\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\","
        + "\"content\":\"hi\"}]"
        + more
        + "}";
  }

  private static final String ANTHROPIC = "protocol: anthropic, api_key: $env:KEY";

  @Test
  void aChatCallerReachesAnAnthropicProvider() throws Exception {
    try (TestProvider provider = TestProvider.answering(MESSAGE);
        RunningGateway gateway =
            gateway(policy(provider, ANTHROPIC, "claude|"), Map.of("KEY", "sk-ant"))) {
      HttpResponse<String> answer =
          post(
              gateway,
              "/v1/chat/completions?api-version=1",
              Chat.ask("m", "hi"),
              "authorization",
              "Bearer callers-own",
              "openai-beta",
              "x");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"object\":\"chat.completion\"", "Good day", "\"stop\"");
      TestProvider.Received received = provider.last();
      assertThat(received.head()).startsWith("POST /v1/messages HTTP/1.1\r\n");
      assertThat(received.field("x-api-key")).isEqualTo("sk-ant");
      assertThat(received.field("anthropic-version")).isEqualTo("2023-06-01");
      assertThat(received.head()).doesNotContain("authorization", "callers-own", "openai-beta");
      assertThat(received.body()).contains("\"model\":\"claude\"", "\"max_tokens\":");
      JsonValue record = Records.await(folder.resolve("audit"), 1).getFirst();
      assertThat(Records.text(Records.at(record, "usage"), "input")).isEqualTo("130");
      assertThat(Records.text(Records.at(record, "usage"), "cached")).isEqualTo("100");
      assertThat(Records.text(Records.at(record, "usage"), "cache_write")).isEqualTo("20");
    }
  }

  @Test
  void aStreamOfMessagesComesAsChunks() throws Exception {
    try (TestProvider provider = TestProvider.streaming(MESSAGE_STREAM);
        RunningGateway gateway =
            gateway(policy(provider, ANTHROPIC, "claude|"), Map.of("KEY", "sk-ant"))) {
      HttpResponse<String> answer = gateway.chat("", Chat.askStream("m", "hi"));
      assertThat(answer.headers().firstValue("content-type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(answer.body()).contains("chat.completion.chunk", "Good day", "data: [DONE]\n\n");
      assertThat(answer.body()).doesNotContain("message_start");
      JsonValue record = Records.await(folder.resolve("audit"), 1).getFirst();
      assertThat(Records.text(Records.at(record, "usage"), "input")).isEqualTo("110");
      assertThat(Records.text(Records.at(record, "usage"), "output")).isEqualTo("3");
      assertThat(Records.text(record, "outcome")).isEqualTo("complete");
    }
  }

  @Test
  void aCallerOfMessagesReachesAChatProvider() throws Exception {
    try (TestProvider provider = TestProvider.answering(Chat.answer("Good day"));
        RunningGateway gateway =
            gateway(
                policy(provider, "protocol: openai, api_key: $env:KEY", "gpt|"),
                Map.of("KEY", "sk-o"))) {
      HttpResponse<String> answer =
          post(
              gateway,
              "/v1/messages",
              askMessages(""),
              "x-api-key",
              "callers-own",
              "anthropic-beta",
              "b");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"type\":\"message\"", "Good day", "end_turn");
      assertThat(provider.last().head()).startsWith("POST /chat/completions HTTP/1.1\r\n");
      assertThat(provider.last().field("authorization")).isEqualTo("Bearer sk-o");
      assertThat(provider.last().head()).doesNotContain("callers-own", "anthropic");
      assertThat(provider.last().body()).contains("\"model\":\"gpt\"");
    }
  }

  @Test
  void aStreamOfChunksComesAsMessages() throws Exception {
    String chunks = Chat.text("Good day") + Chat.stop() + TestProvider.DONE;
    try (TestProvider provider = TestProvider.streaming(chunks);
        RunningGateway gateway = gateway(policy(provider, "protocol: openai", "gpt|"), Map.of())) {
      HttpResponse<String> answer = post(gateway, "/v1/messages", askMessages(",\"stream\":true"));
      assertThat(answer.body())
          .contains("event: message_start", "Good day", "event: message_stop")
          .doesNotContain("[DONE]");
      assertThat(provider.last().body()).contains("\"include_usage\":true");
    }
  }

  @Test
  void anErrorKeepsItsStatusAndMessageInTheCallersShape() throws Exception {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(
                        400,
                        "",
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
                            + "\"message\":\"too many toads\"}}"));
        RunningGateway gateway =
            gateway(policy(provider, ANTHROPIC, "claude|"), Map.of("KEY", "sk-ant"))) {
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("{\"error\":{", "too many toads")
          .doesNotContain("\"type\":\"error\"");
    }
  }

  @Test
  void anErrorAsTheFirstEventOfATranslatedStreamIsTriedOn() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  boolean first = tries.getAndIncrement() == 0;
                  String events =
                      first
                          ? "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                              + "\"overloaded_error\",\"message\":\"busy\"}}\n\n"
                          : MESSAGE_STREAM;
                  peer.head(200, "").chunk(events).end();
                });
        RunningGateway gateway =
            gateway(
                policy(provider, ANTHROPIC, "claude|, retry: { attempts: 2, on: [5xx] }"),
                Map.of("KEY", "sk-ant"))) {
      HttpResponse<String> answer = gateway.chat("", Chat.askStream("m", "hi"));
      assertThat(answer.body()).contains("Good day").doesNotContain("busy");
      assertThat(tries).hasValue(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>no</html>", "{\"id\":", "[]", "{\"type\":\"message\"}"})
  void garbageIsNoAnswer(String garbage) throws Exception {
    try (TestProvider provider = TestProvider.answering(garbage);
        RunningGateway gateway =
            gateway(policy(provider, ANTHROPIC, "claude|"), Map.of("KEY", "sk-ant"))) {
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).contains("\"error\"").doesNotContain("html");
    }
  }

  @Test
  void aStreamThatCannotBeReadOnIsCutOnBothSides() throws Exception {
    String begun = MESSAGE_STREAM.substring(0, MESSAGE_STREAM.indexOf("event: content_block_stop"));
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "").chunk(begun);
                  // Not in one read with what can be read: then nothing would have been told yet.
                  Thread.sleep(300);
                  peer.chunk("data: {\"type\":\n\n").awaitClose();
                });
        RunningGateway gateway =
            gateway(policy(provider, ANTHROPIC, "claude|"), Map.of("KEY", "sk-ant"))) {
      assertThatThrownBy(() -> gateway.chat("", Chat.askStream("m", "hi")))
          .isInstanceOf(UncheckedIOException.class);
      assertThat(provider.cancelledWithin(Duration.ofSeconds(3))).isTrue();
      JsonValue record = Records.await(folder.resolve("audit"), 1).getFirst();
      assertThat(Records.text(record, "outcome")).isEqualTo("upstream_failed");
    }
  }

  @Test
  void keysAreTriedInOrderWhateverTheProtocol() throws Exception {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  boolean good = request.field("x-api-key").equals("two");
                  peer.respond(good ? 200 : 401, "", good ? MESSAGE : "{}");
                });
        RunningGateway gateway =
            gateway(
                policy(provider, "protocol: anthropic, api_key: [$env:ONE, $env:TWO]", "c|"),
                Map.of("ONE", "one", "TWO", "two"))) {
      assertThat(gateway.chat("", Chat.ask("m", "hi")).statusCode()).isEqualTo(200);
      assertThat(provider.received()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          api_version: 2024-10-21, | /openai/deployments/dep/chat/completions?api-version=2024-10-21
                                   | /openai/v1/chat/completions
          """)
  void azureHasTheDeploymentInThePathOrTheNewerPaths(String version, String target)
      throws Exception {
    String section =
        "protocol: azure-openai, %s api_key: $env:KEY".formatted(version == null ? "" : version);
    try (TestProvider provider = TestProvider.answering(Chat.answer("x"));
        RunningGateway gateway = gateway(policy(provider, section, "dep|"), Map.of("KEY", "az"))) {
      assertThat(gateway.chat("", Chat.ask("m", "hi")).statusCode()).isEqualTo(200);
      assertThat(provider.last().head()).startsWith("POST " + target + " HTTP/1.1\r\n");
      assertThat(provider.last().field("api-key")).isEqualTo("az");
      assertThat(provider.last().head()).doesNotContain("authorization");
    }
  }

  @Test
  void geminiTakesItsModelFromTheTargetAndItsFramingFromTheCaller() throws Exception {
    try (TestProvider provider = TestProvider.streaming("data: " + GEMINI + "\r\n\r\n");
        RunningGateway gateway =
            gateway(
                policy(provider, "protocol: gemini, api_key: $env:KEY", "g-2|"),
                Map.of("KEY", "goo"))) {
      HttpResponse<String> answer =
          post(
              gateway,
              "/v1beta/models/m:streamGenerateContent?key=callers-own&alt=sse&x=1",
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
      assertThat(answer.body()).contains("Good day");
      assertThat(provider.last().head())
          .startsWith("POST /v1beta/models/g-2:streamGenerateContent?alt=sse HTTP/1.1\r\n")
          .doesNotContain("callers-own");
      assertThat(provider.last().field("x-goog-api-key")).isEqualTo("goo");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          protocol: gemini                                              | generateContent
          protocol: vertex, project: p, location: l, api_key: $env:KEY  | generateContent
          protocol: bedrock, location: l, api_key: $env:KEY             | /converse
          """)
  void aChatCallerReachesTheOthers(String section, String path) throws Exception {
    String whole =
        section.contains("bedrock")
            ? "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":"
                + "[{\"text\":\"Good day\"}]}},\"stopReason\":\"end_turn\",\"usage\":"
                + "{\"inputTokens\":3,\"outputTokens\":2,\"totalTokens\":5}}"
            : GEMINI;
    try (TestProvider provider = TestProvider.answering(whole);
        RunningGateway gateway = gateway(policy(provider, section, "x-1|"), Map.of("KEY", "kk"))) {
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("chat.completion", "Good day");
      assertThat(provider.last().head().lines().findFirst().orElseThrow())
          .endsWith(path + " HTTP/1.1");
    }
  }

  @Test
  void bedrockIsSignedOverTheIdAsItGoesOut() throws Exception {
    String answer =
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Good day\"}]}},"
            + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":3,\"outputTokens\":2,"
            + "\"totalTokens\":5},\"metrics\":{\"latencyMs\":1}}";
    String section =
        "protocol: bedrock, location: eu-central-1, credentials: { access_key_id: $env:ID,"
            + " secret_access_key: $env:SECRET, session_token: $env:TOKEN }";
    try (TestProvider provider = TestProvider.answering(answer);
        RunningGateway gateway =
            gateway(
                policy(provider, section, "anthropic.claude-v1:0|"),
                Map.of("ID", "AKID", "SECRET", "hush-hush", "TOKEN", "session-hush"))) {
      HttpResponse<String> got =
          post(
              gateway,
              "/model/m/converse",
              "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]}");
      assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
      TestProvider.Received received = provider.last();
      assertThat(received.head())
          .startsWith("POST /model/anthropic.claude-v1%3A0/converse HTTP/1.1\r\n");
      assertThat(received.field("x-amz-security-token")).isEqualTo("session-hush");
      Headers headers = Headers.empty();
      for (String line : received.head().strip().lines().skip(1).toList()) {
        headers.add(
            line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
      }
      SigV4.Verdict verdict =
          SigV4.verify(
              new SigV4.Message(
                  "POST",
                  "/model/anthropic.claude-v1%3A0/converse",
                  "",
                  headers,
                  received.body().getBytes(StandardCharsets.UTF_8),
                  true),
              id -> Optional.of(new Secret("hush-hush")),
              Instant.now());
      assertThat(verdict).isEqualTo(new SigV4.Verdict.Genuine("AKID"));
      assertThat(received.head())
          .contains("/eu-central-1/bedrock/aws4_request")
          .doesNotContain("hush-hush");
    }
  }

  private static String keyFile(TestProvider endpoint) throws NoSuchAlgorithmException {
    KeyPairGenerator pairs = KeyPairGenerator.getInstance("RSA");
    pairs.initialize(2048);
    String key =
        Base64.getMimeEncoder().encodeToString(pairs.generateKeyPair().getPrivate().getEncoded());
    return new JsonWriter()
        .beginObject()
        .name("type")
        .value("service_account")
        .name("client_email")
        .value("robot@example.com")
        .name("private_key_id")
        .value("k1")
        .name("private_key")
        .value("-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n")
        .name("token_uri")
        .value("http://127.0.0.1:" + endpoint.port() + "/token")
        .endObject()
        .text();
  }

  private static final String VERTEX =
      "protocol: vertex, project: proj, location: europe-west1,"
          + " credentials: { service_account: $env:FILE }";
  private static final String ASK_GEMINI =
      "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";

  @Test
  void aTokenIsFetchedOnceAndAnewWhenItIsRefused() throws Exception {
    AtomicInteger fetched = new AtomicInteger();
    try (TestProvider endpoint =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(
                        200,
                        "",
                        "{\"access_token\":\"tok-%d\",\"expires_in\":3600}"
                            .formatted(fetched.incrementAndGet())));
        TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  boolean refused =
                      request.field("authorization").equals("Bearer tok-1")
                          && request.body().contains("again");
                  peer.respond(refused ? 401 : 200, "", refused ? "{}" : GEMINI);
                });
        RunningGateway gateway =
            gateway(policy(provider, VERTEX, "g-2|"), Map.of("FILE", keyFile(endpoint)))) {
      String path = "/v1beta/models/m:generateContent";
      assertThat(post(gateway, path, ASK_GEMINI).statusCode()).isEqualTo(200);
      assertThat(post(gateway, path, ASK_GEMINI).statusCode()).isEqualTo(200);
      assertThat(fetched).hasValue(1);
      assertThat(provider.last().head())
          .startsWith(
              "POST /v1/projects/proj/locations/europe-west1/publishers/google/models/"
                  + "g-2:generateContent HTTP/1.1\r\n");
      assertThat(endpoint.last().body())
          .startsWith(
              "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=ey");
      assertThat(post(gateway, path, ASK_GEMINI.replace("hi", "again")).statusCode())
          .isEqualTo(200);
      assertThat(provider.last().field("authorization")).isEqualTo("Bearer tok-2");
    }
  }

  @Test
  void aTokenThatIsNotGivenIsAFailedAttemptAndALineInTheLog() throws Exception {
    try (TestProvider endpoint =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(
                        400,
                        "",
                        "{\"error\":\"invalid_grant\",\"error_description\":\"s3cret\"}"));
        TestProvider provider = TestProvider.answering(GEMINI);
        RunningGateway gateway =
            gateway(policy(provider, VERTEX, "g-2|"), Map.of("FILE", keyFile(endpoint)))) {
      HttpResponse<String> answer = post(gateway, "/v1beta/models/m:generateContent", ASK_GEMINI);
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(provider.received()).isEmpty();
      assertThat(gateway.log())
          .anyMatch(
              line ->
                  line.message()
                      .equals("providers.p: the token endpoint answered 400 (invalid_grant)"));
      assertThat(gateway.log() + answer.body()).doesNotContain("s3cret", "assertion");
    }
  }

  private static final String WITH_SEED =
      "{\"model\":\"m\",\"seed\":7,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  @Test
  void aWordThatTheTargetLacksIsRefusedWhereThePolicySaysSo() throws Exception {
    try (TestProvider provider = TestProvider.answering(MESSAGE);
        RunningGateway gateway =
            gateway(
                policy(provider, ANTHROPIC, "claude|, on_unsupported: refuse"),
                Map.of("KEY", "sk-ant"))) {
      HttpResponse<String> answer = gateway.chat("", WITH_SEED);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("seed");
      assertThat(provider.received()).isEmpty();
      assertThat(gateway.chat("", Chat.ask("m", "hi")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aWordThatIsLeftOutStandsInTheRecord() throws Exception {
    try (TestProvider provider = TestProvider.answering(MESSAGE);
        RunningGateway gateway =
            gateway(
                policy(provider, ANTHROPIC, "claude|, on_unsupported: warn"),
                Map.of("KEY", "sk-ant"))) {
      assertThat(gateway.chat("", WITH_SEED).statusCode()).isEqualTo(200);
      Records.await(folder.resolve("audit"), 1);
      assertThat(Records.text(folder.resolve("audit")))
          .contains("\"stripped\":[\"seed\"]", "\"tags\":[\"unsupported\"]");
    }
  }

  @Test
  void aSurfaceThatNobodyTranslatesIsRefusedInTheCallersShape() throws Exception {
    try (TestProvider provider = TestProvider.answering("{}");
        RunningGateway gateway = gateway(policy(provider, "protocol: openai", "gpt|"), Map.of())) {
      HttpResponse<String> answer =
          post(
              gateway,
              "/v1/messages/count_tokens",
              "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("\"type\":\"error\"", "count_tokens");
      assertThat(provider.received()).isEmpty();
    }
  }

  @Test
  void aScriptAnswersEverySurfaceByTranslation() throws Exception {
    String policy =
        """
        gateway: v1
        server: { listen: 127.0.0.1:0 }
        providers: { s: { protocol: script, script: [{ text: "hello there" }] } }
        models: { m: { targets: [s/s], price: { input: 1.00, output: 1.00 } } }
        """;
    try (RunningGateway gateway = gateway(policy, Map.of())) {
      assertThat(post(gateway, "/v1/messages", askMessages("")).body())
          .contains("\"type\":\"message\"", "hello there");
      assertThat(gateway.received("s")).contains("\"messages\":[{\"role\":\"user\"");
      assertThat(post(gateway, "/v1/messages", askMessages(",\"stream\":true")).body())
          .contains("hello", "event: message_stop");
    }
  }

  @Test
  void aKeyFileThatIsNoneKeepsTheGatewayFromServing() throws Exception {
    try (TestProvider provider = TestProvider.answering(GEMINI)) {
      Gateway.Started started =
          Gateway.start(
              RunningGateway.loaded(policy(provider, VERTEX, "g-2|")),
              RunningGateway.host(
                  Map.of("FILE", "{\"private_key\":\"s3cret\"}"),
                  Optional.empty(),
                  null,
                  List.of()));
      assertThat(started)
          .isEqualTo(
              new Gateway.Started.Refused(
                  List.of(
                      "providers.p.credentials.service_account: the value is no key file of an"
                          + " account")));
    }
  }
}
