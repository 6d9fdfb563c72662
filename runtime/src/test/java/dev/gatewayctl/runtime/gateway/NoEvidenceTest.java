package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.meter.RequestLimits;
import dev.gatewayctl.runtime.upstream.Providers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exchanges whose record cannot be written.
class NoEvidenceTest {
  @TempDir Path directory;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final List<LogLine> log = new ArrayList<>();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void withDenyNothingIsAnswered() throws Exception {
    for (String body : List.of(Chat.ask("m", "hi"), Chat.askStream("m", "hi"))) {
      Heard heard = chat("deny", body);
      assertThat(heard.status == 503 || heard.aborted).isTrue();
      assertThat(heard.ended).isFalse();
      assertThat(heard.text()).doesNotContain("[DONE]");
    }
    assertThat(models("deny").status).isEqualTo(503);
    assertThat(log.stream().map(LogLine::message)).contains("a record could not be written");
  }

  @Test
  void withAllowEverythingIsAnswered() throws Exception {
    assertThat(chat("allow", Chat.ask("m", "hi")).status).isEqualTo(200);
    assertThat(chat("allow", Chat.askStream("m", "hi")).ended).isTrue();
    assertThat(models("allow").status).isEqualTo(200);
  }

  private Heard chat(String onFailure, String body) throws Exception {
    Heard heard = new Heard();
    new ChatExchange(
            services(),
            policy(onFailure),
            HttpService.Request.of(
                "POST",
                "/v1/chat/completions",
                Headers.empty(),
                body.getBytes(StandardCharsets.UTF_8)),
            heard,
            Surface.CHAT)
        .run();
    assertThat(heard.over.await(5, TimeUnit.SECONDS)).isTrue();
    return heard;
  }

  private Heard models(String onFailure) throws Exception {
    Heard heard = new Heard();
    new ModelsExchange(
            services(),
            policy(onFailure),
            HttpService.Request.of("GET", "/v1/models", Headers.empty(), new byte[0]),
            heard)
        .run();
    assertThat(heard.over.await(5, TimeUnit.SECONDS)).isTrue();
    return heard;
  }

  private Policy policy(String onFailure) {
    Gateway.Loaded loaded =
        RunningGateway.loaded(
            """
            gateway: v1
            server: { listen: 127.0.0.1:0 }
            providers: { s: { protocol: script, script: [{ text: "hello there" }] } }
            models: { m: { targets: [s/s], price: { input: 1.00, output: 1.00 } } }
            audit: { on_failure: %s }
            """
                .formatted(onFailure));
    return new Policy(
        Engine.link(loaded.graph()),
        Providers.of(
            loaded.graph(),
            RunningGateway.host(Map.of(), Optional.empty(), null, log).environment(),
            new Providers.Links(
                (request, listener) -> {
                  throw new IllegalStateException("nothing is sent in this test");
                },
                timer,
                null)),
        Authentication.of(loaded.graph()),
        loaded.files());
  }

  /// With a log that takes nothing any more.
  private Services services() {
    AuditLog.Opened opened =
        AuditLog.open(directory, AuditLog.Settings.standard(InstantSource.system()));
    AuditLog audit = ((AuditLog.Opened.Ready) opened).log();
    audit.close();
    return new Services(
        InstantSource.system(),
        System::nanoTime,
        ExchangeIds.of(RandomGenerator.of("L64X128MixRandom")),
        RequestLimits.of(System::nanoTime),
        Optional.of(audit),
        new Telemetry(),
        timer,
        log::add);
  }

  /// Keeps what it is told.
  private static final class Heard implements HttpService.Responder {
    private final CountDownLatch over = new CountDownLatch(1);
    private final StringBuilder text = new StringBuilder();
    private volatile int status;
    private volatile boolean ended;
    private volatile boolean aborted;

    synchronized String text() {
      return text.toString();
    }

    @Override
    public synchronized void respond(int newStatus, Headers headers, byte[] body) {
      if (over.getCount() > 0) {
        status = newStatus;
        text.append(new String(body, StandardCharsets.UTF_8));
        over.countDown();
      }
    }

    @Override
    public synchronized void begin(int newStatus, Headers headers) {
      status = newStatus;
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int to) {
      text.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void end() {
      ended = true;
      over.countDown();
    }

    @Override
    public void abort() {
      aborted = true;
      over.countDown();
    }

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public void onDrained(Runnable action) {
      action.run();
    }

    @Override
    public void onGone(Runnable action) {
      // This caller stays.
    }

    @Override
    public void execute(Runnable action) {
      action.run();
    }
  }
}
