package dev.gatewayctl.cli.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.cli.command.CommandModel;
import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What the documents say is so: types exist, links lead somewhere, policies compile, command lines
/// parse.
class DocsTest {
  private static final Pattern TYPE = Pattern.compile("[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)?");
  private static final Pattern COMMAND = Pattern.compile("^(?:\\./)?gatewayctl( .*)?$");
  private static final Pattern PACKAGE_ROW =
      Pattern.compile("^\\| `((?:policy|runtime|cli)(?:\\.[a-z]+)?)` \\|.*");

  private static final List<Documents.Document> DOCUMENTS = Documents.all();

  @Test
  void theTypesOfTheArchitectureExist() throws IOException {
    Set<String> declared = new TreeSet<>();
    for (String module : Sources.MODULES) {
      for (String part : List.of("src/main/java", "src/test/java")) {
        Path folder = Sources.ROOT.resolve(module).resolve(part);
        try (Stream<Path> walk = Files.walk(folder)) {
          walk.map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .forEach(name -> declared.add(name.substring(0, name.length() - 5)));
        }
      }
    }
    Set<String> unknown = new TreeSet<>();
    int seen = 0;
    for (Documents.Document document : DOCUMENTS) {
      boolean pages =
          document.name().equals("docs/architecture.md")
              || document.name().equals("CONTRIBUTING.md")
              || document.name().startsWith("docs/design/");
      for (String code : pages ? document.codes() : List.<String>of()) {
        String first = code.split("[.#(]", 2)[0];
        if (TYPE.matcher(first).matches()) {
          seen++;
          if (!declared.contains(first)) {
            unknown.add(document.name() + ": " + code);
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(50);
    assertThat(unknown).as("types that are named and do not exist").isEmpty();
  }

  @Test
  void relativeLinksLeadSomewhere() {
    List<String> dead = new ArrayList<>();
    for (Documents.Document document : DOCUMENTS) {
      for (String link : document.links()) {
        String path = link.split("#", 2)[0];
        boolean elsewhere = link.contains("://") || link.startsWith("mailto:") || path.isEmpty();
        if (!elsewhere && !Files.exists(document.file().resolveSibling(path))) {
          dead.add(document.name() + ": " + link);
        }
      }
    }
    assertThat(dead).as("links that lead nowhere").isEmpty();
  }

  @Test
  void everyWholePolicyCompiles() {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Documents.Document document : DOCUMENTS) {
      Map<String, String> files = new HashMap<>();
      for (Documents.Block block : document.blocks()) {
        // Of a diagnostic's page the examples are compiled by a test of their own.
        if (!block.language().equals("yaml")
            || !block.text().startsWith("gateway: v1")
            || document.name().equals("docs/reference/diagnostics.md")) {
          continue;
        }
        seen++;
        files.put("gateway.yaml", block.text());
        Compilation compilation =
            PolicyCompiler.compile(
                "gateway.yaml",
                name ->
                    files.containsKey(name)
                        ? new dev.gatewayctl.policy.Sources.Found(
                            SourceFile.of(name, files.get(name)))
                        : new dev.gatewayctl.policy.Sources.Unreadable("no such file"));
        if (!compilation.diagnostics().isEmpty()) {
          wrong.add(
              document.name() + ":\n" + DiagnosticText.render(compilation.diagnostics(), false));
        }
      }
    }
    assertThat(seen).isPositive();
    assertThat(wrong).as("policies of the documents with errors or warnings").isEmpty();
  }

  @Test
  void everyCommandLineParses() {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Documents.Document document : DOCUMENTS) {
      for (Documents.Block block : document.blocks()) {
        if (!block.language().equals("sh")) {
          continue;
        }
        for (String line : block.text().replace("\\\n", " ").lines().toList()) {
          Matcher command = COMMAND.matcher(beforeShellWords(line.strip()));
          if (command.matches()) {
            seen++;
            problem(command.group(1)).ifPresent(why -> wrong.add(document.name() + ": " + why));
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(10);
    assertThat(wrong).as("command lines that do not parse").isEmpty();
  }

  /// The part of a line up to what belongs to the shell.
  private static String beforeShellWords(String line) {
    return line.split(" (?:\\||>|<|&|&&|;|#)(?: |$)", 2)[0].strip();
  }

  private static java.util.Optional<String> problem(String line) {
    String[] words = line == null ? new String[0] : shellWords(line.strip());
    CommandLine model = CommandModel.commandLine();
    try {
      model.parseArgs(words);
      return java.util.Optional.empty();
    } catch (CommandLine.ParameterException e) {
      return java.util.Optional.of("gatewayctl" + line + ": " + e.getMessage());
    }
  }

  private static String[] shellWords(String line) {
    Matcher words = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)").matcher(line);
    List<String> all = new ArrayList<>();
    while (words.find()) {
      for (int group = 1; group <= 3; group++) {
        if (words.group(group) != null) {
          all.add(words.group(group));
        }
      }
    }
    return all.toArray(String[]::new);
  }

  @Test
  void theTableOfPackagesIsTheirOrder() {
    List<String> table =
        Documents.named("docs/architecture.md")
            .text()
            .lines()
            .map(PACKAGE_ROW::matcher)
            .filter(Matcher::matches)
            .map(row -> row.group(1))
            .toList();
    List<String> order = new ArrayList<>();
    order.addAll(PackageOrder.full("policy", PackageOrder.POLICY));
    order.addAll(PackageOrder.full("runtime", PackageOrder.RUNTIME));
    order.addAll(PackageOrder.full("cli", PackageOrder.CLI));
    assertThat(table).isEqualTo(order);
  }

  @Test
  void theReadmeHoldsItsTwoCommands() {
    List<String> commands =
        Documents.named("README.md").blocks().stream()
            .filter(block -> block.language().equals("sh"))
            .map(block -> block.text().strip())
            .toList();
    assertThat(commands).contains("./gatewayctl demo", "mvn verify");
  }

  @Test
  void theGlossaryGivesEachWordOneMeaning() {
    List<String> words =
        Documents.named("docs/glossary.md")
            .text()
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| word "))
            .map(line -> line.split("\\|", 3)[1].strip())
            .toList();
    assertThat(words).hasSizeGreaterThan(30).doesNotHaveDuplicates().isSorted();
  }
}
