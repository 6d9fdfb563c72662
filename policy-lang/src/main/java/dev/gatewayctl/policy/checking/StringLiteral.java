package dev.gatewayctl.policy.checking;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a text or bytes literal means.
final class StringLiteral {
  private final Object value;
  private final int[] offsets;
  private final @Nullable Problem problem;

  private StringLiteral(Object value, int[] offsets, @Nullable Problem problem) {
    this.value = value;
    this.offsets = offsets;
    this.problem = problem;
  }

  /// What is wrong with a literal, and where in the expression.
  record Problem(String why, int start, int end) {}

  /// A `String` or `byte[]`.
  Object value() {
    return value;
  }

  /// The offset in the expression where a character of a text is written; of the text's length the
  /// offset of the closing quote.
  int offset(int character) {
    return offsets[character];
  }

  @Nullable Problem problem() {
    return problem;
  }

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
    private @Nullable Problem problem;

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
      return new StringLiteral(result, places, problem);
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
        default -> wrong(at, Math.min(at + 2, to), "no such escape");
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
        problem = new Problem(why, base + start, base + end);
      }
      return end;
    }
  }
}
