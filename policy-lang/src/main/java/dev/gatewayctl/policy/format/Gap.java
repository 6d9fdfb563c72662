package dev.gatewayctl.policy.format;

import java.util.ArrayList;
import java.util.List;

/// What stands between two tokens besides punctuation: comments and empty lines.
///
/// @param comments in order
/// @param broken whether there is a line end
/// @param blankAtEnd whether an empty line stands behind the last comment
record Gap(List<Comment> comments, boolean broken, boolean blankAtEnd) {

  /// A comment with its `#`.
  ///
  /// @param trailing it stands behind something on its line
  /// @param blanks spaces before a trailing one
  /// @param column where one on a line of its own begins, from 0
  /// @param blankBefore whether an empty line stands before it
  record Comment(String text, boolean trailing, int blanks, int column, boolean blankBefore) {}

  /// Reads `[from, to)`.
  static Gap read(String source, int from, int to) {
    List<Comment> comments = new ArrayList<>();
    int lineStart = from == 0 ? 0 : -1;
    int lineEnds = 0;
    boolean punctuation = false;
    boolean broken = false;
    int at = from;
    while (at < to) {
      char c = source.charAt(at);
      if (c == '\n' || c == '\r') {
        at += source.startsWith("\r\n", at) ? 2 : 1;
        lineStart = at;
        lineEnds = punctuation ? 1 : lineEnds + 1;
        punctuation = false;
        broken = true;
      } else if (c == '#' && (at == 0 || Character.isWhitespace(source.charAt(at - 1)))) {
        int end = at;
        while (end < to && source.charAt(end) != '\n' && source.charAt(end) != '\r') {
          end++;
        }
        boolean trailing = lineStart < 0 || punctuation;
        int blanks = 0;
        while (at - blanks > 0 && source.charAt(at - blanks - 1) == ' ') {
          blanks++;
        }
        String text = source.substring(at, end).stripTrailing();
        comments.add(new Comment(text, trailing, blanks, at - lineStart, lineEnds > 1));
        lineEnds = 0;
        at = end;
      } else {
        punctuation |= c != ' ' && c != '\t' && c != '\uFEFF';
        at++;
      }
    }
    return new Gap(comments, broken, lineEnds > 1);
  }
}
