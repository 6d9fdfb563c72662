package dev.gatewayctl.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedJsonTest {
  /// Findings stand between angle brackets.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":"x <4111> y"}          | {"a":"x [\\"C\\"] y"}
          {"a":<4111>}                | {"a":"[\\"C\\"]"}
          {"a":-<41>11}               | {"a":"-[\\"C\\"]11"}
          {"a":4<1>1.5e3,"b":2}       | {"a":"4[\\"C\\"]1.5e3","b":2}
          {"a":<true>}                | {"a":"[\\"C\\"]"}
          [<"x","y">]                 | ["[\\"C\\"]","[\\"C\\"]"]
          [<1, 2>]                    | ["[\\"C\\"]", "[\\"C\\"]"]
          {"a":"x\\u00<e9>y"}         | {"a":"x[\\"C\\"]y"}
          {"a":"x<\\n>y"}             | {"a":"x[\\"C\\"]y"}
          {"<a>":1}                   | name
          {"a":{"b<c>":1}}            | name
          {"a":"cut off <4111>        | {"a":"cut off [\\"C\\"]
          {"a":<4111>                 | {"a":"[\\"C\\"]"
          plain <4111> text           | plain ["C"] text
          "a string <4111>"           | "a string ["C"]"
          {"a":1}<4111>               | {"a":1}"[\\"C\\"]"
          {"a":X <4111>}              | {"a":X ["C"]}
          """)
  void masksAndStaysJson(String marked, String expected) {
    assertThat(masked(marked.strip())).isEqualTo(expected.strip());
  }

  @Test
  void deepTextsAndLongNumbersAreMaskedAsPlainText() {
    assertThat(masked("[".repeat(300) + "\"<4>\"")).endsWith("\"[\"C\"]\"");
    assertThat(masked("[" + "1".repeat(5000) + "<4>")).endsWith("1[\"C\"]");
  }

  @Test
  void anyBytesAnyMasksNeverFail() {
    Random random = new Random(31);
    String alphabet = "{}[]\",:\\u0041ntrue-1.5e <>";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "{\"a\":" : "[");
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(masked(text.toString())).isNotNull();
    }
  }

  private static String masked(String marked) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MaskedJson json =
        new MaskedJson(
            new MaskedJson.Out() {
              @Override
              public void keep(byte b) {
                out.write(b);
              }

              @Override
              public void drop(byte b) {}

              @Override
              public void insert(byte[] text) {
                out.writeBytes(text);
              }
            });
    MaskedJson.Stroke stroke = new MaskedJson.Stroke("[\"C\"]");
    boolean inside = false;
    for (byte b : marked.getBytes(StandardCharsets.UTF_8)) {
      if (b == '<' || b == '>') {
        inside = b == '<';
      } else {
        json.accept(b, inside ? stroke : null);
      }
    }
    json.end();
    return json.touchedName() ? "name" : out.toString(StandardCharsets.UTF_8);
  }
}
