package dev.gatewayctl.runtime.report;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A place in a line of compact JSON. Strings are passed over eight bytes at a time: a word xor the
/// byte looked for, minus ones, borrows through exactly the first byte that became zero (Mycroft,
/// 1987).
final class LineCursor {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';

  /// The place, and the end of the line.
  int at;

  int end;
  private byte[] bytes = new byte[0];

  void begin(byte[] line, int start, int stop) {
    bytes = line;
    at = start;
    end = stop;
  }

  byte byteAt(int place) {
    return bytes[place];
  }

  /// Takes these bytes, at least three, when they stand here.
  boolean is(byte[] literal) {
    int length = literal.length;
    if (at + length > end
        || bytes[at + 2] != literal[2]
        || !Arrays.equals(bytes, at, at + length, literal, 0, length)) {
      return false;
    }
    at += length;
    return true;
  }

  /// Takes this byte when it stands here.
  boolean isByte(char wanted) {
    if (at < end && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  /// A whole number without a sign; -1 for anything else.
  long number() {
    long number = 0;
    int start = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      number = number * 10 + (bytes[at++] - '0');
    }
    return at == start || at - start > 18 ? -1 : number;
  }

  /// Passes over the rest of a string and its quote.
  boolean passString() {
    while (true) {
      special();
      if (at >= end) {
        return false;
      }
      if (bytes[at] == '"') {
        at++;
        return true;
      }
      at += 2;
    }
  }

  /// The same, unless there is an escape in it.
  boolean passPlainString() {
    special();
    return isByte('"');
  }

  /// Moves to the next quote or backslash.
  private void special() {
    int i = at;
    int last = end - 8;
    for (; i <= last; i += 8) {
      long word = (long) WORD.get(bytes, i);
      long quote = word ^ QUOTES;
      long backslash = word ^ BACKSLASHES;
      long hits = (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS;
      if (hits != 0) {
        at = i + (Long.numberOfTrailingZeros(hits) >> 3);
        return;
      }
    }
    while (i < end && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    at = i;
  }

  /// Passes over an object or array.
  boolean passNested() {
    int depth = 0;
    while (at < end) {
      switch (bytes[at++]) {
        case '"' -> {
          if (!passString()) {
            return false;
          }
        }
        case '{', '[' -> depth++;
        case '}', ']' -> {
          depth--;
          if (depth <= 0) {
            return depth == 0;
          }
        }
        default -> {
          if (depth == 0) {
            return false;
          }
        }
      }
    }
    return false;
  }
}
