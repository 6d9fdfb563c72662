package dev.gatewayctl.cli;

import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.policy.golden.Goldens;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Runs command lines as a user would and compares what comes out. A case is a file
/// `golden/COMMAND/NAME.cmd` of lines:
///
/// ```
/// # why the case is there
/// example quickstart            copies examples/quickstart into the case's folder
/// env NO_COLOR=1                sets a variable; there are no others
/// port                          holds a loopback port meanwhile; `$PORT` is its number
/// gatewayctl check gateway.yaml the command, words as a shell takes them, '...' and "..." known
/// <                             all lines below are standard input
/// ```
///
/// The files of `NAME.files` are copied as well. The run has a folder, a clock that stands and a
/// seeded random of its own; the only things replaced in its output are the name of that folder, by
/// `FOLDER`, and the held port, by `PORT`. Beside it stand `.out`, `.err` (each when something was
/// written) and `.exit`.
final class CommandGoldenTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final long SEED = 20261124;

  @TestFactory
  Stream<DynamicTest> commands() {
    return Goldens.of("", ".cmd", ".out", ".err", ".exit").tests(CommandGoldenTest::run);
  }

  private static Map<String, String> run(Goldens.Case golden) throws IOException {
    Path folder = Files.createTempDirectory("golden").toRealPath();
    try (ServerSocket held = held(golden.input())) {
      if (Files.isDirectory(golden.files())) {
        copy(golden.files(), folder);
      }
      String port = held.isBound() ? Integer.toString(held.getLocalPort()) : "";
      Map<String, String> outputs = run(golden.input().replace("$PORT", port), folder);
      if (!port.isEmpty()) {
        outputs.replaceAll((suffix, text) -> text.replace(port, "PORT"));
      }
      return outputs;
    } finally {
      delete(folder);
    }
  }

  private static ServerSocket held(String input) throws IOException {
    ServerSocket held = new ServerSocket();
    if (input.lines().anyMatch("port"::equals)) {
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
    return held;
  }

  private static Map<String, String> run(String input, Path folder) throws IOException {
    Map<String, String> environment = new HashMap<>();
    List<String> words = List.of();
    int split = input.indexOf("\n<\n");
    String typed = split < 0 ? "" : input.substring(split + 3);
    for (String line : (split < 0 ? input : input.substring(0, split)).lines().toList()) {
      List<String> parts = words(line);
      if (parts.isEmpty() || parts.getFirst().startsWith("#")) {
        continue;
      }
      switch (parts.getFirst()) {
        case "example" -> copy(Path.of("..", "examples", parts.get(1)), folder);
        case "env" -> {
          String[] pair = parts.get(1).split("=", 2);
          environment.put(pair[0], pair[1]);
        }
        case "port" -> {} // held around the run
        case "gatewayctl" -> words = parts.subList(1, parts.size());
        default -> throw new IllegalArgumentException("not a line of a case: " + line);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        Console.of(
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Console.World(
                environment, folder, false, false, InstantSource.fixed(NOW), new Random(SEED)));
    int exit = Main.run(console, words.toArray(String[]::new));
    Map<String, String> outputs = new TreeMap<>();
    outputs.put(".exit", exit + "\n");
    put(outputs, ".out", out, folder);
    put(outputs, ".err", err, folder);
    return outputs;
  }

  private static void put(
      Map<String, String> outputs, String suffix, ByteArrayOutputStream written, Path folder) {
    String text = written.toString(StandardCharsets.UTF_8);
    if (!text.isEmpty()) {
      outputs.put(suffix, text.replace(folder.toString(), "FOLDER"));
    }
  }

  /// The words of a line: separated by blanks, which quotes take in; nothing is escaped.
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (c == ' ') {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, IOException failure)
              throws IOException {
            Files.delete(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
