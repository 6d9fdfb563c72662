package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.Environment;
import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.meter.RequestLimits;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.upstream.Providers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Many exchanges at once against providers and callers of which anything must be expected, on a
/// clock of their own. Whatever happens: one record for each exchange, which says what the caller
/// was told; never more attempts than the policy bounds; never more exchanges than a limit admits.
/// `-Dsimulation.seed` repeats a run.
class SimulationTest {
  private static final int RUNS = 25;
  private static final int EXCHANGES = 150;
  private static final int LIMIT = 20;
  private static final int MOST_ATTEMPTS = 4;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private static final String POLICY =
      """
      gateway: v1
      server: { listen: 127.0.0.1:0 }
      providers:
        a: { protocol: openai, base_url: http://127.0.0.1:1/v1, region: eu }
        b: { protocol: openai, base_url: http://127.0.0.1:2/v1, region: us }
      models:
        two:
          targets: [a/x, b/y]
          retry: { attempts: 2 }
          price: { input: 1.00, output: 2.00 }
        one: { targets: [b/z], timeout: 5s, price: { input: 1.00, output: 2.00 } }
      limits:
        all: { requests: 20, per: minute, by: model.name }
      rules:
        no-cards: { on: request, when: findings.any(card), deny: "no cards" }
        stay: { when: findings.any(phone), require: target.region == 'eu' }
        no-iban: { on: response, when: findings.any(iban), deny: "no accounts" }
        mask: { mask: email }
        look: { on: response, when: findings.any(email), deny: "seen", mode: shadow }
        dear: { on: settle, when: usage.output > 6, tag: dear }
      """;

  private static final List<String> PROMPTS =
      List.of("hi", "card 4111 1111 1111 1111", "call +49 30 901820", "I am jane@example.org");

  @TempDir Path directory;

  /// How exchanges ended, so that a simulation in which nothing happens is noticed.
  private final Set<String> seen = new TreeSet<>();

  /// One exchange and the two that it stood between.
  private record Played(SimulatedCaller caller, SimulatedProvider provider) {}

  @Test
  void whateverHappensTheBooksAreRight(TestReporter reporter) {
    long first = Long.getLong("simulation.seed", 20_261_124L);
    Gateway.Loaded loaded = RunningGateway.loaded(POLICY);
    Engine engine = Engine.link(loaded.graph());
    for (int run = 0; run < RUNS; run++) {
      long seed = first + run;
      reporter.publishEntry("simulation.seed", Long.toString(seed));
      run(seed, loaded, engine);
    }
    assertThat(seen)
        .contains(
            "client_gone ",
            "complete ",
            "denied invalid_request",
            "denied model_not_found",
            "denied policy_denied",
            "denied rate_limit_exceeded",
            "failed internal_error",
            "upstream_failed ",
            "upstream_failed upstream_error",
            "upstream_failed upstream_timeout");
  }

  private void run(long seed, Gateway.Loaded loaded, Engine engine) {
    Random random = new Random(seed);
    SimulatedTime time = new SimulatedTime();
    Path folder = directory.resolve("run" + seed);
    AuditLog audit =
        ((AuditLog.Opened.Ready) AuditLog.open(folder, AuditLog.Settings.standard(time))).log();
    Services services =
        new Services(
            time,
            time::nanos,
            ExchangeIds.of(random),
            RequestLimits.of(time::nanos),
            Optional.of(audit),
            new Telemetry(),
            time,
            _ -> {});
    Authentication authentication =
        Authentication.of(loaded.graph(), _ -> java.util.Optional.empty());
    Map<String, Played> played = new HashMap<>();
    for (int i = 0; i < EXCHANGES; i++) {
      boolean stream = random.nextBoolean();
      byte[] body = (body(random, stream) + " ".repeat(i)).getBytes(StandardCharsets.UTF_8);
      SimulatedProvider provider = new SimulatedProvider(time, random, stream);
      Providers providers =
          Providers.of(
              loaded.graph(),
              Environment.nothing(),
              new Providers.Links(provider, time, null, time, _ -> {}));
      Policy policy = new Policy(engine, providers, authentication, loaded.files());
      time.after(
          Duration.ofMillis(random.nextInt(240_000)),
          () -> {
            SimulatedCaller caller = SimulatedCaller.of(time, random);
            new CallExchange(
                    services,
                    policy,
                    HttpService.Request.of("POST", "/v1/chat/completions", Headers.empty(), body),
                    caller,
                    Spoken.on(Surface.CHAT))
                .run();
            played.put(RequestFacts.digest(body).orElseThrow(), new Played(caller, provider));
          });
    }
    time.run();
    audit.close();
    List<ExchangeRecord> records = records(folder);
    assertThat(records)
        .as("one record each, seed " + seed)
        .extracting(record -> record.inputDigest().orElseThrow())
        .containsExactlyInAnyOrderElementsOf(played.keySet());
    for (ExchangeRecord record : records) {
      check(record, played.get(record.inputDigest().orElseThrow()), "seed " + seed + " " + record);
    }
    checkLimits(records, "seed " + seed);
    assertThat(exposition(services)).contains("gatewayctl_exchanges_running 0.0");
  }

