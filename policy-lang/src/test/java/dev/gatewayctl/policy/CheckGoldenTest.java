package dev.gatewayctl.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.golden.Goldens;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A policy beside everything that is said of it; the folder is the id that must be among it.
class CheckGoldenTest {
  @TestFactory
  Stream<DynamicTest> goldens() {
    return Goldens.of("check", ".yaml", ".err").tests(CheckGoldenTest::check);
  }

  private static Map<String, String> check(Goldens.Case golden) {
    Compilation compilation =
        PolicyCompiler.compile(
            golden.file().getFileName().toString(), TestSources.beside(golden.file()));
    String id = golden.name().substring(0, golden.name().indexOf('/'));
    if (id.equals("nothing")) {
      assertThat(compilation.diagnostics()).isEmpty();
      return Map.of();
    }
    assertThat(compilation.diagnostics())
        .extracting(diagnostic -> diagnostic.code().id())
        .contains(id);
    return Map.of(".err", DiagnosticText.render(compilation.diagnostics(), false));
  }
}
