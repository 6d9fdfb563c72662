package dev.gatewayctl.policy.checking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.ExpressionText;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.golden.Goldens;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What holds for every expression of the goldens, and for broken ones.
final class ExpressionLawsTest {
  private static List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Goldens.Case golden : Goldens.of("expression", ".cel", ".out").cases()) {
      golden.input().lines().map(line -> line.replaceFirst("^@[a-z]+: ", "")).forEach(lines::add);
    }
    return lines;
  }

  private static @Nullable String print(String text) {
    Diagnostics out = new Diagnostics();
    Expression typed =
        ExpressionChecker.of(DeclaredNames.sample(), Vocabulary.standard(), out)
            .check(ScalarText.of(SourceFile.of("test", text)), null, Scope.POLICY);
    return typed == null || out.hasErrors() ? null : ExpressionText.print(typed);
  }

  @Test
  void theCanonicalTextReadsBackAsItself() {
    int checked = 0;
    for (String line : lines()) {
      String printed = print(line);
      if (printed != null) {
        assertThat(print(printed)).as(line).isEqualTo(printed);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(40);
  }

  @Test
  void formattingChangesNoMeaningAndIsStable() {
    for (String line : lines()) {
      String formatted = ExpressionFormatter.format(line);
      assertThat(ExpressionFormatter.format(formatted)).as(line).isEqualTo(formatted);
      assertThat(print(formatted)).as(line).isEqualTo(print(line));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "a&&b||!c # a && b || !c",
        "f( a,b )[ 0 ].c # f(a, b)[0].c",
        "x ?-1: - 2 # x ? -1 : -2",
        "{'a' :x?1:2,'b':-3} # {'a': x ? 1 : 2, 'b': -3}",
        "a  in[1,2] # a in [1, 2]",
        "ip . in( 'x' ) # ip.in('x')",
        "a -1 # a - 1",
        "a==-1&&(b) # a == -1 && (b)",
        "\"it's\"+'x' # \"it's\" + 'x'",
        "'open # 'open",
      })
  void formats(String text, String formatted) {
    assertThat(ExpressionFormatter.format(text)).isEqualTo(formatted);
  }

  @Test
  void formatKeepsLinesAndComments() {
    assertThat(ExpressionFormatter.format("a&&  // why\n\n   (b ||\n c)\n"))
        .isEqualTo("a && // why\n(b ||\n  c)");
  }

  @Test
  void randomTextsGiveDiagnosticsNeverExceptions() {
    long seed = 7;
    Random random = new Random(seed);
    List<String> lines = lines();
    String alphabet =
        "()[]{}.,:?!&|=<>+-*/%'\"\\ \n0123456789abefinrux_$@#\u00e9\ud83d\ude00\ud800";
    for (int round = 0; round < 6000; round++) {
      StringBuilder text = new StringBuilder(lines.get(random.nextInt(lines.size())));
      if (text.length() > 200) {
        continue;
      }
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length() + 1);
        char letter = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.insert(at, letter);
          case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
          default -> text.insert(at, lines.get(random.nextInt(lines.size())), 0, 0);
        }
      }
      Diagnostics out = new Diagnostics();
      String mutated = text.toString();
      for (Scope scope : new Scope[] {Scope.ALLOW, Scope.TEXT}) {
        ExpressionChecker.of(DeclaredNames.sample(), Vocabulary.standard(), out)
            .check(ScalarText.of(SourceFile.of("test", mutated)), Type.Simple.BOOL, scope);
      }
      assertThat(DiagnosticText.render(out.sorted(), false))
          .as("seed %d: %s", seed, mutated)
          .isNotNull();
      String formatted = ExpressionFormatter.format(mutated);
      assertThat(ExpressionFormatter.format(formatted)).as(mutated).isEqualTo(formatted);
    }
  }

  @Test
  void findsTheEndOfAnExpressionInAText() {
    String text = "a ${ {'}': 1}['}'] } b";
    assertThat(ExpressionChecker.endInText(text, 4)).isEqualTo(text.lastIndexOf('}'));
    assertThat(ExpressionChecker.endInText("a ${b", 4)).isEqualTo(-1);
  }
}
