package dev.gatewayctl.policy.format;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.YamlReader;
import java.util.List;

/// Writes a policy file in its usual form: two spaces of indentation, one space behind `:`, flow
/// mappings as `{ a: b }`, at most one empty line, one between sections of several lines, comments
/// where they were, expressions with their usual spacing. Formatting twice is formatting once.
public final class PolicyFormatter {
  private PolicyFormatter() {}

  /// What came of it.
  ///
  /// @param text the new text; the old one when the file has errors
  /// @param diagnostics what the reader says; with an error nothing is changed
  public record Formatted(String text, List<Diagnostic> diagnostics) {
    public Formatted {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /// Formats a policy, or any other file of the same syntax.
  public static Formatted format(SourceFile file) {
    var out = new Diagnostics();
    SyntaxNode tree = YamlReader.readAny(file, out);
    if (tree == null || out.hasErrors()) {
      return new Formatted(file.text(), out.sorted());
    }
    String text = TreeWriter.write(file, tree);
    boolean windows = file.text().contains("\r\n");
    return new Formatted(windows ? text.replace("\n", "\r\n") : text, out.sorted());
  }
}
