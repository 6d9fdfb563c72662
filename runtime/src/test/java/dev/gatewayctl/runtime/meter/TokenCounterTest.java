package dev.gatewayctl.runtime.meter;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenCounterTest {
  @Test
  void countsByTheEncoding() {
    assertThat(TokenCounter.count("hello world")).isEqualTo(2);
    assertThat(TokenCounter.count("")).isZero();
    assertThat(TokenCounter.count(List.of("hello", " world", ""))).isEqualTo(2);
    // special tokens of the encoding are text like any other here
    assertThat(TokenCounter.count("<|endoftext|>")).isGreaterThan(1);
  }

  @Test
  void staysWithinItsBounds() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      String text =
          random
              .ints(random.nextInt(400), 0, 0x11000)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      long count = TokenCounter.count(text);
      var bounds = TokenCounter.bounds(List.of(text));
      assertThat(count).as("seed %d, case %d", seed, i).isBetween(bounds.min(), bounds.max());
    }
    String half = "\ud800".repeat(300);
    assertThat(TokenCounter.count(half))
        .isBetween(
            TokenCounter.bounds(List.of(half)).min(), TokenCounter.bounds(List.of(half)).max());
  }

  @Test
  void noTokenIsLongerThanTheBoundSays() throws IOException {
    int longest = 0;
    try (InputStream in = Encodings.class.getResourceAsStream("o200k_base.tiktoken");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String token = line.substring(0, line.indexOf(' '));
        longest = Math.max(longest, Base64.getDecoder().decode(token).length);
      }
    }
    assertThat(longest).isEqualTo(TokenCounter.LONGEST_TOKEN_BYTES);
  }

  @Test
  void extrapolatesLongTextsClosely() {
    StringBuilder prose = new StringBuilder();
    StringBuilder json = new StringBuilder();
    Random random = new Random(3);
    List<String> words =
        List.of(
            "the", "of", "gateway", "Straße", "policy", "東京", "deny", "μέτρο", "42", ",", ".\n");
    while (prose.length() < 400_000) {
      prose.append(words.get(random.nextInt(words.size()))).append(' ');
      json.append("{\"id\": ")
          .append(random.nextInt())
          .append(", \"name\": \"")
          .append(words.get(random.nextInt(words.size())))
          .append("\"},\n");
    }
    var encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    for (String text : List.of(prose.toString(), json.toString())) {
      double exact = encoding.countTokensOrdinary(text);
      assertThat(TokenCounter.count(text) / exact).isBetween(0.97, 1.03);
      assertThat(TokenCounter.count(List.of(text.substring(0, 90_001), text.substring(90_001))))
          .isEqualTo(
              TokenCounter.count(List.of(text.substring(0, 90_001), text.substring(90_001))));
      assertThat(
              TokenCounter.count(List.of(text.substring(0, 90_001), text.substring(90_001)))
                  / exact)
          .isBetween(0.97, 1.03);
    }
  }
}
