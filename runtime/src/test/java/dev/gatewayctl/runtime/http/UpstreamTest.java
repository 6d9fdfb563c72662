package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UpstreamTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private EdgeFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = EdgeFixture.with(EdgeFixture.settings().withWorkers(1), EdgeFixture::echo);
  }

  /// Whatever a test did, nothing is left open but idle connections, and no fault was seen.
  @AfterEach
  void nothingLeaks() throws Exception {
    EdgeFixture.await(
        "all connections idle",
        () -> fixture.edge.counts().upstreamOpen() == fixture.edge.counts().upstreamIdle());
    assertThat(fixture.faults).isEmpty();
    fixture.close();
  }

  private static Upstream.Patience patience(Duration answer, Duration idle, boolean whole) {
    return new Upstream.Patience(LONG, answer, idle, whole);
  }

  private static Upstream.Request request(String method, int port, Upstream.Patience patience) {
    return Upstream.Request.of(
        Relay.loopback(port),
        Upstream.Message.of(method, "/v1/x?a=b", Headers.of("x-a", "1"), EdgeFixture.bytes("body")),
        patience);
  }

  private Recording call(String method, int port) {
    Recording recording = new Recording();
    fixture.edge.upstream().send(request(method, port, patience(LONG, LONG, false)), recording);
    return recording;
  }

  private String outcome(ScriptedProvider.Script script) throws Exception {
    try (ScriptedProvider provider = ScriptedProvider.playing(script)) {
      return call("POST", provider.port()).await();
    }
  }

  private static ScriptedProvider.Script answering(String answer) {
    return peer -> {
      while (true) {
        peer.request();
        peer.send(answer);
      }
    };
  }

  @Test
  void relaysOverOnePooledConnection() throws Exception {
    try (EdgeFixture provider = EdgeFixture.echo();
        EdgeFixture gateway =
            EdgeFixture.relaying(EdgeFixture.settings(), Relay.loopback(provider.edge.port(0)));
        RawSocket client = gateway.connect()) {
      for (int i = 0; i < 5; i++) {
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
      }
      assertThat(gateway.edge.counts().upstreamOpened()).isEqualTo(1);
      assertThat(gateway.edge.counts().upstreamReused()).isEqualTo(4);
      assertThat(gateway.edge.counts().upstreamIdle()).isEqualTo(1);
      assertThat(gateway.faults).isEmpty();
    }
  }

  @Test
  void sendsARequestAsItShould() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            peer -> {
              seen.complete(peer.request());
              peer.send(OK);
            })) {
      Upstream.Message message =
          Upstream.Message.of(
              "POST",
              "/v1/x",
              Headers.of("Accept", "*/*", "Host", "evil", "Content-Length", "9", "TE", "trailers"),
              EdgeFixture.bytes("body"));
      Recording recording = new Recording();
      fixture
          .edge
          .upstream()
          .send(
              Upstream.Request.of(
                  Relay.loopback(provider.port()), message, patience(LONG, LONG, false)),
              recording);
      assertThat(recording.await()).isEqualTo("200 ok");
      assertThat(seen.get())
          .isEqualTo(
              "POST /v1/x HTTP/1.1\r\nhost: 127.0.0.1:"
                  + provider.port()
                  + "\r\naccept: */*\r\ncontent-length: 4\r\n\r\n");
    }
  }

  static Stream<String> answers() {
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    String hints = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    return Stream.of(
        OK,
        OK.replace(" OK", ""),
        hints + OK,
        chunked + "2\r\nok\r\n0\r\n\r\n",
        chunked + "1\r\no\r\n1;x=y\r\nk\r\n0\r\nT: 1\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("answers")
  void readsAnswersInOnePieceAndByteByByte(String answer) throws Exception {
    try (ScriptedProvider provider = ScriptedProvider.playing(answering(answer))) {
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
      assertThat(provider.connections).hasValue(1);
    }
    assertThat(
            outcome(
                peer -> {
                  peer.request();
                  for (int i = 0; i < answer.length(); i++) {
                    peer.send(answer.substring(i, i + 1));
                    Thread.sleep(1);
                  }
                }))
        .isEqualTo("200 ok");
  }

  @Test
  void answersWithoutABodyEndAtOnce() throws Exception {
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            peer -> {
              peer.request();
              peer.send("HTTP/1.1 204 No Content\r\n\r\n");
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
              peer.request();
              peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n");
            })) {
      assertThat(call("POST", provider.port()).await()).isEqualTo("204 ");
      assertThat(call("HEAD", provider.port()).await()).isEqualTo("200 ");
      assertThat(call("GET", provider.port()).await()).isEqualTo("304 ");
      assertThat(provider.connections).hasValue(1);
    }
  }

  @Test
  void anAnswerMayLastUntilTheEnd() throws Exception {
    assertThat(
            outcome(
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.0 200 OK\r\n\r\nold");
                }))
        .isEqualTo("200 old");
  }

  @Test
  void aConnectionThatSaysCloseIsNotReused() throws Exception {
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"))) {
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
      assertThat(provider.connections).hasValue(2);
    }
  }

  @Test
  void bytesBehindAnAnswerEndTheConnection() throws Exception {
    try (ScriptedProvider provider = ScriptedProvider.playing(answering(OK + "HTTP/1.1 200 OK"))) {
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
      EdgeFixture.await("no connection", () -> fixture.edge.counts().upstreamOpen() == 0);
    }
  }

  static Stream<String> malformed() {
    return Stream.of(
        "garbage\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 099 No\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + "a".repeat(40_000) + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(9));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedAnswersFail(String answer) throws Exception {
    assertThat(
            outcome(
                peer -> {
                  peer.request();
                  peer.send(answer);
                  peer.awaitEnd();
                }))
        .isEqualTo("failed PROTOCOL sent");
  }

  @Test
  void deathInMidStreamIsNeverAnEnd() throws Exception {
    String[] begun = {
      "",
      "HTTP/1.1 200",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n"
    };
    for (String part : begun) {
      assertThat(
              outcome(
                  peer -> {
                    peer.request();
                    peer.send(part);
                  }))
          .as("closed after: %s", part)
          .isEqualTo("failed RESET sent");
      assertThat(
              outcome(
                  peer -> {
                    peer.request();
                    peer.send(part);
                    peer.reset();
                  }))
          .as("reset after: %s", part)
          .isEqualTo("failed RESET sent");
    }
  }

  @Test
  void aResetInABodyThatLastsUntilTheEndIsAFailure() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            peer -> {
              peer.request();
              peer.send("HTTP/1.0 200 OK\r\n\r\nold");
              seen.await();
              peer.reset();
            })) {
      Recording recording = call("POST", provider.port());
      recording.headers.get(10, TimeUnit.SECONDS);
      seen.countDown();
      assertThat(recording.await()).isEqualTo("failed RESET sent");
    }
  }

  @Test
  void aRefusedConnectionAndAnUnknownNameFailToConnect() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Recording recording = call("POST", port);
    assertThat(recording.await()).isEqualTo("failed CONNECT");
    assertThat(recording.failure()).isNotNull();
    Recording unknown = new Recording();
    Upstream.Message message = Upstream.Message.of("GET", "/", Headers.empty(), new byte[0]);
    fixture
        .edge
        .upstream()
        .send(
            Upstream.Request.of(
                new Upstream.Origin(false, "nowhere.invalid", 80, null),
                message,
                patience(LONG, LONG, false)),
            unknown);
    assertThat(unknown.await()).isEqualTo("failed CONNECT");
  }

  @Test
  void namesAreResolved() throws Exception {
    try (ScriptedProvider provider = ScriptedProvider.playing(answering(OK))) {
      Recording recording = new Recording();
      Upstream.Origin origin =
          Upstream.Origin.of(URI.create("http://localhost:" + provider.port()));
      fixture
          .edge
          .upstream()
          .send(
              Upstream.Request.of(
                  origin,
                  Upstream.Message.of("GET", "/", Headers.empty(), new byte[0]),
                  patience(LONG, LONG, false)),
              recording);
      assertThat(recording.await()).isEqualTo("200 ok");
    }
  }

  private String timed(Upstream.Patience patience, ScriptedProvider.Script script)
      throws Exception {
    try (ScriptedProvider provider = ScriptedProvider.playing(script)) {
      Recording recording = new Recording();
      fixture.edge.upstream().send(request("POST", provider.port(), patience), recording);
      return recording.await();
    }
  }

  @Test
  void everyWaitHasItsLimit() throws Exception {
    ScriptedProvider.Script silent =
        peer -> {
          peer.request();
          peer.awaitEnd();
        };
    ScriptedProvider.Script headOnly =
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
          peer.awaitEnd();
        };
    ScriptedProvider.Script drip =
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
          for (int i = 0; i < 900; i++) {
            peer.send("x");
            Thread.sleep(20);
          }
        };
    ScriptedProvider.Script stalls =
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
          peer.awaitEnd();
        };
    String late = "failed TIMEOUT sent";
    assertThat(timed(patience(SHORT, LONG, false), silent)).isEqualTo(late);
    assertThat(timed(patience(SHORT, LONG, false), headOnly)).isEqualTo(late);
    assertThat(timed(patience(LONG, SHORT, false), stalls)).isEqualTo(late);
    assertThat(timed(patience(SHORT, LONG, true), drip)).isEqualTo(late);
  }

  @Test
  void aStreamMayLastLongerThanItsFirstByteMayTake() throws Exception {
    assertThat(
            timed(
                patience(SHORT, SHORT, false),
                peer -> {
                  peer.request();
                  peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
                  for (int i = 0; i < 9; i++) {
                    peer.send("x");
                    Thread.sleep(100);
                  }
                }))
        .isEqualTo("200 xxxxxxxxx");
  }

  @Test
  void cancellingClosesAndIsSilent() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            peer -> {
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab");
              try {
                peer.awaitEnd();
              } finally {
                ended.countDown();
              }
            })) {
      Recording recording = new Recording();
      Upstream.Call call =
          fixture
              .edge
              .upstream()
              .send(request("POST", provider.port(), patience(LONG, LONG, false)), recording);
      recording.headers.get(10, TimeUnit.SECONDS);
      call.cancel();
      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(recording.outcome).isNotDone();
      call.cancel();
      call.pause();
      call.resume();
    }
  }

  @Test
  void cancellingBeforeTheConnectionIsUpSendsNothing() throws Exception {
    try (ScriptedProvider provider = ScriptedProvider.playing(answering(OK))) {
      Recording recording = new Recording();
      fixture
          .edge
          .upstream()
          .send(request("POST", provider.port(), patience(LONG, LONG, false)), recording)
          .cancel();
      Thread.sleep(200);
      assertThat(recording.outcome).isNotDone();
      assertThat(provider.requests.get()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void pausingStopsTheStreamAndTheClock() throws Exception {
    int size = 20_000_000;
    AtomicInteger pieces = new AtomicInteger();
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            peer -> {
              peer.request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
              peer.send(new byte[size]);
            })) {
      CompletableFuture<Long> done = new CompletableFuture<>();
      CompletableFuture<Upstream.Call> running = new CompletableFuture<>();
      CountDownLatch paused = new CountDownLatch(1);
      Upstream.Listener listener =
          new Upstream.Listener() {
            private long received;

            @Override
            public void head(int status, Headers headers) {
              running.join().pause();
              paused.countDown();
            }

            @Override
            public void data(byte[] bytes, int from, int to) {
              received += to - from;
              pieces.incrementAndGet();
            }

            @Override
            public void end() {
              done.complete(received);
            }

            @Override
            public void failed(Upstream.Failure failure) {
              done.completeExceptionally(new IOException(failure.message()));
            }
          };
      running.complete(
          fixture
              .edge
              .upstream()
              .send(request("POST", provider.port(), patience(SHORT, SHORT, false)), listener));
      assertThat(paused.await(10, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(SHORT.toMillis() * 3);
      assertThat(pieces.get()).isLessThan(3);
      assertThat(done).isNotDone();
      running.join().resume();
      assertThat(done.get(10, TimeUnit.SECONDS)).isEqualTo(size);
    }
  }

  @Test
  void aPooledConnectionThatDiedIsReplacedWhereThatIsSafe() throws Exception {
    ScriptedProvider.Script once =
        peer -> {
          peer.request();
          peer.send(OK);
          // What comes next is read and never answered.
          peer.request();
          peer.reset();
        };
    try (ScriptedProvider provider = ScriptedProvider.playing(once)) {
      assertThat(call("GET", provider.port()).await()).isEqualTo("200 ok");
      assertThat(call("GET", provider.port()).await()).isEqualTo("200 ok");
      assertThat(provider.connections).hasValue(2);
      assertThat(call("POST", provider.port()).await()).isEqualTo("failed RESET sent");
      assertThat(provider.connections).hasValue(2);
    }
  }

  @Test
  void anIdleConnectionThatCloses_isForgotten() throws Exception {
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            peer -> {
              peer.request();
              peer.send(OK);
            })) {
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
      EdgeFixture.await("no connection", () -> fixture.edge.counts().upstreamOpen() == 0);
      assertThat(fixture.edge.counts().upstreamIdle()).isZero();
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
    }
  }

  @Test
  void closingTheEdgeTellsRunningCalls() throws Exception {
    try (ScriptedProvider provider =
        ScriptedProvider.playing(
            peer -> {
              peer.request();
              peer.awaitEnd();
            })) {
      Recording recording = call("POST", provider.port());
      EdgeFixture.await("a request", () -> provider.requests.get() == 1);
      fixture.edge.close();
      assertThat(recording.await()).isEqualTo("failed STOPPED sent");
      assertThat(call("POST", provider.port()).await()).isEqualTo("failed STOPPED");
    }
  }

  @Test
  void aListenerThatThrowsLosesItsCallOnly() throws Exception {
    try (ScriptedProvider provider = ScriptedProvider.playing(answering(OK))) {
      Upstream.Listener broken =
          new Upstream.Listener() {
            @Override
            public void head(int status, Headers headers) {
              throw new IllegalStateException("boom");
            }

            @Override
            public void data(byte[] bytes, int from, int to) {}

            @Override
            public void end() {}

            @Override
            public void failed(Upstream.Failure failure) {}
          };
      fixture
          .edge
          .upstream()
          .send(request("POST", provider.port(), patience(LONG, LONG, false)), broken);
      EdgeFixture.await("a fault", () -> fixture.faults.size() == 1);
      fixture.faults.clear();
      assertThat(call("POST", provider.port()).await()).isEqualTo("200 ok");
    }
  }

  @Test
  void requestsThatWouldBreakTheFramingAreRefused() {
    Headers none = Headers.empty();
    for (String target : new String[] {"x", "/a b", "/a\r\nx", "/\u00e9", ""}) {
      Upstream.Message message = Upstream.Message.of("GET", target, none, new byte[0]);
      assertThatThrownBy(
              () -> Upstream.Request.of(Relay.loopback(1), message, patience(LONG, LONG, false)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> none.add("x", "a\r\nb: c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("b: c");
    assertThatThrownBy(() -> none.add("x y", "a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Upstream.Origin.of(URI.create("ftp://x/")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
