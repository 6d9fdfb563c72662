package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServerTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private static HttpEdge.Settings impatient() {
    return EdgeFixture.settings().withDeadlines(SHORT, SHORT, SHORT.multipliedBy(3));
  }

  @Test
  void answersWithHeadAndBodyAndKeepsTheConnection() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.echo();
        RawSocket client = fixture.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send("POST /a/b?k=v HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer())
            .startsWith("HTTP/1.1 200 OK\r\ndate: ")
            .contains("\r\nx-path: /a/b\r\n")
            .doesNotContain("server:")
            .endsWith("\r\ncontent-length: 5\r\n\r\nhello");
      }
      assertThat(fixture.requests).hasSize(3).allMatch(r -> "k=v".equals(r.query()));
      assertThat(fixture.requests).allMatch(r -> r.remoteAddress().equals("127.0.0.1"));
      assertThat(fixture.edge.counts().accepted()).isEqualTo(1);
      assertThat(fixture.faults).isEmpty();
    }
  }

  @Test
  void streamsInChunksFromAnyThread() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              responder.begin(200, Headers.of("content-type", "text/plain"));
                              byte[] shared = new byte[1];
                              for (char c = 'a'; c <= 'e'; c++) {
                                shared[0] = (byte) c;
                                responder.write(shared, 0, 1);
                              }
                              responder.end();
                            }));
        RawSocket client = fixture.connect()) {
      for (int i = 0; i < 20; i++) {
        client.send(GET);
        assertThat(client.answer())
            .contains("transfer-encoding: chunked\r\n")
            .endsWith("\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n1\r\nd\r\n1\r\ne\r\n0\r\n\r\n");
      }
      assertThat(fixture.faults).isEmpty();
    }
  }

  @Test
  void eachWriteIsOnItsWayAtOnce() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) -> {
                  responder.begin(200, Headers.empty());
                  responder.write(EdgeFixture.bytes("one"), 0, 3);
                  Thread.ofVirtual()
                      .start(
                          () -> {
                            awaitQuietly(seen);
                            responder.write(EdgeFixture.bytes("two"), 0, 3);
                            responder.end();
                          });
                });
        RawSocket client = fixture.connect()) {
      client.send(GET);
      StringBuilder read = new StringBuilder();
      while (!read.toString().endsWith("one\r\n")) {
        read.append((char) client.input().read());
      }
      seen.countDown();
      assertThat(client.answerAfter(read)).endsWith("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void headAndNoContentHaveNoBody() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) ->
                    responder.respond(
                        request.path().equals("/none") ? 204 : 200,
                        Headers.empty(),
                        EdgeFixture.bytes("body")));
        RawSocket client = fixture.connect()) {
      client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n");
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.rest().replaceAll("date: [^\r]*\r\n", ""))
          .isEqualTo(
              """
              HTTP/1.1 200 OK\r
              content-length: 4\r
              \r
              HTTP/1.1 204 No Content\r
              \r
              HTTP/1.1 200 OK\r
              content-length: 4\r
              connection: close\r
              \r
              body\
              """);
    }
  }

  @Test
  void theOlderVersionClosesUnlessAskedAndKnowsNoChunks() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) -> {
                  if (request.path().equals("/whole")) {
                    responder.respond(200, Headers.empty(), EdgeFixture.bytes("w"));
                  } else {
                    responder.begin(200, Headers.empty());
                    responder.write(EdgeFixture.bytes("streamed"), 0, 8);
                    responder.end();
                  }
                });
        RawSocket client = fixture.connect()) {
      client.send("GET /whole HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(client.answer()).contains("connection: keep-alive\r\n").endsWith("w");
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(client.rest()).contains("connection: close\r\n").endsWith("\r\n\r\nstreamed");
    }
  }

  @Test
  void anAnnouncedLengthIsKeptOrTheConnectionCut() throws Exception {
    try (EdgeFixture fixture =
        EdgeFixture.answering(
            (request, responder) -> {
              responder.begin(200, Headers.of("content-length", "3"));
              byte[] body = EdgeFixture.bytes("abcd");
              responder.write(body, 0, Integer.parseInt(request.path().substring(1)));
              responder.end();
            })) {
      for (int length = 2; length <= 4; length++) {
        try (RawSocket client = fixture.connect()) {
          client.send("GET /" + length + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
          String all = client.rest();
          if (length == 3) {
            assertThat(all).endsWith("\r\n\r\nabc");
          } else {
            assertThat(all).endsWith("RESET");
          }
        }
      }
    }
  }

  @Test
  void anAbortedStreamNeverLooksComplete() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) -> {
                  responder.begin(200, Headers.empty());
                  responder.write(EdgeFixture.bytes("part"), 0, 4);
                  Thread.ofVirtual().start(responder::abort);
                });
        RawSocket client = fixture.connect()) {
      client.send(GET);
      assertThat(client.rest()).endsWith("RESET").doesNotContain("0\r\n\r\n");
    }
  }

  @Test
  void aServiceThatThrowsIsAFaultAndA500() throws Exception {
    try (EdgeFixture fixture =
        EdgeFixture.answering(
            (request, responder) -> {
              if (request.path().equals("/begun")) {
                responder.begin(200, Headers.empty());
              }
              throw new IllegalStateException("boom");
            })) {
      try (RawSocket client = fixture.connect()) {
        client.send(GET);
        assertThat(client.rest()).startsWith("HTTP/1.1 500 ");
      }
      try (RawSocket client = fixture.connect()) {
        client.send("GET /begun HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.rest()).endsWith("RESET");
      }
      assertThat(fixture.faults).hasSize(2);
    }
  }

  @Test
  void misuseOfTheResponderIsAFaultAndNotAHang() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.answering((request, responder) -> responder.write(new byte[1], 0, 1));
        RawSocket client = fixture.connect()) {
      client.send(GET);
      assertThat(client.rest()).startsWith("HTTP/1.1 500 ");
      assertThat(fixture.faults).hasSize(1);
    }
  }

  @Test
  void saysContinueOnlyWhenTheBodyIsAwaited() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.echo();
        RawSocket client = fixture.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      String interim = "HTTP/1.1 100 Continue\r\n\r\n";
      assertThat(new String(client.input().readNBytes(interim.length()), ISO_8859_1))
          .isEqualTo(interim);
      client.send("ab");
      assertThat(client.answer()).startsWith("HTTP/1.1 200 OK").endsWith("ab");
    }
  }

  @Test
  void aRefusedExpectationIsNotContinued() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.with(EdgeFixture.settings().withMaxBodyBytes(10), EdgeFixture::echo);
        RawSocket client = fixture.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 413 ").endsWith("refused\n");
      assertThat(fixture.refusals).containsExactly(HttpService.Refusal.BODY_TOO_LARGE);
    }
  }

  @Test
  void aLargeBodyThatIsRefusedStillSeesTheAnswer() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.with(EdgeFixture.settings().withMaxBodyBytes(1000), EdgeFixture::echo);
        RawSocket client = fixture.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
      client.send(new byte[4_000_000]);
      assertThat(client.rest()).startsWith("HTTP/1.1 413 ").endsWith("refused\n");
    }
  }

  @Test
  void bodiesOfAllSizesArriveUntouched() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.echo();
        RawSocket client = fixture.connect()) {
      for (int size : new int[] {1, 100, 32_768, 65_535, 65_536, 65_537, 1_000_000}) {
        String body = "0123456789abcdef".repeat(size / 16 + 1).substring(0, size);
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n" + body);
        String answer = client.answer();
        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(body);
        client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        int half = size / 2;
        client.send(
            half == 0 ? "" : Integer.toHexString(half) + "\r\n" + body.substring(0, half) + "\r\n");
        client.send(
            Integer.toHexString(size - half) + "\r\n" + body.substring(half) + "\r\n0\r\n\r\n");
        answer = client.answer();
        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(body);
      }
    }
  }

  @Test
  void aSlowHeadIsAnsweredAndClosed() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.with(impatient(), EdgeFixture::echo);
        RawSocket client = fixture.connect();
        RawSocket silent = fixture.connect()) {
      long start = System.nanoTime();
      CompletableFuture<Void> drip =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (char c : ("GET / HTTP/1.1\r\nX: " + "a".repeat(400)).toCharArray()) {
                    client.send(String.valueOf(c));
                    Thread.sleep(20);
                  }
                } catch (IOException e) {
                  // The edge has closed the connection, which is what the test waits for.
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(client.rest()).startsWith("HTTP/1.1 408 ");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
      assertThat(silent.rest()).isIn("", "RESET");
      assertThat(fixture.edge.counts().slowHeads()).isEqualTo(1);
      assertThat(fixture.requests).isEmpty();
      drip.join();
    }
  }

  @Test
  void aSlowBodyIsRefusedByTheService() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.with(impatient(), EdgeFixture::echo);
        RawSocket client = fixture.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
      assertThat(client.rest()).startsWith("HTTP/1.1 408 ").endsWith("refused\n");
      assertThat(fixture.refusals).containsExactly(HttpService.Refusal.BODY_TIMEOUT);
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.with(impatient(), EdgeFixture::echo);
        RawSocket client = fixture.connect()) {
      client.send(GET);
      client.answer();
      assertThat(client.rest()).isIn("", "RESET");
      EdgeFixture.await("no connection", () -> fixture.edge.counts().openConnections() == 0);
    }
  }

  @Test
  void oneConnectionTooManyIsTurnedAway() throws Exception {
    try (EdgeFixture fixture =
            EdgeFixture.with(EdgeFixture.settings().withMaxConnections(2), EdgeFixture::echo);
        RawSocket first = fixture.connect();
        RawSocket second = fixture.connect()) {
      first.send(GET);
      first.answer();
      second.send(GET);
      second.answer();
      try (RawSocket third = fixture.connect()) {
        assertThat(third.rest()).startsWith("HTTP/1.1 503 ").contains("connection: close");
      }
      first.socket().close();
      EdgeFixture.await("room", () -> fixture.edge.counts().openConnections() == 1);
      try (RawSocket third = fixture.connect()) {
        third.send(GET);
        assertThat(third.answer()).startsWith("HTTP/1.1 200");
      }
      assertThat(fixture.edge.counts().overCap()).isEqualTo(1);
    }
  }

  @Test
  void aCallerThatLeavesIsNoticedAndLateCallsDoNothing() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    AtomicReference<HttpService.Responder> kept = new AtomicReference<>();
    try (EdgeFixture fixture =
        EdgeFixture.answering(
            (request, responder) -> {
              kept.set(responder);
              responder.onGone(gone::countDown);
              responder.begin(200, Headers.empty());
              responder.write(EdgeFixture.bytes("part"), 0, 4);
            })) {
      try (RawSocket client = fixture.connect()) {
        client.send(GET);
        assertThat(client.input().read()).isEqualTo('H');
      }
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
      HttpService.Responder responder = kept.get();
      responder.write(EdgeFixture.bytes("late"), 0, 4);
      responder.end();
      CountDownLatch again = new CountDownLatch(2);
      responder.onGone(again::countDown);
      responder.execute(again::countDown);
      assertThat(again.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(fixture.faults).isEmpty();
    }
  }

  @Test
  void aWriterThatIgnoresBackPressureIsCut() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch gone = new CountDownLatch(1);
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) -> {
                  responder.onGone(gone::countDown);
                  responder.begin(200, Headers.empty());
                  byte[] block = new byte[100_000];
                  for (int i = 0; i < 10_000 && gone.getCount() > 0; i++) {
                    responder.write(block, 0, block.length);
                    written.addAndGet(block.length);
                  }
                });
        RawSocket client = fixture.connect()) {
      client.send(GET);
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(written.get()).isLessThan(64_000_000);
    }
  }

  @Test
  void aReaderThatStallsIsCut() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (EdgeFixture fixture =
            EdgeFixture.with(
                impatient(),
                (request, responder) -> {
                  responder.onGone(gone::countDown);
                  responder.begin(200, Headers.empty());
                  responder.write(new byte[7_000_000], 0, 7_000_000);
                });
        RawSocket client = fixture.connect()) {
      client.send(GET);
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void pipelinedRequestsOfASlowReaderDoNotPileUp() throws Exception {
    byte[] big = new byte[1_000_000];
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) -> responder.respond(200, Headers.empty(), big));
        RawSocket client = fixture.connect()) {
      int requests = 60;
      client.send(GET.repeat(requests));
      Thread.sleep(300);
      // Socket buffers take a few megabytes at most, so most requests are still waiting.
      assertThat(fixture.requests.size()).isLessThan(30);
      for (int i = 0; i < requests; i++) {
        byte[] head = new byte[4];
        while (!new String(head, ISO_8859_1).equals("\r\n\r\n")) {
          System.arraycopy(head, 1, head, 0, 3);
          head[3] = (byte) client.input().read();
        }
        assertThat(client.input().readNBytes(big.length)).hasSize(big.length);
      }
      assertThat(fixture.requests).hasSize(requests);
    }
  }

  @Test
  void drainingFinishesWhatRunsAndClosesTheRest() throws Exception {
    AtomicReference<HttpService.Responder> kept = new AtomicReference<>();
    try (EdgeFixture fixture =
            EdgeFixture.answering(
                (request, responder) -> {
                  responder.begin(200, Headers.empty());
                  kept.set(responder);
                });
        RawSocket busy = fixture.connect();
        RawSocket idle = fixture.connect()) {
      busy.send(GET);
      EdgeFixture.await("a request", () -> kept.get() != null);
      EdgeFixture.await("both", () -> fixture.edge.counts().openConnections() == 2);
      CompletableFuture<Void> drained =
          CompletableFuture.runAsync(() -> fixture.edge.drain(Duration.ofSeconds(10)));
      assertThat(idle.rest()).isEqualTo("");
      EdgeFixture.await("refusal", () -> !accepts(fixture));
      assertThat(drained).isNotDone();
      kept.get().write(EdgeFixture.bytes("last"), 0, 4);
      kept.get().end();
      assertThat(busy.rest()).endsWith("4\r\nlast\r\n0\r\n\r\n");
      drained.get(10, TimeUnit.SECONDS);
    }
  }

  private static boolean accepts(EdgeFixture fixture) {
    try (RawSocket another = fixture.connect()) {
      return another.socket().isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void closingCutsWhatRuns() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (EdgeFixture fixture =
            EdgeFixture.answering((request, responder) -> responder.onGone(gone::countDown));
        RawSocket client = fixture.connect()) {
      client.send(GET);
      EdgeFixture.await("a request", () -> !fixture.requests.isEmpty());
      fixture.edge.close();
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.rest()).isIn("", "RESET");
    }
  }

  @Test
  void anAddressInUseIsNamed() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.echo()) {
      HttpEdge.Settings settings = HttpEdge.Settings.standard(InstantSource.system(), fault -> {});
      int port = fixture.edge.port(0);
      HttpService none =
          new HttpService() {
            @Override
            public void handle(Request request, Responder responder) {}

            @Override
            public void refused(Request head, Refusal refusal, Responder responder) {}
          };
      assertThatThrownBy(
              () ->
                  HttpEdge.start(
                      settings, List.of(new HttpEdge.Listener("127.0.0.1", port, none, null))))
          .isInstanceOf(HttpEdge.CannotListen.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
    }
  }
}
