package dev.gatewayctl.runtime.inspect;

import java.util.Arrays;

/// The stretch of a text that is at hand. Offsets from the begin of the text are `long` and called
/// positions, places in `bytes` are `int` and called indexes.
final class Held {
  private static final int FIRST_ROOM = 256;

  byte[] bytes;

  /// The first byte that may be read.
  int from;

  int to;

  /// The position of index 0; negative when the text begins later in the array.
  private long base;

  private Held(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.base = -from;
  }

  static Held whole(byte[] bytes, int from, int to) {
    return new Held(bytes, from, to);
  }

  static Held empty() {
    return new Held(new byte[FIRST_ROOM], 0, 0);
  }

  int index(long position) {
    return (int) (position - base);
  }

  long position(int index) {
    return base + index;
  }

  /// The position after the last byte.
  long end() {
    return base + to;
  }

  void append(byte[] more, int begin, int end) {
    int count = end - begin;
    if (to + count > bytes.length) {
      int length = to - from;
      byte[] target =
          length + count > bytes.length / 2
              ? new byte[Math.max(2 * bytes.length, 2 * (length + count))]
              : bytes;
      System.arraycopy(bytes, from, target, 0, length);
      bytes = target;
      base += from;
      from = 0;
      to = length;
    }
    System.arraycopy(more, begin, bytes, to, count);
    to += count;
  }

  /// Text before a position is not needed any more.
  void forget(long before) {
    from = Math.max(from, Math.min(to, index(before)));
  }

  byte[] copy(long start, long end) {
    return Arrays.copyOfRange(bytes, index(start), index(end));
  }
}
