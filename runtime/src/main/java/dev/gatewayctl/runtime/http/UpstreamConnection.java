package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;

/// A connection to a provider: writes one request, reads its answer, then waits in the pool. Closes
/// instead of waiting whenever the two sides could disagree on where a message ended.
final class UpstreamConnection extends Connection {
  private static final int MAX_INFORMATIONAL = 8;
  private static final byte[] NONE = {};
  private static final byte[] LENGTH = "content-length: ".getBytes(ISO_8859_1);

  private enum State {
    /// Up, or still in its handshake, without a call.
    READY,
    HEAD,
    BODY,
    CLOSED
  }

  final Upstream.Origin origin;
  private final UpstreamPool pool;
  private final HeadParser parser;
  private State state = State.READY;
  private @Nullable UpstreamCall call;
  private byte[] headBytes = NONE;
  private int headLength;
  private int informational;
  private @Nullable ChunkDecoder chunks;
  private long left;
  private boolean keepAlive;
  private boolean up;
  private boolean answerBegan;
  private int served;
  private long idleSince;
  private String openedMethod = "";
  private String openedTarget = "";
  private byte[] opening = NONE;

  UpstreamConnection(UpstreamPool pool, IOSession session, Worker worker, UpstreamCall firstCall) {
    super(session, worker);
    this.pool = pool;
    this.origin = firstCall.request.origin();
    this.parser = HeadParser.within(pool.settings().maxHeadBytes());
    this.call = firstCall;
  }

  boolean isFor(UpstreamCall other) {
    return call == other;
  }

  /// The first call is sent as soon as the connection is up: for plain ones at once, with TLS after
  /// the handshake.
  @Override
  void opened() {
    up = true;
    UpstreamCall first = call;
    if (first != null) {
      send(first);
    }
  }

  /// Sends a call on this pooled connection; a dead one passes it on to a fresh connection.
  void reuse(UpstreamCall next) {
    if (!isOpen()) {
      pool.dial(next);
      return;
    }
    pool.totals().upstreamReused.increment();
    call = next;
    send(next);
  }

