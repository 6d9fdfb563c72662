package dev.gatewayctl.policy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.golden.Goldens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The offered changes remove what they are offered for.
class FixTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "control-character",
        "expression-needs-block",
        "expression-needs-quotes",
        "lookalike-character",
        "name-looks-like-value",
        "on-written-as-true",
        "pattern-needs-quotes",
        "text-needs-quotes",
        "value-split-by-comma"
      })
  void nothingToFixIsLeft(String name) {
    Goldens.Case golden =
        Goldens.of("syntax", ".yaml").cases().stream()
            .filter(c -> c.name().equals(name))
            .findFirst()
            .orElseThrow();
    List<Diagnostic> before = read(golden.input());
    assertThat(before).anyMatch(diagnostic -> diagnostic.fix().isPresent());
    assertThat(read(fixed(golden.input(), before)))
        .noneMatch(diagnostic -> diagnostic.fix().isPresent());
  }

  private static List<Diagnostic> read(String text) {
    var out = new Diagnostics();
    SyntaxNode tree = YamlReader.readAny(SourceFile.of("p", text), out);
    assertThat(tree != null || out.hasErrors()).isTrue();
    return out.sorted();
  }

  private static String fixed(String text, List<Diagnostic> diagnostics) {
    List<Diagnostic.Fix> fixes = new ArrayList<>();
    diagnostics.forEach(diagnostic -> diagnostic.fix().ifPresent(fixes::add));
    var result = new StringBuilder(text);
    for (Diagnostic.Fix fix : fixes.reversed()) {
      result.replace(fix.span().start(), fix.span().end(), fix.replacement());
    }
    return result.toString();
  }
}
