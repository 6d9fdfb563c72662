package dev.gatewayctl.policy.syntax;

import static dev.gatewayctl.policy.syntax.ScalarDecoder.isBlank;
import static dev.gatewayctl.policy.syntax.ScalarDecoder.isBreak;

import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Looks for the traps of YAML on the raw lines of a file that the parser has refused, or in which
/// it met tags, anchors or aliases. Each value that cannot be what its author meant is reported
/// with the way to write it, and filled with `x` so that the parser can go on behind it.
///
/// The scan knows just enough of YAML to find values: keys and dashes by their columns, block
/// scalars, quotes and flow collections by their ends, plain text that goes on over several lines.
/// Because it runs only on files that are wrong already, a mistaken guess costs a less helpful
/// message, never a valid policy.
final class TrapScan {
  private final String text;
  private final Traps traps;
  private final FlowTrapScan flows;

  /// Keys that enclose the current line, the innermost first.
  private final Deque<OpenKey> open = new ArrayDeque<>();

  /// Lines that begin before this offset belong to a value that was looked at already.
  private int resume;

  /// The column beyond which a line goes on with the plain value above it; negative: there is none.
  private int plainColumn = -1;

  private record OpenKey(int column, ValueKind.Path path) {}

  private TrapScan(String text, Traps traps) {
    this.text = text;
    this.traps = traps;
    this.flows = new FlowTrapScan(text, traps);
  }

  /// The text with all traps filled; the same text when none was found.
  static String scan(SourceFile file, String text, Diagnostics out) {
    var traps = new Traps(file, text, out);
    new TrapScan(text, traps).lines();
    return traps.repaired();
  }

  private void lines() {
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    while (start < text.length()) {
      int end = lineEnd(start);
      if (start >= resume) {
        line(start, end);
      }
      start = end + 1;
    }
  }

  private void line(int start, int end) {
    int at = start;
    while (at < end && (isBlank(text.charAt(at)) || Lookalikes.space(text.charAt(at)))) {
      if (text.charAt(at) != ' ' && text.charAt(at) != '\t') {
        traps.lookalikeSpace(at);
      }
      at++;
    }
    if (at == end || text.charAt(at) == '#') {
      return;
    }
    if (plainColumn >= 0 && at - start > plainColumn) {
      return;
    }
    plainColumn = -1;
    boolean document = at == start && (text.startsWith("---", at) || text.startsWith("...", at));
    if (document) {
      return;
    }
    int dash = -1;
    while (at < end && text.charAt(at) == '-' && (at + 1 == end || isBlank(text.charAt(at + 1)))) {
      dash = at - start;
      at = skipBlanks(at + 1, end);
    }
    int colon = keyEnd(at, end);
    if (colon < 0) {
      if (dash >= 0 && at < end) {
        close(dash);
        OpenKey around = open.peek();
        value(at, end, dash, around == null ? null : around.path);
      }
      return;
    }
    int column = at - start;
    close(column);
    OpenKey around = open.peek();
    var path = new ValueKind.Path(around == null ? null : around.path, key(at, colon));
    open.push(new OpenKey(column, path));
    int value = colon + 1;
    while (value < end && (isBlank(text.charAt(value)) || Lookalikes.space(text.charAt(value)))) {
      if (Lookalikes.space(text.charAt(value))) {
        traps.lookalikeSpace(value);
      }
      value++;
    }
    value(value, end, column, path);
  }

  /// Leaves the keys that a line at this column is not below.
  private void close(int column) {
    while (!open.isEmpty() && open.element().column >= column) {
      open.pop();
    }
  }

  private String key(int at, int colon) {
    String key = text.substring(at, colon).strip();
    boolean quoted = key.length() > 1 && (key.charAt(0) == '"' || key.charAt(0) == '\'');
    return quoted ? key.substring(1, key.length() - 1) : key;
  }

