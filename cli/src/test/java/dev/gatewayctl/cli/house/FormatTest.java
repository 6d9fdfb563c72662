package dev.gatewayctl.cli.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every Java file is as google-java-format writes it. `-Dformat.update=true` rewrites the others
/// and still fails, so that nothing is changed unseen.
class FormatTest {
  @Test
  void everyJavaFileIsFormatted() throws IOException, FormatterException {
    JavaFormatterOptions options = JavaFormatterOptions.defaultOptions();
    Formatter formatter = new Formatter(options);
    List<String> unformatted = new ArrayList<>();
    int seen = 0;
    for (String module : Sources.MODULES) {
      try (Stream<Path> walk = Files.walk(Sources.ROOT.resolve(module).resolve("src"))) {
        for (Path file : walk.filter(path -> path.toString().endsWith(".java")).toList()) {
          seen++;
          String text = Files.readString(file);
          String imports = ImportOrderer.reorderImports(text, options.style());
          String wanted =
              StringWrapper.wrap(
                  formatter.formatSource(RemoveUnusedImports.removeUnusedImports(imports)),
                  formatter);
          if (!wanted.equals(text)) {
            unformatted.add(Sources.ROOT.relativize(file).toString());
            if (Boolean.getBoolean("format.update")) {
              Files.writeString(file, wanted);
            }
          }
        }
      }
    }
    assertThat(seen).isPositive();
    assertThat(unformatted)
        .as("not as google-java-format writes it; -Dformat.update=true rewrites it")
        .isEmpty();
  }
}
