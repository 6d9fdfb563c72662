package dev.gatewayctl.runtime.inspect;

import java.util.Optional;

/// What follows a match and belongs to it, however long: read byte by byte, remembered in an `int`,
/// so that a stream needs no text held back for it.
enum Tail {
  /// The further parts of a JSON web token: base64url, and a dot when something follows it.
  JWT {
    @Override
    int first(int last) {
      return 0;
    }

    @Override
    int next(int state, int b) {
      if (Validator.isLetter(b) || Validator.isDigit(b) || b == '-' || b == '_' || b == '=') {
        return belongs(0);
      }
      return b == '.' && state == 0 ? pending(1) : STOP;
    }
  },

  /// The body of a PEM block and its last line; without one, up to an empty line or a byte that is
  /// in no body. Before the body lines of other text may stand (`Proc-Type: 4,ENCRYPTED`). Keys
  /// also stand in string literals, with escaped line ends, quotes and plus signs between.
  ///
  /// Between two characters of the body at most [#MOST_BETWEEN] others may stand: while they come,
  /// it is not known whether they belong, and a stream keeps them.
  ///
  /// State: bits 0 to 4 base64 characters since the line's begin while the body has not begun, all
  /// set in a line of something else, or whether the last line's text has begun; bit 5 the body has
  /// begun; bits 6 and 7 line ends in a row; bits 8 to 10 dashes in a row; bit 11 this is the last
  /// line; bits 12 and up what header lines have taken, or how many bytes came since the body's
  /// last character.
  PEM {
    private static final int RUN = 31;
    private static final int OTHER_LINE = RUN;
    private static final int BODY = 1 << 5;
    private static final int LINE_END = 1 << 6;
    private static final int DASH = 1 << 8;
    private static final int LAST_LINE = 1 << 11;
    private static final int TAKEN_SHIFT = 12;
    private static final int MOST_HEADER = 2048;
    private static final int BODY_BEGINS = 24;
    private static final int DASHES = 5;

    @Override
    int first(int last) {
      return isBase64(last) ? BODY : OTHER_LINE;
    }

    @Override
    int next(int state, int b) {
      int lineEnds = (state >> 6) & 3;
      int dashes = (state >> 8) & 7;
      int between = (state & BODY) == 0 ? 0 : (state >>> TAKEN_SHIFT) + 1;
      if (between > MOST_BETWEEN) {
        return STOP;
      }
      if (b == '-') {
        if (dashes + 1 < DASHES) {
          int kept = state & (LAST_LINE | BODY | RUN);
          int taken = (state & BODY) == 0 ? state >>> TAKEN_SHIFT : between;
          return pending(taken << TAKEN_SHIFT | kept | DASH * (dashes + 1));
        }
        return (state & LAST_LINE) != 0 ? LAST : pending(BODY | LAST_LINE);
      }
      if ((state & LAST_LINE) != 0) {
        return lastLine(state, b);
      }
      if ((state & BODY) == 0) {
        return header(state, b);
      }
      int body = between << TAKEN_SHIFT | BODY;
      if (b == '\n') {
        return lineEnds == 1 ? STOP : pending(body | LINE_END);
      }
      if (b == ' ' || b == '\t' || b == '\r') {
        return pending(body | lineEnds * LINE_END);
      }
      if (b == '"' || b == '\'' || b == '\\' || b == ',') {
        return pending(body);
      }
      return isBase64(b) ? belongs(BODY) : STOP;
    }

    // `END ... PRIVATE KEY`; a `BEGIN` there is the next key's.
    private static int lastLine(int state, int b) {
      if ((state & RUN) == 0) {
        return b == 'E' ? belongs(BODY | LAST_LINE | 1) : STOP;
      }
      boolean text = (b >= 'A' && b <= 'Z') || b == ' ' || Validator.isDigit(b);
      return text ? belongs(BODY | LAST_LINE | 1) : STOP;
    }

    private static int header(int state, int b) {
      int taken = (state >>> TAKEN_SHIFT) + 1;
      if (taken > MOST_HEADER || (b < ' ' && b != '\n' && b != '\r' && b != '\t')) {
        return STOP;
      }
      int run = state & RUN;
      if (b == '\n' || b == '\\') {
        run = 0;
      } else if (run != OTHER_LINE) {
        run = isBase64(b) ? run + 1 : run == 0 && b <= '"' ? 0 : OTHER_LINE;
      }
      return belongs(run == BODY_BEGINS ? BODY : taken << TAKEN_SHIFT | run);
    }

    private static boolean isBase64(int b) {
      return Validator.isLetter(b) || Validator.isDigit(b) || b == '+' || b == '/' || b == '=';
    }
  };

  /// The byte does not belong.
  static final int STOP = -1;

  /// The byte belongs and is the last one.
  static final int LAST = -2;

  private static final int PENDING = 1 << 30;

  /// How many bytes that are not known to belong may follow one another in the body of a PEM block:
  /// a stream keeps them.
  static final int MOST_BETWEEN = 256;

  private static int belongs(int state) {
    return state;
  }

  private static int pending(int state) {
    return state | PENDING;
  }

  /// Whether the byte that led to this state belongs only if another one follows that does.
  static boolean isPending(int state) {
    return state >= 0 && (state & PENDING) != 0;
  }

  static int withoutMark(int state) {
    return state & ~PENDING;
  }

  /// The state after the match itself, whose last byte is given.
  abstract int first(int last);

  /// The state after one more byte, [#STOP] or [#LAST].
  ///
  /// @param state a former answer, [#withoutMark]
  abstract int next(int state, int b);

  static Optional<Tail> named(String name) {
    return switch (name) {
      case "jwt" -> Optional.of(JWT);
      case "pem" -> Optional.of(PEM);
      default -> Optional.empty();
    };
  }
}
