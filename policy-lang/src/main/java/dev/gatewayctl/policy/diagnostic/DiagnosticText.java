package dev.gatewayctl.policy.diagnostic;

import java.util.List;

/// Draws diagnostics for people: the message, the lines of the source with carets, the help.
public final class DiagnosticText {
  private DiagnosticText() {}

  /// All of them, an empty line between two.
  public static String render(List<Diagnostic> diagnostics, boolean colour) {
    var out = new StringBuilder();
    for (Diagnostic diagnostic : diagnostics) {
      if (!out.isEmpty()) {
        out.append('\n');
      }
      out.append(diagnostic.severity().word())
          .append('[')
          .append(diagnostic.code().id())
          .append("]: ")
          .append(diagnostic.message())
          .append("\n  --> ")
          .append(diagnostic.span())
          .append('\n');
    }
    return out.toString();
  }
}
