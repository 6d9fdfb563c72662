package dev.gatewayctl.policy.expression;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a text or bytes literal means.
///
/// @param value a `String` or `byte[]`
/// @param offsets for each character of a text the offset of its source in the expression, and one
///   more for the end; empty for bytes
/// @param problem what is wrong with it, at `problemStart` to `problemEnd`, or null
record StringLiteral(
    Object value, int[] offsets, @Nullable String problem, int problemStart, int problemEnd) {

  /// Reads a token of kind `STRING`.
  static StringLiteral read(Token token) {
    return new Reader(token).read();
  }

  private static final class Reader {
    private final String text;
    private final int base;
    private final boolean raw;
    private final boolean bytes;
    private final int from;
    private final int to;
    private final StringBuilder value = new StringBuilder();
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private int[] offsets = new int[16];
    private @Nullable String problem;
    private int problemStart;
    private int problemEnd;

    Reader(Token token) {
      this.text = token.text();
      this.base = token.start();
      int quote = 0;
      while (text.charAt(quote) != '"' && text.charAt(quote) != '\'') {
        quote++;
      }
      String prefix = text.substring(0, quote).toLowerCase(Locale.ROOT);
      this.raw = prefix.contains("r");
      this.bytes = prefix.contains("b");
      String triple = String.valueOf(text.charAt(quote)).repeat(3);
      int width = text.startsWith(triple, quote) && text.length() >= quote + 6 ? 3 : 1;
      this.from = quote + width;
      this.to = text.length() - width;
    }

    StringLiteral read() {
      int at = from;
      while (at < to) {
        char c = text.charAt(at);
        if (c == '\\' && !raw) {
          at = escape(at);
        } else {
          int width = Character.charCount(text.codePointAt(at));
          put(text.codePointAt(at), at);
          at += Math.min(width, to - at);
        }
      }
      Object result = bytes ? octets.toByteArray() : value.toString();
      int[] places = bytes ? new int[0] : Arrays.copyOf(offsets, value.length() + 1);
      if (!bytes) {
        places[value.length()] = base + to;
      }
      return new StringLiteral(result, places, problem, problemStart, problemEnd);
    }

    private void put(int codePoint, int at) {
      if (bytes) {
        octets.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
        return;
      }
      int start = value.length();
      value.appendCodePoint(codePoint);
      if (value.length() > offsets.length) {
        offsets = Arrays.copyOf(offsets, offsets.length * 2);
      }
      Arrays.fill(offsets, start, value.length(), base + at);
    }

    /// Reads the escape at `at` and gives the offset after it.
    private int escape(int at) {
      char kind = at + 1 < to ? text.charAt(at + 1) : '\0';
      int simple = "abfnrtv\\?\"'`".indexOf(kind);
      if (simple >= 0) {
        put("\u0007\b\f\n\r\t\u000b\\?\"'`".charAt(simple), at);
        return at + 2;
      }
      return switch (kind) {
        case 'x', 'X' -> number(at, at + 2, 2, 16);
        case 'u' -> number(at, at + 2, 4, 16);
        case 'U' -> number(at, at + 2, 8, 16);
        case '0', '1', '2', '3' -> number(at, at + 1, 3, 8);
        case char other -> wrong(at, Math.min(at + 2, to), "no such escape");
      };
    }

    private int number(int at, int digits, int count, int radix) {
      int stop = digits + count;
      if (stop > to) {
        return wrong(at, to, "the escape is cut short");
      }
      int code = 0;
      for (int i = digits; i < stop; i++) {
        int digit = Character.digit(text.charAt(i), radix);
        if (digit < 0 || code > 0x0fff_ffff >> 4) {
          return wrong(at, stop, "no such character");
        }
        code = code * radix + digit;
      }
      boolean octet = count == 2 || count == 3;
      if (bytes && octet) {
        octets.write(code);
      } else if (bytes || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        return wrong(at, stop, "no such character");
      } else {
        put(code, at);
      }
      return stop;
    }

    private int wrong(int start, int end, String why) {
      if (problem == null) {
        problem = why;
        problemStart = base + start;
        problemEnd = base + end;
      }
      return end;
    }
  }
}
