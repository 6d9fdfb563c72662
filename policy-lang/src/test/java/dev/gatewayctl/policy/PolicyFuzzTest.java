package dev.gatewayctl.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.golden.Fuzzing;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whatever bytes a policy is: no exception, a graph exactly when nothing is an error, places
/// inside the file, and the same again when it is compiled again.
final class PolicyFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(PolicyFuzzTest.class, 800, PolicyFuzzTest::read);
  }

  static void read(byte[] input) {
    Compilation compilation = compile(input);
    assertThat(compilation.graph().isEmpty()).isEqualTo(compilation.hasErrors());
    int length = compilation.files().isEmpty() ? 0 : compilation.files().getFirst().text().length();
    for (Diagnostic diagnostic : compilation.diagnostics()) {
      assertThat(diagnostic.message()).isNotBlank().doesNotContain("\n");
      assertThat(diagnostic.span().start()).isBetween(0, diagnostic.span().end());
      if (diagnostic.span().file().name().equals("gateway.yaml")) {
        assertThat(diagnostic.span().end()).isLessThanOrEqualTo(length);
      }
    }
    Compilation again = compile(input);
    assertThat(DiagnosticText.render(again.diagnostics(), false))
        .isEqualTo(DiagnosticText.render(compilation.diagnostics(), false));
    assertThat(again.graph().map(RuleGraph::policyDigest))
        .isEqualTo(compilation.graph().map(RuleGraph::policyDigest));
  }

  private static Compilation compile(byte[] input) {
    SourceFile file = SourceFile.decode("gateway.yaml", input);
    return PolicyCompiler.compile(
        "gateway.yaml", TestSources.texts(Map.of("gateway.yaml", file.text())));
  }
}
