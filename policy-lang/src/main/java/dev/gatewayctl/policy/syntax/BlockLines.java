package dev.gatewayctl.policy.syntax;

/// Walks over the lines of a block scalar: a line belongs to it while it is empty or indented
/// enough.
final class BlockLines {
  private final String source;
  private final int start;
  private final int limit;
  private final int indent;
  private int nextStart;
  private int textStart;
  private int end;
  private boolean hasBreak;

  BlockLines(String source, int start, int limit, int indent) {
    this.source = source;
    this.start = start;
    this.limit = limit;
    this.nextStart = start;
    this.indent = indent >= 0 ? indent : firstIndent();
  }

  private int firstIndent() {
    int lineStart = start;
    for (int at = start; at < limit; at++) {
      char c = source.charAt(at);
      if (ScalarDecoder.isBreak(c)) {
        lineStart = at + 1;
      } else if (c != ' ') {
        return at - lineStart;
      }
    }
    return Integer.MAX_VALUE;
  }

  /// Steps to the next line; false at the end of the block.
  boolean next() {
    if (nextStart >= limit) {
      return false;
    }
    int at = nextStart;
    int spaces = 0;
    while (at < limit && spaces < indent && source.charAt(at) == ' ') {
      at++;
      spaces++;
    }
    textStart = at;
    while (at < limit && !ScalarDecoder.isBreak(source.charAt(at))) {
      at++;
    }
    if (spaces < indent && at > textStart) {
      return false;
    }
    end = at;
    hasBreak = at < limit;
    if (!hasBreak && textStart == end) {
      return false;
    }
    nextStart = !hasBreak ? at : source.startsWith("\r\n", at) ? at + 2 : at + 1;
    return true;
  }

  int start() {
    return start;
  }

  boolean empty() {
    return textStart == end;
  }

  int textStart() {
    return textStart;
  }

  int end() {
    return end;
  }

  boolean hasBreak() {
    return hasBreak;
  }
}
