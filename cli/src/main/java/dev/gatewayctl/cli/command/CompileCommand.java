package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.GraphJson;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.policy.graph.GraphText;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compile",
    description = "Compile a policy and print its rule graph and digest.",
    footer = {
      "",
      "Examples:",
      "  gatewayctl compile",
      "  gatewayctl compile --emit dot | dot -Tsvg > policy.svg",
      "",
      "Exit: 1 when the policy does not compile."
    })
final class CompileCommand extends Verb {
  /// What is printed.
  enum Emit {
    TEXT,
    JSON,
    DOT,
    MERMAID;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      paramLabel = "POLICY",
      arity = "0..1",
      defaultValue = PolicyFile.DEFAULT,
      description = "The policy; default: ${DEFAULT-VALUE}.")
  private String policy = PolicyFile.DEFAULT;

  @Option(
      names = "--emit",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "What to print: ${COMPLETION-CANDIDATES}; default: text.")
  private Emit emit = Emit.TEXT;

  CompileCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    RuleGraph graph = PolicyFile.orInput(console(), policy).require(ExitCode.FAILED);
    console()
        .print(
            switch (emit) {
              case TEXT -> GraphText.text(graph);
              case DOT -> GraphText.dot(graph);
              case MERMAID -> GraphText.mermaid(graph);
              case JSON -> GraphJson.render(graph);
            });
    return ExitCode.FINE;
  }
}