  private void send(UpstreamCall next) {
    state = State.HEAD;
    parser.allow(pool.settings().maxHeadBytes());
    answerBegan = false;
    informational = 0;
    Upstream.Request request = next.request;
    open(request);
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      if (!isOurs(headers.name(i))) {
        headers.write(i, out);
        out.append(HeadBytes.CRLF);
      }
    }
    byte[] body = request.body();
    if (body.length > 0 || !isBodiless(request.method())) {
      out.append(LENGTH);
      out.append(body.length);
      out.append(HeadBytes.CRLF);
    }
    out.append(HeadBytes.CRLF);
    out.appendOwned(body);
    flushLater();
    next.attached(this);
  }

  /// The request line and `host`, which are mostly the same as those before.
  private void open(Upstream.Request request) {
    if (!request.method().equals(openedMethod) || !request.target().equals(openedTarget)) {
      String line = request.method() + " " + request.target() + " HTTP/1.1\r\nhost: ";
      opening = (line + origin.authority() + "\r\n").getBytes(ISO_8859_1);
      openedMethod = request.method();
      openedTarget = request.target();
    }
    out.append(opening);
  }

  private static boolean isBodiless(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  private static boolean isOurs(String name) {
    return switch (name) {
      case "host",
          "connection",
          "keep-alive",
          "transfer-encoding",
          "content-length",
          "expect",
          "te",
          "trailer",
          "upgrade",
          "proxy-connection" ->
          true;
      default -> false;
    };
  }

  @Override
  void received(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && state != State.CLOSED) {
      switch (state) {
        case READY -> {
          cut();
          return;
        }
        case HEAD -> at = readHead(bytes, at, to);
        case BODY -> at = readBody(bytes, at, to);
        case CLOSED -> {
          return;
        }
      }
    }
  }

  private int readHead(byte[] bytes, int from, int to) {
    byte[] source = bytes;
    int start = from;
    int end = to;
    answerBegan = true;
    if (headLength > 0) {
      headBytes = Arrays.copyOf(headBytes, headLength + (to - from));
      System.arraycopy(bytes, from, headBytes, headLength, to - from);
      source = headBytes;
      start = 0;
      end = headBytes.length;
    }
    try {
      int bodyAt = parser.scan(source, start, end);
      if (bodyAt < 0) {
        if (headLength == 0) {
          headBytes = Arrays.copyOfRange(bytes, from, to);
        }
        headLength = headBytes.length;
        return to;
      }
      UpstreamCall current = running();
      ResponseHead head = HeadParser.response(source, start, bodyAt, current.toHead());
      headBytes = NONE;
      headLength = 0;
      startBody(current, head);
      return to - (end - bodyAt);
    } catch (MalformedHead e) {
      fail(Upstream.Failure.Kind.PROTOCOL, "the answer is malformed: " + e.getMessage());
      return to;
    }
  }

  private UpstreamCall running() {
    UpstreamCall current = call;
    if (current == null) {
      throw new IllegalStateException("no call is running");
    }
    return current;
  }

  private void startBody(UpstreamCall current, ResponseHead head) throws MalformedHead {
    if (head.status() < 200) {
      if (head.status() == 101 || ++informational > MAX_INFORMATIONAL) {
        throw new MalformedHead(0, "an informational answer that was not asked for");
      }
      return;
    }
    state = State.BODY;
    left = head.length();
    keepAlive = head.keepAlive();
    chunks = left == ResponseHead.CHUNKED ? new ChunkDecoder() : null;
    current.head(head);
    if (left == 0 && state == State.BODY) {
      complete();
    }
  }

  private int readBody(byte[] bytes, int from, int to) {
    UpstreamCall current = running();
    ChunkDecoder decoder = chunks;
    if (decoder == null) {
      int count = left < 0 ? to - from : (int) Math.min(left, to - from);
      if (left > 0) {
        left -= count;
      }
      current.data(bytes, from, from + count, worker.now());
      if (left == 0 && state == State.BODY) {
        complete();
      }
      return from + count;
    }
    int dataEnd = decoder.decode(bytes, from, to);
    int consumed = decoder.consumed();
    if (dataEnd > from) {
      current.data(bytes, from, dataEnd, worker.now());
    }
    if (state != State.BODY) {
      return to;
    }
    if (decoder.malformed()) {
      fail(Upstream.Failure.Kind.PROTOCOL, "the answer's chunks are malformed");
      return to;
    }
    if (decoder.done()) {
      complete();
    }
    return consumed;
  }

  /// The answer is whole: the connection goes back before the listener hears of it, so that its
  /// next request can use it.
  private void complete() {
    UpstreamCall done = running();
    call = null;
    chunks = null;
    served++;
    boolean reusable = keepAlive && out.pending() == 0 && !pool.isClosed();
    state = State.READY;
    pauseReading(false);
    if (reusable) {
      idleSince = worker.now();
      pool.park(this);
    }
    done.end();
    if (!reusable) {
      finish();
    }
  }

  /// Drops a call that nobody waits for; the connection goes with it.
  void abandon(UpstreamCall unwanted) {
    if (call == unwanted) {
      call = null;
      cut();
    }
  }

  private void fail(Upstream.Failure.Kind kind, String message) {
    UpstreamCall broken = call;
    call = null;
    boolean sent = up && out.pending() == 0;
    cut();
    if (broken != null) {
      broken.failed(new Upstream.Failure(kind, sent, message), false);
    }
  }

  @Override
  void ended() {
    if (state == State.BODY && left == ResponseHead.UNTIL_CLOSE) {
      UpstreamCall done = running();
      call = null;
      finish();
      done.end();
      return;
    }
    finish();
  }

  private Upstream.Failure failure(@Nullable Exception cause, boolean sent) {
    if (pool.isClosed()) {
      return new Upstream.Failure(Upstream.Failure.Kind.STOPPED, sent, "the gateway is stopping");
    }
    if (!up && (cause instanceof SSLException || (origin.tls() && cause == null))) {
      String reason = cause == null ? "the peer closed during the handshake" : cause.getMessage();
      return new Upstream.Failure(
          Upstream.Failure.Kind.TLS, false, "TLS with " + origin.authority() + ": " + reason);
    }
    if (!up) {
      return new Upstream.Failure(
          Upstream.Failure.Kind.CONNECT, false, "no connection to " + origin.authority());
    }
    return new Upstream.Failure(
        Upstream.Failure.Kind.RESET, sent, origin.authority() + " closed the connection");
  }

  private static boolean isIdempotent(UpstreamCall sent) {
    return switch (sent.request.method()) {
      case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
      default -> false;
    };
  }

  @Override
  void flushed() {}

  @Override
  void progressed() {}

  @Override
  void tick(long now) {
    UpstreamCall current = call;
    if (current == null) {
      if (now - idleSince > pool.settings().upstreamIdle().toNanos()) {
        pool.forget(this);
        finish();
      }
    } else if (up && current.isLate(now)) {
      fail(Upstream.Failure.Kind.TIMEOUT, "no answer from " + origin.authority() + " in time");
    }
  }

  /// A call that runs now has lost its connection. A request on a reused connection is replayed if
  /// no byte of an answer came and it was not sent whole, or its method may be repeated: the
  /// provider had closed an idle connection, and we had not heard of it yet.
  @Override
  void lost(@Nullable Exception cause, boolean unsent) {
    if (state == State.READY && call == null) {
      pool.forget(this);
    }
    state = State.CLOSED;
    pool.closed(this);
    UpstreamCall broken = call;
    call = null;
    if (broken != null) {
      boolean sent = up && !unsent;
      boolean replay = served > 0 && !answerBegan && (!sent || isIdempotent(broken));
      broken.failed(failure(cause, sent), replay);
    }
  }

  @Override
  void fault(Throwable fault) {
    pool.fault(fault);
  }
}
