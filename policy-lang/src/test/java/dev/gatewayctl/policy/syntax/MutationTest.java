package dev.gatewayctl.policy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.golden.Goldens;
import dev.gatewayctl.policy.golden.Mutations;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Mutations of good and bad files: never an exception, always a tree or an error, every place
/// inside the file. `-Dmutations=N` makes more of them, `-Dseed=N` repeats a run.
class MutationTest {
  @Test
  void neverThrows() {
    long seed = Long.getLong("seed", 20261124L);
    int mutations = Integer.getInteger("mutations", 6_000);
    var random = new Random(seed);
    List<String> inputs =
        Goldens.of("syntax", ".yaml", ".tree", ".err").cases().stream()
            .map(Goldens.Case::input)
            .toList();
    for (int i = 0; i < mutations; i++) {
      String text = Mutations.of(inputs.get(random.nextInt(inputs.size())), random);
      try {
        check(text);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ", mutation " + i + ":\n" + Mutations.visible(text), e);
      }
    }
  }

  private static void check(String text) {
    var out = new Diagnostics();
    SyntaxNode tree = YamlReader.readAny(SourceFile.of("p", text), out);
    assertThat(DiagnosticText.render(out.sorted(), false)).isNotNull();
    if (tree == null) {
      assertThat(out.hasErrors()).isTrue();
    } else {
      checkPlaces(tree, new Span(tree.span().file(), 0, text.length()));
    }
  }

  private static void checkPlaces(SyntaxNode node, Span around) {
    assertThat(node.span().start()).isBetween(around.start(), around.end());
    assertThat(node.span().end()).isLessThanOrEqualTo(around.end());
    switch (node) {
      case SyntaxNode.Mapping mapping ->
          mapping
              .entries()
              .forEach(
                  entry -> {
                    checkPlaces(entry.key(), node.span());
                    checkPlaces(entry.value(), node.span());
                  });
      case SyntaxNode.Sequence sequence ->
          sequence.items().forEach(item -> checkPlaces(item, node.span()));
      case SyntaxNode.Scalar scalar -> checkCharacters(scalar.text());
    }
  }

  /// Letters and digits stand where their place says, but for those an escape made.
  private static void checkCharacters(ScalarText scalar) {
    String value = scalar.value();
    int before = scalar.span().start();
    for (int i = 0; i < value.length(); i++) {
      Span span = scalar.span(i, i + 1);
      assertThat(span.start()).isGreaterThanOrEqualTo(before);
      assertThat(span.end()).isLessThanOrEqualTo(scalar.span().end() + 1);
      if (Character.isLetterOrDigit(value.charAt(i)) && !span.text().startsWith("\\")) {
        assertThat(span.text()).isEqualTo(value.substring(i, i + 1));
      }
      before = span.start();
    }
  }
}
