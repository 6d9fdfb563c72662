package dev.gatewayctl.cli.console;

import java.util.ArrayList;
import java.util.List;

/// The difference of two texts in the unified form, by the longest common subsequence of lines.
public final class LineDiff {
  private static final int CONTEXT = 3;

  /// Beyond so many line pairs the whole text is shown as replaced.
  private static final long MOST_PAIRS = 25_000_000;

  private record Line(char mark, String text, int oldLine, int newLine) {}

  private LineDiff() {}

  /// Empty when the texts are equal.
  public static String render(String name, String before, String after) {
    if (before.equals(after)) {
      return "";
    }
    List<Line> lines = lines(linesOf(before), linesOf(after));
    StringBuilder text = new StringBuilder("--- " + name + "\n+++ " + name + " (formatted)\n");
    int at = 0;
    while (at < lines.size()) {
      while (at < lines.size() && lines.get(at).mark() == ' ') {
        at++;
      }
      if (at < lines.size()) {
        at = hunk(lines, at, text);
      }
    }
    return text.toString();
  }

  /// The lines without their ends; one that has none says so, as `diff` does.
  private static String[] linesOf(String text) {
    if (text.isEmpty()) {
      return new String[0];
    }
    return text.endsWith("\n")
        ? text.substring(0, text.length() - 1).split("\n", -1)
        : (text + "\n\\ No newline at end of file").split("\n(?!\\\\ No newline)", -1);
  }

  private static int hunk(List<Line> lines, int firstChange, StringBuilder text) {
    int from = Math.max(0, firstChange - CONTEXT);
    int lastChange = firstChange;
    int at = firstChange;
    while (at < lines.size() && at - lastChange <= 2 * CONTEXT) {
      if (lines.get(at).mark() != ' ') {
        lastChange = at;
      }
      at++;
    }
    int to = Math.min(lines.size(), lastChange + CONTEXT + 1);
    List<Line> shown = lines.subList(from, to);
    long old = shown.stream().filter(line -> line.mark() != '+').count();
    long now = shown.stream().filter(line -> line.mark() != '-').count();
    Line first = shown.getFirst();
    text.append("@@ -%d,%d +%d,%d @@\n".formatted(first.oldLine(), old, first.newLine(), now));
    shown.forEach(line -> text.append(line.mark()).append(line.text()).append('\n'));
    return to;
  }

  private static List<Line> lines(String[] before, String[] after) {
    int[][] common = common(before, after);
    List<Line> lines = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.length || j < after.length) {
      if (i < before.length && j < after.length && before[i].equals(after[j])) {
        lines.add(new Line(' ', before[i], i + 1, j + 1));
        i++;
        j++;
      } else if (j >= after.length
          || (i < before.length && (common.length == 0 || common[i + 1][j] >= common[i][j + 1]))) {
        lines.add(new Line('-', before[i], i + 1, j + 1));
        i++;
      } else {
        lines.add(new Line('+', after[j], i + 1, j + 1));
        j++;
      }
    }
    return lines;
  }

  /// Lengths of the longest common subsequences of the rests; empty when that is too much work.
  private static int[][] common(String[] before, String[] after) {
    if ((long) before.length * after.length > MOST_PAIRS) {
      return new int[0][];
    }
    int[][] common = new int[before.length + 1][after.length + 1];
    for (int i = before.length - 1; i >= 0; i--) {
      for (int j = after.length - 1; j >= 0; j--) {
        common[i][j] =
            before[i].equals(after[j])
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
