package dev.gatewayctl.policy.syntax;

import org.jspecify.annotations.Nullable;

/// Characters that word processors and web pages put where a plain one was meant.
final class Lookalikes {
  private Lookalikes() {}

  /// What was meant by the character, or null when it looks like nothing else. Invisible characters
  /// mean nothing: the empty string.
  static @Nullable String meant(int c) {
    if (c < 0x80) {
      return null;
    }
    if (c >= 0xff01 && c <= 0xff5e) {
      return String.valueOf((char) (c - 0xfee0));
    }
    return switch (c) {
      case '‘', '’', '‚', '‛', '′', '´' -> "'";
      case '“', '”', '„', '‟', '″', '«', '»' -> "\"";
      case '‐', '‑', '‒', '–', '—', '−' -> "-";
      case '≤' -> "<=";
      case '≥' -> ">=";
      case '≠' -> "!=";
      default -> space(c) ? " " : invisible(c) ? "" : null;
    };
  }

  static boolean space(int c) {
    return c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x3000;
  }

  private static boolean invisible(int c) {
    return (c >= 0x200b && c <= 0x200f)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2060 && c <= 0x2069)
        || c == 0xfeff
        || c == 0xad;
  }

  /// How people call it.
  static String name(int c) {
    if (space(c)) {
      return c == 0xa0 ? "a no-break space" : "an unusual space (U+%04X)".formatted(c);
    }
    return invisible(c)
        ? "an invisible character (U+%04X)".formatted(c)
        : "`" + Character.toString(c) + "`";
  }
}
