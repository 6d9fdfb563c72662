package dev.gatewayctl.policy.diagnostic;

/// A stretch of a source file: `[start, end)` in UTF-16 units.
public record Span(SourceFile file, int start, int end) {
  public Span {
    if (start < 0 || end < start || end > file.text().length()) {
      throw new IllegalArgumentException("span " + start + ".." + end + " outside " + file);
    }
  }

  /// The characters that it covers.
  public String text() {
    return file.text().substring(start, end);
  }

  /// Keeps what it covers out of everything that is shown: a credential.
  public void hide() {
    file.hide(start, end);
  }

  /// From the start of this one to the end of the other.
  public Span to(Span last) {
    return new Span(file, start, last.end);
  }

  @Override
  public String toString() {
    return file + ":" + file.line(start) + ":" + file.column(start);
  }
}
