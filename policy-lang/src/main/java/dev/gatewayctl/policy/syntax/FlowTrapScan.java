package dev.gatewayctl.policy.syntax;

import static dev.gatewayctl.policy.syntax.ScalarDecoder.isBlank;
import static dev.gatewayctl.policy.syntax.ScalarDecoder.isBreak;

import org.jspecify.annotations.Nullable;

/// The part of [TrapScan] for what stands in `{ }` and `[ ]`: values there end at a comma or a
/// bracket, so that an expression with brackets of its own needs quotes.
final class FlowTrapScan {
  private final String text;
  private final Traps traps;

  FlowTrapScan(String text, Traps traps) {
    this.text = text;
    this.traps = traps;
  }

  /// Behind the bracket that closes the collection at `at`; negative when there is none.
  int collection(int at, ValueKind.@Nullable Path path) {
    return collection(at, path, 1);
  }

  private int collection(int at, ValueKind.@Nullable Path path, int depth) {
    if (depth > YamlReader.MOST_LEVELS) {
      return -1;
    }
    boolean mapping = text.charAt(at) == '{';
    char close = mapping ? '}' : ']';
    int i = at + 1;
    while (true) {
      i = skipGap(i);
      if (i >= text.length()) {
        return -1;
      }
      char c = text.charAt(i);
      if (c == close) {
        return i + 1;
      }
      if (c == ',') {
        i++;
      } else if (c == ']' || c == '}') {
        return -1;
      } else {
        i = mapping ? entry(i, path, depth) : value(i, path, depth, false);
      }
      if (i < 0) {
        return -1;
      }
    }
  }

  private int entry(int at, ValueKind.@Nullable Path path, int depth) {
    int colon = at;
    if (text.charAt(at) == '"' || text.charAt(at) == '\'') {
      colon = TrapScan.quoteEnd(text, at);
      if (colon < 0) {
        return -1;
      }
      colon = skipGap(colon);
    } else {
      while (colon < text.length() && !endsKey(colon)) {
        colon++;
      }
    }
    if (colon >= text.length() || text.charAt(colon) != ':') {
      return colon == at ? at + 1 : colon;
    }
    String key = text.substring(at, colon).strip().replace("\"", "").replace("'", "");
    int value = skipGap(colon + 1);
    if (value >= text.length() || ",}]".indexOf(text.charAt(value)) >= 0) {
      return value;
    }
    return value(value, new ValueKind.Path(path, key), depth, true);
  }

  private boolean endsKey(int at) {
    char c = text.charAt(at);
    if (c == ',' || c == '}' || c == ']') {
      return true;
    }
    boolean last = at + 1 == text.length();
    return c == ':' && (last || " \t\r\n,}]".indexOf(text.charAt(at + 1)) >= 0);
  }

  /// @param keyed it has a key of its own, so that a `: ` in it cannot be a pair
  private int value(int at, ValueKind.@Nullable Path path, int depth, boolean keyed) {
    var place = new Traps.Place(ValueKind.of(path), true, 0);
    char first = text.charAt(at);
    int end;
    if (first == '"' || first == '\'') {
      end = TrapScan.quoteEnd(text, at);
      if (first == '"' && traps.unknownEscape(at, text.length(), place)) {
        return end;
      }
    } else if (first == '[' || first == '{') {
      end = collection(at, path, depth + 1);
    } else if ("!&*@%`|>".indexOf(first) >= 0) {
      int extent = extent(at);
      traps.wrongStart(at, extent, place);
      return extent;
    } else {
      return plain(at, place, keyed);
    }
    if (end < 0) {
      return -1;
    }
    int next = skipGap(end);
    boolean closed = next >= text.length() || ",]}:".indexOf(text.charAt(next)) >= 0;
    if (!closed) {
      int extent = Math.max(extent(at), end);
      if (place.kind() == ValueKind.OTHER && text.substring(end, extent).contains(": ")) {
        return -1; // a comma is missing
      }
      traps.wrongStart(at, extent, place);
      return extent;
    }
    return text.startsWith(":", next) ? next + 1 : next;
  }

  private int plain(int at, Traps.Place place, boolean keyed) {
    boolean lookForColon = keyed;
    int i = at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == ',' || c == ']' || c == '}' || (c == '#' && isBlank(text.charAt(i - 1)))) {
        return i;
      }
      if (c == '[' || c == '{') {
        int extent = extent(at);
        traps.wrongStart(at, extent, place);
        return extent;
      }
      boolean colon = c == ':' && i + 1 < text.length() && isBlank(text.charAt(i + 1));
      if (isBreak(c)) {
        lookForColon = false; // the next line may be a pair whose comma is missing
      }
      if (colon && lookForColon) {
        int extent = extent(at);
        traps.colon(at, extent, i, place);
        return extent;
      }
      i++;
    }
    return i;
  }

  /// Where the value that begins at `at` was meant to end: before a comma or bracket outside of its
  /// own brackets and string literals, at the latest at the end of the line.
  private int extent(int at) {
    int depth = 0;
    int i = at;
    while (i < text.length() && !isBreak(text.charAt(i))) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        int close = ExpressionMarks.stringEnd(text, i);
        i = close < 0 ? i + 1 : close;
        continue;
      }
      if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (c == ')' || c == ']' || c == '}') {
        depth--;
      }
      if (depth < 0 || (depth == 0 && c == ',')) {
        break;
      }
      i++;
    }
    while (i > at + 1 && isBlank(text.charAt(i - 1))) {
      i--;
    }
    return Math.max(i, at + 1);
  }

  private int skipGap(int at) {
    int i = at;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '#' && (isBlank(text.charAt(i - 1)) || isBreak(text.charAt(i - 1)))) {
        while (i < text.length() && !isBreak(text.charAt(i))) {
          i++;
        }
      } else if (isBlank(c) || isBreak(c)) {
        i++;
      } else {
        break;
      }
    }
    return i;
  }
}
