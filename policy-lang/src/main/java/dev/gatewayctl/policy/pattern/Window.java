package dev.gatewayctl.policy.pattern;

/// The stretch of a text that is at hand: `bytes[from, to)`. Offsets from the begin of the text are
/// `long` and called positions; places in `bytes` are `int` and called indexes.
final class Window {
  byte[] bytes = new byte[0];

  /// The first byte that may belong to a match; before it the text begins, or one more byte is at
  /// hand.
  int from;

  int to;

  /// The position of index 0 of `bytes`; negative when the text begins later in the array.
  long base;

  /// The gates have been looked for up to here.
  int sifted;

  /// Nothing follows `to`.
  boolean ended;

  /// The kind of the byte before an index.
  int behind(int index) {
    return index + base == 0 ? Side.EDGE : Side.of(bytes[index - 1]);
  }

  /// The kind of the byte at an index up to `to`.
  int ahead(int index) {
    return index < to ? Side.of(bytes[index]) : ended ? Side.EDGE : Side.UNKNOWN;
  }

  int index(long position) {
    return (int) (position - base);
  }

  /// The earliest index from `floor` on at which a match may have begun whose gate may lie beyond
  /// `sifted`, by an automaton of [Automaton#inside]; `sifted` when there is none.
  int earliestUngated(Dfa.Cursor cursor, int floor) {
    int value = cursor.start(Side.UNKNOWN);
    int earliest = sifted;
    int index = sifted;
    while (true) {
      if (value < 0) {
        if (((value >>> Dfa.MATCH_SHIFT >> behind(index)) & 1) != 0 && index < sifted) {
          earliest = index;
        }
        if ((value & Dfa.TERMINAL) != 0) {
          return earliest;
        }
      }
      if (index <= floor) {
        return earliest;
      }
      byte read = bytes[--index];
      value = cursor.tables.transitions[cursor.row + cursor.classOf(read)];
      if (value == 0) {
        value = cursor.step(read);
      } else {
        cursor.row = value & Dfa.ROW;
      }
    }
  }
}
