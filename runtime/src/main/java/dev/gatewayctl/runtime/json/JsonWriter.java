package dev.gatewayctl.runtime.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes one compact JSON document: no white space, members in the order given.
///
/// The caller keeps names, values and ends in order; the writer sets commas and escapes. Text is
/// written as UTF-8; only what RFC 8259 requires is escaped, and U+2028 and U+2029 for readers that
/// take lines apart at them. A surrogate without its partner is written as U+FFFD.
public final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] out;
  private int size;
  private boolean comma;

  public JsonWriter() {
    this(256);
  }

  /// @param room bytes that are likely to be written
  public JsonWriter(int room) {
    out = new byte[room];
  }

  public JsonWriter beginObject() {
    return begin('{');
  }

  public JsonWriter endObject() {
    return end('}');
  }

  public JsonWriter beginArray() {
    return begin('[');
  }

  public JsonWriter endArray() {
    return end(']');
  }

  /// The name of the next member.
  public JsonWriter name(String name) {
    separate();
    quoted(name);
    put(':');
    comma = false;
    return this;
  }

  public JsonWriter value(String text) {
    separate();
    quoted(text);
    comma = true;
    return this;
  }

  public JsonWriter value(long number) {
    separate();
    digits(number);
    comma = true;
    return this;
  }

  /// The digits of a number, from the last to the first.
  private void digits(long number) {
    if (number < 0) {
      for (char c : Long.toString(number).toCharArray()) {
        put(c);
      }
      return;
    }
    int count = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      count++;
    }
    reserve(count);
    long rest = number;
    for (int at = size + count - 1; at >= size; at--) {
      out[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += count;
  }

  /// A number.
  ///
  /// @throws IllegalArgumentException when it is not finite
  public JsonWriter value(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("a number that is not finite has no spelling in JSON");
    }
    long whole = (long) number;
    return whole == number && Math.abs(whole) < 1L << 53
        ? word(Long.toString(whole))
        : word(Double.toString(number));
  }

  public JsonWriter value(boolean truth) {
    return word(truth ? "true" : "false");
  }

  public JsonWriter nullValue() {
    return word("null");
  }

  /// An amount of nano-dollars as a string of dollars with nine decimals: `"0.000123400"`.
  public JsonWriter dollars(long nanos) {
    return value(dollarsText(nanos));
  }

  /// An amount of nano-dollars in dollars with nine decimals.
  public static String dollarsText(long nanos) {
    return BigDecimal.valueOf(nanos, 9).toPlainString();
  }

  /// A value that is JSON already.
  public JsonWriter raw(byte[] json, int from, int to) {
    separate();
    put(json, from, to);
    comma = true;
    return this;
  }

  /// The document so far.
  public byte[] toBytes() {
    return Arrays.copyOf(out, size);
  }

  /// The document so far and a line end.
  public byte[] toLine() {
    byte[] line = Arrays.copyOf(out, size + 1);
    line[size] = '\n';
    return line;
  }

  /// The document so far as text.
  public String text() {
    return new String(out, 0, size, StandardCharsets.UTF_8);
  }

  /// The inside of the literal that spells a text, without the quotes.
  public static byte[] escape(String text) {
    JsonWriter writer = new JsonWriter();
    writer.characters(text);
    return writer.toBytes();
  }

  /// The inside of the literal that spells a text given as UTF-8, without the quotes.
  public static byte[] escape(byte[] utf8, int from, int to) {
    for (int i = from; i < to; i++) {
      if (utf8[i] < 0x20 || utf8[i] == '"' || utf8[i] == '\\') {
        return escape(new String(utf8, from, to - from, StandardCharsets.UTF_8));
      }
    }
    return Arrays.copyOfRange(utf8, from, to);
  }

  private JsonWriter begin(char bracket) {
    separate();
    put(bracket);
    comma = false;
    return this;
  }

  private JsonWriter end(char bracket) {
    put(bracket);
    comma = true;
    return this;
  }

  private JsonWriter word(String spelled) {
    separate();
    for (int i = 0; i < spelled.length(); i++) {
      put(spelled.charAt(i));
    }
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      put(',');
    }
  }

  private void quoted(String text) {
    put('"');
    characters(text);
    put('"');
  }

  private void characters(String text) {
    int length = text.length();
    reserve(length);
    int at = 0;
    while (at < length) {
      char c = text.charAt(at);
      if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') {
        break;
      }
      out[size++] = (byte) c;
      at++;
    }
    if (at < length) {
      characters(text, at);
    }
  }

  private void characters(String text, int from) {
    int at = from;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      switch (point) {
        case '"', '\\' -> escaped(point);
        case '\n' -> escaped('n');
        case '\r' -> escaped('r');
        case '\t' -> escaped('t');
        case 0x2028, 0x2029 -> unit(point);
        default -> {
          if (point < 0x20) {
            unit(point);
          } else {
            boolean lone = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            reserve(4);
            size = Utf8.write(lone ? 0xfffd : point, out, size);
          }
        }
      }
    }
  }

  private void escaped(int character) {
    put('\\');
    put((char) character);
  }

  private void unit(int unit) {
    escaped('u');
    for (int shift = 12; shift >= 0; shift -= 4) {
      put((char) HEX[unit >> shift & 0xf]);
    }
  }

  private void put(char ascii) {
    reserve(1);
    out[size++] = (byte) ascii;
  }

  private void put(byte[] bytes, int from, int to) {
    reserve(to - from);
    System.arraycopy(bytes, from, out, size, to - from);
    size += to - from;
  }

  private void reserve(int more) {
    if (size + more > out.length) {
      out = Arrays.copyOf(out, Math.max(size + more, out.length * 2));
    }
  }
}
