package dev.gatewayctl.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The vocabulary promises facts, the bindings compute them.
class ExchangeBindingsTest {
  @Test
  void everyFactThatTheVocabularySaysIsComputedIsAndNoOther() {
    assertThat(ExchangeBindings.standard().names())
        .isEqualTo(
            Vocabulary.standard().facts().stream()
                .filter(Fact::executes)
                .map(Fact::name)
                .collect(Collectors.toSet()));
  }
}
