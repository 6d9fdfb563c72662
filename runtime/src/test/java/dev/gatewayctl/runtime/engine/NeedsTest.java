package dev.gatewayctl.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedsTest {
  private static final String OPENAI = "protocol: openai, base_url: https://llm.example/v1";

  private static Needs needs(String provider, String rest) {
    String policy =
        """
        gateway: v1
        providers: { p: { %s } }
        models: { m: { targets: [p/x], price: { input: 1.00, output: 1.00 } } }
        %s
        """
            .formatted(provider, rest);
    Compilation compilation =
        PolicyCompiler.compile(
            "gateway.yaml", name -> new Sources.Found(SourceFile.of(name, policy)));
    assertThat(compilation.graph())
        .as(DiagnosticText.render(compilation.diagnostics(), false))
        .isPresent();
    return Needs.of(compilation.graph().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                          | ''                                            | false",
        "''                          | rules: { r: { mask: pii } }                   | false",
        "''                          | rules: { r: { when: tokens.input > 5, deny: no } }     |"
            + " true",
        "''                          | limits: { l: { requests: 1, per: hour, when: tokens.input >"
            + " 5 } } | true",
        "''                          | audit: { facts: all }                         | true",
        "', usage: count'            | ''                                            | true",
      })
  void theEncoderIsLoadedOnlyWhereEveryExchangeMayNeedIt(
      String usage, String rest, boolean needed) {
    assertThat(needs(OPENAI + usage, rest).countsTokens()).isEqualTo(needed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ text: x }                                                   | true",
        "{ text: x, usage: { input: 1, output: 2 } }                   | false",
        "{ text: x, usage: { input: 1 } }                              | true",
        "{ text: x, usage: none }                                     | true",
      })
  void aScriptThatSaysAllUsageNeedsNoEncoder(String step, boolean needed) {
    assertThat(needs("protocol: script, script: [" + step + "]", "").countsTokens())
        .isEqualTo(needed);
  }
}
