package dev.gatewayctl.policy.diagnostic;

import java.util.List;
import java.util.Optional;

/// One thing that the author of a policy should know. `message` is one line in lower case, with
/// what the user wrote in back ticks; `labels` say something at further places, or at `span`
/// itself; `help` says what to write instead; `fix` is that change when a machine can make it.
public record Diagnostic(
    DiagnosticCode code,
    Severity severity,
    Span span,
    String message,
    List<Label> labels,
    List<String> help,
    Optional<Fix> fix) {
  public Diagnostic {
    labels = List.copyOf(labels);
    help = List.copyOf(help);
  }

  /// A remark at a place of the source.
  public record Label(Span span, String text) {}

  /// A change of the source that removes the cause.
  public record Fix(Span span, String replacement) {}
}
