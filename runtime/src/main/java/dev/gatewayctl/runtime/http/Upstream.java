package dev.gatewayctl.runtime.http;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 towards providers on the edge's own reactor, over pooled connections.
///
/// Called on a reactor thread, a request stays on that thread; from elsewhere any worker takes it.
public interface Upstream {

  /// Sends `request`; `listener` is called on one reactor thread, in order, and ends with exactly
  /// one of `end` and `failed`, unless the call is cancelled before.
  Call send(Request request, Listener listener);

  /// Where to connect to. `trust` replaces the platform's trusted certificates when given; it is
  /// compared by identity, so keep one for each configuration.
  record Origin(boolean tls, String host, int port, @Nullable SSLContext trust) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// The origin of an `http` or `https` URI with a host; throws `IllegalArgumentException` for
    /// any other.
    public static Origin of(URI uri) {
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean tls = scheme.equals("https");
      if (uri.getHost() == null || (!tls && !scheme.equals("http"))) {
        throw new IllegalArgumentException("not an http or https URI with a host");
      }
      int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
      return new Origin(tls, uri.getHost(), port, null);
    }

    public Origin withTrust(SSLContext context) {
      return new Origin(tls, host, port, context);
    }

    /// The `host` field: the port is left out where it is the scheme's own.
    public String authority() {
      return port == (tls ? HTTPS_PORT : HTTP_PORT) ? host : host + ":" + port;
    }
  }

  /// One request. `target` is path and query as they go on the wire. `host`, `content-length` and
  /// the other framing fields are written by the client, whatever `headers` says.
  ///
  /// `patience.connect` bounds connecting with TLS. `patience.answer` runs from then to the first
  /// byte of the body, or with `whole` to the end; `patience.idle` bounds every later silence.
  final class Request {
    private final Origin origin;
    private final String method;
    private final String target;
    private final Headers headers;
    private final byte[] body;
    private final Patience patience;

    private Request(Origin origin, Message message, Patience patience) {
      this.origin = origin;
      this.method = message.method;
      this.target = message.target;
      this.headers = message.headers;
      this.body = message.body;
      this.patience = patience;
    }

    /// The receiver owns `headers` and `body` from now. Throws `IllegalArgumentException` for a
    /// method or target that could break the framing.
    public static Request of(Origin origin, Message message, Patience patience) {
      HeadBytes.requireTarget(message.method, message.target);
      return new Request(origin, message, patience);
    }

    Origin origin() {
      return origin;
    }

    String method() {
      return method;
    }

    String target() {
      return target;
    }

    Headers headers() {
      return headers;
    }

    byte[] body() {
      return body;
    }

    Patience patience() {
      return patience;
    }

    @Override
    public String toString() {
      return method + " to " + origin.authority() + " with " + body.length + " bytes";
    }
  }

  /// What is sent, whomever it is sent to.
  final class Message {
    private final String method;
    private final String target;
    private final Headers headers;
    private final byte[] body;

    private Message(String method, String target, Headers headers, byte[] body) {
      this.method = method;
      this.target = target;
      this.headers = headers;
      this.body = body;
    }

    public static Message of(String method, String target, Headers headers, byte[] body) {
      return new Message(method, target, headers, body);
    }

    @Override
    public String toString() {
      return method + " with " + body.length + " bytes";
    }
  }

  /// How long to wait; see [Request].
  record Patience(Duration connect, Duration answer, Duration idle, boolean whole) {}

  /// Told how a call goes.
  interface Listener {

    /// The final status and fields of the answer; informational answers are skipped.
    void head(int status, Headers headers);

    /// Bytes of the body without framing, valid until this returns.
    void data(byte[] bytes, int from, int to);

    /// The answer is complete, by its framing.
    void end();

    /// No answer, or not all of it.
    void failed(Failure failure);
  }

  /// Why a call failed. `sent` says that the whole request had been handed to the network, so that
  /// the provider may have processed (and billed) it; `message` names no secret.
  record Failure(Kind kind, boolean sent, String message) {

    public enum Kind {
      /// The name did not resolve, or no connection came about in time.
      CONNECT,
      /// The handshake failed: trust, host name, versions.
      TLS,
      /// The answer, or its next byte, did not come in time.
      TIMEOUT,
      /// The connection was lost before the answer was complete.
      RESET,
      /// The answer is not well-formed HTTP/1.1, or its head is over the limits.
      PROTOCOL,
      /// The edge is closed.
      STOPPED
    }
  }

  /// A running call. Thread-safe.
  interface Call {

    /// Closes the connection at once; nothing more is heard, but a callback already running.
    void cancel();

    /// Stops reading; what was read already may still arrive. Silence while paused is no timeout.
    void pause();

    /// Reads on.
    void resume();
  }
}
