package dev.gatewayctl.runtime.wire;

/// A stretch of a text that is replaced.
///
/// @param piece one that is [TextPiece#rewritable] there
/// @param from first byte, counted in the piece's text
/// @param to after the last byte
/// @param replacement plain text; escaping is done where it is written
public record Mask(TextPiece piece, int from, int to, String replacement) {
  public Mask {
    if (from < 0 || to < from || to > piece.text().length()) {
      throw new IllegalArgumentException("a mask lies outside of its text");
    }
  }

  @Override
  public String toString() {
    return "Mask(" + from + ".." + to + ")";
  }
}
