package dev.gatewayctl.runtime.json;

/// The two encodings that occur in JSON: UTF-8 and the hexadecimal digits of an escape.
final class Utf8 {
  private Utf8() {}

  /// The number of bytes of the character that begins at `at`, or 0 when there is none: a stray or
  /// missing continuation, an overlong form, a surrogate, or beyond U+10FFFF (Unicode 16, table
  /// 3-7).
  static int length(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (at + length > end) {
      return 0;
    }
    int second = bytes[at + 1] & 0xff;
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /// The value of four hexadecimal digits, or -1.
  static int hexUnit(byte[] bytes, int at) {
    int unit = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  /// Writes a code point and gives the offset after it.
  static int write(int codePoint, byte[] out, int at) {
    int i = at;
    if (codePoint < 0x80) {
      out[i++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      out[i++] = (byte) (0xc0 | (codePoint >> 6));
      out[i++] = (byte) (0x80 | (codePoint & 0x3f));
    } else if (codePoint < 0x10000) {
      out[i++] = (byte) (0xe0 | (codePoint >> 12));
      out[i++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
      out[i++] = (byte) (0x80 | (codePoint & 0x3f));
    } else {
      out[i++] = (byte) (0xf0 | (codePoint >> 18));
      out[i++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
      out[i++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
      out[i++] = (byte) (0x80 | (codePoint & 0x3f));
    }
    return i;
  }
}
