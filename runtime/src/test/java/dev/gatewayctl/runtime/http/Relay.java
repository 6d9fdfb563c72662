package dev.gatewayctl.runtime.http;

import java.time.Duration;

/// The smallest pass-through: what the gateway does with an exchange that no rule touches.
final class Relay implements EdgeFixture.Answer {
  static final Upstream.Patience PATIENCE =
      new Upstream.Patience(
          Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(20), false);

  private final Upstream upstream;
  private final Upstream.Origin origin;

  Relay(Upstream upstream, Upstream.Origin origin) {
    this.upstream = upstream;
    this.origin = origin;
  }

  static Upstream.Origin loopback(int port) {
    return new Upstream.Origin(false, "127.0.0.1", port, null);
  }

  @Override
  public void to(HttpService.Request request, HttpService.Responder responder) {
    Headers headers = Headers.empty();
    Headers received = request.headers();
    for (int i = 0; i < received.size(); i++) {
      switch (received.name(i)) {
        case "accept", "content-type", "user-agent" ->
            headers.add(received.name(i), received.value(i));
        default -> {}
      }
    }
    headers.add("authorization", "Bearer upstream-key");
    Upstream.Message message =
        Upstream.Message.of(request.method(), request.path(), headers, request.body());
    Pipe pipe = new Pipe(responder);
    Upstream.Call call = upstream.send(Upstream.Request.of(origin, message, PATIENCE), pipe);
    pipe.call = call;
    responder.onGone(call::cancel);
  }

  private static final class Pipe implements Upstream.Listener {
    private final HttpService.Responder responder;
    private Upstream.Call call = NOTHING;
    private boolean begun;

    Pipe(HttpService.Responder responder) {
      this.responder = responder;
    }

    @Override
    public void head(int status, Headers headers) {
      begun = true;
      responder.begin(status, headers);
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
      responder.write(bytes, from, to);
      if (responder.pendingBytes() > HttpEdge.HIGH_WATER) {
        call.pause();
        responder.onDrained(call::resume);
      }
    }

    @Override
    public void end() {
      responder.end();
    }

    @Override
    public void failed(Upstream.Failure failure) {
      if (begun) {
        responder.abort();
      } else {
        responder.respond(502, Headers.empty(), EdgeFixture.bytes(failure.message()));
      }
    }
  }

  private static final Upstream.Call NOTHING =
      new Upstream.Call() {
        @Override
        public void cancel() {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };
}
