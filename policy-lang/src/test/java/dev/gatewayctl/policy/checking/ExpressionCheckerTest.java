package dev.gatewayctl.policy.checking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionText;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.syntax.ScalarText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExpressionCheckerTest {
  private final DeclaredNames names = DeclaredNames.sample();
  private final Diagnostics out = new Diagnostics();

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "model.name == 'strong' && big && !principal.groups.contains('leads') # model.name =="
            + " 'strong' && tokens.input > 4000 && !principal.groups.contains('leads')",
        "(findings.any(pii) || findings.any(secret, 'user')) # findings.any(pii) ||"
            + " findings.any(secret, ['user'])",
        "findings.score(email, latest) >= limit # findings.score(email, latest) >= (principal.team"
            + " == 'research' ? 0.97 : principal.team == 'support' ? 1.0 : 0.9)",
        "model.name in lists.premium # model.name in ['strong', 'gpt-4o']",
        "request.source_ip.in(\"10.0.0.0/8\") # request.source_ip.in('10.0.0.0/8')",
        "(1 + 2) * 3 - -4 == 5 # (1 + 2) * 3 - -4 == 5",
        "1 - (2 - 3) == 0 # 1 - (2 - 3) == 0",
        "a.exists(f, f) # ",
        "findings.exists(f, f.kind == 'email' && f.score > 0.5)"
            + " # findings.exists(f, f.kind == 'email' && f.score > 0.5)",
        "now.at('Europe/Berlin').hour >= 22 # now.at('Europe/Berlin').hour >= 22",
        "headers.get('x-a', '') == r'\\d' # headers.get('x-a', '') == '\\\\d'",
        "latency.total > duration('1m30s') # latency.total > duration('90s')",
        "has(principal.user) ? principal.user.startsWith('x') : false"
            + " # has(principal.user) ? principal.user.startsWith('x') : false",
        "{'a': 1, 'b': 2}['a'] == 1 # {'a': 1, 'b': 2}['a'] == 1",
        "size(prompt.text) > 10 # size(prompt.text) > 10",
        "a.b.c == 1 #",
        "percent(principal.id) < 10.0 # percent(principal.id) < 10.0",
        "prompt.text.matches('(?i)foo') # prompt.text.matches('(?i)foo')",
      })
  void typesAndPrints(String text, @Nullable String canonical) {
    Expression expression =
        ExpressionChecker.of(names, Vocabulary.standard(), out)
            .check(ScalarText.of(SourceFile.of("test", text)), Type.Simple.BOOL, Scope.POLICY);
    String printed = expression == null ? null : ExpressionText.print(expression);
    assertThat(printed).as(DiagnosticText.render(out.sorted(), false)).isEqualTo(canonical);
  }
}
