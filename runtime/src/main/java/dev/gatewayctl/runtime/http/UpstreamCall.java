package dev.gatewayctl.runtime.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One request on its way through a connection, and perhaps a second one: a pooled connection may
/// turn out to be dead, and then the request is sent once more on a fresh one, provided that the
/// provider cannot have acted on it.
final class UpstreamCall implements Upstream.Call {
  private static final long NEVER = Long.MAX_VALUE;

  final Upstream.Request request;
  private final Upstream.Listener listener;
  private final UpstreamPool pool;
  private final AtomicReference<@Nullable UpstreamConnection> connection = new AtomicReference<>();
  private volatile boolean cancelled;
  private boolean over;
  private boolean retried;
  private boolean paused;
  private boolean bodySeen;
  private boolean headSeen;
  private long answerDeadline = NEVER;
  private long idleSince;

  UpstreamCall(UpstreamPool pool, Upstream.Request request, Upstream.Listener listener) {
    this.pool = pool;
    this.request = request;
    this.listener = listener;
  }

  boolean toHead() {
    return request.method().equals("HEAD");
  }

  boolean isCancelled() {
    return cancelled;
  }

  /// The connection is up and this call is the one it works for.
  void attached(UpstreamConnection to) {
    connection.set(to);
    if (cancelled) {
      to.cut();
      return;
    }
    long now = to.worker.now();
    idleSince = now;
    answerDeadline = now + request.patience().answer().toNanos();
    to.pauseReading(paused);
  }

  /// What the tick finds: whether the caller waited long enough.
  boolean isLate(long now) {
    if (paused) {
      return false;
    }
    if (request.patience().whole() || !bodySeen) {
      return now - answerDeadline > 0;
    }
    return now - idleSince > request.patience().idle().toNanos();
  }

  void head(ResponseHead head) {
    headSeen = true;
    if (!over && !cancelled) {
      try {
        listener.head(head.status(), head.headers());
      } catch (RuntimeException | Error e) {
        lost(e);
      }
    }
  }

  void data(byte[] bytes, int from, int to, long now) {
    bodySeen = true;
    idleSince = now;
    if (over || cancelled) {
      return;
    }
    try {
      listener.data(bytes, from, to);
    } catch (RuntimeException | Error e) {
      lost(e);
    }
  }

  void end() {
    if (!over && !cancelled) {
      over = true;
      connection.set(null);
      try {
        listener.end();
      } catch (RuntimeException | Error e) {
        lost(e);
      }
    }
  }

  /// The connection was lost or the answer is broken; `replay` says that the provider cannot have
  /// acted on the request.
  void failed(Upstream.Failure failure, boolean replay) {
    if (over || cancelled) {
      return;
    }
    connection.set(null);
    if (replay && !retried && !headSeen) {
      retried = true;
      pool.dial(this);
      return;
    }
    over = true;
    try {
      listener.failed(failure);
    } catch (RuntimeException | Error e) {
      lost(e);
    }
  }

  /// A listener that throws has lost its way: its call is given up.
  private void lost(Throwable fault) {
    pool.fault(fault);
    cancel();
  }

  @Override
  public void cancel() {
    cancelled = true;
    UpstreamConnection current = connection.get();
    if (current != null) {
      current.execute(() -> current.abandon(this));
    }
  }

  @Override
  public void pause() {
    turn(true);
  }

  @Override
  public void resume() {
    turn(false);
  }

  private void turn(boolean toPaused) {
    UpstreamConnection current = connection.get();
    if (current != null) {
      current.execute(
          () -> {
            if (current.isFor(this) && paused != toPaused) {
              paused = toPaused;
              idleSince = System.nanoTime();
              current.pauseReading(toPaused);
            }
          });
    }
  }

  Duration connectPatience() {
    return request.patience().connect();
  }
}
