package dev.gatewayctl.policy.expression;

import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.syntax.ScalarText;
import org.jspecify.annotations.Nullable;

/// Reads and types expressions of one policy: text in, a checked [Expression] out, or diagnostics
/// and null.
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class ExpressionChecker {
  private ExpressionChecker(Names names, Vocabulary vocabulary, Diagnostics out) {
    throw new UnsupportedOperationException("comes soon" + names + vocabulary + out);
  }

  /// A checker over what a policy declares.
  public static ExpressionChecker of(Names names, Vocabulary vocabulary, Diagnostics out) {
    return new ExpressionChecker(names, vocabulary, out);
  }

  /// Checks a whole scalar.
  ///
  /// @param expected the type that its place asks for; null: any
  public @Nullable Expression check(ScalarText text, @Nullable Type expected, Scope scope) {
    return check(text, expected, scope, null);
  }

  /// Checks a whole scalar whose value matters only where the condition `given` holds, such as the
  /// constraint of a `require` beside its `when`: what `given` guards is not warned of.
  public @Nullable Expression check(
      ScalarText text, @Nullable Type expected, Scope scope, @Nullable Expression given) {
    throw new UnsupportedOperationException("comes soon" + text + expected + scope + given);
  }

  /// Checks the part `[start, end)` of a text, for the `${...}` of texts, in the scope `TEXT`.
  public @Nullable Expression checkInText(ScalarText text, int start, int end) {
    throw new UnsupportedOperationException("comes soon" + text + start + end);
  }

  /// Where the expression that begins at `start` in a text meets its closing `}`: the offset of
  /// that brace, or -1 when it is missing.
  public static int endInText(String text, int start) {
    throw new UnsupportedOperationException("comes soon" + text + start);
  }
}
