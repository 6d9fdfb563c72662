package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.golden.Goldens;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A file beside its tree, when it has one, and beside what is said of it.
class SyntaxGoldenTest {
  @TestFactory
  Stream<DynamicTest> goldens() {
    return Goldens.of("syntax", ".yaml", ".tree", ".err").tests(SyntaxGoldenTest::read);
  }

  private static Map<String, String> read(Goldens.Case golden) {
    SourceFile file = SourceFile.of(golden.file().getFileName().toString(), golden.input());
    var out = new Diagnostics();
    SyntaxNode tree = YamlReader.read(file, out);
    Map<String, String> texts = new TreeMap<>();
    if (tree != null && !out.hasErrors()) {
      texts.put(".tree", TreeText.print(tree));
    }
    List<Diagnostic> diagnostics = out.sorted();
    if (!diagnostics.isEmpty()) {
      texts.put(".err", DiagnosticText.render(diagnostics, false));
    }
    return texts;
  }
}
