package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.random.RandomGenerator;
import picocli.CommandLine;

/// The command line as the tests of the documents see it: parsed, or run in a folder.
public final class CommandModel {
  private CommandModel() {}

  /// What a run printed.
  public record Ran(int exit, String out, String err) {}

  /// The parser with every verb.
  public static CommandLine commandLine() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    return GatewayctlCommand.commandLine(console(Path.of(""), "", nowhere, nowhere));
  }

  /// Runs one command line in a folder, on a standard input.
  public static Ran run(Path folder, String input, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      exit = GatewayctlCommand.execute(console(folder, input, outStream, errStream), arguments);
    }
    return new Ran(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static Console console(Path folder, String input, PrintStream out, PrintStream err) {
    return Console.of(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        out,
        err,
        new Console.World(
            Map.of(),
            folder,
            false,
            false,
            () -> Instant.parse("2026-11-24T10:00:00Z"),
            RandomGenerator.of("L64X128MixRandom")));
  }
}
