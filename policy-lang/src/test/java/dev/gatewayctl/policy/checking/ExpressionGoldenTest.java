package dev.gatewayctl.policy.checking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionText;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.golden.Goldens;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A file of expressions, one a line, beside what is said of each, or its canonical text. A line
/// may begin with its scope and a colon, such as `@require: `. Files named after a diagnostic show
/// it.
final class ExpressionGoldenTest {
  @TestFactory
  Stream<DynamicTest> goldens() {
    return Goldens.of("expression", ".cel", ".out").tests(ExpressionGoldenTest::check);
  }

  private static Map<String, String> check(Goldens.Case golden) {
    StringBuilder text = new StringBuilder();
    boolean shown = false;
    for (String line : golden.input().lines().toList()) {
      Diagnostics out = new Diagnostics();
      String printed = check(line, out);
      String rendered = DiagnosticText.render(out.sorted(), false);
      shown |= rendered.contains("[" + golden.name() + "]");
      text.append("== ").append(line).append('\n').append(rendered);
      if (!out.hasErrors()) {
        text.append(printed).append('\n');
      }
      text.append('\n');
    }
    boolean isCode = DiagnosticCode.find(golden.name()).isPresent();
    assertThat(shown || !isCode).as("the file shows its diagnostic").isTrue();
    return Map.of(".out", text.toString());
  }

  private static @Nullable String check(String line, Diagnostics out) {
    Scope scope = Scope.POLICY;
    String expression = line;
    if (line.startsWith("@")) {
      scope = Scope.valueOf(line.substring(1, line.indexOf(':')).toUpperCase(Locale.ROOT));
      expression = line.substring(line.indexOf(':') + 2);
    }
    ScalarText text = ScalarText.of(SourceFile.of("rule", expression));
    var checker = ExpressionChecker.of(DeclaredNames.sample(), Vocabulary.standard(), out);
    Expression typed =
        scope == Scope.TEXT
            ? checker.checkInText(text, 0, expression.length())
            : checker.check(text, Type.Simple.BOOL, scope);
    return typed == null ? null : ExpressionText.print(typed);
  }
}
