package dev.gatewayctl.policy.pattern;

/// The kinds of byte that can stand beside a position, and the conditions on the two of them.
///
/// A condition is a matrix of 16 bits: bit `4 * behind + ahead` says whether it holds, where
/// `behind` is the side already read and `ahead` the one to come. An automaton that reads backwards
/// uses the transposed matrix.
final class Side {
  static final int OTHER = 0;
  static final int WORD = 1;
  static final int NEWLINE = 2;

  /// The begin or the end of the text.
  static final int EDGE = 3;

  /// Not known yet; every condition that could hold does.
  static final int UNKNOWN = 4;

  static final int KINDS = 4;

  /// All four kinds, as a set of bits.
  static final int ANY = 0b1111;

  static final int WORD_BOUNDARY =
      matrix(1 << WORD, ANY & ~(1 << WORD)) | matrix(ANY & ~(1 << WORD), 1 << WORD);
  static final int NO_WORD_BOUNDARY = 0xFFFF & ~WORD_BOUNDARY;
  static final int TEXT_BEGIN = matrix(1 << EDGE, ANY);
  static final int TEXT_END = matrix(ANY, 1 << EDGE);
  static final int LINE_BEGIN = matrix(1 << EDGE | 1 << NEWLINE, ANY);
  static final int LINE_END = matrix(ANY, 1 << EDGE | 1 << NEWLINE);

  private static final byte[] KIND = new byte[256];

  static {
    for (int b = 0; b < 128; b++) {
      KIND[b] = (byte) (b == '\n' ? NEWLINE : CharSet.WORD.contains(b) ? WORD : OTHER);
    }
  }

  private Side() {}

  static int of(byte b) {
    return KIND[b & 0xFF];
  }

  private static int matrix(int behinds, int aheads) {
    int bits = 0;
    for (int behind = 0; behind < KINDS; behind++) {
      for (int ahead = 0; ahead < KINDS; ahead++) {
        if (((behinds >> behind) & (aheads >> ahead) & 1) != 0) {
          bits |= 1 << (4 * behind + ahead);
        }
      }
    }
    return bits;
  }

  static int transposed(int matrix) {
    int bits = 0;
    for (int behind = 0; behind < KINDS; behind++) {
      for (int ahead = 0; ahead < KINDS; ahead++) {
        bits |= ((matrix >> (4 * behind + ahead)) & 1) << (4 * ahead + behind);
      }
    }
    return bits;
  }

  static boolean holds(int matrix, int behind, int ahead) {
    int behinds = behind == UNKNOWN ? ANY : 1 << behind;
    int aheads = ahead == UNKNOWN ? ANY : 1 << ahead;
    return (matrix & matrix(behinds, aheads)) != 0;
  }
}
