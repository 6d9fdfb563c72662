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

  /// Takes some of the bytes of `source`; returns how many, 0 when the socket is full.
  interface Socket {
    int write(ByteBuffer source) throws IOException;
  }

  private final Worker worker;
  private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>(2);
  private @Nullable ByteBuffer tail;
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

  /// Room for `bytes` contiguous bytes at the position of the result.
  private ByteBuffer room(int bytes) {
    ByteBuffer buffer = tail;
    if (buffer != null && buffer.remaining() < bytes) {
      close(buffer);
      buffer = null;
    }
    if (buffer == null) {
      buffer = worker.borrow(bytes);
      tail = buffer;
    }
    return buffer;
  }

  private void close(ByteBuffer buffer) {
    full.addLast(buffer.flip());
    tail = null;
  }

  private void added(long bytes) {
    pending += bytes;
  }

  void append(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      ByteBuffer buffer = room(1);
      int run = Math.min(buffer.remaining(), to - at);
      buffer.put(bytes, at, run);
      at += run;
    }
    added(to - from);
  }

  /// Appends what nobody will change any more; long content is not copied.
  void appendOwned(byte[] bytes) {
    ByteBuffer buffer = tail;
    if (bytes.length <= COPY_LIMIT || (buffer != null && buffer.remaining() >= bytes.length)) {
      append(bytes, 0, bytes.length);
      return;
    }
    if (buffer != null) {
      int run = buffer.remaining();
      buffer.put(bytes, 0, run);
      close(buffer);
      full.addLast(ByteBuffer.wrap(bytes, run, bytes.length - run).asReadOnlyBuffer());
    } else {
      full.addLast(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }
    added(bytes.length);
  }

  /// Latin-1 text.
  void append(String text) {
    int length = text.length();
    ByteBuffer buffer = room(length);
    byte[] array = buffer.array();
    int at = buffer.arrayOffset() + buffer.position();
    for (int i = 0; i < length; i++) {
      array[at + i] = (byte) text.charAt(i);
    }
    buffer.position(buffer.position() + length);
    added(length);
  }

  /// Writes until all is gone or the socket is full; true when all is gone.
  boolean flush(Socket socket) throws IOException {
    while (pending > 0) {
      ByteBuffer first = full.peekFirst();
      if (first == null) {
        close(room(0));
        continue;
      }
      int before = first.remaining();
      int written = before == 0 ? 0 : socket.write(first);
      pending -= before - first.remaining();
      if (first.hasRemaining()) {
        if (written <= 0) {
          published = pending;
          return false;
        }
        continue;
      }
      full.removeFirst();
      worker.giveBack(first);
    }
    published = 0;
    return true;
  }

  /// Drops what is left.
  void discard() {
    for (ByteBuffer buffer = full.pollFirst(); buffer != null; buffer = full.pollFirst()) {
      worker.giveBack(buffer);
    }
    if (tail != null) {
      worker.giveBack(tail);
      tail = null;
    }
    pending = 0;
    published = 0;
  }
}
