package dev.gatewayctl.policy.syntax;

import java.util.Arrays;

/// Offsets in code points, as the YAML parser counts, to offsets in UTF-16 units.
final class CodePoints {
  /// The code point offsets of the characters beyond the basic plane, ascending.
  private final int[] wide;

  private CodePoints(int[] wide) {
    this.wide = wide;
  }

  static CodePoints of(String text) {
    int[] wide = new int[8];
    int count = 0;
    int codePoints = 0;
    for (int i = 0; i < text.length(); codePoints++) {
      int width = Character.charCount(text.codePointAt(i));
      if (width == 2) {
        if (count == wide.length) {
          wide = Arrays.copyOf(wide, count * 2);
        }
        wide[count++] = codePoints;
      }
      i += width;
    }
    return new CodePoints(Arrays.copyOf(wide, count));
  }

  /// The UTF-16 offset of the code point offset.
  int unit(int codePoint) {
    int found = Arrays.binarySearch(wide, codePoint);
    return codePoint + (found >= 0 ? found : -found - 1);
  }
}
