package dev.gatewayctl.policy.expression;

/// Writes a checked expression as text.
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class ExpressionText {
  private ExpressionText() {}

  /// The canonical text: fully determined by the meaning, so that it may be digested; `let`s and
  /// lists are expanded, spans and the author's spacing and quotes are gone.
  public static String print(Expression expression) {
    throw new UnsupportedOperationException("comes soon" + expression);
  }
}
