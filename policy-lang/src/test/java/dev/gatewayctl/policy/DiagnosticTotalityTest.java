package dev.gatewayctl.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every diagnostic is seen in some golden.
class DiagnosticTotalityTest {
  private static final Path GOLDENS = Path.of("src", "test", "resources", "golden");

  /// A golden of the first two would be a file of megabytes, or of hundreds of mistakes; they have
  /// tests of their own. No fact has a target's name as its value yet.
  private static final Set<DiagnosticCode> UNSEEN =
      Set.of(
          DiagnosticCode.FILE_TOO_LARGE,
          DiagnosticCode.TOO_MANY_DIAGNOSTICS,
          DiagnosticCode.UNKNOWN_TARGET);

  @Test
  void everyIdIsSeen() throws IOException {
    StringBuilder seen = new StringBuilder();
    try (Stream<Path> files = Files.walk(GOLDENS)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        seen.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    List<String> unseen = new ArrayList<>();
    for (DiagnosticCode code : DiagnosticCode.values()) {
      if (!UNSEEN.contains(code) && seen.indexOf("[" + code.id() + "]") < 0) {
        unseen.add(code.id());
      }
    }
    assertThat(unseen).isEmpty();
  }
}
