package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.Environment;
import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.meter.RequestLimits;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.upstream.Providers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exchanges that a bug of ours ends, and what exchanges leave behind.
class FaultTest {
  private static final String POLICY =
      """
      gateway: v1
      server: { listen: 127.0.0.1:0 }
      providers:
        s: { protocol: script, script: [{ text: "hello there" }] }
        busy: { protocol: script, script: [{ status: 503, retry_after: 10s }] }
      models:
        m: { targets: [s/s], price: { input: 1.00, output: 1.00 } }
        b: { targets: [busy/b], price: { input: 1.00, output: 1.00 }, retry: { attempts: 2 } }
      """;

  @TempDir Path directory;
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final Telemetry telemetry = new Telemetry();
  private final List<LogLine> log = new ArrayList<>();
  private AuditLog audit;

  @BeforeEach
  void open() {
    timer.setRemoveOnCancelPolicy(true);
    audit =
        ((AuditLog.Opened.Ready)
                AuditLog.open(directory, AuditLog.Settings.standard(InstantSource.system())))
            .log();
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
    audit.close();
  }

  private Services services(LongSupplier nanoTime) {
    return new Services(
        InstantSource.system(),
        nanoTime,
        ExchangeIds.of(RandomGenerator.of("L64X128MixRandom")),
        RequestLimits.of(System::nanoTime),
        Optional.of(audit),
        telemetry,
        timer,
        log::add);
  }

  private Policy policy() {
    Gateway.Loaded loaded = RunningGateway.loaded(POLICY);
    return new Policy(
        Engine.link(loaded.graph()),
        Providers.of(
            loaded.graph(),
            Environment.nothing(),
            new Providers.Links(
                (request, listener) -> {
                  throw new IllegalStateException("nothing is sent in this test");
                },
                timer,
                null,
                InstantSource.system(),
                _ -> {})),
        Authentication.of(loaded.graph(), _ -> java.util.Optional.empty()),
        loaded.files());
  }

  /// A clock that stands for a bug of ours: it fails once, at its second reading.
  private static LongSupplier broken() {
    AtomicInteger readings = new AtomicInteger();
    return () -> {
      if (readings.incrementAndGet() == 2) {
        throw new StackOverflowError("a bug");
      }
      return System.nanoTime();
    };
  }

  private static HttpService.Request request(String method, String path, String body) {
    return HttpService.Request.of(
        method, path, Headers.empty(), body.getBytes(StandardCharsets.UTF_8));
  }

  private ExchangeHandler handler(LongSupplier nanoTime) {
    Health health = new Health(Optional.empty());
    health.serve();
    Policy policy = policy();
    return new ExchangeHandler(services(nanoTime), () -> policy, health);
  }

  private void isFault(HeardAnswer heard) throws InterruptedException {
    assertThat(heard.isOver()).isTrue();
    assertThat(heard.status()).isEqualTo(500);
    assertThat(heard.text()).contains("internal_error");
    List<JsonValue> records = Records.exchanges(directory);
    assertThat(records).hasSize(1);
    assertThat(Records.text(records.getFirst(), "outcome")).isEqualTo("failed");
    assertThat(metrics())
        .contains("gatewayctl_exchanges_running 0.0")
        .contains("gatewayctl_faults_total 1.0");
  }

  private String metrics() {
    return new String(telemetry.exposition(null).body(), StandardCharsets.UTF_8);
  }

  @Test
  void aFaultInTheListOfModelsIsAnsweredAndRecorded() throws Exception {
    HeardAnswer heard = new HeardAnswer();
    try (ExchangeHandler handler = handler(broken())) {
      handler.handle(request("GET", "/v1/models", ""), heard);
      isFault(heard);
    }
  }

  @Test
  void anErrorOnAVirtualThreadIsAnsweredAndRecorded() throws Exception {
    HeardAnswer heard = new HeardAnswer();
    try (ExchangeHandler handler = handler(broken())) {
      String body = "{\"model\":" + " ".repeat(ExchangeHandler.OFFLOAD_BYTES);
      handler.handle(request("POST", "/v1/chat/completions", body), heard);
      isFault(heard);
    }
  }

  @Test
  void whatComesAfterTheEndIsRefusedAndTakesNoPlace() throws Exception {
    ExchangeHandler handler = handler(System::nanoTime);
    handler.close();
    HeardAnswer heard = new HeardAnswer();
    String body = Chat.ask("m", "x".repeat(ExchangeHandler.OFFLOAD_BYTES));
    handler.handle(request("POST", "/v1/chat/completions", body), heard);
    assertThat(heard.isOver()).isTrue();
    assertThat(heard.status()).isEqualTo(503);
    assertThat(handler.freePlaces()).isEqualTo(ExchangeHandler.MOST_OFFLOADED);
  }

  @Test
  void nothingIsWaitedForWhenTheCallerHasGone() throws Exception {
    HeardAnswer heard = new HeardAnswer();
    new CallExchange(
            services(System::nanoTime),
            policy(),
            request("POST", "/v1/chat/completions", Chat.ask("b", "hi")),
            heard,
            Spoken.on(Surface.CHAT))
        .run();
    for (int i = 0; i < 500 && !isWaiting(); i++) {
      Thread.sleep(10);
    }
    assertThat(isWaiting()).as("the pause before the retry").isTrue();
    heard.leave();
    assertThat(timer.getQueue()).isEmpty();
    assertThat(Records.text(Records.exchanges(directory).getFirst(), "outcome"))
        .isEqualTo("client_gone");
  }

  private boolean isWaiting() {
    return timer.getQueue().stream()
        .anyMatch(task -> ((Delayed) task).getDelay(TimeUnit.SECONDS) > 5);
  }
}
