package dev.gatewayctl.policy.expression;

/// Normalises the spacing of an expression and nothing else.
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class ExpressionFormatter {
  private ExpressionFormatter() {}

  /// The same tokens, comments and line breaks with spacing normalised; a text that is no sequence
  /// of tokens comes back as it is. `format(format(x))` is `format(x)`.
  public static String format(String text) {
    throw new UnsupportedOperationException("comes soon" + text);
  }
}
