package dev.gatewayctl.cli.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.cli.command.CommandModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What commands print as JSON is as the schemas in `docs/reference/json/` say.
class JsonSchemaTest {
  private static final Path FOLDER = Sources.ROOT.resolve("docs/reference/json");

  private static final Path TESTS = Sources.ROOT.resolve("examples/quickstart/gateway.test.yaml");

  /// Two records of the log's own form, so that a report has rows.
  private static final String RECORDS =
      """
      {"v":1,"type":"exchange","id":"ex_aaaaaaaaaaaaaaaaaaaaaaaaaa","time":"2026-11-24T10:00:00Z",\
      "ended":"2026-11-24T10:00:01Z","policy_digest":"sha256:00","surface":"chat","stream":false,\
      "principal":{"team":"support"},"model":"fast","target":"openai/gpt-5-mini",\
      "provider":"openai","decision":"allow","status":200,"rules":[],"exceptions":[],"tags":[],\
      "findings":[{"phase":"request","kind":"email","detector":"email","location":"user",\
      "latest":true,"count":2,"score":0.9}],"scores":{},"scanned":["email"],"masked":{"email":2},\
      "stripped":[],"attempts":[],"usage":{"input":10,"output":5},"cost_nanos":12500,\
      "price_version":"2026-11-24","latency_ms":900,"outcome":"complete","facts":{}}
      """;

  /// A schema and a command line whose output it describes; `@` stands before a file of the
  /// repository.
  record Run(String schema, int exit, String input, List<String> words) {
    static Run of(String schema, String line) {
      return new Run(schema, 0, "", List.of(line.split(" ", -1)));
    }
  }

  static List<Run> runs() {
    return List.of(
        Run.of("version", "version --format json"),
        Run.of("keys", "keys new --format json"),
        new Run("keys", 0, "gk_anything\n", List.of("keys", "hash", "--format", "json")),
        Run.of("detectors-list", "detectors list --format json"),
        Run.of("detectors-list", "detectors list -p @secrets-firewall --format json"),
        new Run(
            "detectors-scan",
            0,
            "mail jane@example.org, card 4111 1111 1111 1111, maybe 415-555-0132",
            List.of("detectors", "scan", "--format", "json")),
        Run.of("check", "check @quickstart @eu-privacy @many-providers --format json"),
        new Run("check", 1, "", List.of("check", "wrong.yaml", "--format", "json")),
        Run.of("compile", "compile @quickstart --emit json"),
        Run.of("compile", "compile @team-limits --emit json"),
        Run.of("compile", "compile @eu-privacy --emit json"),
        Run.of("report", "report log.jsonl --format json"),
        Run.of("report", "report log.jsonl --by team,day,rule --kind usage --format json"),
        Run.of("replay", "replay log.jsonl -p @quickstart --expect any --format json"),
        new Run(
            "eval",
            0,
            "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}\nbad\n",
            List.of("eval", "-", "-p", "@quickstart", "--format", "json")),
        Run.of("prompt", "test-prompt jane@example.org --model echo -p @quickstart --format json"),
        new Run(
            "prompt",
            1,
            "",
            List.of(
                "test-prompt",
                "AKIAZ7Q2M4T6W8X3Y5RB",
                "--model",
                "echo",
                "-p",
                "@quickstart",
                "--format",
                "json")),
        Run.of("tests", "test-prompt --tests " + TESTS + " -p @quickstart --format json"));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void theOutputIsAsItsSchemaSays(Run run, @TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("log.jsonl"), RECORDS);
    Files.writeString(
        folder.resolve("wrong.yaml"),
        """
        gateway: v1
        providers: { a: { protocol: script } }
        models: { m: { targets: [a/x], price: { input: 1, output: 1 }, aliases: [n, n] } }
        rules: { r: { when: model.name == 'k', deny: "no" } }
        """);
    String[] words =
        run.words().stream()
            .map(
                word ->
                    word.startsWith("@")
                        ? Sources.ROOT
                            .resolve("examples")
                            .resolve(word.substring(1))
                            .resolve("gateway.yaml")
                            .toString()
                        : word)
            .toArray(String[]::new);
    CommandModel.Ran ran = CommandModel.run(folder, run.input(), words);
    assertThat(ran.exit()).as(ran.err()).isEqualTo(run.exit());
    JsonSchema schema = JsonSchema.of(FOLDER.resolve(run.schema() + ".schema.json"));
    assertThat(schema.problems(ran.out())).as(ran.out()).isEmpty();
  }

  @Test
  void everySchemaHasARun() throws IOException {
    Set<String> tried = runs().stream().map(Run::schema).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(FOLDER)) {
      Set<String> written =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".schema.json"))
              .map(name -> name.replace(".schema.json", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(tried).containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @Test
  void theCheckerSeesWhatIsWrong() throws IOException {
    JsonSchema version = JsonSchema.of(FOLDER.resolve("version.schema.json"));
    assertThat(version.problems("{\"version\": 2, \"gatewayctl\": 7, \"prices\": \"x\"}"))
        .containsExactlyInAnyOrder(
            "$.version is not 1", "$.gatewayctl is no string", "$ has no java");
  }
}
