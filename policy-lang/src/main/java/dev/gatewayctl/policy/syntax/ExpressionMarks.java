package dev.gatewayctl.policy.syntax;

import java.util.ArrayList;
import java.util.List;

/// What a quick look at an expression tells about traps of YAML, without parsing it: string
/// literals are skipped, everything else is looked at.
///
/// @param openQuote a string literal does not end
/// @param open brackets that are opened and not closed; negative: closed and not opened
/// @param comments offsets of `//`
/// @param lookalikes offsets of characters that [Lookalikes] knows
record ExpressionMarks(
    boolean openQuote, int open, List<Integer> comments, List<Integer> lookalikes) {

  static ExpressionMarks of(String text) {
    List<Integer> comments = new ArrayList<>();
    List<Integer> lookalikes = new ArrayList<>();
    int open = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'' || c == '"') {
        int end = stringEnd(text, at);
        if (end < 0) {
          return new ExpressionMarks(true, open, comments, lookalikes);
        }
        at = end;
        continue;
      }
      if (c == '(' || c == '[' || c == '{') {
        open++;
      } else if (c == ')' || c == ']' || c == '}') {
        open--;
      } else if (text.startsWith("//", at)) {
        comments.add(at);
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
        continue;
      } else if (Lookalikes.meant(text.codePointAt(at)) != null) {
        lookalikes.add(at);
      }
      at += Character.charCount(text.codePointAt(at));
    }
    return new ExpressionMarks(false, open, comments, lookalikes);
  }

  /// Behind the literal whose quote is at `at`; negative when it does not end.
  static int stringEnd(String text, int at) {
    String quote = text.substring(at, at + 1);
    boolean triple = text.startsWith(quote.repeat(3), at);
    String close = triple ? quote.repeat(3) : quote;
    boolean raw = at > 0 && (text.charAt(at - 1) == 'r' || text.charAt(at - 1) == 'R');
    for (int i = at + close.length(); i < text.length(); i++) {
      if (text.startsWith(close, i)) {
        return i + close.length();
      }
      if (text.charAt(i) == '\\' && !raw) {
        i++;
      } else if (text.charAt(i) == '\n' && !triple) {
        return -1;
      }
    }
    return -1;
  }
}
