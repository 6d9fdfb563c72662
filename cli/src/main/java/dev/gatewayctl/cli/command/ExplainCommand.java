package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    description = "Show the page of a diagnostic, a detector, a fact or a function.",
    footer = {
      "",
      "Examples:",
      "  gatewayctl explain unknown-model",
      "  gatewayctl explain iban",
      "  gatewayctl explain principal.team",
      "  gatewayctl explain startsWith",
      "",
      "Exit: 3 when nothing has that name."
    })
final class ExplainCommand extends Verb {
  @Parameters(paramLabel = "ID", description = "What to explain.")
  private String id = "";

  ExplainCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    String page =
        diagnostic()
            .or(this::detector)
            .or(this::fact)
            .or(() -> FunctionPage.of(id))
            .orElseThrow(() -> CommandFailure.input(unknown()));
    console().print(page.endsWith("\n") ? page : page + "\n");
    return ExitCode.FINE;
  }

  private Optional<String> diagnostic() {
    return DiagnosticCode.find(id).map(DiagnosticCode::explanation);
  }

  private Optional<String> detector() {
    return DetectorCatalog.builtIn().find(id).map(DetectorsCommand::page);
  }

  private Optional<String> fact() {
    return Vocabulary.standard()
        .find(id)
        .map(
            fact ->
                """
                # %s

                %s

                type    %s
                phases  %s
                absent  %s
                """
                        .formatted(
                            fact.name(),
                            sentence(fact.doc()),
                            fact.type().word(),
                            Arrays.stream(Phase.values())
                                .filter(fact.phases()::contains)
                                .map(Phase::word)
                                .collect(Collectors.joining(" ")),
                            absence(fact))
                    + (fact.executes() ? "" : "\nThis version does not compute it yet.\n"));
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  private static String absence(Fact fact) {
    return switch (fact.absence()) {
      case NEVER -> "never";
      case NONE -> "it is `none`: equal to nothing, in no list; ask with has()";
      case ERROR -> "reading it is an error; ask with has() first";
    };
  }

  private String unknown() {
    List<String> known = new ArrayList<>();
    Arrays.stream(DiagnosticCode.values()).map(DiagnosticCode::id).forEach(known::add);
    DetectorCatalog.builtIn().all().stream().map(DetectorDefinition::id).forEach(known::add);
    Vocabulary.standard().facts().stream().map(Fact::name).forEach(known::add);
    known.addAll(FunctionPage.names());
    return "nothing is known as `"
        + id
        + "`"
        + Spelling.nearest(id, known).map(near -> "; did you mean `" + near + "`?").orElse("");
  }
}