  /// The offset of the `:` behind a key that begins at `at`; negative when there is none.
  private int keyEnd(int at, int end) {
    if (at >= end) {
      return -1;
    }
    char first = text.charAt(at);
    int from = at;
    if (first == '"' || first == '\'') {
      from = quoteEnd(text, at);
      if (from < 0 || from > end) {
        return -1;
      }
      from = skipBlanks(from, end);
      return from < end && text.charAt(from) == ':' ? from : -1;
    }
    if ("[]{},#&*!|>%@`?".indexOf(first) >= 0) {
      return -1;
    }
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      if (c == '#' && i > at && isBlank(text.charAt(i - 1))) {
        return -1;
      }
      boolean ends =
          i + 1 == end || isBlank(text.charAt(i + 1)) || Lookalikes.space(text.charAt(i + 1));
      if (c == ':' && ends) {
        return i;
      }
    }
    return -1;
  }

  private void value(int at, int end, int column, ValueKind.@Nullable Path path) {
    if (at >= end || text.charAt(at) == '#') {
      return;
    }
    var place = new Traps.Place(ValueKind.of(path), false, column);
    char first = text.charAt(at);
    switch (first) {
      case '|', '>' -> blockScalar(at, end, column, place);
      case '"', '\'' -> quoted(at, end, place);
      case '[', '{' -> collection(at, end, place, path);
      case '!', '&', '*', '@', '%', '`', ',', ']', '}' ->
          traps.wrongStart(at, commentStart(at, end), place);
      default -> plain(at, end, column, place);
    }
  }

  private void blockScalar(int at, int end, int column, Traps.Place place) {
    int header = at + 1;
    while (header < end && "+-0123456789".indexOf(text.charAt(header)) >= 0) {
      header++;
    }
    int rest = skipBlanks(header, end);
    boolean comment = rest < end && text.charAt(rest) == '#' && rest > header;
    if (rest < end && !comment) {
      traps.wrongStart(at, commentStart(at, end), place);
      return;
    }
    int next = end + 1;
    while (next < text.length()) {
      int lineEnd = lineEnd(next);
      int first = next;
      while (first < lineEnd && text.charAt(first) == ' ') {
        first++;
      }
      if (first < lineEnd && first - next <= column) {
        break;
      }
      next = lineEnd + 1;
    }
    resume = next;
  }

  private void quoted(int at, int end, Traps.Place place) {
    if (text.charAt(at) == '"' && traps.unknownEscape(at, end, place)) {
      return;
    }
    int close = quoteEnd(text, at);
    if (close < 0) {
      return;
    }
    int lineEnd = lineEnd(close);
    resume = close;
    if (follows(close, lineEnd)) {
      traps.wrongStart(at, commentStart(at, lineEnd), place);
    }
  }

  private void collection(int at, int end, Traps.Place place, ValueKind.@Nullable Path path) {
    int close = flows.collection(at, path);
    if (close < 0) {
      int bound = commentStart(at, end);
      if (place.kind() != ValueKind.OTHER && !text.substring(at + 1, bound).contains(": ")) {
        traps.wrongStart(at, bound, place);
      }
      return;
    }
    int lineEnd = lineEnd(close);
    resume = close;
    if (follows(close, lineEnd)) {
      traps.wrongStart(at, commentStart(at, lineEnd), place);
    }
  }

  private void plain(int at, int end, int column, Traps.Place place) {
    plainColumn = column;
    int bound = commentStart(at, end);
    for (int i = at; i < bound; i++) {
      if (text.charAt(i) == ':' && (i + 1 == bound || isBlank(text.charAt(i + 1)))) {
        traps.colon(at, bound, i, place);
        return;
      }
    }
  }

  /// Whether something other than a comment stands behind a closed value.
  private boolean follows(int close, int lineEnd) {
    int at = skipBlanks(close, lineEnd);
    return at < lineEnd && !(text.charAt(at) == '#' && at > close);
  }

  /// Where the value that begins at `at` ends: before a comment that no string literal holds,
  /// without trailing blanks.
  private int commentStart(int at, int end) {
    int i = at;
    int bound = end;
    while (i < end) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        int close = ExpressionMarks.stringEnd(text, i);
        i = close < 0 || close > end ? i + 1 : close;
        continue;
      }
      if (c == '#' && i > at && isBlank(text.charAt(i - 1))) {
        bound = i;
        break;
      }
      i++;
    }
    while (bound > at + 1 && isBlank(text.charAt(bound - 1))) {
      bound--;
    }
    return bound;
  }

  private int skipBlanks(int at, int end) {
    int i = at;
    while (i < end && isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private int lineEnd(int at) {
    int i = at;
    while (i < text.length() && !isBreak(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /// Behind the closing quote of the YAML scalar that begins at `at`; negative when it is never
  /// closed.
  static int quoteEnd(String text, int at) {
    char quote = text.charAt(at);
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote == '"') {
        i++;
      } else if (c == quote) {
        if (quote == '\'' && i + 1 < text.length() && text.charAt(i + 1) == '\'') {
          i++;
        } else {
          return i + 1;
        }
      }
    }
    return -1;
  }
}
