package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Servers of tools behind the gateway, both generations of the protocol, on real sockets.
class McpGatewayTest {
  private static final String KEY = "a-key-of-the-caller";
  private static final String ALLOWED =
      """
      rules:
        tools:
          when: mcp.method == 'tools/call' && !(mcp.tool in ['search', 'fetch'])
          deny: "this tool is not for you"
      """;
  private static final String MASKED = "rules: { guard: { mask: email } }";

  @TempDir Path folder = Path.of("unset");

  private RunningGateway gateway(TestProvider server, String rules) {
    String policy =
        """
        gateway: v1
        server: { listen: 127.0.0.1:0 }
        providers:
          tools: { protocol: mcp, base_url: "http://127.0.0.1:%d/rpc", api_key: $env:TOOLS_KEY }
          p: { protocol: script, script: [{ echo: true }] }
        models:
          m: { targets: [p/m], price: { input: 1.00, output: 1.00 } }
        surfaces: { mcp: { provider: tools } }
        defaults: { access: allow }
        principals:
          apps: { desk: { keys: ["sha256:%s"] } }
        %s
        """
            .formatted(server.port(), RunningGateway.hash(KEY), rules);
    return RunningGateway.of(
        policy, Map.of("TOOLS_KEY", "the-key-of-the-server"), Optional.of(folder), null);
  }

  private static HttpRequest.Builder to(RunningGateway gateway, String path) {
    return gateway
        .request(path)
        .header("authorization", "Bearer " + KEY)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
  }

