package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.syntax.ScalarText.Style;
import java.util.Arrays;

/// Decodes one scalar from its source range and remembers the source of every character. The range
/// comes from the YAML parser, which has accepted the scalar: nothing is checked here again.
///
/// The rules are those of YAML 1.2.2, chapters 7.3 (flow scalars: plain, single, double) and 8.1
/// (block scalars: literal, folded). A line break in a flow scalar, with the blanks around it, is
/// one space; each further break is a line end. In a folded block the same holds between two lines
/// that are neither empty nor indented more.
final class ScalarDecoder {
  private final SourceFile file;
  private final String source;
  private final StringBuilder value = new StringBuilder();
  private int[] starts = new int[64];
  private int[] ends = new int[64];

  private ScalarDecoder(SourceFile file, String source) {
    this.file = file;
    this.source = source;
  }

  /// The style is known by the first character.
  static Style style(String source, int start, int end) {
    if (start == end) {
      return Style.PLAIN;
    }
    return switch (source.charAt(start)) {
      case '\'' -> Style.SINGLE;
      case '"' -> Style.DOUBLE;
      case '|' -> Style.LITERAL;
      case '>' -> Style.FOLDED;
      default -> Style.PLAIN;
    };
  }

  /// A plain or quoted scalar at `[start, end)` of `source`, its quotes included. `source` is the
  /// text that was parsed: that of the file but for what was repaired, offset by offset.
  static ScalarText flow(SourceFile file, String source, int start, int end) {
    var decoder = new ScalarDecoder(file, source);
    Style style = style(source, start, end);
    int from = style == Style.PLAIN ? start : start + 1;
    int to = style == Style.PLAIN ? end : end - 1;
    decoder.line(style, from, to);
    return decoder.finish(style, start, end, to);
  }

  /// A literal or folded scalar whose header is at `start`. `limit` is where the next token begins;
  /// the span ends after the last line that belongs to it.
  ///
  /// @param indent columns of indentation to take away; negative: those of the first line
  static ScalarText block(SourceFile file, String source, int start, int limit, int indent) {
    var decoder = new ScalarDecoder(file, source);
    Style style = style(source, start, limit);
    int body = decoder.nextLine(start, limit);
    var block = new BlockLines(source, body, limit, indent);
    int end = decoder.blockLines(style, block, decoder.chomping(start, body));
    if (end <= start) {
      end = decoder.headerEnd(start, body);
    }
    return decoder.finish(style, start, end, end);
  }

  private void line(Style style, int from, int to) {
    int at = from;
    while (at < to) {
      char c = source.charAt(at);
      if (c == ' ' || c == '\t' || isBreak(c)) {
        at = blanks(at, to);
      } else if (c == '\'' && style == Style.SINGLE) {
        emit('\'', at, at + 2);
        at += 2;
      } else if (c == '\\' && style == Style.DOUBLE) {
        at = escape(at, to);
      } else {
        emit(c, at, at + 1);
        at++;
      }
    }
  }

  /// Blanks within a line stay; with a line break in them they fold.
  private int blanks(int from, int to) {
    int at = from;
    int breaks = 0;
    while (at < to && (isBlank(source.charAt(at)) || isBreak(source.charAt(at)))) {
      if (isBreak(source.charAt(at))) {
        breaks++;
        at = breakEnd(at);
      } else {
        at++;
      }
    }
    if (breaks == 0) {
      for (int i = from; i < at; i++) {
        emit(source.charAt(i), i, i + 1);
      }
    } else if (breaks == 1) {
      emit(' ', from, at);
    } else {
      for (int i = 1; i < breaks; i++) {
        emit('\n', from, at);
      }
    }
    return at;
  }

  private int escape(int at, int to) {
    char kind = source.charAt(at + 1);
    int digits =
        switch (kind) {
          case 'x' -> 2;
          case 'u' -> 4;
          case 'U' -> 8;
          default -> 0;
        };
    if (digits > 0) {
      int end = at + 2 + digits;
      for (char c : Character.toChars(Integer.parseInt(source, at + 2, end, 16))) {
        emit(c, at, end);
      }
      return end;
    }
    if (isBreak(kind)) {
      return joinedLine(at + 1, to);
    }
    emit(escaped(kind), at, at + 2);
    return at + 2;
  }

