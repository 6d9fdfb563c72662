package dev.gatewayctl.runtime.inspect;

/// Looks at a candidate more closely than its pattern can.
///
/// INVARIANT: the answer depends on nothing after `end`: on a stream that is not there yet.
@FunctionalInterface
interface Validator {
  /// What a candidate is.
  ///
  /// @param text readable from `floor` to `end`; the candidate is `[start, end)`
  /// @param floor at least two bytes before `start`, unless the text begins later
  Verdict check(byte[] text, int floor, int start, int end);

  enum Verdict {
    /// It is one: a checksum or a strong form vouches for it.
    VALID,
    /// It may be one.
    PLAUSIBLE,
    /// It is none; a shorter end or a later start may be.
    INVALID,
    /// It is none, and nothing inside it is.
    BARRED
  }

  /// The byte before `start`, or a blank at the begin of the text.
  static int before(byte[] text, int floor, int start) {
    return start > floor ? text[start - 1] & 0xFF : ' ';
  }

  static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  static boolean isLetter(int b) {
    return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
  }
}
