package dev.gatewayctl.cli.console;

import java.util.ArrayList;
import java.util.List;

/// Rows under a heading, in columns as wide as they need to be.
public final class TextTable {
  private final List<String> heading;
  private final List<Boolean> right;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(List<String> heading, List<Boolean> right) {
    this.heading = heading;
    this.right = right;
  }

  /// A table with these columns; a name that begins with `>` is set to the right without it.
  public static TextTable of(String... columns) {
    List<String> heading = new ArrayList<>();
    List<Boolean> right = new ArrayList<>();
    for (String column : columns) {
      right.add(column.startsWith(">"));
      heading.add(column.startsWith(">") ? column.substring(1) : column);
    }
    return new TextTable(heading, right);
  }

  /// Adds a row of as many cells as there are columns.
  public TextTable row(List<String> cells) {
    if (cells.size() != heading.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells for " + heading.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  public TextTable row(String... cells) {
    return row(List.of(cells));
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /// The table as lines, each ended.
  public String render() {
    int[] widths = new int[heading.size()];
    measure(heading, widths);
    rows.forEach(row -> measure(row, widths));
    StringBuilder text = new StringBuilder();
    append(text, heading, widths);
    rows.forEach(row -> append(text, row, widths));
    return text.toString();
  }

  /// The table in GitHub's Markdown.
  public String markdown() {
    StringBuilder text = new StringBuilder();
    markdownRow(text, heading);
    text.append('|');
    right.forEach(each -> text.append(each ? " ---: |" : " --- |"));
    text.append('\n');
    rows.forEach(row -> markdownRow(text, row));
    return text.toString();
  }

  private static void markdownRow(StringBuilder text, List<String> cells) {
    text.append('|');
    cells.forEach(
        cell -> text.append(' ').append(cell.replace("|", "\\|").replace('\n', ' ')).append(" |"));
    text.append('\n');
  }

  private static void measure(List<String> cells, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], length(cells.get(i)));
    }
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private void append(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String gap = " ".repeat(widths[i] - length(cells.get(i)));
      line.append(i == 0 ? "" : "  ");
      line.append(right.get(i) ? gap + cells.get(i) : cells.get(i) + gap);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
