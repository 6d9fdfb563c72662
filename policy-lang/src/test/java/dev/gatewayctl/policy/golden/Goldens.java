package dev.gatewayctl.policy.golden;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/// Golden tests of one folder. A case is a file `NAME` + input suffix anywhere below
/// `src/test/resources/golden/FOLDER` of the module; its expectations are the files `NAME` + output
/// suffix beside it. What a case needs besides (included files, say) stands in the directory
/// `NAME.files`, which is not searched for cases.
///
/// A case fails when an expectation differs, is missing, or is there although nothing like it came
/// out. A last test fails when a file belongs to no case. With `-Dgolden.update=true` the files are
/// brought up to date, and whatever had to change still fails: an update is looked at, then run
/// again.
///
/// ```java
/// @TestFactory
/// Stream<DynamicTest> goldens() {
///   return Goldens.of("format", ".yaml", ".out").tests(c -> Map.of(".out", format(c.input())));
/// }
/// ```
public final class Goldens {
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  private final Path folder;
  private final String inputSuffix;
  private final List<String> outputSuffixes;

  private Goldens(Path folder, String inputSuffix, List<String> outputSuffixes) {
    this.folder = folder;
    this.inputSuffix = inputSuffix;
    this.outputSuffixes = outputSuffixes;
  }

  /// The cases of a folder below `golden`, of the module whose directory is the working directory.
  public static Goldens of(String folder, String inputSuffix, String... outputSuffixes) {
    Path root = Path.of("src", "test", "resources", "golden");
    return new Goldens(root.resolve(folder), inputSuffix, List.of(outputSuffixes));
  }

  /// What comes out of a case: each text by its output suffix.
  @FunctionalInterface
  public interface Run {
    Map<String, String> outputs(Case golden) throws Exception;
  }

  /// One case.
  ///
  /// @param name the path below the folder, without the input suffix, with `/`
  /// @param file the input
  /// @param input its text
  public record Case(String name, Path file, String input) {
    /// The directory of what the case needs besides its input.
    public Path files() {
      String last = Path.of(name).getFileName().toString();
      return file.resolveSibling(last + ".files");
    }
  }

  /// The inputs alone, for properties that hold for all of them.
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Path file : files()) {
      String path = relative(file);
      if (path.endsWith(inputSuffix)) {
        String name = path.substring(0, path.length() - inputSuffix.length());
        cases.add(new Case(name, file, read(file)));
      }
    }
    return cases;
  }

  /// One test per case and one for orphans.
  public Stream<DynamicTest> tests(Run run) {
    List<Case> cases = cases();
    List<DynamicTest> tests = new ArrayList<>();
    for (Case golden : cases) {
      tests.add(
          DynamicTest.dynamicTest(golden.name(), golden.file().toUri(), () -> check(golden, run)));
    }
    tests.add(DynamicTest.dynamicTest("no orphans", () -> orphans(cases)));
    return tests.stream();
  }

  private void check(Case golden, Run run) throws Exception {
    var actual = new TreeMap<>(run.outputs(golden));
    List<String> problems = new ArrayList<>();
    for (String suffix : new TreeSet<>(actual.keySet())) {
      if (!outputSuffixes.contains(suffix)) {
        throw new IllegalArgumentException("undeclared output suffix " + suffix);
      }
    }
    for (String suffix : outputSuffixes) {
      Path file = expectation(golden, suffix);
      String now = actual.get(suffix);
      String before = Files.exists(file) ? read(file) : null;
      if (!Objects.equals(now, before)) {
        problems.add(difference(file, before, now));
        update(file, now);
      }
    }
    if (!problems.isEmpty()) {
      fail(String.join("\n", problems));
    }
  }

  private static String difference(Path file, @Nullable String before, @Nullable String now) {
    if (before == null) {
      return "no expectation " + file + "; came out:\n" + now;
    }
    if (now == null) {
      return "an expectation that nothing produced: " + file;
    }
    String[] was = before.split("\n", -1);
    String[] is = now.split("\n", -1);
    int line = 0;
    while (line < was.length && line < is.length && was[line].equals(is[line])) {
      line++;
    }
    String expected = line < was.length ? was[line] : "(end)";
    String actual = line < is.length ? is[line] : "(end)";
    return "%s:%d\n  expected: %s\n  actual:   %s\nall of it:\n%s"
        .formatted(file, line + 1, expected, actual, now);
  }

  private static void update(Path file, @Nullable String now) throws IOException {
    if (!UPDATE) {
      return;
    }
    if (now == null) {
      Files.delete(file);
    } else {
      Files.writeString(file, now);
    }
  }

  private void orphans(List<Case> cases) throws IOException {
    var known = new TreeSet<Path>();
    for (Case golden : cases) {
      known.add(golden.file());
      outputSuffixes.forEach(suffix -> known.add(expectation(golden, suffix)));
    }
    List<Path> orphans = files().stream().filter(file -> !known.contains(file)).toList();
    for (Path orphan : orphans) {
      update(orphan, null);
    }
    if (!orphans.isEmpty() || cases.isEmpty()) {
      fail(cases.isEmpty() ? "no case in " + folder : "files of no case: " + orphans);
    }
  }

  private Path expectation(Case golden, String suffix) {
    return folder.resolve(golden.name() + suffix);
  }

  private String relative(Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private List<Path> files() {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !relative(file).contains(".files/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
