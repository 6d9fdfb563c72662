package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes masks into JSON text so that it stays JSON: the arguments of a tool call, which come as
/// one text or in fragments cut anywhere.
///
/// It follows the text byte by byte. Inside a string a masked stretch is replaced, escaped as JSON
/// asks; a number or a word that is masked anywhere becomes a string; braces, commas and quotes
/// stay even when a finding reaches over them; a member name is never replaced, and [#touchedName]
/// says that it would have been. An escape or a number is held until it is complete. Text that is
/// no JSON, or stops being it, is masked as plain text from there on, so that a whole text and its
/// fragments always give the same.
final class MaskedJson {
  /// What becomes of each byte, in order.
  interface Out {
    void keep(byte b);

    void drop(byte b);

    void insert(byte[] text);
  }

  /// The deepest nesting that is followed.
  private static final int MAX_DEPTH = 200;

  /// The longest number or word that is held.
  private static final int MAX_TOKEN = 1024;

  private enum State {
    START,
    BETWEEN,
    STRING,
    TOKEN,
    PLAIN
  }

  private static final byte[] QUOTE = {'"'};

  private final Out out;
  private final boolean[] objects = new boolean[MAX_DEPTH];
  private int depth;
  private boolean nameNext;
  private boolean inName;
  private State state = State.START;

  private final byte[] held = new byte[MAX_TOKEN];
  private final @Nullable Stroke[] heldMasks = new Stroke[MAX_TOKEN];
  private int heldSize;

  private @Nullable Stroke inserted;
  private boolean touchedName;

  MaskedJson(Out out) {
    this.out = out;
  }

  /// One masked stretch; its bytes all come with the same instance.
  record Stroke(String replacement) {}

  /// Takes one byte; `stroke` is null outside of findings.
  void accept(byte b, @Nullable Stroke stroke) {
    switch (state) {
      case START, BETWEEN -> between(b, stroke);
      case STRING -> inString(b, stroke);
      case TOKEN -> {
        if (isTokenByte(b)) {
          hold(b, stroke);
          if (heldSize == MAX_TOKEN) {
            state = State.PLAIN;
            releaseToken();
          }
        } else {
          releaseToken();
          state = State.BETWEEN;
          between(b, stroke);
        }
      }
      case PLAIN -> plain(b, stroke, false);
    }
  }

  /// Releases what is held.
  void end() {
    if (state == State.STRING) {
      releaseEscape();
    } else {
      releaseToken();
    }
  }

  /// Whether a finding lay on a member name.
  boolean touchedName() {
    return touchedName;
  }

  private void between(byte b, @Nullable Stroke stroke) {
    boolean first = state == State.START;
    switch (b) {
      case ' ', '\t', '\n', '\r' -> {
        out.keep(b);
        return;
      }
      case '{', '[' -> {
        if (depth == MAX_DEPTH) {
          state = State.PLAIN;
          plain(b, stroke, false);
          return;
        }
        objects[depth++] = b == '{';
        nameNext = b == '{';
      }
      case '}', ']' -> {
        depth = Math.max(0, depth - 1);
        nameNext = false;
      }
      case ',' -> nameNext = depth > 0 && objects[depth - 1];
      case ':' -> nameNext = false;
      case '"' -> inName = nameNext;
      default -> {
        boolean token = isTokenByte(b) && !first;
        state = token ? State.TOKEN : State.PLAIN;
        if (token) {
          hold(b, stroke);
        } else {
          plain(b, stroke, false);
        }
        return;
      }
    }
    if (first && b != '{' && b != '[') {
      state = State.PLAIN;
      plain(b, stroke, false);
      return;
    }
    state = b == '"' ? State.STRING : State.BETWEEN;
    inserted = null;
    out.keep(b);
  }

  private void inString(byte b, @Nullable Stroke stroke) {
    if (heldSize > 0) {
      hold(b, stroke);
      int wanted = heldSize > 1 && held[1] == 'u' ? 6 : 2;
      if (heldSize == wanted) {
        releaseEscape();
      }
    } else if (b == '\\') {
      hold(b, stroke);
    } else if (b == '"') {
      state = State.BETWEEN;
      inserted = null;
      out.keep(b);
    } else {
      scalar(b, stroke);
    }
  }

  private void scalar(byte b, @Nullable Stroke stroke) {
    if (stroke != null && inName) {
      touchedName = true;
      out.drop(b);
    } else {
      plain(b, stroke, true);
    }
  }

  @SuppressWarnings("ReferenceEquality") // one stretch is one instance
  private void plain(byte b, @Nullable Stroke stroke, boolean escaped) {
    if (stroke == null) {
      inserted = null;
      out.keep(b);
      return;
    }
    if (inserted != stroke) {
      inserted = stroke;
      out.insert(
          escaped
              ? JsonWriter.escape(stroke.replacement())
              : stroke.replacement().getBytes(StandardCharsets.UTF_8));
    }
    out.drop(b);
  }

  private void hold(byte b, @Nullable Stroke stroke) {
    held[heldSize] = b;
    heldMasks[heldSize] = stroke;
    heldSize++;
  }

  /// An escape is masked as a whole when any of its bytes is.
  private void releaseEscape() {
    Stroke stroke = firstMask();
    for (int i = 0; i < heldSize; i++) {
      scalar(held[i], stroke);
    }
    heldSize = 0;
  }

  private void releaseToken() {
    if (heldSize == 0) {
      return;
    }
    boolean masked = firstMask() != null;
    inserted = null;
    if (masked) {
      out.insert(QUOTE);
    }
    for (int i = 0; i < heldSize; i++) {
      plain(held[i], heldMasks[i], true);
    }
    if (masked) {
      out.insert(QUOTE);
    }
    inserted = null;
    heldSize = 0;
  }

  private @Nullable Stroke firstMask() {
    for (int i = 0; i < heldSize; i++) {
      if (heldMasks[i] != null) {
        return heldMasks[i];
      }
    }
    return null;
  }

  private static boolean isTokenByte(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || b == '-'
        || b == '+'
        || b == '.'
        || b == 'E';
  }

  /// Whether a mask over the bytes from `from` up to `to` would lie on a member name.
  static boolean touchesName(JsonText text, int from, int to) {
    MaskedJson masked =
        new MaskedJson(
            new Out() {
              @Override
              public void keep(byte b) {}

              @Override
              public void drop(byte b) {}

              @Override
              public void insert(byte[] inserted) {}
            });
    Stroke stroke = new Stroke("");
    for (int i = 0; i < to; i++) {
      masked.accept(text.bytes()[text.from() + i], i < from ? null : stroke);
    }
    masked.end();
    return masked.touchedName();
  }
}
