package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.List;

/// Ranges of code points as sequences of ranges of bytes.
///
/// A range is split until its first and last code point are encodings of one length that differ
/// only in a suffix which runs over all continuation bytes (K. Thompson's construction, as in RE2
/// and in Rust's `utf8-ranges`). Surrogates have no encoding and are left out.
final class Utf8 {
  private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

  private Utf8() {}

  /// The number of bytes of a code point.
  static int length(int codePoint) {
    return codePoint <= 0x7F ? 1 : codePoint <= 0x7FF ? 2 : codePoint <= 0xFFFF ? 3 : 4;
  }

  /// Each sequence is low and high of the first byte, then of the second, and so on.
  static List<int[]> sequences(CharSet set) {
    List<int[]> sequences = new ArrayList<>();
    for (int[] range : set.pairs()) {
      if (range[0] < 0xD800 && range[1] >= 0xD800) {
        split(range[0], 0xD7FF, sequences);
      }
      if (range[1] < 0xD800) {
        split(range[0], range[1], sequences);
      } else if (range[1] > 0xDFFF) {
        split(Math.max(range[0], 0xE000), range[1], sequences);
      }
    }
    return sequences;
  }

  private static void split(int low, int high, List<int[]> sequences) {
    for (int last : LAST_OF_LENGTH) {
      if (low <= last && high > last) {
        split(low, last, sequences);
        split(last + 1, high, sequences);
        return;
      }
    }
    int length = length(low);
    for (int i = 1; i < length; i++) {
      int mask = (1 << (6 * i)) - 1;
      if ((low & ~mask) != (high & ~mask)) {
        if ((low & mask) != 0) {
          split(low, low | mask, sequences);
          split((low | mask) + 1, high, sequences);
          return;
        }
        if ((high & mask) != mask) {
          split(low, (high & ~mask) - 1, sequences);
          split(high & ~mask, high, sequences);
          return;
        }
      }
    }
    int[] sequence = new int[2 * length];
    for (int i = 0; i < length; i++) {
      sequence[2 * i] = byteAt(low, length, i);
      sequence[2 * i + 1] = byteAt(high, length, i);
    }
    sequences.add(sequence);
  }

  /// The byte at an index of the encoding of a code point in so many bytes.
  static int byteAt(int codePoint, int length, int index) {
    int shift = 6 * (length - 1 - index);
    if (index > 0) {
      return 0x80 | ((codePoint >> shift) & 0x3F);
    }
    return switch (length) {
      case 1 -> codePoint;
      case 2 -> 0xC0 | (codePoint >> shift);
      case 3 -> 0xE0 | (codePoint >> shift);
      case 4 -> 0xF0 | (codePoint >> shift);
      default -> throw new IllegalArgumentException("no encoding has " + length + " bytes");
    };
  }
}
