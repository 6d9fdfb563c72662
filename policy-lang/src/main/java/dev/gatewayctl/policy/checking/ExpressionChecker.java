package dev.gatewayctl.policy.checking;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionText;
import dev.gatewayctl.policy.expression.Risks;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Type.Simple;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads and types expressions of one policy: text in, a checked [Expression] out. What is wrong is
/// reported, and what then has no type is null; an expression with errors may still have one.
public final class ExpressionChecker {
  private final Names names;
  private final Vocabulary vocabulary;
  private final Diagnostics out;

  private ExpressionChecker(Names names, Vocabulary vocabulary, Diagnostics out) {
    this.names = names;
    this.vocabulary = vocabulary;
    this.out = out;
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
    Parsed parsed = Parser.parse(text, 0, text.value().length(), out);
    Typing typing = new Typing(new Checking(names, vocabulary, out, scope), text);
    Expression typed = typing.check(parsed);
    if (typed == null) {
      return null;
    }
    if (expected != null && !typing.fits(typed, expected, typing.span(parsed), "this place")) {
      return null;
    }
    if (scope.absenceMustNotPass()) {
      Absences.check(typed, given, out);
    }
    warnOfErrors(typed, given);
    if (expected == Simple.BOOL) {
      warnOfConstants(typed);
    }
    return typed;
  }

  /// Checks the part `[start, end)` of a text, for the `${...}` of texts, in the scope `TEXT`.
  public @Nullable Expression checkInText(ScalarText text, int start, int end) {
    Parsed parsed = Parser.parse(text, start, end, out);
    return new Typing(new Checking(names, vocabulary, out, Scope.TEXT), text).check(parsed);
  }

  /// Where the expression that begins at `start` in a text meets its closing `}`: the offset of
  /// that brace, or -1 when it is missing.
  public static int endInText(String text, int start) {
    int open = 0;
    int at = start;
    while (at < text.length()) {
      Token token = Lexer.at(text, at);
      if (token.isSign("{")) {
        open++;
      } else if (token.isSign("}") && open-- == 0) {
        return token.start();
      } else if (token.kind() == Token.Kind.OPEN_STRING) {
        return -1;
      }
      at = token.end();
    }
    return -1;
  }

  /// Warns once of each expression: the first part that can be an error stands for all.
  private void warnOfErrors(Expression typed, @Nullable Expression given) {
    List<Risks.Risk> risks = Risks.of(typed, given);
    if (!risks.isEmpty()) {
      Risks.Risk risk = risks.getFirst();
      String part = ExpressionText.print(risk.part());
      out.report(
              DiagnosticCode.EXPRESSION_CAN_ERROR,
              risk.part().span(),
              "`" + NominalCheck.shown(part) + "` can be an error")
          .help(risk.why());
    }
  }

  private void warnOfConstants(Expression typed) {
    if (typed instanceof Expression.Literal) {
      return;
    }
    Constants.fold(typed)
        .ifPresent(
            value ->
                out.report(
                        value ? DiagnosticCode.ALWAYS_TRUE : DiagnosticCode.NEVER_TRUE,
                        typed.span(),
                        value ? "this condition is always true" : "this condition is never true")
                    .help(
                        value
                            ? "leave the condition out if that is meant"
                            : "what it guards never applies"));
  }
}
