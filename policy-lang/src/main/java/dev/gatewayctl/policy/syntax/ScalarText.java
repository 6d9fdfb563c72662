package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;

/// The text of a scalar and where each of its characters stands in the source. Escapes, folded
/// lines and the indentation of blocks make the two differ; whoever parses the text (an expression,
/// a pattern) reports in its own offsets and asks here for the place.
public final class ScalarText {
  private final String value;
  private final Style style;
  private final Span span;

  /// The source range of each character: `[starts[i], ends[i])`. `starts` has one more, for the
  /// end.
  private final int[] starts;

  private final int[] ends;

  ScalarText(String value, Style style, Span span, int[] starts, int[] ends) {
    this.value = value;
    this.style = style;
    this.span = span;
    this.starts = starts;
    this.ends = ends;
  }

  /// A text that is no scalar of a policy: from the command line or a test.
  public static ScalarText of(SourceFile file) {
    int length = file.text().length();
    int[] offsets = new int[length + 1];
    for (int i = 0; i <= length; i++) {
      offsets[i] = i;
    }
    Span whole = new Span(file, 0, length);
    int[] ends = java.util.Arrays.copyOfRange(offsets, Math.min(1, length), length + 1);
    return new ScalarText(file.text(), Style.PLAIN, whole, offsets, ends);
  }

  /// The text without quotes, escapes, folding and indentation; never resolved to another type.
  public String value() {
    return value;
  }

  public Style style() {
    return style;
  }

  /// The whole scalar in the source, with its quotes or block header.
  public Span span() {
    return span;
  }

  /// The source of the characters `[start, end)` of [#value]. An empty range is the place before
  /// `start`.
  public Span span(int start, int end) {
    int from = starts[start];
    return new Span(span.file(), from, end == start ? from : Math.max(from, ends[end - 1]));
  }

  @Override
  public String toString() {
    return value;
  }

  /// How a scalar is written.
  public enum Style {
    PLAIN,
    SINGLE,
    DOUBLE,
    LITERAL,
    FOLDED
  }
}
