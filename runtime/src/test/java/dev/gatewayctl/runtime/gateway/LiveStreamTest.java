package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules on streams, through the running gateway.
class LiveStreamTest {
  @TempDir Path audit;

  private static String policy(TestProvider provider, String rules) {
    return "gateway: v1\nserver: { listen: 127.0.0.1:0 }\nproviders:\n"
        + provider.section("p", "")
        + "models:\n  m: { targets: [p/inner], price: { input: 1.00, output: 1.00 } }\nrules:\n"
        + rules;
  }

  private RunningGateway gateway(TestProvider provider, String rules) {
    return RunningGateway.of(policy(provider, rules), Map.of(), Optional.of(audit), null);
  }

  /// What a client reads: the contents of all events of the first choice.
  static String text(String stream) {
    StringBuilder text = new StringBuilder();
    for (JsonValue event : events(stream)) {
      for (JsonValue choice : Records.at(event, "choices").items()) {
        JsonValue content = Records.at(choice, "delta").find("content");
        text.append(content == null ? "" : content.string().orElse(""));
      }
    }
    return text.toString();
  }

  private static Iterable<JsonValue> events(String stream) {
    return Arrays.stream(stream.split("\n\n", -1))
        .filter(event -> event.startsWith("data: {"))
        .map(event -> JsonDocument.read(event.substring(6).getBytes(StandardCharsets.UTF_8)))
        .map(reading -> ((JsonDocument.Reading.Read) reading).document().root())
        .toList();
  }

