package dev.gatewayctl.cli.console;

import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.List;
import java.util.Locale;

/// Results of tests of policies in the forms that people and build servers read.
public final class TestReport {
  private TestReport() {}

  public enum Format {
    TEXT,
    JSON,
    JUNIT,
    TAP,
    GITHUB;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One test.
  ///
  /// @param why one line for each expectation that does not hold; none when it passed
  public record Ran(String file, String name, List<String> why) {
    public Ran {
      why = List.copyOf(why);
    }

    public boolean passed() {
      return why.isEmpty();
    }
  }

  /// All of them in one form.
  public static String render(List<Ran> tests, Format format, Console console) {
    return switch (format) {
      case TEXT -> text(tests, console);
      case JSON -> json(tests);
      case JUNIT -> junit(tests);
      case TAP -> tap(tests);
      case GITHUB -> github(tests);
    };
  }

  private static String counted(List<Ran> tests) {
    long failed = tests.stream().filter(test -> !test.passed()).count();
    return "%d %s: %d passed, %d failed"
        .formatted(
            tests.size(), tests.size() == 1 ? "test" : "tests", tests.size() - failed, failed);
  }

  private static String text(List<Ran> tests, Console console) {
    StringBuilder text = new StringBuilder();
    String file = "";
    for (Ran test : tests) {
      if (!test.file().equals(file)) {
        file = test.file();
        text.append(file).append('\n');
      }
      text.append("  ")
          .append(
              test.passed()
                  ? console.paint(Console.Paint.GOOD, "ok  ")
                  : console.paint(Console.Paint.BAD, "FAIL"))
          .append("  ")
          .append(test.name())
          .append('\n');
      test.why().forEach(line -> text.append("        ").append(line).append('\n'));
    }
    return text.append(counted(tests)).append('\n').toString();
  }

  private static String json(List<Ran> tests) {
    JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
    json.name("tests").beginArray();
    for (Ran test : tests) {
      json.beginObject().name("file").value(test.file()).name("name").value(test.name());
      json.name("passed").value(test.passed());
      if (!test.passed()) {
        json.name("why").value(String.join("; ", test.why()));
      }
      json.endObject();
    }
    long passed = tests.stream().filter(Ran::passed).count();
    json.endArray().name("passed").value(passed).name("failed").value(tests.size() - passed);
    return json.endObject().text() + "\n";
  }

  private static String junit(List<Ran> tests) {
    JunitXml xml = JunitXml.of("test-prompt");
    for (Ran test : tests) {
      if (test.passed()) {
        xml.passed(test.file(), test.name());
      } else {
        xml.failed(test.file(), test.name(), String.join("; ", test.why()));
      }
    }
    return xml.render();
  }

  private static String tap(List<Ran> tests) {
    StringBuilder text = new StringBuilder("TAP version 14\n1.." + tests.size() + "\n");
    int number = 1;
    for (Ran test : tests) {
      text.append(test.passed() ? "ok " : "not ok ").append(number++).append(" - ");
      text.append(test.name().replace("\\", "\\\\").replace("#", "\\#")).append('\n');
      test.why().forEach(line -> text.append("# ").append(oneLine(line)).append('\n'));
    }
    return text.toString();
  }

  private static String github(List<Ran> tests) {
    StringBuilder text = new StringBuilder();
    for (Ran test : tests) {
      if (!test.passed()) {
        String why = test.name() + ": " + String.join("; ", test.why());
        text.append("::error file=").append(test.file()).append(",title=policy test::");
        text.append(why.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")).append('\n');
      }
    }
    return text.append(counted(tests)).append('\n').toString();
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }
}
