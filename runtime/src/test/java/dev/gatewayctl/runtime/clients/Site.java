package dev.gatewayctl.runtime.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.gateway.Records;
import dev.gatewayctl.runtime.gateway.RunningGateway;
import dev.gatewayctl.runtime.gateway.TestProvider;
import dev.gatewayctl.runtime.json.JsonValue;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// A gateway whose callers show a key, and behind it one provider in three protocols.
///
/// Its models are `gpt`, `claude` and `gemini` at the provider in the protocol of the name,
/// `limited` with one request an hour, `walled` which a rule refuses and `foreign` which nobody is
/// granted. Addresses are masked everywhere, card numbers refused.
final class Site implements AutoCloseable {
  static final String KEY = "gk_clients000000000000000000000001";
  static final String STRANGER = "gk_nobody0000000000000000000000001";

  /// What `card` finds, and refuses.
  static final String CARD = "4111 1111 1111 1111";

  private static String policy(int port) {
    return """
    gateway: v1
    server: { listen: 127.0.0.1:0 }
    providers:
      chat: { protocol: openai, dialect: openai, base_url: "http://127.0.0.1:%1$d/v1" }
      messages: { protocol: anthropic, base_url: "http://127.0.0.1:%1$d" }
      google: { protocol: gemini, base_url: "http://127.0.0.1:%1$d" }
    models:
      gpt: { targets: [chat/gpt-x], price: { input: 1.00, output: 1.00 } }
      claude: { targets: [messages/claude-x], price: { input: 1.00, output: 1.00 } }
      gemini: { targets: [google/gemini-x], price: { input: 1.00, output: 1.00 } }
      limited: { targets: [chat/gpt-x], price: { input: 1.00, output: 1.00 } }
      walled: { targets: [chat/gpt-x], price: { input: 1.00, output: 1.00 } }
      foreign: { targets: [chat/gpt-x], price: { input: 1.00, output: 1.00 } }
    principals:
      apps:
        tests: { models: [gpt, claude, gemini, limited, walled], keys: ["sha256:%2$s"] }
    limits:
      once: { requests: 1, per: hour, when: model.name == 'limited' }
    rules:
      no-walled: { on: request, when: model.name == 'walled', deny: "not this one" }
      no-cards: { on: response, when: findings.any(card), deny: "a card number" }
      addresses: { mask: email }
    """
        .formatted(port, RunningGateway.hash(KEY));
  }

  private final AtomicReference<TestProvider.Script> script;
  private final TestProvider provider;
  private final RunningGateway gateway;
  private final Path audit;
  private int settled;

  private Site(
      AtomicReference<TestProvider.Script> script,
      TestProvider provider,
      RunningGateway gateway,
      Path audit) {
    this.script = script;
    this.provider = provider;
    this.gateway = gateway;
    this.audit = audit;
  }

  /// @param audit an empty folder for the records
  static Site open(Path audit) {
    AtomicReference<TestProvider.Script> script = new AtomicReference<>(Vendor.saying("hello"));
    TestProvider provider =
        TestProvider.playing((request, peer) -> script.get().answer(request, peer));
    RunningGateway gateway =
        RunningGateway.of(policy(provider.port()), Map.of(), Optional.of(audit), null);
    return new Site(script, provider, gateway, audit);
  }

  /// Where clients are pointed to, without a path.
  String address() {
    return gateway.gateway().address().toString();
  }

  /// The provider itself, past the gateway.
  String providerAddress() {
    return "http://127.0.0.1:" + provider.port();
  }

  void plays(TestProvider.Script next) {
    script.set(next);
  }

  TestProvider.Received received() {
    return provider.last();
  }

  int calls() {
    return provider.received().size();
  }

  /// Remembers how many exchanges were settled until now.
  void mark() {
    settled = Records.exchanges(audit).size();
  }

  /// Waits for the record of the one exchange since the mark, which comes a moment after its
  /// answer.
  JsonValue settled() throws InterruptedException {
    return Records.await(audit, settled + 1).getLast();
  }

  /// A provider that says what a turn has of text and then nothing more, until the gateway gives it
  /// up; without text not even a head.
  static final class Stalling {
    private final CountDownLatch left = new CountDownLatch(1);
    private final Vendor.Turn turn;

    Stalling(Vendor.Turn turn) {
      this.turn = turn;
    }

    TestProvider.Script script() {
      return (request, peer) -> {
        try {
          if (!turn.pieces().isEmpty()) {
            Vendor.begin(turn, request, peer);
          }
          peer.awaitClose();
        } finally {
          left.countDown();
        }
      };
    }

    void isLeftWithinASecond() throws InterruptedException {
      assertThat(left.await(1, TimeUnit.SECONDS)).as("the provider was let go").isTrue();
    }
  }

  @Override
  public void close() {
    gateway.close();
    provider.close();
  }
}
