package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.meter.RequestLimits;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.upstream.Providers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exchanges whose record cannot be written.
class NoEvidenceTest {
  @TempDir Path directory;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Telemetry telemetry = new Telemetry();
  private final List<LogLine> log = new ArrayList<>();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void withDenyNothingIsAnswered() throws Exception {
    for (String body : List.of(Chat.ask("m", "hi"), Chat.askStream("m", "hi"))) {
      HeardAnswer heard = chat("deny", body);
      assertThat(heard.status() == 503 || heard.wasCut()).isTrue();
      assertThat(heard.hasEnded()).isFalse();
      assertThat(heard.text()).doesNotContain("[DONE]");
    }
    assertThat(models("deny").status()).isEqualTo(503);
    assertThat(log.stream().map(LogLine::message)).contains("a record could not be written");
  }

  @Test
  void withAllowEverythingIsAnswered() throws Exception {
    assertThat(chat("allow", Chat.ask("m", "hi")).status()).isEqualTo(200);
    assertThat(chat("allow", Chat.askStream("m", "hi")).hasEnded()).isTrue();
    assertThat(models("allow").status()).isEqualTo(200);
  }

  private HeardAnswer chat(String onFailure, String body) throws Exception {
    HeardAnswer heard = new HeardAnswer();
    new CallExchange(
            services(),
            policy(onFailure),
            HttpService.Request.of(
                "POST",
                "/v1/chat/completions",
                Headers.empty(),
                body.getBytes(StandardCharsets.UTF_8)),
            heard,
            Spoken.on(Surface.CHAT))
        .run();
    assertThat(heard.isOver()).isTrue();
    return heard;
  }

  private HeardAnswer models(String onFailure) throws Exception {
    HeardAnswer heard = new HeardAnswer();
    new ModelsExchange(
            services(),
            policy(onFailure),
            HttpService.Request.of("GET", "/v1/models", Headers.empty(), new byte[0]),
            heard,
            "")
        .run();
    assertThat(heard.isOver()).isTrue();
    return heard;
  }

  @Test
  void whatTheCallerSawIsCounted() throws Exception {
    chat("deny", Chat.ask("m", "hi"));
    models("deny");
    assertThat(metrics())
        .contains(
            "decision=\"deny\",model=\"m\",outcome=\"denied\",status=\"5xx\",surface=\"chat\"} 1.0")
        .contains(
            "decision=\"deny\",model=\"none\",outcome=\"denied\",status=\"5xx\",surface=\"models\"}"
                + " 1.0")
        .doesNotContain("outcome=\"complete\"")
        .contains("gatewayctl_exchanges_running 0.0");
  }

  private String metrics() {
    return new String(telemetry.exposition(null).body(), StandardCharsets.UTF_8);
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
                null,
                InstantSource.system(),
                _ -> {})),
        Authentication.of(loaded.graph(), _ -> java.util.Optional.empty()),
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
        telemetry,
        timer,
        log::add);
  }
}
