package dev.gatewayctl.runtime.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Bytes on their way to one socket: what is appended gathers in a lent buffer, so that a head and
/// its body, or several events of a stream, leave in one write; a whole body is queued as it is,
/// without a copy, when it does not fit. Buffers are held only while bytes are in them.
///
/// Grows as the writer appends; writers look at [#pending] to stop in time.
final class Outbound {
  private static final int COPY_LIMIT = 16 * 1024;
  private static final byte[] NOTHING = {};
  private static final int MOST_DIGITS = 19;

  /// Takes some of the bytes of `source`; returns how many, 0 when the socket is full.
  interface Socket {
    int write(ByteBuffer source) throws IOException;
  }

  private final Worker worker;
  private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>(2);
  private @Nullable ByteBuffer tail;

  /// The bytes of [#tail] and how many are used; its own position stays 0 until it is closed.
  private byte[] gathered = NOTHING;

  private int used;
  private long pending;
  private volatile long published;

  Outbound(Worker worker) {
    this.worker = worker;
  }

  long pending() {
    return pending;
  }

  /// What was pending after the last flush; for other threads than the worker.
  long published() {
    return published;
  }

  /// Makes room for `bytes` contiguous bytes at [#used] of [#gathered].
  @SuppressWarnings("ByteBufferBackingArray") // what the worker lends is one whole array
  private void room(int bytes) {
    if (gathered.length - used >= bytes && tail != null) {
      return;
    }
    close();
    ByteBuffer buffer = worker.borrow(bytes);
    tail = buffer;
    gathered = buffer.array();
  }

  private void close() {
    ByteBuffer buffer = tail;
    if (buffer != null) {
      full.addLast(buffer.limit(used));
      tail = null;
      gathered = NOTHING;
      used = 0;
    }
  }

  void append(byte[] bytes) {
    append(bytes, 0, bytes.length);
  }

  void append(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      room(1);
      int run = Math.min(gathered.length - used, to - at);
      System.arraycopy(bytes, at, gathered, used, run);
      used += run;
      at += run;
    }
    pending += to - from;
  }

  /// Appends what nobody will change any more; long content is not copied.
  void appendOwned(byte[] bytes) {
    int left = tail == null ? 0 : gathered.length - used;
    if (bytes.length <= COPY_LIMIT || left >= bytes.length) {
      append(bytes, 0, bytes.length);
      return;
    }
    close();
    full.addLast(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    pending += bytes.length;
  }

  /// Latin-1 text.
  @SuppressWarnings("deprecation") // of each `char` the low byte, which is what is wanted here
  void append(String text) {
    int length = text.length();
    room(length);
    text.getBytes(0, length, gathered, used);
    used += length;
    pending += length;
  }

  /// A number that is not negative, in decimal digits.
  void append(long number) {
    room(MOST_DIGITS);
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    int at = used + digits;
    long rest = number;
    do {
      gathered[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    used += digits;
    pending += digits;
  }

  /// Writes until all is gone or the socket is full, through `gather`: a head and its long body
  /// leave in one write. True when all is gone.
  boolean flush(Socket socket, ByteBuffer gather) throws IOException {
    while (pending > 0) {
      close();
      gather.clear();
      for (ByteBuffer each : full) {
        int run = Math.min(each.remaining(), gather.remaining());
        gather.put(gather.position(), each, each.position(), run);
        gather.position(gather.position() + run);
        if (!gather.hasRemaining()) {
          break;
        }
      }
      int offered = gather.flip().remaining();
      int written = socket.write(gather);
      drop(written);
      if (written < offered) {
        published = pending;
        return false;
      }
    }
    published = 0;
    return true;
  }

  /// The same without a detour, for a socket that makes records of each write.
  boolean flush(Socket socket) throws IOException {
    while (pending > 0) {
      close();
      ByteBuffer first = full.getFirst();
      int before = first.remaining();
      int written = socket.write(first);
      pending -= before - first.remaining();
      if (!first.hasRemaining()) {
        worker.giveBack(full.removeFirst());
      } else if (written <= 0) {
        published = pending;
        return false;
      }
    }
    published = 0;
    return true;
  }

  private void drop(int count) {
    pending -= count;
    int left = count;
    for (ByteBuffer first = full.peekFirst(); first != null; first = full.peekFirst()) {
      int run = Math.min(left, first.remaining());
      first.position(first.position() + run);
      left -= run;
      if (first.hasRemaining()) {
        return;
      }
      worker.giveBack(full.removeFirst());
    }
  }

  /// Drops what is left.
  void discard() {
    for (ByteBuffer buffer = full.pollFirst(); buffer != null; buffer = full.pollFirst()) {
      worker.giveBack(buffer);
    }
    if (tail != null) {
      worker.giveBack(tail);
      tail = null;
      gathered = NOTHING;
      used = 0;
    }
    pending = 0;
    published = 0;
  }
}
