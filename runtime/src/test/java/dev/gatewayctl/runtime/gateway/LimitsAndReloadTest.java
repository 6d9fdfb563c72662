package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Limits under parallel requests, and policies that change while exchanges run.
class LimitsAndReloadTest {
  @TempDir Path audit;

  private static String policy(TestProvider provider, String rest) {
    return "gateway: v1\nserver: { listen: 127.0.0.1:0 }\nproviders:\n"
        + provider.section("p", "")
        + "models:\n  m: { targets: [p/inner], price: { input: 1.00, output: 1.00 } }\n"
        + "  other: { targets: [p/other], price: { input: 1.00, output: 1.00 } }\n"
        + rest;
  }

  private static int count(List<Future<Integer>> answers, int status) throws Exception {
    int count = 0;
    for (Future<Integer> answer : answers) {
      count += answer.get() == status ? 1 : 0;
    }
    return count;
  }

  @Test
  void fiftyAtOnceNeverOverrunALimit() throws Exception {
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway =
            RunningGateway.of(
                policy(
                    provider,
                    """
                    limits:
                      wide: { requests: 20, per: hour }
                      narrow: { requests: 7, per: hour, by: model.name, when: model.name == 'm' }
                    """));
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> narrow = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        narrow.add(callers.submit(() -> gateway.chat("", Chat.ask("m", "hi")).statusCode()));
      }
      assertThat(count(narrow, 200)).isEqualTo(7);
      assertThat(count(narrow, 429)).isEqualTo(43);
      // What the narrow limit refused took nothing of the wide one.
      List<Future<Integer>> wide = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        wide.add(callers.submit(() -> gateway.chat("", Chat.ask("other", "hi")).statusCode()));
      }
      assertThat(count(wide, 200)).isEqualTo(13);
      assertThat(provider.received()).hasSize(20);
    }
  }

  @Test
  void runningExchangesEndUnderTheirPolicyAndLimitsSurvive() throws Exception {
    CountDownLatch reloaded = new CountDownLatch(1);
    try (TestProvider provider =
        TestProvider.playing(
            (request, peer) -> {
              if (request.body().contains("\"stream\"")) {
                peer.head(200, "").text("first");
                reloaded.await();
                peer.text(" a@example.org").chunk(Chat.stop()).chunk(TestProvider.DONE).end();
              } else {
                peer.respond(200, "", Chat.answer("a@example.org"));
              }
            })) {
      String limits = "limits:\n  l: { requests: 3, per: hour }\n";
      String masking = policy(provider, limits + "rules:\n  r: { on: response, mask: email }\n");
      String plain = policy(provider, limits);
      try (RunningGateway gateway = RunningGateway.of(masking, Map.of(), Optional.of(audit), null);
          RawClient client = new RawClient(gateway.gateway())) {
        String old = gateway.gateway().policyDigest();
        client.chat("", Chat.askStream("m", "hi")).readUntil("\r\n\r\n");
        assertThat(gateway.gateway().reload(RunningGateway.loaded(plain))).isEmpty();
        assertThat(gateway.gateway().policyDigest()).isNotEqualTo(old);
        assertThat(gateway.chat("", Chat.ask("m", "hi")).body()).contains("a@example.org");
        reloaded.countDown();
        assertThat(client.readUntil("[DONE]")).contains("[EMAIL]").doesNotContain("a@exa");
        assertThat(gateway.chat("", Chat.ask("m", "hi")).statusCode()).isEqualTo(200);
        assertThat(gateway.chat("", Chat.ask("m", "hi")).statusCode()).isEqualTo(429);
        assertThat(
                Records.await(audit, 4).stream()
                    .map(record -> Records.text(record, "policy_digest").equals(old)))
            .containsExactlyInAnyOrder(true, false, false, false);
        assertThat(Records.text(audit).split("\"type\":\"policy\"", -1)).hasSize(3);
      }
    }
  }

  @Test
  void aPolicyThatCannotBeServedKeepsTheOldOne() {
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway = RunningGateway.of(policy(provider, ""))) {
      String before = gateway.gateway().policyDigest();
      String missing = policy(provider, "").replace("/v1 }", "/v1, api_key: $env:NOT_THERE }");
      assertThat(gateway.gateway().reload(RunningGateway.loaded(missing)))
          .containsExactly("providers.p.api_key: the environment variable `NOT_THERE` is not set");
      String nowhere = policy(provider, "").replace(provider.baseUrl(), "$env:NOT_THERE_EITHER");
      assertThat(gateway.gateway().reload(RunningGateway.loaded(nowhere))).hasSize(1);
      assertThat(gateway.gateway().policyDigest()).isEqualTo(before);
      assertThat(gateway.chat("", Chat.ask("m", "hi")).statusCode()).isEqualTo(200);
      assertThat(gateway.admin("/metrics").body())
          .contains("gatewayctl_reloads_total{result=\"refused\"} 2.0");
    }
  }

  @Test
  void sizesOfTheServerHoldFromTheNextRequestOn() throws Exception {
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"))) {
      String wide = policy(provider, "");
      String narrow =
          wide.replaceFirst("127.0.0.1:0", "127.0.0.1:0, max_body: 1KiB, max_head: 2KiB");
      assertThat(narrow).isNotEqualTo(wide);
      try (RunningGateway gateway = RunningGateway.of(wide, Map.of(), Optional.of(audit), null)) {
        String big = Chat.ask("m", "x".repeat(3_000));
        assertThat(gateway.chat("", big).statusCode()).isEqualTo(200);
        assertThat(gateway.chat("k".repeat(3_000), Chat.ask("m", "hi")).statusCode())
            .isEqualTo(200);
        assertThat(gateway.gateway().reload(RunningGateway.loaded(narrow))).isEmpty();
        assertThat(gateway.chat("", big).statusCode()).isEqualTo(413);
        assertThat(gateway.chat("k".repeat(3_000), Chat.ask("m", "hi")).statusCode())
            .isEqualTo(431);
        assertThat(gateway.gateway().reload(RunningGateway.loaded(wide))).isEmpty();
        assertThat(gateway.chat("", big).statusCode()).isEqualTo(200);
        assertThat(gateway.log().stream().map(LogLine::level)).doesNotContain("warning");
      }
    }
  }

  @Test
  void reloadsUnderLoadLoseNothing() throws Exception {
    try (TestProvider provider = TestProvider.answering(Chat.answer("ok"));
        RunningGateway gateway =
            RunningGateway.of(policy(provider, ""), Map.of(), Optional.of(audit), null);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Gateway.Loaded[] policies = {
        RunningGateway.loaded(policy(provider, "")),
        RunningGateway.loaded(policy(provider, "rules:\n  r: { mask: email }\n"))
      };
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(callers.submit(() -> gateway.chat("", Chat.ask("m", "hi")).statusCode()));
        if (i % 10 == 0) {
          gateway.gateway().reload(policies[i / 10 % 2]);
        }
      }
      assertThat(count(answers, 200)).isEqualTo(100);
      Records.await(audit, 100);
    }
  }
}
