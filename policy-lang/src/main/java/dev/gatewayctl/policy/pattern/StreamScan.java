package dev.gatewayctl.policy.pattern;

import java.util.Arrays;

/// One text that arrives in pieces. Not thread-safe. For every cut of the text into pieces the
/// offers of each pattern, their answers and the closed tails are the same, in the same order.
public final class StreamScan {
  private final Matches matches;
  private final Window window = new Window();
  private final Search[] searches;

  StreamScan(PatternSet set, Matches matches) {
    this.matches = matches;
    this.searches = new Search[set.rules().size()];
    for (int i = 0; i < searches.length; i++) {
      searches[i] = new Search(set.rules().get(i));
    }
  }

  /// The next piece, `bytes[from, to)`; it is copied.
  public void append(byte[] bytes, int from, int to) {
    int count = to - from;
    int begin = window.to;
    if (begin + count > window.bytes.length) {
      window.bytes = Arrays.copyOf(window.bytes, Math.max(2 * window.bytes.length, begin + count));
    }
    System.arraycopy(bytes, from, window.bytes, begin, count);
    window.to = begin + count;
    for (Search search : searches) {
      for (int i = begin; i < window.to; i++) {
        search.candidate(window.base + i);
      }
      search.advance(window, matches);
    }
  }

  /// The position before which no byte can belong to a match that has not been reported; at most
  /// the number of bytes appended.
  public long settled() {
    long settled = window.base + window.to;
    for (Search search : searches) {
      settled = Math.min(settled, search.settled(settled));
    }
    return settled;
  }

  /// Nothing follows: resolves everything.
  public void end() {
    window.ended = true;
    for (Search search : searches) {
      search.advance(window, matches);
    }
  }
}
