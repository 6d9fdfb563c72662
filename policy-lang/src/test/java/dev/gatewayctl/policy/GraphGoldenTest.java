package dev.gatewayctl.policy;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.golden.Goldens;
import dev.gatewayctl.policy.graph.GraphText;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A policy beside its graph in each printed form. The digest is left out of the text: it changes
/// with every price and detector of the product.
class GraphGoldenTest {
  @TestFactory
  Stream<DynamicTest> goldens() {
    return Goldens.of("graph", ".yaml", ".text", ".dot", ".mermaid").tests(GraphGoldenTest::draw);
  }

  private static Map<String, String> draw(Goldens.Case golden) {
    Compilation compilation =
        PolicyCompiler.compile(
            golden.file().getFileName().toString(), TestSources.beside(golden.file()));
    RuleGraph graph =
        compilation
            .graph()
            .orElseThrow(
                () -> new AssertionError(DiagnosticText.render(compilation.diagnostics(), false)));
    String text = GraphText.text(graph).replace(graph.policyDigest(), "sha256:...");
    return Map.of(
        ".text", text, ".dot", GraphText.dot(graph), ".mermaid", GraphText.mermaid(graph));
  }
}
