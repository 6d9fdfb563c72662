package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NameLookupTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final CountDownLatch hung = new CountDownLatch(1);
  private final NameLookup lookup =
      NameLookup.by(
          host -> {
            if (host.equals("hangs")) {
              try {
                hung.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
            if (host.equals("nowhere")) {
              throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
          });

  @AfterEach
  void letGo() {
    hung.countDown();
  }

  @Test
  void aNameIsFoundOrNot() throws Exception {
    assertThat(lookup.start("here", LONG).get(10, TimeUnit.SECONDS)).hasSize(1);
    assertThatThrownBy(() -> lookup.start("nowhere", LONG).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnknownHostException.class);
  }

  @Test
  void aResolverThatHangsHoldsNoCallPastItsPatience() throws Exception {
    for (int i = 0; i < NameLookup.MAX_THREADS; i++) {
      assertThatThrownBy(() -> lookup.start("hangs", SHORT).get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(TimeoutException.class);
    }
    assertThatThrownBy(() -> lookup.start("here", SHORT).get(10, TimeUnit.SECONDS))
        .as("all threads hang, and still nobody waits longer than it wants to")
        .hasCauseInstanceOf(TimeoutException.class);
    hung.countDown();
    assertThat(lookup.start("here", LONG).get(10, TimeUnit.SECONDS)).hasSize(1);
  }

  @Test
  void aCallWhoseNameIsNotFoundInTimeFailsToConnect() throws Exception {
    EdgeReactor reactor = EdgeReactor.start(EdgeFixture.settings(), List.of());
    try {
      UpstreamPool pool = new UpstreamPool(reactor, 1, lookup);
      Recording recording = new Recording();
      pool.send(
          Upstream.Request.of(
              new Upstream.Origin(false, "hangs", 80, null),
              Upstream.Message.of("GET", "/", Headers.empty(), new byte[0]),
              new Upstream.Patience(SHORT, LONG, LONG, false)),
          recording);
      assertThat(recording.await()).isEqualTo("failed CONNECT");
      assertThat(recording.failure())
          .isEqualTo(
              new Upstream.Failure(
                  Upstream.Failure.Kind.CONNECT, false, "hangs was not found in time"));
    } finally {
      reactor.close();
    }
  }
}