  private static HttpResponse<String> post(RunningGateway gateway, String body, String... fields) {
    HttpRequest.Builder request =
        to(gateway, "/mcp").POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < fields.length; i += 2) {
      request.header(fields[i], fields[i + 1]);
    }
    return gateway.send(request.build());
  }

  private static String call(String id, String tool, String arguments) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}"
        .formatted(id, tool, arguments);
  }

  private static String result(String id, String text) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}"
        .formatted(id, text);
  }

  private String record() throws InterruptedException {
    Records.await(folder, 1);
    return Records.text(folder);
  }

  @Test
  void aMessagePassesByteForByteWithItsSessionAndUnderTheServersKey() throws InterruptedException {
    String said = " " + result("\"a\\u0031\"", "found");
    try (TestProvider server =
            TestProvider.playing(
                (request, peer) -> peer.respond(200, "mcp-session-id: s-1\r\n", said));
        RunningGateway gateway = gateway(server, ALLOWED)) {
      String body = call("\"a\\u0031\"", "search", "{ \"q\": 1.50 }");
      HttpResponse<String> answer =
          post(gateway, body, "mcp-session-id", "s-1", "mcp-protocol-version", "2025-11-25");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(said);
      assertThat(answer.headers().firstValue("mcp-session-id")).hasValue("s-1");
      TestProvider.Received sent = server.last();
      assertThat(sent.head()).startsWith("POST /rpc HTTP/1.1\r\n").doesNotContain(KEY);
      assertThat(sent.body()).isEqualTo(body);
      assertThat(sent.field("authorization")).isEqualTo("Bearer the-key-of-the-server");
      assertThat(sent.field("mcp-session-id")).isEqualTo("s-1");
      assertThat(sent.field("mcp-protocol-version")).isEqualTo("2025-11-25");
      assertThat(sent.field("accept")).isEqualTo("application/json, text/event-stream");
      assertThat(record())
          .contains("\"surface\":\"mcp\"", "\"mcp.tool\":\"search\"", "\"provider\":\"tools\"")
          .contains("\"mcp.method\":\"tools/call\"")
          .doesNotContain("found");
    }
  }

  @Test
  void aToolThatIsNotOnTheListIsAnErrorOfTheCallAndTheSessionGoesOn() throws InterruptedException {
    try (TestProvider server = TestProvider.answering(result("7", "done"));
        RunningGateway gateway = gateway(server, ALLOWED)) {
      HttpResponse<String> refused = post(gateway, call("7", "delete_all", "{}"));
      assertThat(refused.statusCode()).isEqualTo(200);
      assertThat(refused.body())
          .startsWith("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32000,")
          .contains("this tool is not for you", "policy_denied");
      assertThat(server.received()).isEmpty();
      assertThat(record()).contains("\"decision\":\"deny\"", "\"mcp.tool\":\"delete_all\"");
      assertThat(post(gateway, "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"ping\"}").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void listsShowTheToolsThatTheCallerMayCall() {
    String tools =
        "{\"name\":\"drop\",\"inputSchema\":{}}, {\"name\":\"search\",\"inputSchema\":{}} ,"
            + "{\"name\":\"exec\",\"inputSchema\":{}},{\"name\":\"fetch\",\"inputSchema\":{}},"
            + "{\"name\":\"wipe\",\"inputSchema\":{}}";
    String head = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[";
    String left =
        "{\"name\":\"search\",\"inputSchema\":{}} ,{\"name\":\"fetch\",\"inputSchema\":{}}";
    try (TestProvider server =
            TestProvider.playing(
                (request, peer) -> {
                  if (request.field("mcp-session-id").equals("stream")) {
                    peer.head(200, "").chunk("id: 9\ndata: " + head + tools + "]}}\n\n").end();
                  } else {
                    peer.respond(200, "", head + tools + "]}}");
                  }
                });
        RunningGateway gateway = gateway(server, ALLOWED)) {
      String list = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
      assertThat(post(gateway, list).body()).isEqualTo(head + left + "]}}");
      assertThat(post(gateway, list, "mcp-session-id", "stream").body())
          .isEqualTo("id: 9\ndata: " + head + left + "]}}\n\n");
    }
  }

  @Test
  void argumentsAndResultsAreMasked() {
    try (TestProvider server =
            TestProvider.playing(
                (request, peer) -> {
                  if (request.body().contains("stream")) {
                    peer.head(200, "")
                        .chunk("id: 1\ndata:\n\n: ka\n\n")
                        .chunk(
                            "event: message\nid: 2\ndata: "
                                + result("1", "of bob@example.org")
                                + "\n\n")
                        .end();
                  } else {
                    peer.respond(200, "", result("1", "of bob@example.org"));
                  }
                });
        RunningGateway gateway = gateway(server, MASKED)) {
      HttpResponse<String> whole =
          post(gateway, call("1", "search", "{\"who\":\"ada@example.org\"}"));
      assertThat(server.last().body()).isEqualTo(call("1", "search", "{\"who\":\"[EMAIL]\"}"));
      assertThat(whole.body()).isEqualTo(result("1", "of [EMAIL]"));
      HttpResponse<String> streamed = post(gateway, call("1", "search", "{\"how\":\"stream\"}"));
      assertThat(streamed.body())
          .isEqualTo(
              "id: 1\ndata:\n\n: ka\n\nevent: message\nid: 2\ndata: "
                  + result("1", "of [EMAIL]")
                  + "\n\n");
    }
  }

  @Test
  void aResultThatARuleRefusesIsAnErrorWithTheIdOfTheCall() {
    String rules =
        "rules: { guard: { on: response, when: findings.any(email), deny: \"no addresses\" } }";
    try (TestProvider server =
            TestProvider.playing(
                (request, peer) -> {
                  String result = result("\"x\"", "of bob@example.org");
                  if (request.body().contains("stream")) {
                    peer.head(200, "").chunk("data: " + result + "\n\n").end();
                  } else {
                    peer.respond(200, "", result);
                  }
                });
        RunningGateway gateway = gateway(server, rules)) {
      for (String how : new String[] {"whole", "stream"}) {
        HttpResponse<String> answer =
            post(gateway, call("\"x\"", "search", "{\"how\":\"" + how + "\"}"));
        assertThat(answer.statusCode()).as(how).isEqualTo(200);
        assertThat(answer.body())
            .as(how)
            .contains("\"id\":\"x\",\"error\":{\"code\":-32000")
            .doesNotContain("bob");
      }
    }
  }

  @Test
  void whatTheHeadRepeatsMustBeWhatTheBodySays() {
    try (TestProvider server = TestProvider.answering(result("1", "ok"));
        RunningGateway gateway = gateway(server, ALLOWED)) {
      String body = call("1", "search", "{\"region\":\"eu\"}");
      String[] version = {"mcp-protocol-version", "2026-07-28"};
      String[][] wrong = {
        {},
        {"mcp-method", "tools/call"},
        {"mcp-method", "tools/list", "mcp-name", "search"},
        {"mcp-method", "tools/call", "mcp-name", "fetch"},
        {"mcp-method", "tools/call", "mcp-name", "=?base64?*?="},
        {"mcp-method", "tools/call", "mcp-name", "search", "mcp-param-region", "us"},
      };
      for (String[] fields : wrong) {
        HttpResponse<String> refused =
            post(
                gateway,
                body,
                java.util.stream.Stream.of(version, fields)
                    .flatMap(java.util.Arrays::stream)
                    .toArray(String[]::new));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body())
            .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32020,");
      }
      assertThat(server.received()).isEmpty();
      HttpResponse<String> right =
          post(
              gateway,
              body,
              "mcp-protocol-version",
              "2026-07-28",
              "mcp-method",
              "tools/call",
              "mcp-name",
              "=?base64?c2VhcmNo?=",
              "mcp-param-region",
              "eu");
      assertThat(right.statusCode()).as(right.body()).isEqualTo(200);
      assertThat(server.last().field("mcp-name")).isEqualTo("=?base64?c2VhcmNo?=");
      assertThat(server.last().field("mcp-param-region")).isEqualTo("eu");
    }
  }

  @Test
  void messagesThatAreNoneAreErrorsOfTheirKind() {
    Map<String, String> wrong =
        Map.of(
            "{",
            "-32700",
            "[" + call("1", "search", "{}") + "]",
            "-32600",
            "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
            "-32600",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
            "-32600",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
            "-32700",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
            "-32600",
            "{\"jsonrpc\":\"2.0\",\"id\":1}",
            "-32600",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}",
            "-32602",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
            "-32600");
    try (TestProvider server = TestProvider.answering(result("1", "ok"));
        RunningGateway gateway = gateway(server, ALLOWED)) {
      wrong.forEach(
          (body, code) -> {
            HttpResponse<String> refused = post(gateway, body);
            assertThat(refused.statusCode()).as(body).isEqualTo(400);
            assertThat(refused.body()).as(body).contains("\"error\":{\"code\":" + code + ",");
          });
      HttpResponse<String> version =
          post(gateway, call("1", "search", "{}"), "mcp-protocol-version", "2031-01-01");
      assertThat(version.statusCode()).isEqualTo(400);
      assertThat(version.body())
          .contains("\"code\":-32022", "\"supported\":[\"2026-07-28\"", "2031-01-01");
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void strangersPagesOfOthersAndUnknownServersAreKeptOut() {
    try (TestProvider server = TestProvider.answering(result("1", "ok"));
        RunningGateway gateway = gateway(server, ALLOWED)) {
      HttpResponse<String> stranger =
          gateway.send(
              gateway
                  .request("/mcp")
                  .header("authorization", "Bearer nobody")
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build());
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(stranger.headers().firstValue("www-authenticate")).hasValue("Bearer");
      String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
      assertThat(post(gateway, ping, "origin", "https://evil.example").statusCode()).isEqualTo(403);
      assertThat(post(gateway, ping, "origin", "null").statusCode()).isEqualTo(403);
      assertThat(server.received()).isEmpty();
      assertThat(post(gateway, ping, "origin", "http://localhost:6274").statusCode())
          .isEqualTo(200);
      HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(ping);
      assertThat(gateway.send(to(gateway, "/mcp/tools").POST(body).build()).statusCode())
          .isEqualTo(200);
      assertThat(gateway.send(to(gateway, "/mcp/p").POST(body).build()).statusCode())
          .isEqualTo(404);
      assertThat(gateway.send(to(gateway, "/mcp/x").POST(body).build()).statusCode())
          .isEqualTo(404);
      assertThat(gateway.send(to(gateway, "/mcp").PUT(body).build()).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void notificationsAnswersAndEndsOfSessionsPass() {
    try (TestProvider server = TestProvider.playing((request, peer) -> peer.respond(202, "", ""));
        RunningGateway gateway = gateway(server, MASKED)) {
      String note = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
      HttpResponse<String> accepted = post(gateway, note);
      assertThat(accepted.statusCode()).isEqualTo(202);
      assertThat(accepted.body()).isEmpty();
      String answer = "{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{\"content\":{\"mail\":\"%s\"}}}";
      post(gateway, answer.formatted("ada@example.org"));
      assertThat(server.last().body()).isEqualTo(answer.formatted("[EMAIL]"));
      HttpResponse<String> ended =
          gateway.send(to(gateway, "/mcp").header("mcp-session-id", "s").DELETE().build());
      assertThat(ended.statusCode()).isEqualTo(202);
      assertThat(server.last().head()).startsWith("DELETE /rpc HTTP/1.1");
    }
  }

  @Test
  void aSilentStreamBeginsAtOnceAndIsTakenUpByItsLastEvent() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    String asked =
        "id: 5\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"s\",\"method\":\"sampling/createMessage\","
            + "\"params\":{\"messages\":[]}}\n\n";
    try (TestProvider server =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "");
                  begun.await(10, TimeUnit.SECONDS);
                  peer.chunk(asked).awaitClose();
                });
        RunningGateway gateway = gateway(server, MASKED);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> stream =
          client.send(
              to(gateway, "/mcp").header("last-event-id", "4").GET().build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(stream.statusCode()).as("before anything was said").isEqualTo(200);
      assertThat(server.last().field("last-event-id")).isEqualTo("4");
      begun.countDown();
      byte[] expected = asked.getBytes(StandardCharsets.UTF_8);
      assertThat(stream.body().readNBytes(expected.length)).isEqualTo(expected);
      client.shutdownNow();
      assertThat(server.cancelledWithin(Duration.ofSeconds(10))).isTrue();
      assertThat(record()).contains("\"outcome\":\"client_gone\"");
    }
  }
}
