package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.DiagnosticReport;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.Fixes;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.Severity;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.upstream.Providers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description = "Compile policies and show every error and warning.",
    footer = {
      "",
      "Examples:",
      "  gatewayctl check",
      "  gatewayctl check --fix",
      "  gatewayctl check --strict --format sarif policies/*.yaml > check.sarif",
      "",
      "Exit: 1 when there is an error (with --strict also a warning)."
    })
final class CheckCommand extends Verb {
  /// A fix may uncover another mistake; more rounds than this would be a circle.
  private static final int MOST_ROUNDS = 10;

  @Parameters(
      paramLabel = "POLICY",
      arity = "0..*",
      description = "Policies; default: gateway.yaml.")
  private List<String> policies = new ArrayList<>();

  @Option(
      names = "--strict",
      description =
          "Fail on warnings; environment variables and files behind references must be there.")
  private boolean strict;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How to print: ${COMPLETION-CANDIDATES}; default: text.")
  private DiagnosticReport.Format format = DiagnosticReport.Format.TEXT;

  @Option(
      names = "--fix",
      description = "Apply the suggestions that are certain, then check again.")
  private boolean fix;

  CheckCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    if (fix && policies.contains("-")) {
      throw CommandFailure.usage("`--fix` rewrites files, and `-` is none");
    }
    List<DiagnosticReport.Checked> checked = new ArrayList<>();
    for (String name : policies.isEmpty() ? List.of(PolicyFile.DEFAULT) : policies) {
      PolicyFile file = PolicyFile.orInput(console(), name);
      Compilation compilation = fix ? fixed(file) : file.compile();
      checked.add(
          new DiagnosticReport.Checked(
              name,
              compilation.graph().map(RuleGraph::policyDigest),
              compilation.diagnostics(),
              compilation
                  .graph()
                  .map(graph -> Providers.missing(graph, HostEnvironment.of(console(), file)))
                  .orElse(List.of())));
    }
    console()
        .print(
            DiagnosticReport.render(
                checked, new DiagnosticReport.Style(format, console().colourOut(), strict)));
    long missing = checked.stream().mapToLong(each -> each.missing().size()).sum();
    long errors = count(checked, Severity.ERROR) + (strict ? missing : 0);
    long warnings = count(checked, Severity.WARNING) + (strict ? 0 : missing);
    if (format == DiagnosticReport.Format.TEXT) {
      console().note(summary(checked.size(), errors, warnings));
    }
    return errors > 0 || (strict && warnings > 0) ? ExitCode.FAILED : ExitCode.FINE;
  }

  /// Compiles, and as long as that brings suggestions, applies them and compiles again.
  private Compilation fixed(PolicyFile file) {
    Compilation compilation = file.compile();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Map<SourceFile, String> texts = Fixes.apply(compilation.diagnostics());
      if (texts.isEmpty()) {
        break;
      }
      texts.forEach(
          (source, text) -> {
            PolicyFile.replace(console(), source.name(), text);
            console().note("fixed " + source.name());
          });
      compilation = file.compile();
    }
    return compilation;
  }

  private static long count(List<DiagnosticReport.Checked> checked, Severity severity) {
    return checked.stream()
        .flatMap(each -> each.diagnostics().stream())
        .map(Diagnostic::severity)
        .filter(severity::equals)
        .count();
  }

  private static String summary(int policies, long errors, long warnings) {
    String what = policies == 1 ? "1 policy" : policies + " policies";
    if (errors == 0 && warnings == 0) {
      return what + " checked: no errors, no warnings";
    }
    return "%s checked: %d error%s, %d warning%s"
        .formatted(what, errors, errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
  }
}
