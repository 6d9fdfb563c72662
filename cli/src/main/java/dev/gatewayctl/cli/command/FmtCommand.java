package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.LineDiff;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Severity;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.format.PolicyFormatter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "fmt",
    description = "Rewrite policies in the standard form; comments stay.",
    footer = {
      "",
      "Examples:",
      "  gatewayctl fmt",
      "  gatewayctl fmt --diff policies/*.yaml",
      "  gatewayctl fmt - < draft.yaml",
      "",
      "Exit: with --check, 1 when something would change; 1 on a syntax error."
    })
final class FmtCommand extends Verb {
  @Parameters(
      paramLabel = "POLICY",
      arity = "0..*",
      description = "Policies, - for standard input; default: gateway.yaml.")
  private List<String> policies = new ArrayList<>();

  @Option(names = "--check", description = "Change nothing; say what would change.")
  private boolean check;

  @Option(names = "--diff", description = "Change nothing; show what would change.")
  private boolean diff;

  private static final int MOST_BYTES = 4 << 20;

  FmtCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    boolean changes = false;
    boolean broken = false;
    for (String name : policies.isEmpty() ? List.of(PolicyFile.DEFAULT) : policies) {
      String text = read(name);
      Optional<String> formatted = format(name, text);
      if (formatted.isEmpty()) {
        broken = true;
        continue;
      }
      boolean changed = !formatted.get().equals(text);
      changes |= changed;
      if (diff) {
        console().print(LineDiff.render(name, text, formatted.get()));
      } else if (check) {
        if (changed) {
          console().line(name);
        }
      } else if (name.equals("-")) {
        console().print(formatted.get());
      } else if (changed) {
        PolicyFile.replace(console(), name, formatted.get());
        console().note("formatted " + name);
      }
    }
    return broken || (check && changes) ? ExitCode.FAILED : ExitCode.FINE;
  }

  private String read(String name) {
    if (name.equals("-")) {
      return console().readInText(MOST_BYTES);
    }
    try {
      return Files.readString(PolicyFile.at(console(), name).path());
    } catch (IOException e) {
      throw CommandFailure.input("cannot read `" + name + "` as UTF-8 text");
    }
  }

  private Optional<String> format(String name, String text) {
    PolicyFormatter.Formatted formatted = PolicyFormatter.format(SourceFile.of(name, text));
    if (!formatted.diagnostics().isEmpty()) {
      console().err().print(DiagnosticText.render(formatted.diagnostics(), console().colourErr()));
    }
    boolean broken =
        formatted.diagnostics().stream().anyMatch(each -> each.severity() == Severity.ERROR);
    return broken ? Optional.empty() : Optional.of(formatted.text());
  }
}
