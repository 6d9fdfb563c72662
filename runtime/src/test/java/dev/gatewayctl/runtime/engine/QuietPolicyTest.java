package dev.gatewayctl.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.surface.Spoken;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A policy without rules: its phases are decided without looking at anything.
class QuietPolicyTest {
  /// What deciding may cost; with a frame of facts for each phase it is about twice that.
  private static final long MOST_BYTES = 3_500;

  private static final String QUIET =
      """
      gateway: v1
      server: { listen: 127.0.0.1:0 }
      providers: { p: { protocol: script, script: [{ text: x }] } }
      models: { m: { targets: [p/x], price: { input: 1.00, output: 1.00 } } }
      """;

  private static final byte[] BODY =
      "{\"model\":\"m\",\"messages\":[]}".getBytes(StandardCharsets.UTF_8);

  private static Engine engine(String policy) {
    return Engine.link(
        PolicyCompiler.compile(
                "gateway.yaml", name -> new Sources.Found(SourceFile.of(name, policy)))
            .graph()
            .orElseThrow());
  }

  private static GovernedExchange exchange(Engine engine) {
    GovernedExchange exchange =
        GovernedExchange.begin(
            engine,
            new Arrival(
                "ex_1",
                Instant.EPOCH,
                Spoken.on(Surface.CHAT),
                "POST",
                "/v1/chat/completions",
                Map.of(),
                InetAddress.getLoopbackAddress()),
            Map.of());
    exchange.identified(
        new Principal(
            "ip:127.0.0.1",
            "anonymous",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Collections.emptySortedSet()));
    return exchange;
  }

  private static void decide(GovernedExchange exchange) {
    assertThat(exchange.connect().isEmpty() && exchange.read(BODY).isEmpty()).isTrue();
    assertThat(exchange.request().isEmpty() && exchange.targets().isEmpty()).isTrue();
  }

  private static ExchangeRecord settle(GovernedExchange exchange) {
    return RecordWriting.settle(
        exchange,
        new Ending(
            200,
            "complete",
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Instant.EPOCH,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void nothingIsRecordedWhereNothingIsAsked() {
    GovernedExchange exchange = exchange(engine(QUIET));
    decide(exchange);
    ExchangeRecord record = settle(exchange);
    assertThat(record.facts()).isEmpty();
    assertThat(record.rules()).isEmpty();
  }

  @Test
  void aPolicyThatRecordsAllFactsIsNeverQuiet() {
    GovernedExchange exchange = exchange(engine(QUIET + "audit: { facts: all }\n"));
    decide(exchange);
    assertThat(settle(exchange).facts()).containsKeys("request.method", "request.stream");
  }

  @Test
  void decidingWithoutRulesAllocatesLittle() {
    Engine engine = engine(QUIET);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      GovernedExchange exchange = exchange(engine);
      assertThat(exchange.read(BODY)).isEmpty();
      long before = threads.getCurrentThreadAllocatedBytes();
      exchange.connect();
      exchange.request();
      exchange.targets();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThan(MOST_BYTES);
  }
}
