package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the YAML parser complains of, in words that name the cause.
final class SyntaxProblem {
  private SyntaxProblem() {}

  /// @param problem the parser's own sentence
  /// @param at where it gave up
  /// @param context where the piece began that it could not finish
  static void report(String problem, Span at, @Nullable Span context, Diagnostics out) {
    if (problem.contains("end of stream") && context != null) {
      simple(context, "this is never closed", "write the closing quote or bracket", out);
    } else if (problem.contains("could not find expected ':'")) {
      simple(
          context == null ? at : context,
          "a line without `: `",
          "write `key: value`; a text that goes on from the line above is indented more",
          out);
    } else if (problem.contains("mapping values are not allowed")) {
      simple(
          at,
          "a `:` that begins no value",
          "quote the value if `:` belongs to it; keys of one mapping stand in the same column",
          out);
    } else if (problem.contains("expected ',' or")) {
      label(at, "expected `,` or the closing bracket", context, "opened here", out);
    } else if (problem.contains("<block end>")) {
      label(at, "this does not belong here", context, "to what begins here", out)
          .help("keys of one mapping and dashes of one list stand in the same column");
    } else if (problem.contains("property name")) {
      simple(at, "a key is a text on one line", "write `key: value`", out);
    } else {
      String words = problem.lines().findFirst().orElse("").toLowerCase(Locale.ROOT);
      out.report(DiagnosticCode.YAML_SYNTAX, at, "not valid YAML: " + words);
    }
  }

  private static void simple(Span at, String message, String help, Diagnostics out) {
    out.report(DiagnosticCode.YAML_SYNTAX, at, message).help(help);
  }

  private static Diagnostics.Draft label(
      Span at, String message, @Nullable Span context, String label, Diagnostics out) {
    Diagnostics.Draft draft = out.report(DiagnosticCode.YAML_SYNTAX, at, message);
    return context == null ? draft : draft.label(context, label);
  }
}
