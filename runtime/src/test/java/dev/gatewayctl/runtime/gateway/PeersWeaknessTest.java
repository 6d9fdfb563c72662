package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.runtime.json.JsonValue;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What other gateways were seen to get wrong, each as one test.
class PeersWeaknessTest {
  private static final String HEAD = "gateway: v1\nserver: { listen: 127.0.0.1:0 }\nproviders:\n";
  private static final String PRICE = "price: { input: 1.00, output: 1.00 }";

  @TempDir Path audit;

  private RunningGateway gateway(String policy) {
    return RunningGateway.of(policy, Map.of(), Optional.of(audit), null);
  }

  private static String one(TestProvider provider, String rest) {
    return HEAD
        + provider.section("origin", "")
        + "models:\n  m: { targets: [origin/inner-1], "
        + PRICE
        + " }\n"
        + rest;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"extra_body\":{\"model\":\"secret\"}",
        "\"models\":[\"secret\"]",
        "\"fallbacks\":[{\"model\":\"secret\"}]",
        "\"metadata\":{\"model\":\"secret\"}",
        "\"api_base\":\"http://127.0.0.1:1\",\"user_config\":{\"model_list\":[\"secret\"]}"
      })
  void aSideFieldOfTheBodyCannotReachAnotherModel(String field) {
    try (TestProvider open = TestProvider.answering(Chat.answer("open"));
        TestProvider closed = TestProvider.answering(Chat.answer("closed"));
        RunningGateway gateway =
            gateway(
                HEAD
                    + open.section("open", "")
                    + closed.section("closed", "")
                    + "models:\n  m: { targets: [open/o], "
                    + PRICE
                    + " }\n  secret: { targets: [closed/c], "
                    + PRICE
                    + " }\nrules:\n  no: { when: model.name == 'secret', deny: \"closed\" }\n")) {
      String body = Chat.ask("m", "hi").replace("\"messages\"", field + ",\"messages\"");
      HttpResponse<String> answer = gateway.chat("", body);
      assertThat(answer.statusCode() == 400 || answer.body().contains("\"open\"")).isTrue();
      assertThat(gateway.chat("", Chat.ask("secret", "hi")).statusCode()).isEqualTo(403);
      assertThat(closed.received()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProviderThatDiesInMidStreamNeverBecomesDone(boolean reset) throws Exception {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> peer.head(200, "").text("one").text("two").die(reset));
        RunningGateway gateway = gateway(one(provider, ""));
        RawClient client = new RawClient(gateway.gateway())) {
      RawClient.Answer answer = client.chat("", Chat.askStream("m", "hi")).answer();
      assertThat(answer.whole()).isFalse();
      assertThat(answer.body()).doesNotContain("[DONE]", "\"stop\"");
      JsonValue record = Records.await(audit, 1).getFirst();
      assertThat(Records.ending(record)).isEqualTo("allow 200 upstream_failed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"tw",
        "data: [DO",
        "data: [DONE"
      })
  void halfALineIsNoNormalEnd(String half) throws Exception {
    try (TestProvider provider = TestProvider.streaming(Chat.text("one") + half);
        RunningGateway gateway = gateway(one(provider, ""));
        RawClient client = new RawClient(gateway.gateway())) {
      RawClient.Answer answer = client.chat("", Chat.askStream("m", "hi")).answer();
      assertThat(Chat.text("one")).startsWith(answer.body());
      assertThat(answer.whole()).isFalse();
      assertThat(Records.ending(Records.await(audit, 1).getFirst()))
          .isEqualTo("allow 200 upstream_failed");
    }
  }

  @Test
  void twoAttemptsAreTwoAttempts() throws Exception {
    try (TestProvider first =
            TestProvider.playing((request, peer) -> peer.respond(500, "", "{\"error\":{}}"));
        TestProvider second =
            TestProvider.playing(
                (request, peer) -> peer.respond(503, "", "{\"error\":{\"message\":\"b\"}}"));
        RunningGateway gateway =
            gateway(
                HEAD
                    + first.section("first", "")
                    + second.section("second", "")
                    + "models:\n  m: { targets: [first/a, second/b], retry: { attempts: 2 }, "
                    + PRICE
                    + " }\n")) {
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("{\"error\":{\"message\":\"b\"}}");
      assertThat(first.received()).hasSize(2);
      assertThat(second.received()).hasSize(2);
      JsonValue record = Records.await(audit, 1).getFirst();
      assertThat(Records.at(record, "attempts").items()).hasSize(4);
      assertThat(Records.ending(record)).isEqualTo("allow 503 upstream_failed");
    }
  }

  @Test
  void theAttemptsOfTheRecordAreThoseThatWereMade() throws Exception {
    try (TestProvider first =
            TestProvider.playing(
                (request, peer) -> peer.respond(503, "", "{\"error\":{\"message\":\"a\"}}"));
        TestProvider second = TestProvider.playing((request, peer) -> peer.die(true));
        RunningGateway gateway =
            gateway(
                HEAD
                    + first.section("first", "")
                    + second.section("second", "")
                    + "models:\n  m: { targets: [first/a, second/b], "
                    + PRICE
                    + " }\n")) {
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("{\"error\":{\"message\":\"a\"}}");
      JsonValue record = Records.await(audit, 1).getFirst();
      assertThat(
              Records.at(record, "attempts").items().stream()
                  .map(a -> Records.text(a, "target") + " " + Records.text(a, "status")))
          .containsExactly("first/a 503", "second/b ");
    }
  }

  @Test
  void anAbortedClientIsCancelledUpstreamAndSettled() throws Exception {
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> peer.head(200, "").text("produced so far").awaitClose());
        RunningGateway gateway = gateway(one(provider, ""))) {
      try (RawClient client = new RawClient(gateway.gateway())) {
        client.chat("", Chat.askStream("m", "hi")).readUntil("so far");
        client.vanish();
      }
      assertThat(provider.cancelledWithin(Duration.ofSeconds(1))).isTrue();
      JsonValue record = Records.await(audit, 1).getFirst();
      assertThat(Records.ending(record)).isEqualTo("allow 200 client_gone");
      assertThat(Records.text(Records.at(record, "usage"), "estimated")).isEqualTo("true");
      assertThat(Records.text(record, "cost_nanos")).matches("[1-9][0-9]*");
    }
  }

  @Test
  void aClientThatGoesBeforeTheFirstByteIsCancelledAsWell() throws Exception {
    try (TestProvider provider = TestProvider.playing((request, peer) -> peer.awaitClose());
        RunningGateway gateway = gateway(one(provider, ""))) {
      try (RawClient client = new RawClient(gateway.gateway())) {
        client.chat("", Chat.ask("m", "hi"));
        for (int i = 0; i < 200 && provider.received().isEmpty(); i++) {
          Thread.sleep(10);
        }
        client.vanish();
      }
      assertThat(provider.cancelledWithin(Duration.ofSeconds(1))).isTrue();
      assertThat(Records.ending(Records.await(audit, 1).getFirst()))
          .isEqualTo("allow  client_gone");
    }
  }

  @Test
  void maskingLosesNoChoice() {
    String answer =
        "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
            + "\"a@example.org\"},\"finish_reason\":\"stop\"},{\"index\":1,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\"b@example.org\"},\"finish_reason\":\"stop\"}]}";
    String stream =
        Chat.event(0, "\"content\":\"a@exa\"", null)
            + Chat.event(1, "\"content\":\"b@ex\"", null)
            + Chat.event(0, "\"content\":\"mple.org\"", null)
            + Chat.event(1, "\"content\":\"ample.org\"", null)
            + Chat.event(0, "", "stop")
            + Chat.event(1, "", "stop")
            + TestProvider.DONE;
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  if (request.body().contains("\"stream\"")) {
                    peer.head(200, "").chunk(stream).end();
                  } else {
                    peer.respond(200, "", answer);
                  }
                });
        RunningGateway gateway =
            gateway(one(provider, "rules:\n  r: { on: response, mask: email }\n"))) {
      String two = "\"n\":2,\"messages\"";
      assertThat(gateway.chat("", Chat.ask("m", "hi").replace("\"messages\"", two)).body())
          .isEqualTo(
              answer.replace("a@example.org", "[EMAIL]").replace("b@example.org", "[EMAIL]"));
      String masked =
          gateway.chat("", Chat.askStream("m", "hi").replace("\"messages\"", two)).body();
      assertThat(masked).doesNotContain("a@ex", "b@ex", "ample.org").endsWith(TestProvider.DONE);
      assertThat(masked.split("\\[EMAIL]", -1)).hasSize(3);
      assertThat(masked.split("\"stop\"", -1)).hasSize(3);
    }
  }

  @Test
  void metricsDoNotGrowWithUnknownModelsPathsAndMethods() {
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway = gateway(one(provider, ""))) {
      gateway.chat("", Chat.ask("unknown-0", "hi"));
      gateway.get("/nowhere/0");
      gateway.get("/v1/models/unknown-0");
      long before = gateway.admin("/metrics").body().lines().count();
      for (int i = 1; i < 30; i++) {
        gateway.chat("", Chat.ask("unknown-" + i, "hi"));
        gateway.get("/nowhere/" + i);
        gateway.get("/v1/models/unknown-" + i);
      }
      String metrics = gateway.admin("/metrics").body();
      assertThat(metrics.lines().count()).isEqualTo(before);
      assertThat(metrics).doesNotContain("unknown-", "nowhere");
    }
  }

  @Test
  void aRefusalNeverQuotesTheBlockedText() {
    try (TestProvider provider =
            TestProvider.answering(Chat.answer("the project is called bluebird"));
        RunningGateway gateway =
            gateway(
                one(
                    provider,
                    """
                    detectors:
                      code_name: { words: [bluebird] }
                    rules:
                      no: { when: findings.any(code_name), deny: "found ${findings.first(code_name).kind}" }
                    """))) {
      HttpResponse<String> request = gateway.chat("", Chat.ask("m", "about bluebird"));
      assertThat(request.statusCode()).isEqualTo(403);
      assertThat(request.body()).contains("found code_name").doesNotContain("bluebird");
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("found code_name").doesNotContain("bluebird");
    }
  }

  @Test
  void twoMaskingRulesDoNotCancelEachOther() {
    try (TestProvider provider =
            TestProvider.answering(Chat.answer("x@example.org 4111-1111-1111-1111"));
        RunningGateway gateway =
            gateway(one(provider, "rules:\n  a: { mask: email }\n  b: { mask: card }\n"))) {
      String body =
          gateway.chat("", Chat.ask("m", "jane@example.org pays with 4111 1111 1111 1111")).body();
      assertThat(provider.last().body()).contains("[EMAIL] pays with [CARD]");
      assertThat(body).contains("[EMAIL] [CARD]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retry-after: 1\r\n", "retry-after-ms: 700\r\n"})
  void aShortRetryAfterIsWaitedFor(String field) {
    long[] times = new long[2];
    int[] count = new int[1];
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  times[count[0]] = System.nanoTime();
                  if (count[0]++ == 0) {
                    peer.respond(429, field, "{\"error\":{}}");
                  } else {
                    peer.respond(200, "", Chat.answer("later"));
                  }
                });
        RunningGateway gateway =
            gateway(one(provider, "").replace("price:", "retry: { attempts: 2 }, price:"))) {
      assertThat(gateway.chat("", Chat.ask("m", "hi")).body()).contains("later");
      assertThat(Duration.ofNanos(times[1] - times[0])).isGreaterThan(Duration.ofMillis(690));
    }
  }

  @Test
  void aLongRetryAfterGoesToTheNextTargetAtOnce() {
    try (TestProvider busy =
            TestProvider.playing(
                (request, peer) -> peer.respond(429, "retry-after: 11\r\n", "{\"error\":{}}"));
        TestProvider free = TestProvider.answering(Chat.answer("free"));
        RunningGateway gateway =
            gateway(
                HEAD
                    + busy.section("busy", "")
                    + free.section("free", "")
                    + "models:\n  m: { targets: [busy/a, free/b], retry: { attempts: 3 }, "
                    + PRICE
                    + " }\n")) {
      long begun = System.nanoTime();
      assertThat(gateway.chat("", Chat.ask("m", "hi")).body()).contains("free");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      assertThat(busy.received()).hasSize(1);
    }
  }

  @Test
  void anEventOfTwoMebibytesPasses() throws Exception {
    String event = Chat.text("z".repeat(2 << 20));
    String stream = event + Chat.stop() + TestProvider.DONE;
    for (String rules : List.of("", "rules:\n  r: { on: response, mask: email }\n")) {
      try (TestProvider provider = TestProvider.streaming(stream);
          RunningGateway gateway = RunningGateway.of(one(provider, rules))) {
        String body = gateway.chat("", Chat.askStream("m", "hi")).body();
        assertThat(body.length()).isGreaterThan(2 << 20);
        assertThat(body.equals(stream) || !rules.isEmpty()).isTrue();
        assertThat(body.chars().filter(c -> c == 'z').count())
            .isEqualTo(stream.chars().filter(c -> c == 'z').count());
      }
    }
  }

  @Test
  void cardsWithBlanksAndDashesAreFoundAndRoleDeveloperIsServed() {
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway = gateway(one(provider, "rules:\n  r: { mask: card }\n"))) {
      for (String card :
          List.of("4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111")) {
        gateway.chat("", Chat.ask("m", card).replace("\"user\"", "\"developer\""));
        assertThat(provider.last().body()).contains("\"developer\",\"content\":\"[CARD]\"");
      }
    }
  }

  @Test
  void everyPlaceThatAModelReadsIsMasked() {
    String body =
        """
        {"model":"m","n":2,"metadata":{"note":"a@example.org"},
         "prediction":{"type":"content","content":"b@example.org"},
         "messages":[{"role":"system","content":[{"type":"text","text":"c@example.org"}]},
          {"role":"assistant","content":null,"reasoning_content":"d@example.org","tool_calls":
           [{"id":"1","type":"function","function":{"name":"f","arguments":"{\\"to\\":\\"e@example.org\\"}"}}]},
          {"role":"tool","tool_call_id":"1","content":"f@example.org"}],
         "tools":[{"type":"function","function":{"name":"f","description":"g@example.org",
          "parameters":{"type":"object","properties":{"to":{"description":"h@example.org"}}}}}],
         "unheard_of":{"deep":["i@example.org"]}}
        """;
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway = gateway(one(provider, "rules:\n  r: { mask: email }\n"))) {
      assertThat(gateway.chat("", body).statusCode()).isEqualTo(200);
      assertThat(provider.last().body())
          .isEqualTo(
              body.replaceAll("[a-i]@example\\.org", "[EMAIL]")
                  .replace("\"m\",\"n\"", "\"inner-1\",\"n\""));
    }
  }

  @Test
  void anInvalidExpressionDoesNotCompileAndABacktrackersNightmareDoesNotFreeze() {
    String policy =
        HEAD
            + "  s: { protocol: script, script: [{ text: ok }] }\nmodels:\n  m: { targets: [s/s], "
            + PRICE
            + " }\ndetectors:\n  bad: { pattern: '%s' }\nrules:\n  r: { on: request, mask: bad }\n";
    Compilation broken = compile(policy.formatted("(a"));
    assertThat(broken.graph()).isEmpty();
    assertThat(compile(policy.formatted("(a)\\1")).graph()).isEmpty();
    try (RunningGateway gateway = gateway(policy.formatted("(a+)+b"))) {
      long begun = System.nanoTime();
      assertThat(gateway.chat("", Chat.ask("m", "a".repeat(50_000) + "!")).statusCode())
          .isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static Compilation compile(String policy) {
    return PolicyCompiler.compile(
        "gateway.yaml", name -> new Sources.Found(SourceFile.of(name, policy)));
  }

  @Test
  void aBlockedWordThatIsSplitOverEventsIsBlocked() {
    String word = "bluebird";
    try (TestProvider provider =
            TestProvider.playing(
                (request, peer) -> {
                  int cut = Integer.parseInt(request.body().replaceAll(".*cut(\\d+).*", "$1"));
                  peer.head(200, "").text("we call it " + word.substring(0, cut));
                  peer.text(word.substring(cut) + " here").chunk(Chat.stop());
                  peer.chunk(TestProvider.DONE).end();
                });
        RunningGateway gateway =
            gateway(
                one(
                    provider,
                    """
                    detectors:
                      code_name: { words: [bluebird] }
                    rules:
                      no: { on: response, when: findings.any(code_name), deny: "no" }
                    """))) {
      for (int cut = 0; cut <= word.length(); cut++) {
        HttpResponse<String> answer = gateway.chat("", Chat.askStream("m", "cut" + cut));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
            .as("cut at %d", cut)
            .contains("\"content_filter\"")
            .doesNotContain("blueb", "bird", " here")
            .endsWith(TestProvider.DONE);
      }
    }
  }
}
