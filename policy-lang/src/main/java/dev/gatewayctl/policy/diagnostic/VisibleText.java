package dev.gatewayctl.policy.diagnostic;

/// A stretch of source in a form that is safe on a terminal and lines up: what cannot be seen, or
/// would change how the rest is seen, is written out; every character knows its column.
final class VisibleText {
  private static final int TAB_WIDTH = 4;

  /// Stands for a credential and is shown as `***`; Unicode gives it to no character.
  static final char CREDENTIAL = '\ufdd0';

  /// Stands for the rest of a credential and is shown as nothing.
  static final char NOTHING = '\ufdd1';

  private final String shown;

  /// The column of each UTF-16 unit of the original, and of its end; in terminal cells.
  private final int[] columns;

  private VisibleText(String shown, int[] columns) {
    this.shown = shown;
    this.columns = columns;
  }

  static VisibleText of(String text) {
    var shown = new StringBuilder();
    int[] columns = new int[text.length() + 1];
    int column = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      for (int j = 0; j < width; j++) {
        columns[i + j] = column;
      }
      if (c == '\t') {
        int fill = TAB_WIDTH - column % TAB_WIDTH;
        shown.append('→').repeat(' ', fill - 1);
        column += fill;
      } else {
        int before = shown.length();
        appendVisible(shown, c);
        column += shown.length() - before == width ? cells(c) : shown.length() - before;
      }
      i += width;
    }
    columns[text.length()] = column;
    return new VisibleText(shown.toString(), columns);
  }

  /// The same for text that needs no columns, such as a message.
  static String line(String text) {
    return of(text).shown;
  }

  String shown() {
    return shown;
  }

  int column(int offset) {
    return columns[Math.min(offset, columns.length - 1)];
  }

  private static void appendVisible(StringBuilder out, int c) {
    if (c < 0x20) {
      out.append((char) (0x2400 + c));
    } else if (c == 0x7f) {
      out.append('\u2421');
    } else if (c == CREDENTIAL) {
      out.append("***");
    } else if (c == NOTHING) {
      return;
    } else if (hidden(c)) {
      out.append("\\u{%x}".formatted(c));
    } else {
      out.appendCodePoint(c);
    }
  }

  /// Zero-width and bidirectional marks, other spaces than the plain one, lone surrogates.
  private static boolean hidden(int c) {
    return switch ((byte) Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.SPACE_SEPARATOR -> c != ' ';
      default -> false;
    };
  }

  /// Terminal cells: none for a combining mark, two for the wide scripts and emoji.
  private static int cells(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115f)
            || (c >= 0x2e80 && c <= 0xa4cf)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0xfe30 && c <= 0xfe6f)
            || (c >= 0xff00 && c <= 0xff60)
            || (c >= 0x1f300 && c <= 0x1faff)
            || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
