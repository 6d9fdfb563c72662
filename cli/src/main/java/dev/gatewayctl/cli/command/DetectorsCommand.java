package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.FormatOption;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.cli.console.TextTable;
import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.graph.DetectorNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "detectors",
    description = "List, show and try the detectors of personal data and secrets.",
    subcommands = {
      DetectorsCommand.ListAll.class,
      DetectorsCommand.Show.class,
      DetectorsScanCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class DetectorsCommand extends Verb {
  DetectorsCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    throw CommandFailure.usage("detectors needs a command: list, show or scan");
  }

  /// The policy that was named, or the one in this folder, or none.
  static Optional<RuleGraph> policy(Console console, @Nullable String named) {
    if (named == null && !Files.exists(console.path(PolicyFile.DEFAULT))) {
      return Optional.empty();
    }
    return Optional.of(
        PolicyFile.at(console, named == null ? PolicyFile.DEFAULT : named).require());
  }

  /// The page of a built-in detector.
  static String page(DetectorDefinition detector) {
    StringBuilder page = new StringBuilder("# " + detector.id() + "\n\n");
    page.append("Finds the kind `").append(detector.kind()).append("` (");
    page.append(String.join(", ", detector.classes())).append(").\n\n");
    detector
        .country()
        .ifPresent(country -> page.append("country    ").append(country).append('\n'));
    page.append("severity   ").append(detector.severity()).append('\n');
    page.append("controls   ").append(String.join(" ", detector.controls())).append('\n');
    page.append("pattern    ").append(detector.pattern()).append('\n');
    detector
        .validator()
        .ifPresent(validator -> page.append("validator  ").append(validator).append('\n'));
    if (!detector.context().isEmpty()) {
      page.append("context    ").append(String.join(", ", detector.context()));
      page.append(" within ").append(detector.contextReach()).append(" characters before\n");
    }
    page.append("threshold  ").append(detector.threshold()).append('\n');
    page.append("digest     ").append(DetectorCatalog.builtIn().digest(detector.id()));
    page.append("\n\nFound in:\n");
    detector.positives().forEach(example -> page.append("  ").append(line(example.text())));
    page.append("\nNot found in:\n");
    detector.negatives().forEach(example -> page.append("  ").append(line(example)));
    return page.toString();
  }

  private static String line(String text) {
    return text.strip().replace("\n", "\\n") + "\n";
  }

  @Command(name = "list", description = "List the detectors: the built-in ones, or a policy's.")
  static final class ListAll extends Verb {
    @Option(
        names = {"-p", "--policy"},
        paramLabel = "FILE",
        description = "Those that this policy reaches; default: gateway.yaml when there is one.")
    private @Nullable String policy;

    @Mixin private FormatOption format = new FormatOption();

    ListAll(Console console) {
      super(console);
    }

    private record Row(String id, String kind, Collection<String> classes, String origin) {}

    @Override
    int run() {
      List<Row> rows =
          policy(console(), policy)
              .map(graph -> graph.detectors().values().stream().map(ListAll::row).toList())
              .orElseGet(
                  () ->
                      DetectorCatalog.builtIn().all().stream()
                          .map(d -> new Row(d.id(), d.kind(), d.classes(), "built-in"))
                          .toList());
      TextTable table = TextTable.of("detector", "kind", "classes", "origin");
      rows.forEach(
          row -> table.row(row.id(), row.kind(), String.join(" ", row.classes()), row.origin()));
      format.print(
          console(),
          table.render(),
          json -> {
            json.name("detectors").beginArray();
            for (Row row : rows) {
              json.beginObject().name("id").value(row.id()).name("kind").value(row.kind());
              json.name("classes").beginArray();
              row.classes().forEach(json::value);
              json.endArray().name("origin").value(row.origin()).endObject();
            }
            json.endArray();
          });
      return ExitCode.FINE;
    }

    private static Row row(DetectorNode node) {
      return new Row(
          node.id(),
          node.kind(),
          node.classes(),
          node.builtIn().isPresent() ? "built-in" : "policy");
    }
  }

  @Command(name = "show", description = "Show one built-in detector with its examples.")
  static final class Show extends Verb {
    @Parameters(paramLabel = "ID", description = "The detector.")
    private String id = "";

    Show(Console console) {
      super(console);
    }

    @Override
    int run() {
      DetectorCatalog catalog = DetectorCatalog.builtIn();
      DetectorDefinition detector =
          catalog
              .find(id)
              .orElseThrow(
                  () -> {
                    List<String> ids = catalog.all().stream().map(DetectorDefinition::id).toList();
                    return CommandFailure.input(
                        "there is no built-in detector `"
                            + id
                            + "`"
                            + Spelling.nearest(id, ids)
                                .map(near -> "; did you mean `" + near + "`?")
                                .orElse(""));
                  });
      console().print(page(detector));
      return ExitCode.FINE;
    }
  }
}
