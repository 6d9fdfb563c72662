package dev.gatewayctl.runtime.http;

/// Takes chunk framing off, strictly: hexadecimal sizes of at most seven digits, CRLF everywhere,
/// no control character in an extension, and a bound on all that is not data, so that extensions
/// and trailers cannot be used to keep a connection busy. Trailers are checked and dropped.
///
/// The bytes of the data are moved together in place: what arrived as fifty chunks in one read is
/// handed on as one piece.
final class ChunkDecoder {
  /// Extension and trailer bytes allowed in one body, beyond the sizes themselves.
  static final int MAX_EXTRA_BYTES = 8 * 1024;

  private static final int MAX_SIZE_DIGITS = 7;

  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    DONE
  }

  private State state = State.SIZE;
  private int size;
  private int digits;
  private int extra;
  private boolean malformed;
  private int consumedTo;

  /// Decodes `bytes[from, to)`; the data then stands in `bytes[from, result)`. See [#consumed].
  int decode(byte[] bytes, int from, int to) {
    int write = from;
    int at = from;
    while (at < to && state != State.DONE && !malformed) {
      if (state == State.DATA) {
        int run = Math.min(size, to - at);
        if (write != at) {
          System.arraycopy(bytes, at, bytes, write, run);
        }
        write += run;
        at += run;
        size -= run;
        if (size == 0) {
          state = State.DATA_CR;
        }
      } else {
        step(bytes[at++]);
      }
    }
    consumedTo = at;
    return write;
  }

  private void step(byte c) {
    switch (state) {
      case SIZE -> sizeByte(c);
      case EXTENSION -> {
        if (c == '\r') {
          state = State.SIZE_LF;
        } else {
          extraByte(c);
        }
      }
      case SIZE_LF -> expect(c, '\n', size == 0 ? State.TRAILER_START : State.DATA);
      case DATA_CR -> expect(c, '\r', State.DATA_LF);
      case DATA_LF -> {
        digits = 0;
        expect(c, '\n', State.SIZE);
      }
      case TRAILER_START -> {
        if (c == '\r') {
          state = State.LAST_LF;
        } else if (HeadBytes.isToken(c)) {
          extraByte(c);
          state = State.TRAILER;
        } else {
          malformed = true;
        }
      }
      case TRAILER -> {
        if (c == '\r') {
          state = State.TRAILER_LF;
        } else {
          extraByte(c);
        }
      }
      case TRAILER_LF -> expect(c, '\n', State.TRAILER_START);
      case LAST_LF -> expect(c, '\n', State.DONE);
      case DATA, DONE -> throw new IllegalStateException("not a framing byte");
    }
  }

  private void sizeByte(byte c) {
    int value = Character.digit(c, 16);
    if (value >= 0) {
      size = size * 16 + value;
      malformed = ++digits > MAX_SIZE_DIGITS;
    } else if (digits == 0) {
      malformed = true;
    } else if (c == '\r') {
      state = State.SIZE_LF;
    } else if (c == ';') {
      extraByte(c);
      state = State.EXTENSION;
    } else {
      malformed = true;
    }
  }

  private void extraByte(byte c) {
    malformed |= ++extra > MAX_EXTRA_BYTES || (c >= 0 && c < ' ' && c != '\t') || c == 0x7f;
  }

  private void expect(byte c, char wanted, State next) {
    if (c == wanted) {
      state = next;
    } else {
      malformed = true;
    }
  }

  /// Where the last decoding stopped: at the end of its bytes, or just after the last chunk.
  int consumed() {
    return consumedTo;
  }

  boolean done() {
    return state == State.DONE;
  }

  boolean malformed() {
    return malformed;
  }
}
