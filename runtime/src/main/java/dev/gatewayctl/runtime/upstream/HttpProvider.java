package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.credential.SigV4;
import dev.gatewayctl.runtime.credential.TokenSource;
import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A provider over HTTP. Where a request goes is its [Vendor]'s affair; here it is shown a
/// credential, the next one when the provider refuses the first.
final class HttpProvider implements Provider {
  private static final int UNAUTHORIZED = 401;

  private final Upstream upstream;
  private final Account account;
  private final Upstream.Origin origin;
  private final String base;

  /// An account at a vendor.
  ///
  /// @param baseUrl such as `https://api.openai.com/v1`
  /// @param shown tried in order on 401; one at least
  /// @param trust certificates trusted instead of the platform's
  record Account(
      Vendor vendor,
      URI baseUrl,
      List<Shown> shown,
      @Nullable SSLContext trust,
      InstantSource clock) {
    Account {
      shown = List.copyOf(shown);
    }
  }

  private HttpProvider(Upstream upstream, Account account, Upstream.Origin origin, String base) {
    this.upstream = upstream;
    this.account = account;
    this.origin = origin;
    this.base = base;
  }

  static HttpProvider of(Upstream upstream, Account account) {
    Upstream.Origin origin = Upstream.Origin.of(account.baseUrl());
    String path = account.baseUrl().getRawPath() == null ? "" : account.baseUrl().getRawPath();
    String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    SSLContext trust = account.trust();
    return new HttpProvider(
        upstream,
        account,
        trust == null ? origin : origin.withTrust(trust),
        account.vendor().base(base));
  }

  @Override
  public Upstream.Call send(Outgoing outgoing, Upstream.Listener listener) {
    Shown first = account.shown().getFirst();
    if (account.shown().size() == 1 && !(first instanceof Shown.Token)) {
      return upstream.send(request(outgoing, first, Optional.empty()), listener);
    }
    ShowingCall call = new ShowingCall(outgoing, listener);
    call.next();
    return call;
  }

  private Upstream.Request request(Outgoing outgoing, Shown shown, Optional<Secret> token) {
    Errand errand = outgoing.errand();
    Vendor vendor = account.vendor();
    Headers headers = Forwarded.fields(outgoing.callerHeaders(), errand);
    vendor.fields(headers);
    // The answer is inspected and counted, so it must come as it is.
    headers.set("accept-encoding", "identity");
    String path = base + vendor.path(errand, outgoing.model(), outgoing.stream());
    String query = joined(vendor.query(errand, outgoing.stream()), Forwarded.query(errand));
    switch (shown) {
      case Shown.Nothing _ -> {}
      case Shown.Key(String field, Secret key) ->
          headers.set(field, field.equals("authorization") ? "Bearer " + key.value() : key.value());
      case Shown.Signature(SigV4.Keys keys, SigV4.Scope scope) ->
          sign(outgoing, headers, new Target(path, query), new Signing(keys, scope));
      case Shown.Token _ -> headers.set("authorization", "Bearer " + token.orElseThrow().value());
    }
    return Upstream.Request.of(
        origin,
        Upstream.Message.of(
            errand.verb(),
            (path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query),
            headers,
            outgoing.body()),
        outgoing.patience());
  }

  private static String joined(String one, String other) {
    return one.isEmpty() || other.isEmpty() ? one + other : one + "&" + other;
  }

  private record Target(String path, String query) {}

  private record Signing(SigV4.Keys keys, SigV4.Scope scope) {}

  /// Signs host and content type, which no proxy on the way may change, and the body.
  private void sign(Outgoing outgoing, Headers headers, Target target, Signing signing) {
    Headers signed = Headers.of("host", origin.authority());
    String type = headers.first("content-type");
    if (type != null) {
      signed.add("content-type", type);
    }
    Headers fields =
        SigV4.sign(
            new SigV4.Message(
                outgoing.errand().verb(),
                target.path(),
                target.query(),
                signed,
                outgoing.body(),
                true),
            signing.keys(),
            signing.scope(),
            account.clock().instant());
    for (int i = 0; i < fields.size(); i++) {
      headers.set(fields.name(i), fields.value(i));
    }
  }

  /// One call that goes through what is shown until it is accepted. What may call back, such as
  /// sending and the listener, is called outside of its monitor: who cancels holds locks of its
  /// own.
  private final class ShowingCall implements Upstream.Call, Upstream.Listener {
    private final Outgoing outgoing;
    private final Upstream.Listener listener;
    private int tried = -1;
    private boolean dropping;
    private boolean cancelled;
    private boolean paused;
    private @Nullable Secret token;
    private Upstream.@Nullable Call current;

    ShowingCall(Outgoing outgoing, Upstream.Listener listener) {
      this.outgoing = outgoing;
      this.listener = listener;
    }

    void next() {
      Shown shown;
      int number;
      synchronized (this) {
        if (cancelled) {
          return;
        }
        number = ++tried;
        shown = account.shown().get(number);
        dropping = false;
        current = null;
      }
      if (shown instanceof Shown.Token(TokenSource source)) {
        source.ask(told -> told(told, shown, number));
      } else {
        send(shown, number, Optional.empty());
      }
    }

    private void told(TokenSource.Told told, Shown shown, int number) {
      switch (told) {
        case TokenSource.Told.Token(Secret value) -> {
          synchronized (this) {
            token = value;
          }
          send(shown, number, Optional.of(value));
        }
        case TokenSource.Told.Failed(String why) -> {
          if (!isCancelled()) {
            listener.failed(
                new Upstream.Failure(Upstream.Failure.Kind.CONNECT, false, "no token: " + why));
          }
        }
      }
    }

    private synchronized boolean isCancelled() {
      return cancelled;
    }

    private void send(Shown shown, int number, Optional<Secret> value) {
      if (isCancelled()) {
        return;
      }
      Upstream.Call sent = upstream.send(request(outgoing, shown, value), this);
      boolean stop;
      boolean wait;
      synchronized (this) {
        if (tried == number) {
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
        dropping = status == UNAUTHORIZED && tried + 1 < account.shown().size();
        refused = dropping;
        if (status == UNAUTHORIZED
            && token != null
            && account.shown().get(tried) instanceof Shown.Token(TokenSource source)) {
          source.refused(token);
        }
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
