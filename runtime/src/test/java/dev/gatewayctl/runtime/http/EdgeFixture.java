package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An edge with one listener whose service is given piece by piece; remembers faults and requests.
final class EdgeFixture implements AutoCloseable {
  static final Duration SECOND = Duration.ofSeconds(1);

  final Queue<HttpService.Request> requests = new ConcurrentLinkedQueue<>();
  final Queue<HttpService.Refusal> refusals = new ConcurrentLinkedQueue<>();
  final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
  final HttpEdge edge;

  /// Answers one request.
  interface Answer {
    void to(HttpService.Request request, HttpService.Responder responder);
  }

  private EdgeFixture(HttpEdge.Settings settings, HttpEdge.@Nullable Tls tls, Answer answer)
      throws IOException {
    HttpEdge.Settings told =
        new HttpEdge.Settings(
            settings.workers(),
            settings.maxBodyBytes(),
            settings.maxHeadBytes(),
            settings.headDeadline(),
            settings.bodyDeadline(),
            settings.idle(),
            settings.upstreamIdle(),
            settings.maxConnections(),
            settings.maxPendingBytes(),
            settings.clock(),
            faults::add);
    edge =
        HttpEdge.start(
            told, List.of(new HttpEdge.Listener("127.0.0.1", 0, new Service(answer), tls)));
  }

  private final class Service implements HttpService {
    private final Answer answer;

    Service(Answer answer) {
      this.answer = answer;
    }

    @Override
    public void handle(Request request, Responder responder) {
      requests.add(request);
      answer.to(request, responder);
    }

    @Override
    public void refused(Request head, Refusal refusal, Responder responder) {
      refusals.add(refusal);
      responder.respond(
          refusal.status(), Headers.of("content-type", "text/plain"), bytes("refused\n"));
    }
  }

  static HttpEdge.Settings settings() {
    return HttpEdge.Settings.standard(InstantSource.system(), fault -> {}).withWorkers(2);
  }

  static EdgeFixture answering(Answer answer) throws IOException {
    return with(settings(), answer);
  }

  static EdgeFixture with(HttpEdge.Settings settings, Answer answer) throws IOException {
    return new EdgeFixture(settings, null, answer);
  }

  static EdgeFixture tls(HttpEdge.Tls tls, Answer answer) throws IOException {
    return tls(settings(), tls, answer);
  }

  static EdgeFixture tls(HttpEdge.Settings settings, HttpEdge.Tls tls, Answer answer)
      throws IOException {
    return new EdgeFixture(settings, tls, answer);
  }

  /// Relays everything to `origin`.
  static EdgeFixture relaying(HttpEdge.Settings settings, Upstream.Origin origin)
      throws IOException {
    Upstream[] upstream = new Upstream[1];
    EdgeFixture fixture =
        with(
            settings,
            (request, responder) -> new Relay(upstream[0], origin).to(request, responder));
    upstream[0] = fixture.edge.upstream();
    return fixture;
  }

  /// Answers 200 with the request's body.
  static EdgeFixture echo() throws IOException {
    return answering(EdgeFixture::echo);
  }

  static void echo(HttpService.Request request, HttpService.Responder responder) {
    responder.respond(200, Headers.of("x-path", request.path()), request.body());
  }

  RawSocket connect() throws IOException {
    return RawSocket.to(edge.port(0));
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 10 s for: %s", what).isLessThan(end);
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    edge.close();
  }
}
