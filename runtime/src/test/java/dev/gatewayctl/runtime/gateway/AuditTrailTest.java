package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One record for each exchange, whatever became of it, and nothing of its content.
class AuditTrailTest {
  private static final String KEY = "gk_abcdefghijklmnopqrstuvwxyz012345";
  @TempDir Path audit;

  /// A policy of one model for each provider, `m0` and so on, that wait longer than any machine
  /// takes: what is asked of a slow one sets its own time.
  private static String policy(TestProvider... providers) {
    StringBuilder policy =
        new StringBuilder("gateway: v1\nserver: { listen: 127.0.0.1:0, max_body: 256KiB }\n");
    policy.append("providers:\n");
    StringBuilder models = new StringBuilder("models:\n");
    for (int i = 0; i < providers.length; i++) {
      policy.append(providers[i].section("p" + i, ""));
      models.append(
          "  m%d: { targets: [p%d/inner], timeout: 60s, idle_timeout: 60s, ".formatted(i, i)
              + "price: { input: 1.00, output: 1.00 } }\n");
    }
    return policy.append(models).toString();
  }

  private RunningGateway gateway(String policy) {
    return RunningGateway.of(policy, Map.of(), Optional.of(audit), null);
  }

  @Test
  void everyEndOfAnExchangeIsOneRecord() throws Exception {
    try (TestProvider fine = TestProvider.answering(Chat.answer("ok"));
        TestProvider slow =
            TestProvider.playing(
                (request, peer) -> {
                  if (request.body().contains("\"stream\"")) {
                    peer.head(200, "").text("one");
                  }
                  peer.awaitClose();
                });
        TestProvider broken = TestProvider.playing((request, peer) -> peer.die(true));
        TestProvider failing =
            TestProvider.playing((request, peer) -> peer.respond(400, "", "{\"error\":{}}"));
        RunningGateway gateway =
            gateway(
                policy(fine, slow, broken, failing)
                    + """
                      late: { targets: [p1/inner], timeout: 300ms, price: { input: 1.00, output: 1.00 } }
                      cut:
                        targets: [p1/inner]
                        timeout: 60s
                        idle_timeout: 300ms
                        price: { input: 1.00, output: 1.00 }
                    limits:
                      l: { requests: 1, per: hour, when: request.max_tokens == 77 }
                    rules:
                      no: { on: request, when: request.max_tokens == 66, deny: "no" }
                      late: { on: response, when: request.max_tokens == 55, deny: "late" }
                    """)) {
      String limited = Chat.ask("m0", "hi").replace("{\"model\"", "{\"max_tokens\":77,\"model\"");
      List<String> expected = new ArrayList<>();
      send(gateway, Chat.ask("m0", "hi"), "allow 200 complete", expected);
      send(gateway, limited, "allow 200 complete", expected);
      send(gateway, limited, "deny 429 rate_limit_exceeded denied", expected);
      send(gateway, limited.replace("77", "66"), "deny 403 policy_denied denied", expected);
      send(gateway, limited.replace("77", "55"), "deny 403 policy_denied denied", expected);
      send(gateway, Chat.ask("none", "hi"), "deny 404 model_not_found denied", expected);
      send(gateway, "{", "deny 400 invalid_request denied", expected);
      send(gateway, Chat.ask("late", "hi"), "allow 504 upstream_timeout upstream_failed", expected);
      send(gateway, Chat.ask("m2", "hi"), "allow 502 upstream_error upstream_failed", expected);
      send(gateway, Chat.ask("m3", "hi"), "allow 400 complete", expected);
      send(
          gateway,
          Chat.ask("m0", "x".repeat(300_000)),
          "deny 413 request_too_large denied",
          expected);
      gateway.get("/v1/chat/completions");
      expected.add("deny 405 invalid_request denied");
      gateway.send(
          gateway
              .request("/v1/chat/completions")
              .header("content-encoding", "gzip")
              .POST(HttpRequest.BodyPublishers.ofString("x"))
              .build());
      expected.add("deny 415 invalid_request denied");
      try (RawClient client = new RawClient(gateway.gateway())) {
        assertThat(client.chat("", Chat.askStream("cut", "hi")).answer().whole()).isFalse();
        expected.add("allow 200 upstream_failed");
      }
      try (RawClient client = new RawClient(gateway.gateway())) {
        client.chat("", Chat.askStream("m1", "hi")).readUntil("one");
        client.vanish();
        expected.add("allow 200 client_gone");
      }
      gateway.get("/v1/models");
      expected.add("allow 200 complete");
      gateway.get("/v1/models/nothing");
      expected.add("deny 404 model_not_found denied");
      gateway.send(
          gateway
              .request("/v1/models")
              .POST(HttpRequest.BodyPublishers.ofString("x".repeat(300_000)))
              .build());
      expected.add("deny 413 request_too_large denied");
      gateway.get("/somewhere/else");
      List<JsonValue> records = Records.await(audit, expected.size());
      assertThat(records.stream().map(Records::ending))
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(records.stream().map(r -> Records.text(r, "id")).distinct())
          .hasSize(expected.size());
      assertThat(gateway.admin("/metrics").body()).contains("gatewayctl_exchanges_running 0.0");
    }
  }

  private static void send(
      RunningGateway gateway, String body, String ending, List<String> expected) {
    int status = gateway.chat("", body).statusCode();
    assertThat(ending).contains(" " + status + " ");
    expected.add(ending);
  }

