package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;

/// Finds the characters that no policy may hold, and puts a space in their place for the parser.
final class CharacterCheck {
  private CharacterCheck() {}

  /// The UTF-8 length of the text in bytes, an unpaired surrogate counted as three.
  static long bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  /// The text to parse: as long as the file's, each bad character reported and replaced.
  static String clean(SourceFile file, Diagnostics out) {
    String text = file.text();
    StringBuilder cleaned = null;
    for (int i = text.startsWith("\uFEFF") ? 1 : 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      if (bad(c)) {
        report(new Span(file, i, i + width), c, out);
        cleaned = cleaned == null ? new StringBuilder(text) : cleaned;
        cleaned.setCharAt(i, ' ');
      }
      i += width;
    }
    return cleaned == null ? text : cleaned.toString();
  }

  private static void report(Span at, int c, Diagnostics out) {
    if (c == 0xfffd) {
      out.report(DiagnosticCode.NOT_UTF8, at, "bytes that are not UTF-8")
          .help("save the file as UTF-8");
    } else {
      out.report(DiagnosticCode.CONTROL_CHARACTER, at, "a control character (U+%04X)".formatted(c))
          .help("remove it")
          .fix(at, "");
    }
  }

  private static boolean bad(int c) {
    if (c < 0x20) {
      return c != '\t' && c != '\n' && c != '\r';
    }
    return (c >= 0x7f && c < 0xa0)
        || c == 0x2028
        || c == 0x2029
        || (c >= 0xd800 && c <= 0xdfff)
        || c == 0xfffd
        || (c & 0xfffe) == 0xfffe;
  }
}
