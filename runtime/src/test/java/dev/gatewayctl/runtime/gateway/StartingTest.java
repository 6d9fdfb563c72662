package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.meter.RequestLimits;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Sockets that listen while no policy is in force yet.
class StartingTest {
  private final SimulatedTime time = new SimulatedTime();
  private final Health health = new Health(Optional.empty());
  private final Telemetry telemetry = new Telemetry();

  private int main(String method, String path) {
    Services services =
        new Services(
            time,
            time::nanos,
            ExchangeIds.of(new Random(1)),
            RequestLimits.of(time::nanos),
            Optional.empty(),
            telemetry,
            time,
            _ -> {});
    try (ExchangeHandler handler = new ExchangeHandler(services, StartingTest::none, health)) {
      SimulatedCaller caller = SimulatedCaller.patient(time);
      handler.handle(HttpService.Request.of(method, path, Headers.empty(), new byte[0]), caller);
      return caller.status();
    }
  }

  private static Policy none() {
    throw new AssertionError("no policy is in force");
  }

  private int admin(String path) {
    SimulatedCaller caller = SimulatedCaller.patient(time);
    new AdminHandler(StartingTest::none, telemetry, health)
        .handle(HttpService.Request.of("GET", path, Headers.empty(), new byte[0]), caller);
    return caller.status();
  }

  @Test
  void aliveAndNotReadyAndNothingIsServed() {
    assertThat(main("GET", "/healthz")).isEqualTo(200);
    assertThat(main("GET", "/readyz")).isEqualTo(503);
    assertThat(main("POST", "/v1/chat/completions")).isEqualTo(503);
    assertThat(main("GET", "/v1/models")).isEqualTo(503);
    assertThat(admin("/policy")).isEqualTo(503);
    assertThat(admin("/script/x/received")).isEqualTo(503);
    health.serve();
    assertThat(main("GET", "/readyz")).isEqualTo(200);
    health.drain();
    assertThat(main("GET", "/readyz")).isEqualTo(503);
  }
}
