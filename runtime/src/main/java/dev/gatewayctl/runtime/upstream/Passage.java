package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.runtime.engine.Candidate;
import dev.gatewayctl.runtime.exchange.Attempt;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Sends one exchange to the one provider that serves its surface, once: what uploads a file or
/// calls a tool is not repeated. A stream is told from its head on, for it may be silent for long.
public final class Passage implements Sending {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int CLIENT_ERRORS = 400;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final Providers providers;
  private final ModelNode served;
  private final Candidate to;
  private final byte[] body;
  private final Dispatch.Call call;
  private final Heard heard;
  private Upstream.@Nullable Call running;
  private boolean done;

  private Passage(
      Providers providers, ModelNode served, Candidate to, byte[] body, Dispatch.Call call) {
    this.providers = providers;
    this.served = served;
    this.to = to;
    this.body = body;
    this.call = call;
    this.heard = new Heard();
  }

  /// Ready to begin.
  ///
  /// @param served how long the provider may take
  /// @param body what leaves
  /// @param call with `stream` everything is told as it comes, else only a stream of events
  public static Passage of(
      Providers providers, ModelNode served, Candidate to, byte[] body, Dispatch.Call call) {
    return new Passage(providers, served, to, body, call);
  }

  @Override
  public void start() {
    synchronized (call.lock()) {
      Provider.Outgoing outgoing =
          new Provider.Outgoing(
              call.errand(),
              to.target().model(),
              body,
              call.callerHeaders(),
              call.stream(),
              new Upstream.Patience(CONNECT, served.timeout(), served.idleTimeout(), false));
      Upstream.Call sent = providers.of(to.provider().name()).send(outgoing, heard);
      running = sent;
      if (done) {
        sent.cancel();
      }
    }
  }

  @Override
  public List<Attempt> attempts() {
    synchronized (call.lock()) {
      return List.of(
          new Attempt(to.id(), heard.status, heard.millis(), Usage.UNKNOWN, OptionalLong.empty()));
    }
  }

  @Override
  public void cancel() {
    synchronized (call.lock()) {
      done = true;
      if (running != null) {
        running.cancel();
      }
    }
  }

  @Override
  public void pause() {
    synchronized (call.lock()) {
      if (running != null) {
        running.pause();
      }
    }
  }

  @Override
  public void resume() {
    synchronized (call.lock()) {
      if (running != null) {
        running.resume();
      }
    }
  }

  private final class Heard implements Upstream.Listener {
    private final long startedNanos = call.nanoTime().getAsLong();
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private int status;
    private Headers headers = Headers.empty();
    private boolean told;

    private long millis() {
      return (call.nanoTime().getAsLong() - startedNanos) / 1_000_000;
    }

    @Override
    public void head(int newStatus, Headers newHeaders) {
      synchronized (call.lock()) {
        if (done) {
          return;
        }
        status = newStatus;
        headers = newHeaders;
        boolean empty = status == NO_CONTENT || status == NOT_MODIFIED;
        boolean events = status < CLIENT_ERRORS && Streams.isOne(headers.first("content-type"));
        if (!call.stream() && isCompressed()) {
          fail(
              new Upstream.Failure(
                  Upstream.Failure.Kind.PROTOCOL,
                  true,
                  "the answer is compressed although that was not asked for"));
        } else if (!empty && (call.stream() || events)) {
          told = true;
          call.receiver().begin(to, status, headers);
        }
      }
    }

    private boolean isCompressed() {
      String encoding = headers.first("content-encoding");
      return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
      synchronized (call.lock()) {
        if (done) {
          return;
        }
        if (told) {
          call.receiver().data(bytes, from, to);
        } else if (held.size() + (to - from) > Dispatch.MAX_ANSWER_BYTES) {
          fail(
              new Upstream.Failure(
                  Upstream.Failure.Kind.PROTOCOL,
                  true,
                  "the answer is longer than " + Dispatch.MAX_ANSWER_BYTES + " bytes"));
        } else {
          held.write(bytes, from, to - from);
        }
      }
    }

    @Override
    public void end() {
      synchronized (call.lock()) {
        if (done) {
          return;
        }
        done = true;
        if (told) {
          call.receiver().end();
        } else {
          call.receiver().whole(to, status, headers, held.toByteArray());
        }
      }
    }

    @Override
    public void failed(Upstream.Failure failure) {
      synchronized (call.lock()) {
        if (!done) {
          fail(failure);
        }
      }
    }

    private void fail(Upstream.Failure failure) {
      done = true;
      if (running != null) {
        running.cancel();
      }
      if (told) {
        call.receiver().broken(failure);
      } else {
        call.receiver().unanswered(to, failure);
      }
    }
  }
}