  private void check(ExchangeRecord record, @Nullable Played played, String what) {
    SimulatedCaller caller = Objects.requireNonNull(played).caller();
    assertThat(caller.isOver()).as(what).isTrue();
    assertThat(record.status()).as(what).isEqualTo(caller.status());
    assertThat(record.attempts()).as(what).hasSize(played.provider().calls());
    assertThat(record.attempts().size()).as(what).isLessThanOrEqualTo(MOST_ATTEMPTS);
    assertThat(caller.text()).as(what).doesNotContain("jane").doesNotContain("3704");
    boolean denied = record.outcome().equals("denied");
    assertThat(record.decision()).as(what).isEqualTo(denied ? "deny" : "allow");
    assertThat(caller.isGone()).as(what).isEqualTo(record.outcome().equals("client_gone"));
    switch (record.outcome()) {
      case "complete" -> {
        assertThat(caller.wasCut()).as(what).isFalse();
        assertThat(record.stream() && caller.status() == 200 && !caller.text().startsWith("{"))
            .as(what)
            .isEqualTo(caller.text().endsWith("data: [DONE]\n\n"));
      }
      case "denied" -> {
        assertThat(record.code()).as(what).isPresent();
        assertThat(record.reason()).as(what).isPresent();
        assertThat(caller.text()).as(what).matches("(?s)(.*\\[DONE]\\n\\n|\\{\"error\":.*)");
      }
      case "failed" -> assertThat(caller.status() == 500 || caller.wasCut()).as(what).isTrue();
      default -> assertThat(record.outcome()).as(what).isIn("client_gone", "upstream_failed");
    }
    if (record.rules().stream().anyMatch(hit -> hit.id().equals("stay"))) {
      assertThat(record.attempts())
          .as(what)
          .allSatisfy(attempt -> assertThat(attempt.target()).isEqualTo("a/x"));
    }
    seen.add(record.outcome() + " " + record.code().orElse(""));
  }

  private static void checkLimits(List<ExchangeRecord> records, String what) {
    Map<String, List<Instant>> admitted = new HashMap<>();
    records.stream()
        .filter(record -> !record.attempts().isEmpty())
        .sorted(Comparator.comparing(ExchangeRecord::time))
        .forEach(
            record ->
                admitted
                    .computeIfAbsent(record.model().orElseThrow(), _ -> new ArrayList<>())
                    .add(record.time()));
    admitted.forEach(
        (model, times) -> {
          for (int i = LIMIT; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - LIMIT), times.get(i)))
                .as(what + " " + model)
                .isGreaterThanOrEqualTo(WINDOW);
          }
        });
  }

  private static String body(Random random, boolean stream) {
    if (random.nextInt(20) == 0) {
      return "{\"model\":";
    }
    String model = List.of("two", "two", "one", "none").get(random.nextInt(4));
    String prompt = PROMPTS.get(random.nextInt(PROMPTS.size()));
    return stream ? Chat.askStream(model, prompt) : Chat.ask(model, prompt);
  }

  private static String exposition(Services services) {
    return new String(services.telemetry().exposition(null).body(), StandardCharsets.UTF_8);
  }

  private static List<ExchangeRecord> records(Path folder) {
    List<ExchangeRecord> records = new ArrayList<>();
    AuditReader.Reading reading =
        AuditReader.of(List.of(folder))
            .read(
                record -> {
                  if (record instanceof AuditRecord.Exchange(ExchangeRecord exchange)) {
                    records.add(exchange);
                  }
                });
    assertThat(reading).isInstanceOf(AuditReader.Reading.Complete.class);
    return records;
  }
}