  @Test
  void strangersAreRecordedAndRefused() throws Exception {
    try (TestProvider fine = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway =
            gateway(
                policy(fine)
                    + "principals: { apps: { a: { models: [m0], keys: [\"sha256:"
                    + RunningGateway.hash(KEY)
                    + "\"] } } }\n")) {
      assertThat(gateway.chat("", Chat.ask("m0", "hi")).statusCode()).isEqualTo(401);
      assertThat(gateway.chat("wrong", "{").statusCode()).isEqualTo(401);
      assertThat(gateway.get("/v1/models").statusCode()).isEqualTo(401);
      assertThat(Records.await(audit, 3).stream().map(Records::ending))
          .containsOnly("deny 401 invalid_api_key denied");
      assertThat(fine.received()).isEmpty();
    }
  }

  @Test
  void noSinkHoldsASecretOrAPrompt() throws Exception {
    String prompt = "PLANTED-PROMPT-8841";
    String answer = "PLANTED-ANSWER-8842";
    String mail = "planted.person@example.org";
    List<LogLine> log = Collections.synchronizedList(new ArrayList<>());
    try (TestProvider fine = TestProvider.answering(Chat.answer(answer + " " + mail));
        TestProvider echoing =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(500, "", "{\"error\":{\"message\":\"" + prompt + "\"}}"))) {
      String text =
          policy(fine, echoing)
                  .replaceFirst("/v1 }", "/v1, api_key: sk-planted-literal-8843 }")
                  .replaceFirst("/v1 }", "/v1, api_key: \\$env:PLANTED }")
              + "rules:\n  mask: { mask: pii }\n  no: { when: \"prompt.text.contains('8844')\","
              + " deny: \"no\" }\n";
      try (RunningGateway gateway =
          RunningGateway.of(
              text, Map.of("PLANTED", "sk-planted-variable-8845"), Optional.of(audit), null)) {
        for (String model : List.of("m0", "m1", "unknown")) {
          for (String ask : List.of(Chat.ask(model, prompt), Chat.askStream(model, prompt))) {
            gateway.chat("sk-planted-caller-8846", ask.replace(prompt, prompt + " " + mail));
            gateway.chat("sk-planted-caller-8846", ask.replace(prompt, prompt + " 8844"));
          }
        }
        gateway.chat("sk-planted-caller-8846", "{\"model\":\"m0\",\"x\":\"" + prompt);
        gateway.get("/v1/chat/completions?api_key=sk-planted-query-8847");
        Records.await(audit, 14);
        String sinks =
            Records.text(audit)
                + gateway.admin("/metrics").body()
                + gateway.admin("/policy").body()
                + gateway.log()
                + log;
        for (String secret :
            List.of(
                prompt,
                answer,
                mail,
                "sk-planted-literal-8843",
                "sk-planted-variable-8845",
                "sk-planted-caller-8846",
                "sk-planted-query-8847")) {
          assertThat(sinks.contains(secret)).as(secret).isFalse();
        }
      }
    }
  }

  @Test
  void twoHundredAtOnceAreTwoHundredRecords() throws Exception {
    try (TestProvider fine =
            TestProvider.playing(
                (request, peer) -> {
                  if (request.body().contains("\"stream\"")) {
                    peer.head(200, "").text("one").chunk(Chat.stop()).chunk(TestProvider.DONE);
                    peer.end();
                  } else {
                    peer.respond(200, "", Chat.answer("ok"));
                  }
                });
        RunningGateway gateway = gateway(policy(fine));
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String body = i % 2 == 0 ? Chat.ask("m0", "n" + i) : Chat.askStream("m0", "n" + i);
        answers.add(callers.submit(() -> gateway.chat("", body).statusCode()));
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(200);
      }
      List<JsonValue> records = Records.await(audit, 200);
      assertThat(records.stream().map(r -> Records.text(r, "id")).distinct()).hasSize(200);
      assertThat(records.stream().map(r -> Records.text(r, "input_digest")).distinct())
          .hasSize(200);
    }
  }

  @Test
  void aTornTailIsCutAndSaidAndAnotherProcessIsRefused() throws Exception {
    try (TestProvider fine = TestProvider.answering(Chat.answer("ok"))) {
      String policy = policy(fine);
      try (RunningGateway gateway = gateway(policy)) {
        gateway.chat("", Chat.ask("m0", "hi"));
        Gateway.Started second =
            Gateway.start(
                RunningGateway.loaded(policy),
                RunningGateway.host(Map.of(), Optional.of(audit), null, new ArrayList<>()));
        assertThat(second).isInstanceOf(Gateway.Started.Refused.class);
        assertThat(((Gateway.Started.Refused) second).problems().getFirst()).contains("in use");
      }
      tear();
      try (RunningGateway gateway = gateway(policy)) {
        assertThat(gateway.log().stream().map(LogLine::message))
            .anyMatch(line -> line.contains("torn last line was cut"));
        gateway.chat("", Chat.ask("m0", "hi"));
        Records.await(audit, 2);
        assertThat(Records.text(audit)).contains("\"type\":\"recover\"");
      }
    }
  }

  private void tear() throws IOException {
    try (Stream<Path> files = Files.list(audit.resolve("seg"))) {
      Path last = files.sorted().reduce((a, b) -> b).orElseThrow();
      Files.writeString(last, "{\"v\":1,\"type\":\"exch", StandardOpenOption.APPEND);
    }
  }
}
