package dev.gatewayctl.policy.checking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionText;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.golden.Fuzzing;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever an expression is: places inside it, and what is read without an error has a canonical
/// text that reads back as itself.
final class ExpressionFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(ExpressionFuzzTest.class, 20000, ExpressionFuzzTest::read);
  }

  static void read(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    String printed = canonical(text);
    if (printed != null) {
      assertThat(canonical(printed)).isEqualTo(printed);
      String formatted = ExpressionFormatter.format(text);
      assertThat(ExpressionFormatter.format(formatted)).isEqualTo(formatted);
      assertThat(Objects.toString(canonical(formatted))).isEqualTo(printed);
    }
  }

  private static @Nullable String canonical(String text) {
    Diagnostics out = new Diagnostics();
    Expression typed =
        ExpressionChecker.of(DeclaredNames.sample(), Vocabulary.standard(), out)
            .check(ScalarText.of(SourceFile.of("test", text)), null, Scope.POLICY);
    for (Diagnostic diagnostic : out.sorted()) {
      assertThat(diagnostic.span().start()).isBetween(0, diagnostic.span().end());
      if (diagnostic.span().file().name().equals("test")) {
        assertThat(diagnostic.span().end()).isLessThanOrEqualTo(text.length());
      }
    }
    return typed == null || out.hasErrors() ? null : ExpressionText.print(typed);
  }
}
