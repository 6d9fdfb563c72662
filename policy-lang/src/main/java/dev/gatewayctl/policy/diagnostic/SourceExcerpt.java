package dev.gatewayctl.policy.diagnostic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The lines of one file that a diagnostic speaks of, each with its marks below. A mark that goes
/// over several lines is drawn on its first. A long line is cut around its marks.
final class SourceExcerpt {
  /// Cells of source shown of a line.
  private static final int MOST_CELLS = 110;

  /// Cells kept before the first mark of a line that is cut.
  private static final int CELLS_BEFORE_MARK = 40;

  /// A place to underline: with `^` the diagnostic's own, with `-` another.
  record Mark(Span span, String text, boolean own) {
    int line() {
      return span.file().line(span.start());
    }
  }

  private final SourceFile file;
  private final TreeMap<Integer, List<Mark>> byLine = new TreeMap<>();

  SourceExcerpt(SourceFile file, List<Mark> marks) {
    this.file = file;
    for (Mark mark : marks) {
      byLine.computeIfAbsent(mark.line(), line -> new ArrayList<>()).add(mark);
    }
  }

  int lastLine() {
    return byLine.lastKey();
  }

  /// Appends the lines; a gap of one line is filled, a larger one is `...`.
  void draw(StringBuilder out, int gutter, Paint paint) {
    bar(out, gutter, "", paint);
    int previous = -1;
    for (int line : shownLines()) {
      if (previous > 0 && line > previous + 1) {
        out.append(paint.frame("...")).append('\n');
      }
      List<Mark> marks = byLine.getOrDefault(line, List.of());
      drawLine(out, line, marks, gutter, paint);
      previous = line;
    }
  }

  private SortedSet<Integer> shownLines() {
    var lines = new TreeSet<>(byLine.keySet());
    for (int line : byLine.keySet()) {
      if (byLine.containsKey(line + 2)) {
        lines.add(line + 1);
      }
    }
    return lines;
  }

  private void drawLine(StringBuilder out, int line, List<Mark> marks, int gutter, Paint paint) {
    String text = file.shownLine(line);
    int lineStart = file.lineStart(line);
    List<Mark> sorted = new ArrayList<>(marks);
    sorted.sort(Comparator.comparing((Mark m) -> !m.own()).thenComparingInt(m -> m.span().start()));
    int focus = sorted.isEmpty() ? 0 : Math.max(0, sorted.getFirst().span().start() - lineStart);
    Window window = Window.around(text, focus);
    String number = paint.frame(("%" + gutter + "d |").formatted(line));
    out.append((number + " " + window.shown()).stripTrailing()).append('\n');
    for (Mark mark : sorted) {
      int start = mark.span().start() - lineStart;
      int end = Math.min(mark.span().end() - lineStart, text.length());
      int from = window.cell(Math.max(0, start));
      int to = window.cell(Math.max(0, end));
      String underline = (mark.own() ? "^" : "-").repeat(Math.max(1, to - from));
      String drawn = mark.own() ? paint.own(underline) : paint.frame(underline);
      String remark = mark.text().isEmpty() ? "" : " " + VisibleText.line(mark.text());
      String drawnRemark = mark.own() ? paint.own(remark) : paint.frame(remark);
      bar(out, gutter, " ".repeat(from + 1) + drawn + drawnRemark, paint);
    }
  }

  private static void bar(StringBuilder out, int gutter, String rest, Paint paint) {
    out.repeat(' ', gutter + 1).append(paint.frame("|")).append(rest).append('\n');
  }

  /// The part of a line that is shown.
  ///
  /// @param from the first UTF-16 unit
  /// @param to behind the last
  private record Window(VisibleText text, int from, int to, boolean cutLeft, boolean cutRight) {
    static Window around(String line, int focus) {
      int from = 0;
      if (line.length() > MOST_CELLS && focus > MOST_CELLS - CELLS_BEFORE_MARK) {
        from = Math.min(focus, line.length()) - CELLS_BEFORE_MARK;
        from = inside(line, from);
      }
      int to = line.length() - from > MOST_CELLS ? inside(line, from + MOST_CELLS) : line.length();
      VisibleText text = VisibleText.of(line.substring(from, to));
      return new Window(text, from, to, from > 0, to < line.length());
    }

    private static int inside(String line, int at) {
      return Character.isLowSurrogate(line.charAt(at)) ? at - 1 : at;
    }

    String shown() {
      return (cutLeft ? "…" : "") + text.shown() + (cutRight ? "…" : "");
    }

    int cell(int offset) {
      int inside = Math.clamp(offset, from, to) - from;
      return text.column(inside) + (cutLeft ? 1 : 0);
    }
  }
}
