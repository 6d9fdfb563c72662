package dev.gatewayctl.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatewayctl.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The scripts in `completions/` are those that the program prints. `-Dgolden.update=true` rewrites
/// them and still fails.
class CompletionTest {
  private static final Path FOLDER = Path.of("..", "completions");

  @ParameterizedTest
  @EnumSource(CompletionCommand.Shell.class)
  void theScriptsAreUpToDate(CompletionCommand.Shell shell) throws IOException {
    Path file = FOLDER.resolve("gatewayctl." + shell);
    String wanted = printed(shell.toString());
    String stands = Files.exists(file) ? Files.readString(file) : "";
    if (!stands.equals(wanted) && Boolean.getBoolean("golden.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, wanted);
    }
    assertThat(stands).isEqualTo(wanted);
    assertThat(wanted).contains("test-prompt", "report", "markdown");
  }

  @ParameterizedTest
  @CsvSource({"che, check", "eval --ma, --map", "report --format mark, markdown"})
  void bashCompletes(String typed, String expected) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "skipped: there is no bash");
    String words = "gatewayctl " + typed;
    int last = words.split(" ", -1).length - 1;
    String program =
        "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=%d;"
                .formatted(FOLDER.resolve("gatewayctl.bash"), words, last, words, words.length())
            + " _complete_gatewayctl; printf '%s\\n' \"${COMPREPLY[@]}\"";
    Process bash =
        new ProcessBuilder("/bin/bash", "--norc", "-c", program).redirectErrorStream(true).start();
    String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).isZero();
    assertThat(printed.lines().map(String::strip)).contains(expected);
  }

  private static String printed(String shell) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Console console =
        Console.of(
            new ByteArrayInputStream(new byte[0]),
            stream,
            stream,
            new Console.World(
                Map.of(),
                Path.of(""),
                false,
                false,
                InstantSource.system(),
                RandomGenerator.of("L64X128MixRandom")));
    assertThat(GatewayctlCommand.execute(console, "completion", shell)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
