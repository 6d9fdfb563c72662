package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counters and times for Prometheus. Labels hold declared names only: what callers invent (unknown
/// models and paths) is counted as `none`, so that nobody can grow the metrics.
final class Telemetry {
  private static final String NONE = "none";
  private static final double MILLIS = 1_000.0;
  private static final double NANOS = 1e9;
  private static final String[] STATUS_CLASSES = {NONE, "1xx", "2xx", "3xx", "4xx", "5xx"};

  /// Series of one metric that are held ready; any beyond are looked up each time.
  private static final int MOST_HELD = 4_096;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final Counter exchanges =
      Counter.builder()
          .name("gatewayctl_exchanges_total")
          .help("Exchanges by surface, model, decision, status class and outcome.")
          .labelNames("surface", "model", "decision", "status", "outcome")
          .register(registry);
  private final Histogram seconds =
      Histogram.builder()
          .name("gatewayctl_exchange_seconds")
          .help("Time from the request's head to the end of the answer.")
          .labelNames("surface")
          .classicOnly()
          .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
          .register(registry);
  private final Histogram firstToken =
      Histogram.builder()
          .name("gatewayctl_first_token_seconds")
          .help("Time from the request's head to the first event of a stream.")
          .labelNames("model")
          .classicOnly()
          .classicUpperBounds(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
          .register(registry);
  private final Counter tokens =
      Counter.builder()
          .name("gatewayctl_tokens_total")
          .help("Tokens by model and direction.")
          .labelNames("model", "direction")
          .register(registry);
  private final Counter dollars =
      Counter.builder()
          .name("gatewayctl_cost_dollars_total")
          .help("Cost in US dollars by model.")
          .labelNames("model")
          .register(registry);
  private final Counter rules =
      Counter.builder()
          .name("gatewayctl_rules_total")
          .help("Rules that applied, by rule and mode.")
          .labelNames("rule", "mode")
          .register(registry);
  private final Counter masked =
      Counter.builder()
          .name("gatewayctl_masked_total")
          .help("Masked findings by kind.")
          .labelNames("kind")
          .register(registry);
  private final Counter attempts =
      Counter.builder()
          .name("gatewayctl_attempts_total")
          .help("Attempts at providers by target and status (0: no answer).")
          .labelNames("target", "status")
          .register(registry);
  private final Counter faults =
      Counter.builder()
          .name("gatewayctl_faults_total")
          .help("Faults of the gateway itself.")
          .register(registry);
  private final Counter reloads =
      Counter.builder()
          .name("gatewayctl_reloads_total")
          .help("Policy reloads by result.")
          .labelNames("result")
          .register(registry);
  private final Gauge running =
      Gauge.builder()
          .name("gatewayctl_exchanges_running")
          .help("Exchanges that have not ended.")
          .register(registry);

  private final Held<ExchangeLabels, CounterDataPoint> heldExchanges =
      new Held<>(
          of ->
              exchanges.labelValues(
                  of.surface(),
                  of.model(),
                  of.decision(),
                  STATUS_CLASSES[of.statusClass()],
                  of.outcome()));
  private final Held<String, DistributionDataPoint> heldSeconds = new Held<>(seconds::labelValues);
  private final Held<String, DistributionDataPoint> heldFirstToken =
      new Held<>(firstToken::labelValues);
  private final Held<String, CounterDataPoint> heldInput =
      new Held<>(model -> tokens.labelValues(model, "input"));
  private final Held<String, CounterDataPoint> heldOutput =
      new Held<>(model -> tokens.labelValues(model, "output"));
  private final Held<String, CounterDataPoint> heldDollars = new Held<>(dollars::labelValues);
  private final Held<AttemptLabels, CounterDataPoint> heldAttempts =
      new Held<>(of -> attempts.labelValues(of.target(), Integer.toString(of.status())));

  private record ExchangeLabels(
      String surface, String model, String decision, int statusClass, String outcome) {}

  private record AttemptLabels(String target, int status) {}

  /// The series of one metric, each looked up by its labels once and no more.
  private static final class Held<K, S> {
    private final Map<K, S> series = new ConcurrentHashMap<>();
    private final Function<K, S> lookup;

    Held(Function<K, S> lookup) {
      this.lookup = lookup;
    }

    S at(K labels) {
      S held = series.get(labels);
      if (held == null) {
        held = lookup.apply(labels);
        if (series.size() < MOST_HELD) {
          series.put(labels, held);
        }
      }
      return held;
    }
  }

  void began() {
    running.inc();
  }

  void ended(ExchangeRecord done) {
    running.dec();
    String surface = done.surface().orElse(NONE);
    // A record holds the model only when it is declared.
    String model = done.model().orElse(NONE);
    int statusClass = Math.clamp(done.status() / 100, 0, STATUS_CLASSES.length - 1);
    heldExchanges
        .at(new ExchangeLabels(surface, model, done.decision(), statusClass, done.outcome()))
        .inc();
    heldSeconds.at(surface).observe(done.latencyMillis() / MILLIS);
    done.firstTokenMillis().ifPresent(millis -> heldFirstToken.at(model).observe(millis / MILLIS));
    done.usage().input().ifPresent(count -> heldInput.at(model).inc(count));
    done.usage().output().ifPresent(count -> heldOutput.at(model).inc(count));
    done.costNanos().ifPresent(nanos -> heldDollars.at(model).inc(nanos / NANOS));
    done.rules()
        .forEach(
            hit -> {
              if (hit.phase().isPresent()) {
                rules.labelValues(hit.id(), hit.mode()).inc();
              }
            });
    done.masked().forEach((kind, count) -> masked.labelValues(kind).inc(count));
    done.attempts()
        .forEach(
            attempt ->
                heldAttempts.at(new AttemptLabels(attempt.target(), attempt.status())).inc());
  }

  void fault() {
    faults.inc();
  }

  void reloaded(boolean taken) {
    reloads.labelValues(taken ? "taken" : "refused").inc();
  }

  /// The exposition that the `accept` header asks for.
  Exposition exposition(@Nullable String accept) {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      writer.write(body, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return new Exposition(writer.getContentType(), body.toByteArray());
  }

  /// A scrape in one of the formats that Prometheus reads.
  @SuppressWarnings("ArrayRecordComponent") // written once and handed to the socket
  record Exposition(String contentType, byte[] body) {}
}
