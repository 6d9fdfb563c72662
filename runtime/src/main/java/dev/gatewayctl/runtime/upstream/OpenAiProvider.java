package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import java.net.URI;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A provider of the OpenAI protocol over HTTP.
final class OpenAiProvider implements Provider {
  /// What of the caller's head goes on: nothing that could carry the caller's own credential.
  static final List<String> FORWARDED =
      List.of(
          "accept",
          "content-type",
          "user-agent",
          "idempotency-key",
          "openai-beta",
          "anthropic-version",
          "anthropic-beta");

  private static final int UNAUTHORIZED = 401;

  private final Upstream upstream;
  private final Upstream.Origin origin;
  private final String target;
  private final List<Secret> keys;

  private OpenAiProvider(
      Upstream upstream, Upstream.Origin origin, String target, List<Secret> keys) {
    this.upstream = upstream;
    this.origin = origin;
    this.target = target;
    this.keys = keys;
  }

  /// The provider behind `baseUrl`, such as `https://api.openai.com/v1`.
  ///
  /// @param keys tried in order on 401; none: no credential is sent
  /// @param trust certificates trusted instead of the platform's
  static OpenAiProvider of(
      Upstream upstream, URI baseUrl, List<Secret> keys, @Nullable SSLContext trust) {
    Upstream.Origin origin = Upstream.Origin.of(baseUrl);
    String path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
    String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return new OpenAiProvider(
        upstream,
        trust == null ? origin : origin.withTrust(trust),
        base + "/chat/completions",
        List.copyOf(keys));
  }

  @Override
  public Upstream.Call send(Outgoing outgoing, Upstream.Listener listener) {
    if (keys.size() < 2) {
      return upstream.send(request(outgoing, 0), listener);
    }
    KeyedCall call = new KeyedCall(outgoing, listener);
    call.next();
    return call;
  }

  private Upstream.Request request(Outgoing outgoing, int key) {
    Headers headers = Headers.empty();
    for (int i = 0; i < outgoing.callerHeaders().size(); i++) {
      if (FORWARDED.contains(outgoing.callerHeaders().name(i))) {
        headers.copy(outgoing.callerHeaders(), i);
      }
    }
    // The answer is inspected and counted, so it must come as it is.
    headers.set("accept-encoding", "identity");
    if (!keys.isEmpty()) {
      headers.set("authorization", "Bearer " + keys.get(key).value());
    }
    return Upstream.Request.of(
        origin, Upstream.Message.of("POST", target, headers, outgoing.body()), outgoing.patience());
  }

  /// One call that goes through the keys until one is accepted. What may call back, such as sending
  /// and the listener, is called outside of its monitor: who cancels holds locks of its own.
  private final class KeyedCall implements Upstream.Call, Upstream.Listener {
    private final Outgoing outgoing;
    private final Upstream.Listener listener;
    private int key = -1;
    private boolean dropping;
    private boolean cancelled;
    private boolean paused;
    private Upstream.@Nullable Call current;

    KeyedCall(Outgoing outgoing, Upstream.Listener listener) {
      this.outgoing = outgoing;
      this.listener = listener;
    }

    void next() {
      int tried;
      synchronized (this) {
        if (cancelled) {
          return;
        }
        tried = ++key;
        dropping = false;
        current = null;
      }
      Upstream.Call sent = upstream.send(request(outgoing, tried), this);
      boolean stop;
      boolean wait;
      synchronized (this) {
        if (key == tried) {
          current = sent;
        }
        stop = cancelled;
        wait = paused;
      }
      if (stop) {
        sent.cancel();
      } else if (wait) {
        sent.pause();
      }
    }

    private synchronized boolean drops() {
      return dropping;
    }

    private synchronized Upstream.@Nullable Call current() {
      return current;
    }

    @Override
    public void head(int status, Headers headers) {
      boolean refused;
      synchronized (this) {
        dropping = status == UNAUTHORIZED && key + 1 < keys.size();
        refused = dropping;
      }
      if (!refused) {
        listener.head(status, headers);
      }
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
      if (!drops()) {
        listener.data(bytes, from, to);
      }
    }

    @Override
    public void end() {
      if (drops()) {
        next();
      } else {
        listener.end();
      }
    }

    @Override
    public void failed(Upstream.Failure failure) {
      if (drops()) {
        next();
      } else {
        listener.failed(failure);
      }
    }

    @Override
    public void cancel() {
      synchronized (this) {
        cancelled = true;
      }
      Upstream.Call running = current();
      if (running != null) {
        running.cancel();
      }
    }

    @Override
    public void pause() {
      synchronized (this) {
        paused = true;
      }
      Upstream.Call running = current();
      if (running != null) {
        running.pause();
      }
    }

    @Override
    public void resume() {
      synchronized (this) {
        paused = false;
      }
      Upstream.Call running = current();
      if (running != null) {
        running.resume();
      }
    }
  }
}
