package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.http.Certificates;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From one target to the next, and over TLS to the first.
class FallbackTest {
  private static final String PRICE = "price: { input: 1.00, output: 1.00 }";

  @TempDir Path folder;

  private static String two(TestProvider first, TestProvider second, String rest) {
    return "gateway: v1\nserver: { listen: 127.0.0.1:0 }\nproviders:\n"
        + first.section("first", "region: eu")
        + second.section("second", "region: us")
        + "models:\n  m: { targets: [first/a, second/b], timeout: 400ms, idle_timeout: 400ms, "
        + PRICE
        + " }\n"
        + rest;
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 529})
  void theNextTargetAnswersWhenTheFirstFails(int status) {
    try (TestProvider first =
            TestProvider.playing((request, peer) -> peer.respond(status, "", "{\"error\":{}}"));
        TestProvider second = TestProvider.answering(Chat.answer("second"));
        RunningGateway gateway = RunningGateway.of(two(first, second, ""))) {
      assertThat(gateway.chat("", Chat.ask("m", "hi")).body()).contains("second");
      assertThat(first.received()).hasSize(1);
      assertThat(second.last().body()).contains("\"model\":\"b\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reset", "close", "silence", "silent stream", "garbage head"})
  void theNextTargetAnswersWhenTheFirstDoesNot(String how) {
    try (TestProvider first =
            TestProvider.playing(
                (request, peer) -> {
                  switch (how) {
                    case "reset" -> peer.die(true);
                    case "close" -> peer.die(false);
                    case "silent stream" -> peer.head(200, "").awaitClose();
                    case "garbage head" -> peer.send("HTTP/1.1 200 OK\r\nbad\r\n\r\n").die(false);
                    default -> peer.awaitClose();
                  }
                });
        TestProvider second = TestProvider.streaming(Chat.text("second") + TestProvider.DONE);
        RunningGateway gateway = RunningGateway.of(two(first, second, ""))) {
      HttpResponse<String> answer = gateway.chat("", Chat.askStream("m", "hi"));
      if (how.equals("garbage head")) {
        // Not among what `retry.on` names: a provider that speaks no HTTP is no passing trouble.
        assertThat(answer.statusCode()).isEqualTo(502);
      } else {
        assertThat(answer.body()).contains("second");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"comment and end", "comments for ever", "error", "error by name"})
  void theNextTargetAnswersUntilTheFirstEvent(String how) {
    String comment = ": OPENROUTER PROCESSING\n\n";
    try (TestProvider first =
            TestProvider.playing(
                (request, peer) -> {
                  peer.head(200, "").chunk(comment);
                  switch (how) {
                    case "comment and end" -> peer.end();
                    case "error" -> {
                      peer.chunk("data: {\"error\":{\"message\":\"no\",\"code\":529}}\n\n");
                      peer.awaitClose();
                    }
                    case "error by name" -> peer.chunk("event: error\ndata: no\n\n").end();
                    default -> {
                      while (true) {
                        Thread.sleep(50);
                        peer.chunk(comment);
                      }
                    }
                  }
                });
        TestProvider second =
            TestProvider.streaming(comment + Chat.text("second") + TestProvider.DONE);
        RunningGateway gateway = RunningGateway.of(two(first, second, ""))) {
      HttpResponse<String> answer = gateway.chat("", Chat.askStream("m", "hi"));
      assertThat(answer.body()).contains("second").startsWith(comment).doesNotContain("error");
      assertThat(first.received()).hasSize(1);
    }
  }

  @Test
  void theLastErrorOfAStreamGoesToTheCallerAsItIs() {
    String error = "data: {\"error\":{\"message\":\"no\"}}\n\n";
    try (TestProvider first = TestProvider.streaming(error);
        TestProvider second = TestProvider.playing((request, peer) -> peer.die(true));
        RunningGateway gateway = RunningGateway.of(two(first, second, ""))) {
      HttpResponse<String> answer = gateway.chat("", Chat.askStream("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(error);
      assertThat(second.received()).hasSize(1);
    }
  }

  @Test
  void nobodyListeningIsNoAnswer() {
    TestProvider first = TestProvider.answering("");
    first.close();
    try (TestProvider second = TestProvider.answering(Chat.answer("second"));
        RunningGateway gateway = RunningGateway.of(two(first, second, ""))) {
      assertThat(gateway.chat("", Chat.ask("m", "hi")).body()).contains("second");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 422})
  void whatIsNotRetriedGoesToTheCallerAsItIs(int status) {
    String error = "{ \"error\" : {\"message\":\"no\",\"extra\":1.50}}";
    try (TestProvider first =
            TestProvider.playing(
                (request, peer) -> peer.respond(status, "x-request-id: r9\r\n", error));
        TestProvider second = TestProvider.answering(Chat.answer("second"));
        RunningGateway gateway = RunningGateway.of(two(first, second, ""))) {
      for (String body : List.of(Chat.ask("m", "hi"), Chat.askStream("m", "hi"))) {
        HttpResponse<String> answer = gateway.chat("", body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(error);
        assertThat(answer.headers().firstValue("x-request-id")).hasValue("r9");
      }
      assertThat(second.received()).isEmpty();
    }
  }

  @Test
  void anEmptyErrorBodyStaysTheProvidersAnswer() {
    try (TestProvider first = TestProvider.playing((request, peer) -> peer.respond(404, "", ""));
        TestProvider second = TestProvider.answering(Chat.answer("second"));
        RunningGateway gateway =
            RunningGateway.of(two(first, second, "rules:\n  r: { mask: email }\n"))) {
      assertThat(gateway.chat("", Chat.ask("m", "hi")).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void errorBodiesAreMasked() {
    try (TestProvider first =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(
                        400, "", "{\"error\":{\"message\":\"bad input: jane@example.org\"}}"));
        TestProvider second = TestProvider.answering(Chat.answer("second"));
        RunningGateway gateway =
            RunningGateway.of(two(first, second, "rules:\n  r: { mask: email }\n"))) {
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"error\":{\"message\":\"bad input: [EMAIL]\"}}");
    }
  }

  @Test
  void anErrorThatCannotBeMaskedKeepsItsStatusAndLosesItsBody() {
    try (TestProvider first =
            TestProvider.playing(
                (request, peer) ->
                    peer.respond(
                        422, "x-request-id: r9\r\n", "{\"error\": \"jane@example.org\", "));
        TestProvider second = TestProvider.answering(Chat.answer("second"));
        RunningGateway gateway =
            RunningGateway.of(two(first, second, "rules:\n  r: { mask: email }\n"))) {
      HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(answer.body()).contains("\"code\":\"upstream_error\"").doesNotContain("jane");
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(answer.headers().firstValue("x-request-id")).hasValue("r9");
    }
  }

  @Test
  void aRequirementHoldsForTheFallbackToo() {
    try (TestProvider first =
            TestProvider.playing((request, peer) -> peer.respond(500, "", "{\"error\":{}}"));
        TestProvider second = TestProvider.answering(Chat.answer("second"));
        RunningGateway gateway =
            RunningGateway.of(
                two(
                    first,
                    second,
                    "rules:\n  eu: { on: request, when: findings.any(email),"
                        + " require: target.region == 'eu' }\n"))) {
      HttpResponse<String> kept = gateway.chat("", Chat.ask("m", "to jane@example.org"));
      assertThat(kept.statusCode()).isEqualTo(500);
      assertThat(second.received()).isEmpty();
      assertThat(gateway.chat("", Chat.ask("m", "to nobody")).body()).contains("second");
    }
  }

  @Test
  void keysAreTriedInOrder() {
    try (TestProvider provider =
        TestProvider.playing(
            (request, peer) -> {
              if (request.field("authorization").equals("Bearer k3")) {
                peer.respond(200, "", Chat.answer("third"));
              } else {
                peer.respond(401, "", "{\"error\":{\"message\":\"bad key\"}}");
              }
            })) {
      String policy =
          "gateway: v1\nserver: { listen: 127.0.0.1:0 }\nproviders:\n%smodels:\n"
                  .formatted(provider.section("p", "api_key: [$env:K1, $env:K2, $env:K3]"))
              + "  m: { targets: [p/a], "
              + PRICE
              + " }\n";
      try (RunningGateway gateway =
          RunningGateway.of(
              policy, Map.of("K1", "k1", "K2", "k2", "K3", "k3"), Optional.empty(), null)) {
        assertThat(gateway.chat("", Chat.ask("m", "hi")).body()).contains("third");
        assertThat(provider.received().stream().map(r -> r.field("authorization")))
            .containsExactly("Bearer k1", "Bearer k2", "Bearer k3");
      }
      try (RunningGateway gateway =
          RunningGateway.of(
              policy, Map.of("K1", "k1", "K2", "k2", "K3", "k4"), Optional.empty(), null)) {
        HttpResponse<String> refused = gateway.chat("", Chat.ask("m", "hi"));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).isEqualTo("{\"error\":{\"message\":\"bad key\"}}");
      }
    }
  }

  private RunningGateway overTls(TestProvider provider, SSLContext trust) {
    return RunningGateway.of(
        "gateway: v1\nserver: { listen: 127.0.0.1:0 }\nproviders:\n"
            + "  p: { protocol: openai, base_url: \"https://127.0.0.1:"
            + provider.port()
            + "/v1\" }\nmodels:\n  m: { targets: [p/a], "
            + PRICE
            + " }\n",
        Map.of(),
        Optional.empty(),
        trust);
  }

  @Test
  void aTrustedProviderIsReachedAndAnUntrustedOrMisnamedIsNot() throws Exception {
    Certificates right = Certificates.naming(folder, "ip:127.0.0.1");
    Certificates wrong = Certificates.naming(folder, "dns:elsewhere.example");
    try (TestProvider provider =
            TestProvider.playing(
                right.server().getServerSocketFactory(),
                (request, peer) -> peer.respond(200, "", Chat.answer("private")));
        TestProvider misnamed =
            TestProvider.playing(
                wrong.server().getServerSocketFactory(),
                (request, peer) -> peer.respond(200, "", Chat.answer("private")))) {
      try (RunningGateway gateway = overTls(provider, right.client())) {
        assertThat(gateway.chat("", Chat.ask("m", "hi")).body()).contains("private");
      }
      try (RunningGateway gateway = overTls(provider, wrong.client())) {
        refusedForTls(gateway);
      }
      try (RunningGateway gateway = overTls(misnamed, wrong.client())) {
        refusedForTls(gateway);
      }
      assertThat(provider.received()).hasSize(1);
      assertThat(misnamed.received()).isEmpty();
    }
  }

  @Test
  void nothingIsEverSentInClear() throws Exception {
    try (TestProvider plain = TestProvider.answering(Chat.answer("plain"));
        RunningGateway gateway =
            overTls(plain, Certificates.naming(folder, "ip:127.0.0.1").client())) {
      refusedForTls(gateway);
      assertThat(plain.received()).isEmpty();
    }
  }

  private static void refusedForTls(RunningGateway gateway) {
    HttpResponse<String> answer = gateway.chat("", Chat.ask("m", "hi"));
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("\"code\":\"upstream_error\"");
  }
}
