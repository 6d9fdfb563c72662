package dev.gatewayctl.policy.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTest {
  private static final List<String> WORDS =
      List.of("gpt-4o", "gpt-5", "strong", "fast", "email", "us_ssn", "request", "response", "pii");

  @ParameterizedTest
  @CsvSource({
    "gpt4-o,gpt-4o",
    "storng,strong",
    "FAST,fast",
    "emial,email",
    "us-ssn,us_ssn",
    "reqest,request",
    "responses,response",
    "pi,pii",
    "fsat,fast"
  })
  void findsWhatWasMeant(String word, String meant) {
    assertThat(Spelling.nearest(word, WORDS)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"banana", "x", "card", "gpt", "requirement"})
  void keepsQuietWhenNothingIsNear(String word) {
    assertThat(Spelling.nearest(word, WORDS)).isEmpty();
  }

  @Test
  void breaksTiesByTheAlphabet() {
    assertThat(Spelling.nearest("cat", List.of("rat", "bat", "hat"))).contains("bat");
  }

  @Test
  void countsASwapAsOne() {
    assertThat(Spelling.distance("abcd", "acbd")).isEqualTo(1);
    assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
  }
}
