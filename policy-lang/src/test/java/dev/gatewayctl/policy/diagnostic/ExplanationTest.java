package dev.gatewayctl.policy.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every code has a page of the usual shape, and every page a code.
class ExplanationTest {
  private static final Path PAGES =
      Path.of("src", "main", "resources", "dev", "gatewayctl", "policy", "diagnostic", "explain");

  @ParameterizedTest
  @EnumSource
  void explainsItself(DiagnosticCode code) {
    String page = code.explanation();
    assertThat(page).startsWith("# " + code.id() + "\n\n");
    assertThat(page).contains("\n## Wrong\n").contains("\n## Right\n").endsWith("\n");
    assertThat(page.lines()).allMatch(line -> line.length() <= 100 || line.contains("[[["));
    assertThat(DiagnosticCode.find(code.id())).contains(code);
  }

  @Test
  void noPageWithoutACode() throws IOException {
    Set<String> ids =
        Arrays.stream(DiagnosticCode.values()).map(DiagnosticCode::id).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(PAGES)) {
      Set<String> pages =
          files
              .map(file -> file.getFileName().toString().replace(".md", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(ids).containsAll(pages);
    }
  }

  @Test
  void codesStandInAlphabeticalOrder() {
    assertThat(Arrays.stream(DiagnosticCode.values()).map(DiagnosticCode::name)).isSorted();
  }

  @Test
  void unknownIdsAreNotFound() {
    assertThat(DiagnosticCode.find("no-such-code")).isEmpty();
  }
}
