package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The answer to one request: turns calls of the service, from any thread, into bytes on the
/// connection.
final class ServerExchange implements HttpService.Responder {
  private static final byte[] LENGTH = "content-length: ".getBytes(ISO_8859_1);
  private static final byte[] CHUNKED = "transfer-encoding: chunked\r\n".getBytes(ISO_8859_1);
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

  private enum State {
    WAITING,
    STREAMING,
    DONE
  }

  private enum Framing {
    NONE,
    LENGTH,
    CHUNKS,
    UNTIL_CLOSE
  }

  private final ServerConnection connection;
  private final boolean toHead;
  private final boolean older;
  private final AtomicLong handedOver = new AtomicLong();
  private boolean keepAlive;
  private State state = State.WAITING;
  private Framing framing = Framing.NONE;
  private long owed;
  private boolean gone;
  private @Nullable Runnable onDrained;
  private @Nullable Runnable onGone;

  ServerExchange(ServerConnection connection, RequestHead request, boolean keepAlive) {
    this.connection = connection;
    this.toHead = request.method().equals("HEAD");
    this.older = request.olderVersion();
    this.keepAlive = keepAlive;
  }

  /// What the service did wrong ends its exchange and is reported.
  private void run(Runnable step) {
    connection.execute(
        () -> {
          try {
            step.run();
          } catch (RuntimeException | Error e) {
            failed();
            throw e;
          }
        });
  }

  @Override
  public void respond(int status, Headers headers, byte[] body) {
    run(() -> respondNow(status, headers, body));
  }

  private void respondNow(int status, Headers headers, byte[] body) {
    if (state == State.DONE) {
      return;
    }
    if (state != State.WAITING) {
      throw new IllegalStateException("the answer has begun already");
    }
    boolean bodiless = status == 204 || status == 304;
    fields(status, headers);
    if (!bodiless) {
      length(body.length);
    }
    endHead();
    if (!bodiless && !toHead) {
      connection.out.appendOwned(body);
    }
    finish();
  }

  @Override
  public void begin(int status, Headers headers) {
    run(() -> beginNow(status, headers));
  }

  private void beginNow(int status, Headers headers) {
    if (state == State.DONE) {
      return;
    }
    if (state != State.WAITING) {
      throw new IllegalStateException("the answer has begun already");
    }
    state = State.STREAMING;
    String announced = headers.first("content-length");
    long length = announced == null ? -1 : HeadBytes.digits(announced);
    if (status == 204 || status == 304) {
      framing = Framing.NONE;
      fields(status, headers);
    } else if (length >= 0) {
      framing = toHead ? Framing.NONE : Framing.LENGTH;
      owed = length;
      fields(status, headers);
      length(length);
    } else if (older) {
      framing = toHead ? Framing.NONE : Framing.UNTIL_CLOSE;
      keepAlive = false;
      fields(status, headers);
    } else {
      framing = toHead ? Framing.NONE : Framing.CHUNKS;
      fields(status, headers);
      connection.out.append(CHUNKED);
    }
    endHead();
  }

  private void fields(int status, Headers headers) {
    Outbound out = connection.out;
    out.append(StatusLine.of(status));
    out.append(connection.worker.date());
    for (int i = 0; i < headers.size(); i++) {
      if (!isOurs(headers.name(i))) {
        headers.write(i, out);
        out.append(HeadBytes.CRLF);
      }
    }
  }

  private void length(long bytes) {
    connection.out.append(LENGTH);
    connection.out.append(bytes);
    connection.out.append(HeadBytes.CRLF);
  }

  private void endHead() {
    Outbound out = connection.out;
    keepAlive &= !connection.closing();
    if (!keepAlive) {
      out.append("connection: close\r\n");
    } else if (older) {
      out.append("connection: keep-alive\r\n");
    }
    out.append(HeadBytes.CRLF);
    connection.flushLater();
  }

  private static boolean isOurs(String name) {
    return switch (name) {
      case "connection", "keep-alive", "transfer-encoding", "date", "content-length" -> true;
      default -> false;
    };
  }

  @Override
  public void write(byte[] bytes, int from, int to) {
    if (connection.isOnWorker()) {
      run(() -> writeNow(bytes, from, to));
      return;
    }
    byte[] copy = Arrays.copyOfRange(bytes, from, to);
    handedOver.addAndGet(copy.length);
    run(
        () -> {
          handedOver.addAndGet(-copy.length);
          writeNow(copy, 0, copy.length);
        });
  }

  private void writeNow(byte[] bytes, int from, int to) {
    if (state == State.DONE || from == to) {
      return;
    }
    if (state != State.STREAMING) {
      throw new IllegalStateException("the answer has not begun");
    }
    Outbound out = connection.out;
    switch (framing) {
      case NONE -> {
        return;
      }
      case LENGTH -> {
        owed -= to - from;
        if (owed < 0) {
          abortNow();
          return;
        }
        out.append(bytes, from, to);
      }
      case CHUNKS -> {
        out.append(Integer.toHexString(to - from));
        out.append(HeadBytes.CRLF);
        out.append(bytes, from, to);
        out.append(HeadBytes.CRLF);
      }
      case UNTIL_CLOSE -> out.append(bytes, from, to);
    }
    if (out.pending() > connection.settings().maxPendingBytes()) {
      abortNow();
    } else {
      connection.flushLater();
    }
  }

  @Override
  public void end() {
    run(this::endNow);
  }

  private void endNow() {
    if (state == State.DONE) {
      return;
    }
    if (state != State.STREAMING) {
      throw new IllegalStateException("the answer has not begun");
    }
    if (framing == Framing.LENGTH && owed != 0) {
      abortNow();
      return;
    }
    if (framing == Framing.CHUNKS) {
      connection.out.append(LAST_CHUNK);
    }
    finish();
  }

  private void finish() {
    state = State.DONE;
    onGone = null;
    Runnable waiting = onDrained;
    onDrained = null;
    connection.answered(keepAlive);
    if (waiting != null) {
      connection.guarded(waiting);
    }
  }

  @Override
  public void abort() {
    connection.execute(this::abortNow);
  }

  private void abortNow() {
    if (state != State.DONE) {
      connection.cut();
    }
  }

  /// The service failed: says so if nothing was said yet, else cuts.
  void failed() {
    if (state == State.WAITING) {
      keepAlive = false;
      respondNow(500, Headers.empty(), new byte[0]);
    } else {
      abortNow();
    }
  }

  @Override
  public long pendingBytes() {
    return connection.isOnWorker()
        ? connection.out.pending()
        : connection.out.published() + handedOver.get();
  }

  @Override
  public void onDrained(Runnable action) {
    connection.execute(
        () -> {
          if (state != State.DONE && connection.out.pending() > HttpEdge.LOW_WATER) {
            onDrained = action;
          } else if (!gone) {
            action.run();
          }
        });
  }

  void drained() {
    Runnable waiting = onDrained;
    if (waiting != null && connection.out.pending() <= HttpEdge.LOW_WATER) {
      onDrained = null;
      connection.guarded(waiting);
    }
  }

  @Override
  public void onGone(Runnable action) {
    connection.execute(
        () -> {
          if (gone) {
            action.run();
          } else if (state != State.DONE) {
            onGone = action;
          }
        });
  }

  /// The connection is lost and the answer was not handed over.
  void gone() {
    gone = true;
    state = State.DONE;
    onDrained = null;
    Runnable action = onGone;
    onGone = null;
    if (action != null) {
      connection.guarded(action);
    }
  }

  @Override
  public void execute(Runnable action) {
    connection.execute(action);
  }
}
