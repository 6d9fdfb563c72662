package dev.gatewayctl.runtime.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.EventMask;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ssl.SSLIOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// One socket of either side, bound to one worker: all its state belongs to that thread.
///
/// HttpCore's own duplexers raise write interest for every message, which costs a wake-up and two
/// `epoll_ctl` calls each time. Here output is written at the end of the event that produced it,
/// and write interest is raised only when the socket is full. Under TLS the session only wraps
/// records; its handler's `outputReady` sends them, so each wrapped piece is followed by that.
///
/// Work from other threads is queued and write interest wakes the worker; that is the slow path.
abstract sealed class Connection implements IOEventHandler
    permits ServerConnection, UpstreamConnection {
  /// How long a session may take over its TLS farewell when nobody waits for it any more.
  private static final long FAREWELL_NANOS = 2_000_000_000L;

  private static final int MAX_WRAPS = 4;

  final Worker worker;
  final Outbound out;

  private final Outbound.Socket socket = this::transmit;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile IOSession session;
  private volatile boolean dead;
  private boolean flushQueued;
  private boolean transmitting;
  private boolean stalled;
  private boolean readingPaused;
  private long stalledSince;
  private long deadSince;
  private long lastTick = System.nanoTime();

  Connection(IOSession session, Worker worker) {
    this.session = session;
    this.worker = worker;
    this.out = new Outbound(worker);
  }

  /// The connection, with its handshake where it has one, is up.
  abstract void opened() throws IOException;

  /// Bytes arrived; not valid after the return.
  abstract void received(byte[] bytes, int from, int to) throws IOException;

  /// The same, in the buffer that they were read into.
  void arrived(ByteBuffer input) throws IOException {
    int count = input.remaining();
    input.get(0, worker.inputBytes, 0, count);
    received(worker.inputBytes, 0, count);
  }

  /// The peer will send nothing more.
  abstract void ended() throws IOException;

  /// All output is with the kernel.
  abstract void flushed();

  /// Output went out, not necessarily all.
  abstract void progressed();

  /// Called every tick of the reactor.
  abstract void tick(long now);

  /// The socket is gone; called once. `cause` is null when the peer or this side closed it;
  /// `unsent` says that output was pending.
  abstract void lost(@Nullable Exception cause, boolean unsent);

  /// An exception that is our fault.
  abstract void fault(Throwable fault);

  @Override
  public final void connected(IOSession current) throws IOException {
    session = current;
    worker.enter();
    try {
      opened();
    } finally {
      worker.leave();
    }
  }

  @Override
  public final void inputReady(IOSession current, @Nullable ByteBuffer decrypted)
      throws IOException {
    session = current;
    worker.enter();
    try {
      if (isTickDue()) {
        return;
      }
      if (decrypted != null) {
        int from = decrypted.arrayOffset() + decrypted.position();
        received(decrypted.array(), from, from + decrypted.remaining());
        decrypted.position(decrypted.limit());
        return;
      }
      ByteBuffer input = worker.input.clear();
      int count = current.read(input);
      if (count > 0) {
        arrived(input.flip());
      } else if (count < 0) {
        ended();
      }
    } finally {
      worker.leave();
    }
  }

  /// The reactor's ticks reach silent sessions only, so one that is kept busy byte by byte takes
  /// its ticks from its events. True when the connection is dead, by this tick or before.
  private boolean isTickDue() {
    long now = worker.now();
    if (!dead && now - lastTick > EdgeReactor.TICK_NANOS) {
      lastTick = now;
      tick(now);
    }
    return dead;
  }

  @Override
  public final void outputReady(IOSession current) throws IOException {
    session = current;
    if (transmitting) {
      return;
    }
    worker.enter();
    try {
      if (out.pending() == 0) {
        current.clearEvent(EventMask.WRITE);
      }
      runTasks();
      if (out.pending() > 0) {
        flushNow();
      }
    } finally {
      worker.leave();
    }
  }

  @Override
  public final void timeout(IOSession current, Timeout timeout) {
    worker.enter();
    try {
      long now = System.nanoTime();
      if (!dead) {
        lastTick = now;
        tick(now);
      } else if (now - deadSince > FAREWELL_NANOS) {
        current.close(CloseMode.IMMEDIATE);
      }
    } finally {
      worker.leave();
    }
  }

  @Override
  public final void exception(IOSession current, Exception cause) {
    worker.enter();
    try {
      if (!(cause instanceof IOException)) {
        fault(cause);
      }
      die(cause, CloseMode.IMMEDIATE);
    } finally {
      worker.leave();
    }
  }

  @Override
  public final void disconnected(IOSession current) {
    worker.enter();
    try {
      die(null, CloseMode.IMMEDIATE);
    } finally {
      worker.leave();
    }
  }

  private void die(@Nullable Exception cause, CloseMode mode) {
    if (!dead) {
      dead = true;
      deadSince = System.nanoTime();
      boolean unsent = out.pending() > 0;
      out.discard();
      session.close(mode);
      lost(cause, unsent);
    }
    runTasks();
  }

  /// Cuts the connection now, with a reset; what is unsent, here or in the kernel, is dropped.
  final void cut() {
    die(null, CloseMode.IMMEDIATE);
  }

  /// Is done with the connection; what the kernel has is still delivered.
  final void finish() {
    die(null, CloseMode.GRACEFUL);
  }

  /// Starts the TLS farewell; the session closes when the peer has answered it.
  final void sayFarewell() {
    session.close(CloseMode.GRACEFUL);
  }

  /// Tells the peer that no more is coming, while its bytes are still read; false under TLS, whose
  /// own farewell does the same.
  final boolean shutdownOutput() throws IOException {
    if (session.channel() instanceof SocketChannel channel && !(session instanceof SSLIOSession)) {
      channel.shutdownOutput();
      return true;
    }
    return false;
  }

  final boolean isDead() {
    return dead;
  }

  final boolean isOpen() {
    return !dead && session.isOpen();
  }

  /// Stops or resumes reading; already as asked, it does nothing.
  final void pauseReading(boolean pause) {
    if (readingPaused != pause && !dead) {
      readingPaused = pause;
      if (pause) {
        session.clearEvent(EventMask.READ);
      } else {
        session.setEvent(EventMask.READ);
      }
    }
  }

  final boolean isReadingPaused() {
    return readingPaused;
  }

  /// How long the peer has not taken a byte of pending output; 0 when nothing is pending.
  final long stalledNanos(long now) {
    return stalled ? now - stalledSince : 0;
  }

  /// Sends what is pending when the current event ends.
  final void flushLater() {
    if (!flushQueued && !dead) {
      flushQueued = true;
      worker.flushLater(this);
    }
  }

  final void flushNow() {
    flushQueued = false;
    if (dead || out.pending() == 0) {
      return;
    }
    long before = out.pending();
    try {
      boolean all =
          session instanceof SSLIOSession ? out.flush(socket) : out.flush(socket, worker.output);
      if (all) {
        stalled = false;
        flushed();
        return;
      }
      session.setEvent(EventMask.WRITE);
      if (!stalled || out.pending() < before) {
        stalled = true;
        stalledSince = System.nanoTime();
      }
      if (out.pending() < before) {
        progressed();
      }
    } catch (IOException e) {
      die(e, CloseMode.IMMEDIATE);
    }
  }

  private int transmit(ByteBuffer source) throws IOException {
    IOSession current = session;
    if (!(current instanceof SSLIOSession)) {
      return current.write(source);
    }
    int before = source.remaining();
    transmitting = true;
    try {
      // A wrap may yield a record of the handshake (a session ticket, a key update) and take none
      // of the source; then the next one does.
      for (int i = 0; i < MAX_WRAPS && source.remaining() == before; i++) {
        current.write(source);
        current.getHandler().outputReady(current);
      }
    } finally {
      transmitting = false;
    }
    return before - source.remaining();
  }

  /// Runs `task` on the worker: now if that is the caller, else soon.
  final void execute(Runnable task) {
    if (isOnWorker()) {
      worker.enter();
      try {
        guarded(task);
      } finally {
        worker.leave();
      }
      return;
    }
    tasks.add(task);
    if (dead) {
      runTasks();
    } else if (woken.compareAndSet(false, true)) {
      session.setEvent(EventMask.WRITE);
    }
  }

  final boolean isOnWorker() {
    return Thread.currentThread() == worker;
  }

  private void runTasks() {
    woken.set(false);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      guarded(task);
    }
  }

  /// Runs a callback of somebody else; what it throws is reported, never thrown on: an error that
  /// reached the reactor would end the thread and every connection on it.
  final boolean guarded(Runnable callback) {
    try {
      callback.run();
      return true;
    } catch (RuntimeException | Error e) {
      fault(e);
      return false;
    }
  }
}
