package dev.gatewayctl.policy.diagnostic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text that the user wrote, with its lines. Offsets are UTF-16 units into `text`; the lines and
/// columns shown to people are 1-based, columns in code points. A line ends at LF, CR LF or CR; a
/// byte order mark belongs to no line.
public final class SourceFile {
  private static final Pattern CREDENTIAL =
      Pattern.compile("api_key[\"']?\\s*:\\s*[\"']?([^$\\s{\\[\"',}\\]][^\\s\"',}\\]]*)");

  private final String name;
  private final String text;
  private final int[] lineStarts;

  /// What is never shown. Written by one thread while the policy is compiled.
  private final BitSet hidden = new BitSet();

  private SourceFile(String name, String text, int[] lineStarts) {
    this.name = name;
    this.text = text;
    this.lineStarts = lineStarts;
  }

  /// A file by the name that the user knows it by.
  public static SourceFile of(String name, String text) {
    int[] starts = new int[16];
    starts[0] = text.startsWith("\uFEFF") ? 1 : 0;
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean lineEnd =
          c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'));
      if (lineEnd) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count++] = i + 1;
      }
    }
    return new SourceFile(name, text, Arrays.copyOf(starts, count));
  }

  /// A file from its bytes. What is not UTF-8 becomes U+FFFD, which the reader of policies refuses.
  public static SourceFile decode(String name, byte[] bytes) {
    return of(name, new String(bytes, StandardCharsets.UTF_8));
  }

  public String name() {
    return name;
  }

  public String text() {
    return text;
  }

  public int lineCount() {
    return lineStarts.length;
  }

  /// The 1-based line that holds the offset.
  public int line(int offset) {
    int found = Arrays.binarySearch(lineStarts, Math.max(offset, lineStarts[0]));
    return found >= 0 ? found + 1 : -found - 1;
  }

  /// The 1-based column of the offset, in code points.
  public int column(int offset) {
    int start = lineStarts[line(offset) - 1];
    return offset <= start ? 1 : text.codePointCount(start, offset) + 1;
  }

  /// Where a 1-based line starts.
  public int lineStart(int line) {
    return lineStarts[line - 1];
  }

  /// Where the text of a 1-based line ends, before its line end.
  public int lineEnd(int line) {
    return lineStart(line) + lineText(line).length();
  }

  /// The text of a 1-based line without its line end.
  public String lineText(int line) {
    int start = lineStarts[line - 1];
    int end = line < lineStarts.length ? lineStarts[line] - 1 : text.length();
    if (end > start
        && end < text.length()
        && text.charAt(end) == '\n'
        && text.charAt(end - 1) == '\r') {
      end--;
    }
    return text.substring(start, end);
  }

  /// Keeps a credential out of everything that is shown of this file.
  void hide(int start, int end) {
    hidden.set(start, end);
  }

  /// The text of a 1-based line as it may be shown, of the same length: a credential is
  /// [VisibleText#CREDENTIAL] and then [VisibleText#NOTHING], so that not even its length is told.
  /// What stands beside `api_key:` is one even where the file was never understood.
  String shownLine(int line) {
    int start = lineStart(line);
    String text = lineText(line);
    BitSet credentials = hidden.get(start, start + text.length());
    Matcher credential = CREDENTIAL.matcher(text);
    while (credential.find()) {
      credentials.set(credential.start(1), credential.end(1));
    }
    char[] shown = text.toCharArray();
    for (int i = credentials.nextSetBit(0); i >= 0; i = credentials.nextSetBit(i + 1)) {
      boolean first = i == 0 || !credentials.get(i - 1);
      shown[i] = first ? VisibleText.CREDENTIAL : VisibleText.NOTHING;
    }
    return new String(shown);
  }

  @Override
  public String toString() {
    return name;
  }
}
