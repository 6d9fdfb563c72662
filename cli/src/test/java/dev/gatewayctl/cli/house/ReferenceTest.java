package dev.gatewayctl.cli.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.cli.command.CommandModel;
import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The generated pages of the reference are what the program would write now.
/// `-Dgolden.update=true` rewrites them and still fails, so that nothing is changed unseen.
class ReferenceTest {
  private static final String GENERATED =
      "<!-- Written by ReferenceTest; -Dgolden.update=true rewrites it. -->\n\n";

  @Test
  void commands() throws IOException {
    StringBuilder page = page("Commands");
    page.append(
        "Results go to standard output, everything else to standard error. A policy is the operand"
            + " of\ncommands about it, by default `gateway.yaml`; other commands take"
            + " `--policy`.\n\n");
    CommandLine program = CommandModel.commandLine();
    verb(page, program, "gatewayctl");
    compare("cli.md", page);
  }

  private static void verb(StringBuilder page, CommandLine verb, String name) {
    page.append("## ").append(name).append("\n\n```text\n");
    page.append(verb.getUsageMessage(CommandLine.Help.Ansi.OFF).stripTrailing());
    page.append("\n```\n\n");
    verb.getSubcommands().forEach((word, next) -> verb(page, next, name + " " + word));
  }

  @Test
  void facts() throws IOException {
    StringBuilder page = page("Facts");
    page.append(
        "The values that conditions read. A fact exists from its first phase on, unless its phases"
            + " say\notherwise. *Absent* says what reading it means when an exchange has no such"
            + " value: `none` is equal\nto nothing and in no list (ask with `has`), *error* is the"
            + " third value of a condition. Facts of\n*content* are never written to a record or a"
            + " text.\n\n");
    page.append("## Executed\n\n");
    table(page, true);
    page.append("\n## Part of the language, not yet executed\n\n");
    page.append("Reading one is the error `not-yet-executed`.\n\n");
    table(page, false);
    compare("facts.md", page);
  }

  private static void table(StringBuilder page, boolean executes) {
    page.append("| fact | type | phases | absent | what it is |\n|---|---|---|---|---|\n");
    for (Fact fact : Vocabulary.standard().facts()) {
      if (fact.executes() == executes) {
        page.append("| `").append(fact.name()).append("` | ").append(fact.type().word());
        page.append(" | ").append(phases(fact)).append(" | ").append(absence(fact));
        page.append(" | ").append(fact.doc().replace("|", "\\|"));
        page.append(fact.contentFree() ? "" : " (content)").append(" |\n");
      }
    }
  }

  private static String phases(Fact fact) {
    String phases =
        Arrays.stream(Phase.values())
            .filter(fact.phases()::contains)
            .map(Phase::word)
            .collect(Collectors.joining(" "));
    return phases.isEmpty() ? "asserts" : phases;
  }

  private static String absence(Fact fact) {
    return switch (fact.absence()) {
      case NEVER -> "never";
      case NONE -> "`none`";
      case ERROR -> "error";
    };
  }

  @Test
  void diagnostics() throws IOException {
    StringBuilder page = page("Diagnostics");
    page.append(
        "What the compiler says about a policy. `gatewayctl explain ID` prints the same page.\n\n");
    for (DiagnosticCode code : DiagnosticCode.values()) {
      String explanation = lowered(code.explanation());
      int end = explanation.indexOf('\n');
      page.append(explanation, 0, end).append("\n\n");
      page.append("*").append(code.severity().word()).append("*\n");
      page.append("\n").append(explanation.substring(end).strip()).append("\n\n");
    }
    compare("diagnostics.md", page);
  }

  /// A page whose headings stand one level lower.
  private static String lowered(String page) {
    StringBuilder out = new StringBuilder();
    boolean fenced = false;
    for (String line : page.lines().toList()) {
      fenced ^= line.startsWith("```");
      boolean heading = !fenced && line.startsWith("#");
      out.append(heading ? "#" : "").append(line).append('\n');
    }
    return out.toString();
  }

  @Test
  void detectors() throws IOException {
    StringBuilder page = page("Detectors");
    DetectorCatalog catalog = DetectorCatalog.builtIn();
    page.append(catalog.all().size()).append(" built-in detectors. ");
    page.append("`gatewayctl detectors show ID` prints pattern and examples of one.\n\n");
    page.append("A match scores its *base*, *validated* when its check vouches for it, and at");
    page.append(" least *context* when a\ncontext word stands near. It counts from the");
    page.append(" *threshold* on.\n\n");
    page.append("| detector | kind | classes | country | severity | check | base | validated");
    page.append(" | context | threshold | controls |\n");
    page.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (DetectorDefinition detector : catalog.all()) {
      page.append("| `").append(detector.id()).append("` | `").append(detector.kind());
      page.append("` | ").append(String.join(" ", detector.classes()));
      page.append(" | ").append(detector.country().orElse(""));
      page.append(" | ").append(detector.severity());
      page.append(" | ").append(detector.validator().orElse(""));
      page.append(" | ").append(detector.scores().base());
      page.append(" | ").append(detector.scores().validated());
      page.append(" | ").append(detector.scores().context());
      page.append(" | ").append(detector.threshold());
      page.append(" | ").append(String.join(" ", detector.controls())).append(" |\n");
    }
    compare("detectors.md", page);
  }

  private static StringBuilder page(String title) {
    return new StringBuilder("# ").append(title).append("\n\n").append(GENERATED);
  }

  private static void compare(String name, StringBuilder page) throws IOException {
    String wanted = page.toString().stripTrailing() + "\n";
    Path file = Sources.ROOT.resolve("docs/reference").resolve(name);
    String stands = Files.exists(file) ? Files.readString(file) : "";
    if (!stands.equals(wanted) && Boolean.getBoolean("golden.update")) {
      Files.writeString(file, wanted);
    }
    assertThat(stands).as("%s; -Dgolden.update=true rewrites it", file).isEqualTo(wanted);
  }
}
