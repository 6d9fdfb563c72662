package dev.gatewayctl.runtime.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The text of a string literal as UTF-8, with a map back to the bytes that spell it.
///
/// The text is `bytes()` from `from()` up to `to()`; offsets into the text count from 0. A literal
/// without escapes is its own text and nothing is copied.
public final class JsonText {
  /// Integers per escape in the map: offset in the text, offset in the literal, the two lengths.
  private static final int STRIDE = 3;

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final int rawFrom;
  private final int @Nullable [] escapes;

  private JsonText(byte[] bytes, int from, int to, int rawFrom, int @Nullable [] escapes) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.rawFrom = rawFrom;
    this.escapes = escapes;
  }

  /// Bytes that are text as they stand, without any escapes.
  public static JsonText plain(byte[] bytes, int from, int to) {
    return new JsonText(bytes, from, to, from, null);
  }

  /// Decodes the inside of a literal that [JsonDocument] accepted; quotes not included.
  static JsonText of(byte[] raw, int from, int to) {
    int first = from;
    while (first < to && raw[first] != '\\') {
      first++;
    }
    return first == to ? plain(raw, from, to) : decode(raw, from, to, first);
  }

  private static JsonText decode(byte[] raw, int from, int to, int firstEscape) {
    byte[] text = new byte[to - from];
    int[] escapes = new int[STRIDE * 8];
    int used = 0;
    System.arraycopy(raw, from, text, 0, firstEscape - from);
    int out = firstEscape - from;
    int at = firstEscape;
    while (at < to) {
      if (raw[at] != '\\') {
        text[out++] = raw[at++];
        continue;
      }
      if (used == escapes.length) {
        escapes = Arrays.copyOf(escapes, used * 2);
      }
      int length = escapeLength(raw, at, to);
      int after = Utf8.write(escaped(raw, at, length), text, out);
      escapes[used] = out;
      escapes[used + 1] = at;
      escapes[used + 2] = (after - out) << 8 | length;
      used += STRIDE;
      out = after;
      at += length;
    }
    return new JsonText(Arrays.copyOf(text, out), 0, out, from, Arrays.copyOf(escapes, used));
  }

  private static int escapeLength(byte[] raw, int at, int to) {
    if (raw[at + 1] != 'u') {
      return 2;
    }
    boolean pair =
        at + 12 <= to
            && Character.isHighSurrogate((char) Utf8.hexUnit(raw, at + 2))
            && raw[at + 6] == '\\'
            && raw[at + 7] == 'u'
            && Character.isLowSurrogate((char) Utf8.hexUnit(raw, at + 8));
    return pair ? 12 : 6;
  }

  private static int escaped(byte[] raw, int at, int length) {
    if (length == 12) {
      return Character.toCodePoint(
          (char) Utf8.hexUnit(raw, at + 2), (char) Utf8.hexUnit(raw, at + 8));
    }
    if (length == 6) {
      int unit = Utf8.hexUnit(raw, at + 2);
      return Character.isSurrogate((char) unit) ? 0xfffd : unit;
    }
    return switch (raw[at + 1]) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> raw[at + 1];
    };
  }

  /// The array that holds the text; not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  /// Where the text begins in [#bytes].
  public int from() {
    return from;
  }

  /// Where the text ends in [#bytes].
  public int to() {
    return to;
  }

  /// The number of bytes of the text.
  public int length() {
    return to - from;
  }

  /// The text as a string.
  public String string() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /// The offset in the received bytes at which the character begins that holds the byte `offset` of
  /// the text.
  public int rawStart(int offset) {
    int start = offset;
    while (start > 0 && start < length() && isContinuation(start)) {
      start--;
    }
    int escape = escapeBefore(start);
    if (escape < 0 || escapes == null) {
      return rawFrom + start;
    }
    int past = start - escapes[escape] - (escapes[escape + 2] >> 8);
    return past < 0
        ? escapes[escape + 1]
        : escapes[escape + 1] + (escapes[escape + 2] & 0xff) + past;
  }

  /// The offset in the received bytes after the character that holds the byte before `offset` of
  /// the text.
  public int rawEnd(int offset) {
    int stop = offset;
    while (stop < length() && isContinuation(stop)) {
      stop++;
    }
    int escape = escapeBefore(stop - 1);
    if (escape < 0 || escapes == null) {
      return rawFrom + stop;
    }
    int past = stop - escapes[escape] - (escapes[escape + 2] >> 8);
    return escapes[escape + 1] + (escapes[escape + 2] & 0xff) + Math.max(0, past);
  }

  private boolean isContinuation(int offset) {
    return (bytes[from + offset] & 0xc0) == 0x80;
  }

  /// The place in the map of the last escape that begins at or before `offset`, or -1.
  private int escapeBefore(int offset) {
    if (escapes == null) {
      return -1;
    }
    int low = 0;
    int high = escapes.length / STRIDE - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (escapes[middle * STRIDE] <= offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high * STRIDE;
  }

  /// The size only: texts are callers' content.
  @Override
  public String toString() {
    return "JsonText(" + length() + " bytes)";
  }
}
