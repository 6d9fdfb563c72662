package dev.gatewayctl.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.golden.Goldens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever text comes in, a compilation comes out: never an exception, and a graph exactly when
/// nothing is an error.
class CompilerFuzzTest {
  private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 3_000);
  private static final String SIGNS = " \n:{}[],'\"#&*!|>%@`$-.0aZ\u00a0\u00e9\t";

  @Test
  void neverThrows() {
    long seed = Long.getLong("fuzz.seed", 20261124L);
    Random random = new Random(seed);
    List<String> corpus = new ArrayList<>();
    List.of("check", "graph")
        .forEach(
            folder ->
                Goldens.of(folder, ".yaml", ".err").cases().forEach(c -> corpus.add(c.input())));
    assertThat(corpus).hasSizeGreaterThan(50);
    for (int round = 0; round < ROUNDS; round++) {
      String text = corpus.get(random.nextInt(corpus.size()));
      for (int i = random.nextInt(4); i >= 0; i--) {
        text = mutated(text, corpus, random);
      }
      check(text, "seed %d round %d".formatted(seed, round));
    }
  }

  private static void check(String text, String which) {
    Compilation compilation;
    try {
      compilation =
          PolicyCompiler.compile("gateway.yaml", TestSources.texts(Map.of("gateway.yaml", text)));
      DiagnosticText.render(compilation.diagnostics(), false);
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(which + ":\n" + text, e);
    }
    assertThat(compilation.graph().isEmpty()).as(which).isEqualTo(compilation.hasErrors());
    assertThat(compilation.diagnostics().size()).isLessThanOrEqualTo(Diagnostics.MOST_SHOWN + 1);
    for (Diagnostic diagnostic : compilation.diagnostics()) {
      assertThat(diagnostic.message()).as(which).doesNotContain("\n").isNotBlank();
    }
  }

  private static String mutated(String text, List<String> corpus, Random random) {
    if (text.isEmpty()) {
      return "gateway: v1\n";
    }
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(12));
    return switch (random.nextInt(6)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 ->
          text.substring(0, at) + SIGNS.charAt(random.nextInt(SIGNS.length())) + text.substring(at);
      case 2 -> text.substring(0, at) + text.substring(at, end).repeat(2) + text.substring(end);
      case 3 -> lines(text, corpus, random);
      case 4 -> swapped(text, random);
      default -> text.substring(0, at);
    };
  }

  /// A line of another policy put among the lines of this one.
  private static String lines(String text, List<String> corpus, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    List<String> others = corpus.get(random.nextInt(corpus.size())).lines().toList();
    if (!others.isEmpty()) {
      lines.add(random.nextInt(lines.size() + 1), others.get(random.nextInt(others.size())));
    }
    return String.join("\n", lines) + "\n";
  }

  /// Two words of the policy in each other's place.
  private static String swapped(String text, Random random) {
    String[] words = text.split("(?<=\\W)|(?=\\W)", -1);
    int a = random.nextInt(words.length);
    int b = random.nextInt(words.length);
    String kept = words[a];
    words[a] = words[b];
    words[b] = kept;
    return String.join("", words);
  }
}
