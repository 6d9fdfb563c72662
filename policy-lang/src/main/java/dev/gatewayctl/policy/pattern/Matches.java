package dev.gatewayctl.policy.pattern;

/// Who is told of matches, and decides about them.
public interface Matches {
  /// A candidate: true takes it. When it is refused, the next shorter end at this start is offered,
  /// then later starts.
  ///
  /// @param pattern the place of the pattern in the list that the set was made of
  /// @param text holds the candidate at `[start, end)`, readable during the call
  /// @param position the offset of `text[start]` from the begin of the whole text, in bytes
  boolean accept(int pattern, byte[] text, int start, int end, long position);

  /// The tail of an accepted match of a pattern with an unbounded tail ends here: once for each.
  ///
  /// @param end the offset from the begin of the whole text, in bytes, after the tail's last byte
  default void closed(int pattern, long end) {}
}
