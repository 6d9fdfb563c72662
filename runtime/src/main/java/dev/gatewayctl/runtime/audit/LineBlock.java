package dev.gatewayctl.runtime.audit;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// Goes through the lines that begin in a stretch of a file, in one buffer that grows to the
/// longest of them. Stretches that follow each other give every line exactly once.
final class LineBlock {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LINE_ENDS = ONES * '\n';

  private byte[] buffer = new byte[BLOCK_BYTES];
  private FileChannelView file = FileChannelView.NONE;
  private long base;
  private int filled;
  private int start;
  private int end;
  private long to;
  private boolean atEnd;
  private boolean torn;
  private boolean tooLong;

  /// A channel read at places.
  private interface FileChannelView {
    FileChannelView NONE = (into, at) -> -1;

    int read(ByteBuffer into, long at) throws IOException;
  }

  /// Begins with the first line that starts at `from` or later.
  void begin(FileChannel channel, long from, long upTo) throws IOException {
    file = channel::read;
    base = Math.max(0, from - 1);
    to = upTo;
    filled = 0;
    start = 0;
    end = -1;
    atEnd = false;
    torn = false;
    tooLong = false;
    if (from > 0) {
      // The line of the byte before belongs to the stretch before.
      int before = find(0);
      start = before < 0 ? filled : before + 1;
      end = start - 1;
    }
  }

  /// Moves to the next line.
  ///
  /// @return false when no further line begins in the stretch
  boolean next() throws IOException {
    start = end + 1;
    if (torn || tooLong || base + start >= to) {
      return false;
    }
    int found = find(start);
    if (found >= 0) {
      end = found;
      return true;
    }
    end = filled;
    torn = !tooLong;
    return end > start;
  }

  byte[] bytes() {
    return buffer;
  }

  int lineStart() {
    return start;
  }

  int lineEnd() {
    return end;
  }

  /// The offset of the line in the file.
  long offset() {
    return base + start;
  }

  /// Whether the file ended before the line did.
  boolean isTorn() {
    return torn;
  }

  /// Whether the line is longer than any record; then it is not all there, and the last one.
  boolean isTooLong() {
    return tooLong;
  }

  /// The place of the first line end at `from` or later, -1 when the file ends before; what stands
  /// before `start` may leave the buffer meanwhile.
  private int find(int from) throws IOException {
    int at = from;
    while (true) {
      int found = lineEnd(buffer, at, filled);
      if (found < filled) {
        return found;
      }
      int done = filled - start;
      if (!fill()) {
        return -1;
      }
      at = start + done;
    }
  }

  private boolean fill() throws IOException {
    if (atEnd) {
      return false;
    }
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      base += start;
      filled -= start;
      end -= start;
      start = 0;
    }
    if (filled == buffer.length) {
      if (filled >= AuditLog.LONGEST_LINE) {
        tooLong = true;
        return false;
      }
      buffer = Arrays.copyOf(buffer, filled * 2);
    }
    int read = file.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled), base + filled);
    if (read <= 0) {
      atEnd = true;
      return false;
    }
    filled += read;
    return true;
  }

  /// The place of the first line end in the bytes from `from` up to `to`, or `to`. Eight bytes at a
  /// time: a word minus ones borrows through exactly the first byte that is zero (Mycroft, 1987).
  private static int lineEnd(byte[] bytes, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      long word = (long) WORD.get(bytes, at) ^ LINE_ENDS;
      long hits = (word - ONES) & ~word & HIGHS;
      if (hits != 0) {
        return at + (Long.numberOfTrailingZeros(hits) >> 3);
      }
    }
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /// How many line ends stand in a file before an offset.
  static long linesBefore(Path file, long offset) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    long lines = 0;
    long at = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (at < offset) {
        int wanted = (int) Math.min(block.length, offset - at);
        int read = channel.read(ByteBuffer.wrap(block, 0, wanted), at);
        if (read <= 0) {
          return lines;
        }
        for (int i = 0; i < read; i++) {
          if (block[i] == '\n') {
            lines++;
          }
        }
        at += read;
      }
    }
    return lines;
  }
}