  @Test
  void masksHoldAtEverySplitOfTextAndBytes() throws Exception {
    String secret = "mail jane@example.org or pay DE89370400440532013000 now";
    AtomicInteger split = new AtomicInteger();
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  int at = split.get();
                  String all =
                      Chat.text(secret.substring(0, at))
                          + Chat.text(secret.substring(at))
                          + Chat.stop()
                          + TestProvider.DONE;
                  int cut = at * all.length() / secret.length();
                  peer.head(200, "");
                  if (cut > 0) {
                    peer.chunk(all.substring(0, cut));
                  }
                  peer.chunk(all.substring(cut)).end();
                });
        RunningGateway gateway = gateway(provider, "  r: { on: response, mask: pii }\n");
        RawClient client = new RawClient(gateway.gateway())) {
      for (int i = 0; i < secret.length(); i++) {
        split.set(i);
        RawClient.Answer answer = client.chat("", Chat.askStream("m", "hi")).answer();
        assertThat(answer.whole()).isTrue();
        assertThat(text(answer.body()))
            .as("split at %d", i)
            .isEqualTo("mail [EMAIL] or pay [IBAN] now");
        assertThat(answer.body()).endsWith(TestProvider.DONE);
      }
      assertThat(Records.text(Records.await(audit, secret.length()).getFirst(), "masked"))
          .isEqualTo("{\"email\":1,\"iban\":1}");
    }
  }

  @Test
  void aDenialEndsTheStreamBeforeTheFirstByteOfItsFinding() throws Exception {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  if (request.body().contains("\"stream\"")) {
                    peer.head(200, "").text("write to jane@exam").text("ple.org or not");
                    peer.chunk(Chat.stop()).chunk(TestProvider.DONE).end();
                  } else {
                    peer.respond(200, "", Chat.answer("write to jane@example.org"));
                  }
                });
        RunningGateway gateway =
            gateway(
                provider,
                "  r: { on: response, when: findings.any(email), deny: \"no mail\" }\n")) {
      HttpResponse<String> answer = gateway.chat("", Chat.askStream("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(text(answer.body())).isEqualTo("write to ");
      assertThat(answer.body())
          .contains("\"finish_reason\":\"content_filter\"")
          .doesNotContain("jane", "\"stop\"")
          .endsWith(TestProvider.DONE);
      JsonValue record = Records.await(audit, 1).getFirst();
      assertThat(Records.ending(record)).isEqualTo("deny 200 policy_denied denied");
      assertThat(Records.text(record, "reason")).isEqualTo("no mail");
      HttpResponse<String> whole = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(whole.statusCode()).isEqualTo(403);
      assertThat(whole.body()).contains("no mail").doesNotContain("jane");
    }
  }

  @Test
  void aBufferedRuleSeesTheWholeBeforeAnythingLeaves() throws Exception {
    AtomicInteger number = new AtomicInteger();
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "").text("a fine ");
                  switch (number.getAndIncrement()) {
                    case 0 -> peer.text("answer").chunk(Chat.stop()).chunk(TestProvider.DONE).end();
                    case 1 -> peer.text("secret").chunk(Chat.stop()).chunk(TestProvider.DONE).end();
                    case 2 -> peer.text("half").end();
                    case 3 -> peer.text("half").die(true);
                    default ->
                        peer.chunk(
                                Chat.event(
                                    0,
                                    "\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":"
                                        + "\"function\",\"function\":{\"name\":\"shell\","
                                        + "\"arguments\":\"{}\"}}]",
                                    null))
                            .chunk(Chat.event(0, "", "tool_calls"))
                            .chunk(TestProvider.DONE)
                            .end();
                  }
                });
        RunningGateway gateway =
            gateway(
                provider,
                """
                  text:
                    when: "response.text.contains('secret')"
                    stream: buffer
                    deny: "not that"
                  tools:
                    when: "response.tool_calls.contains('shell')"
                    stream: buffer
                    deny: "no shell"
                """)) {
      assertThat(text(gateway.chat("", Chat.askStream("m", "hi")).body()))
          .isEqualTo("a fine answer");
      HttpResponse<String> denied = gateway.chat("", Chat.askStream("m", "hi"));
      assertThat(denied.statusCode()).isEqualTo(403);
      assertThat(denied.body()).contains("not that").doesNotContain("secret");
      assertThat(gateway.chat("", Chat.askStream("m", "hi")).statusCode()).isEqualTo(502);
      assertThat(gateway.chat("", Chat.askStream("m", "hi")).statusCode()).isEqualTo(502);
      HttpResponse<String> tool = gateway.chat("", Chat.askStream("m", "hi"));
      assertThat(tool.statusCode()).as(tool.body()).isEqualTo(403);
      assertThat(Records.await(audit, 5))
          .allSatisfy(record -> assertThat(Records.text(record, "cost_nanos")).isNotEmpty());
      assertThat(Records.exchanges(audit).stream().map(Records::ending))
          .containsExactlyInAnyOrder(
              "allow 200 complete",
              "deny 403 policy_denied denied",
              "allow 502 upstream_error upstream_failed",
              "allow 502 upstream_error upstream_failed",
              "deny 403 policy_denied denied");
    }
  }

  @Test
  void toolCallArgumentsStayJson() {
    String arguments = "{\\\"to\\\":\\\"jane@example.org\\\",\\\"n\\\":[1,2]}";
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  int at = Integer.parseInt(request.body().replaceAll(".*cut(\\d+).*", "$1"));
                  while (arguments.charAt(at - 1) == '\\') {
                    at++;
                  }
                  peer.head(200, "");
                  peer.chunk(
                      Chat.event(0, call("\"id\":\"t\",", arguments.substring(0, at)), null));
                  peer.chunk(Chat.event(0, call("", arguments.substring(at)), null));
                  peer.chunk(Chat.event(0, "", "tool_calls")).chunk(TestProvider.DONE).end();
                });
        RunningGateway gateway = gateway(provider, "  r: { on: response, mask: email }\n")) {
      for (int i = 1; i < arguments.length(); i += 3) {
        String body = gateway.chat("", Chat.askStream("m", "cut" + i)).body();
        StringBuilder joined = new StringBuilder();
        for (JsonValue event : events(body)) {
          JsonValue delta = Records.at(Records.at(event, "choices").items().getFirst(), "delta");
          JsonValue calls = delta.find("tool_calls");
          if (calls != null) {
            JsonValue function = Records.at(calls.items().getFirst(), "function");
            joined.append(Records.at(function, "arguments").string().orElseThrow());
          }
        }
        assertThat(joined.toString())
            .as("cut at %d", i)
            .isEqualTo("{\"to\":\"[EMAIL]\",\"n\":[1,2]}");
      }
    }
  }

  private static String call(String id, String arguments) {
    return "\"tool_calls\":[{\"index\":0,"
        + id
        + "\"function\":{\"name\":\"send\",\"arguments\":\""
        + arguments
        + "\"}}]";
  }

  @Test
  void aSlowClientSlowsTheProviderDown() throws Exception {
    int events = 2_000;
    String big = Chat.text("y".repeat(16_000));
    AtomicLong sent = new AtomicLong();
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "");
                  for (int i = 0; i < events; i++) {
                    peer.chunk(big);
                    sent.addAndGet(big.length());
                  }
                  peer.chunk(Chat.stop()).chunk(TestProvider.DONE).end();
                });
        RunningGateway gateway = gateway(provider, "  r: { on: response, mask: email }\n");
        RawClient client = new RawClient(gateway.gateway(), 8 << 10)) {
      client.chat("", Chat.askStream("m", "hi")).readUntil("data: ");
      long before = -1;
      while (sent.get() != before) {
        before = sent.get();
        Thread.sleep(300);
      }
      assertThat(before).isLessThan(events * (long) big.length() / 2);
      byte[] buffer = new byte[1 << 16];
      long letters = 0;
      StringBuilder end = new StringBuilder();
      while (end.indexOf("[DONE]") < 0) {
        int count = client.input().read(buffer);
        assertThat(count).isPositive();
        String piece = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
        letters += piece.chars().filter(c -> c == 'y').count();
        end.append(piece).delete(0, Math.max(0, end.length() - 100));
      }
      // The first event's first letters were read with its head.
      assertThat(letters).isGreaterThanOrEqualTo(events * 16_000L - 10);
      assertThat(Records.ending(Records.await(audit, 1).getFirst()))
          .isEqualTo("allow 200 complete");
    }
  }

  @Test
  void whatTheWholeOfAStreamHoldsIsTagged() throws Exception {
    try (TestProvider provider =
            TestProvider.streaming(
                Chat.text("jane@exam") + Chat.text("ple.org") + Chat.stop() + TestProvider.DONE);
        RunningGateway gateway =
            gateway(provider, "  r: { on: response, when: findings.any(email), tag: mail }\n")) {
      gateway.chat("", Chat.askStream("m", "hi"));
      JsonValue record = Records.await(audit, 1).getFirst();
      assertThat(Records.text(record, "tags")).isEqualTo("[\"mail\"]");
      assertThat(Records.text(record, "findings")).contains("\"kind\":\"email\"");
    }
  }

  @Test
  void requestFindingsAreRecordedThoughOnlyAMaskAsksForThem() throws Exception {
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway = gateway(provider, "  r: { on: request, mask: email }\n")) {
      gateway.chat("", Chat.ask("m", "jane@example.org"));
      JsonValue record = Records.await(audit, 1).getFirst();
      assertThat(Records.text(record, "masked")).isEqualTo("{\"email\":1}");
      assertThat(Records.text(record, "findings")).contains("\"kind\":\"email\"");
      assertThat(Records.text(record, "scanned")).contains("email");
    }
  }

  @Test
  void anErrorInsideAStreamReachesTheCaller() throws Exception {
    String error = "event: error\ndata: {\"error\":{\"message\":\"over capacity\"}}\n\n";
    try (TestProvider provider = TestProvider.streaming(Chat.text("one") + error);
        RunningGateway gateway = gateway(provider, "  r: { on: response, mask: email }\n");
        RawClient client = new RawClient(gateway.gateway())) {
      RawClient.Answer answer = client.chat("", Chat.askStream("m", "hi")).answer();
      assertThat(answer.whole()).isTrue();
      assertThat(answer.body()).contains(error).doesNotContain("[DONE]");
      assertThat(Records.ending(Records.await(audit, 1).getFirst()))
          .isEqualTo("allow 200 upstream_failed");
    }
  }
}
