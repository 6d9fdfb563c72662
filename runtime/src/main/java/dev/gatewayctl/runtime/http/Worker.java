package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A reactor thread with what its connections share: the read buffer, lent write buffers, and the
/// list of connections with output to flush when the current event ends.
final class Worker extends Thread {
  /// A long prompt with its head is to come in one read, and to leave in one write.
  static final int READ_BYTES = 128 * 1024;

  static final int WRITE_BYTES = 128 * 1024;
  static final int LENT_BYTES = 32 * 1024;
  private static final int MAX_SPARE = 64;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  final int index;

  /// What the kernel gives goes here first: the JDK would take a detour over such a buffer anyhow.
  final ByteBuffer input = ByteBuffer.allocateDirect(READ_BYTES);

  /// What goes to the kernel is gathered here, for the same reason.
  final ByteBuffer output = ByteBuffer.allocateDirect(WRITE_BYTES);

  final byte[] inputBytes = new byte[READ_BYTES];

  private final InstantSource clock;
  private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();
  private final ArrayDeque<Connection> unflushed = new ArrayDeque<>();
  private final ArrayDeque<ServerConnection> handshakes = new ArrayDeque<>();
  private int depth;
  private boolean flushing;
  private long dateSecond = -1;
  private byte[] date = {};
  private long now;
  private boolean nowKnown;

  Worker(Runnable work, int index, InstantSource clock) {
    super(work, "http-" + index);
    this.index = index;
    this.clock = clock;
    setDaemon(true);
  }

  /// The worker that runs the caller, if one does.
  static @Nullable Worker current() {
    return Thread.currentThread() instanceof Worker worker ? worker : null;
  }

  ByteBuffer borrow(int atLeast) {
    if (atLeast > LENT_BYTES) {
      return ByteBuffer.allocate(atLeast);
    }
    ByteBuffer buffer = spare.pollLast();
    return buffer != null ? buffer : ByteBuffer.allocate(LENT_BYTES);
  }

  /// Takes a buffer back; a read-only one wraps somebody's body and is not ours to lend again.
  void giveBack(ByteBuffer buffer) {
    if (buffer.capacity() == LENT_BYTES && !buffer.isReadOnly() && spare.size() < MAX_SPARE) {
      buffer.clear();
      spare.addLast(buffer);
    }
  }

  /// Starts an event; events nest when one connection's event reaches another connection.
  void enter() {
    if (depth++ == 0) {
      nowKnown = false;
    }
  }

  /// `System.nanoTime()` as of the current event: the clock of deadlines, read once an event.
  long now() {
    if (!nowKnown) {
      now = System.nanoTime();
      nowKnown = depth > 0;
    }
    return now;
  }

  /// Ends an event; the outermost end flushes every connection that was written to. Flushing may
  /// write again (a callback of a freed buffer), so it goes on until nothing is left.
  void leave() {
    if (--depth > 0 || flushing) {
      return;
    }
    flushing = true;
    try {
      for (Connection next = unflushed.pollFirst(); next != null; next = unflushed.pollFirst()) {
        next.flushNow();
      }
    } finally {
      flushing = false;
    }
  }

  /// A caller's connection whose handshake has just begun; see [HandshakeWatch].
  void watchHandshake(ServerConnection connection) {
    handshakes.addLast(connection);
  }

  /// Cuts the handshakes that take too long; they stand in the order of their deadlines.
  void expireHandshakes() {
    ServerConnection oldest = handshakes.peekFirst();
    while (oldest != null) {
      if (oldest.isInHandshake()) {
        if (!oldest.isPastDeadline(System.nanoTime())) {
          return;
        }
        oldest.cut();
      }
      handshakes.removeFirst();
      oldest = handshakes.peekFirst();
    }
  }

  void flushLater(Connection connection) {
    unflushed.addLast(connection);
  }

  /// The `date` field with its line end, made once a second.
  byte[] date() {
    long millis = clock.millis();
    long second = Math.floorDiv(millis, 1000L);
    if (second != dateSecond) {
      dateSecond = second;
      date = ("date: " + DATE.format(Instant.ofEpochSecond(second)) + "\r\n").getBytes(ISO_8859_1);
    }
    return date;
  }
}
