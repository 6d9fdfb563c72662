package dev.gatewayctl.policy;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.Severity;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.List;
import java.util.Optional;

/// What the compiler makes of a policy.
///
/// @param graph empty exactly when a diagnostic is an error
/// @param diagnostics sorted by file and place
/// @param files every file that was read, the root first
public record Compilation(
    Optional<RuleGraph> graph, List<Diagnostic> diagnostics, List<SourceFile> files) {
  public Compilation {
    diagnostics = List.copyOf(diagnostics);
    files = List.copyOf(files);
  }

  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(each -> each.severity() == Severity.ERROR);
  }
}
