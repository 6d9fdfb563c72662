package dev.gatewayctl.policy.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.golden.Goldens;
import dev.gatewayctl.policy.golden.Mutations;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PolicyFormatterTest {
  @TestFactory
  Stream<DynamicTest> goldens() {
    return Goldens.of("format", ".yaml", ".out", ".err").tests(PolicyFormatterTest::format);
  }

  private static Map<String, String> format(Goldens.Case golden) {
    SourceFile file = SourceFile.of(golden.file().getFileName().toString(), golden.input());
    PolicyFormatter.Formatted formatted = PolicyFormatter.format(file);
    Map<String, String> texts = new TreeMap<>();
    if (!formatted.diagnostics().isEmpty()) {
      texts.put(".err", DiagnosticText.render(formatted.diagnostics(), false));
      assertThat(formatted.text()).isEqualTo(golden.input());
    } else {
      texts.put(".out", formatted.text());
    }
    return texts;
  }

  @Test
  void goldensStayThemselves() {
    Goldens.of("format", ".yaml", ".out", ".err").cases().forEach(c -> FormatLaws.check(c.input()));
    Goldens.of("syntax", ".yaml", ".tree", ".err")
        .cases()
        .forEach(c -> FormatLaws.check(c.input()));
  }

  @Test
  void generatedPoliciesStayThemselves() {
    long seed = Long.getLong("seed", 20261124L);
    int policies = Integer.getInteger("policies", 1_500);
    for (int i = 0; i < policies; i++) {
      String text = new PolicyText(new Random(seed + i)).generate();
      try {
        assertThat(FormatLaws.check(text)).as("readable").isTrue();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + (seed + i) + ":\n" + text, e);
      }
    }
  }

  @Test
  void mutatedFilesStayThemselves() {
    long seed = Long.getLong("seed", 20261124L);
    int mutations = Integer.getInteger("mutations", 4_000);
    var random = new Random(seed);
    List<String> inputs =
        Stream.of(Goldens.of("format", ".yaml"), Goldens.of("syntax", ".yaml"))
            .flatMap(goldens -> goldens.cases().stream().map(Goldens.Case::input))
            .toList();
    int readable = 0;
    for (int i = 0; i < mutations; i++) {
      String text = Mutations.of(inputs.get(random.nextInt(inputs.size())), random);
      try {
        readable += FormatLaws.check(text) ? 1 : 0;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ":\n" + Mutations.visible(text), e);
      }
    }
    assertThat(readable).isGreaterThan(mutations / 20);
  }
}