  /// After `\` at a line end the lines join without a space; empty lines in between still count.
  private int joinedLine(int from, int to) {
    int at = from;
    int breaks = 0;
    while (at < to && (isBlank(source.charAt(at)) || isBreak(source.charAt(at)))) {
      if (isBreak(source.charAt(at))) {
        breaks++;
        at = breakEnd(at);
      } else {
        at++;
      }
    }
    for (int i = 1; i < breaks; i++) {
      emit('\n', from, at);
    }
    return at;
  }

  private static char escaped(char kind) {
    return switch (kind) {
      case '0' -> '\0';
      case 'a' -> '\u0007';
      case 'b' -> '\b';
      case 't', '\t' -> '\t';
      case 'n' -> '\n';
      case 'v' -> '\u000b';
      case 'f' -> '\f';
      case 'r' -> '\r';
      case 'e' -> '\u001b';
      case 'N' -> '\u0085';
      case '_' -> '\u00a0';
      case 'L' -> '\u2028';
      case 'P' -> '\u2029';
      default -> kind;
    };
  }

  /// Emits the lines and gives the end of the last one that holds text.
  private int blockLines(Style style, BlockLines block, char chomping) {
    int end = -1;
    int breaks = 0;
    int breakFrom = -1;
    boolean first = true;
    boolean previousMore = false;
    while (block.next()) {
      if (block.empty()) {
        breaks++;
        breakFrom = breakFrom < 0 ? block.end() : breakFrom;
        continue;
      }
      boolean more = isBlank(source.charAt(block.textStart()));
      int from = first ? block.textStart() : end;
      boolean fold = style == Style.FOLDED && !first && !more && !previousMore;
      if (fold && breaks == 1) {
        emit(' ', from, block.textStart());
      }
      int lineEnds = fold ? breaks - 1 : breaks;
      for (int i = 0; i < lineEnds; i++) {
        emit('\n', from, block.textStart());
      }
      for (int i = block.textStart(); i < block.end(); i++) {
        emit(source.charAt(i), i, i + 1);
      }
      first = false;
      previousMore = more;
      breaks = block.hasBreak() ? 1 : 0;
      end = block.end();
    }
    int trailing = chomping == '+' ? breaks : chomping == '-' || first ? 0 : Math.min(1, breaks);
    int place = Math.max(end, 0);
    for (int i = 0; i < trailing; i++) {
      emit('\n', end < 0 ? block.start() : place, end < 0 ? block.start() : place);
    }
    return end;
  }

  private char chomping(int start, int body) {
    for (int i = start + 1; i < body; i++) {
      char c = source.charAt(i);
      if (c == '+' || c == '-') {
        return c;
      }
      if (!Character.isDigit(c)) {
        return ' ';
      }
    }
    return ' ';
  }

  private int headerEnd(int start, int body) {
    int at = start + 1;
    while (at < body && !isBlank(source.charAt(at)) && !isBreak(source.charAt(at))) {
      at++;
    }
    return at;
  }

  private int nextLine(int from, int limit) {
    int at = from;
    while (at < limit && !isBreak(source.charAt(at))) {
      at++;
    }
    return at < limit ? breakEnd(at) : limit;
  }

  private int breakEnd(int at) {
    return source.startsWith("\r\n", at) ? at + 2 : at + 1;
  }

  private void emit(char c, int start, int end) {
    int at = value.length();
    if (at + 1 >= starts.length) {
      starts = Arrays.copyOf(starts, starts.length * 2);
      ends = Arrays.copyOf(ends, ends.length * 2);
    }
    value.append(c);
    starts[at] = start;
    ends[at] = end;
  }

  private ScalarText finish(Style style, int start, int end, int contentEnd) {
    int length = value.length();
    int[] from = Arrays.copyOf(starts, length + 1);
    from[length] = contentEnd;
    Span span = new Span(file, start, end);
    return new ScalarText(value.toString(), style, span, from, Arrays.copyOf(ends, length));
  }

  static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }

  static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
