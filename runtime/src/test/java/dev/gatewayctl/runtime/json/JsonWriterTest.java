package dev.gatewayctl.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void writesCompactDocuments() {
    JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
    json.name("list").beginArray().value("a\"b\\\n\u0001").value(true).nullValue().endArray();
    json.name("empty").beginObject().endObject().name("cost").dollars(123_400);
    json.name("ratio").value(0.2).name("whole").value(1.0).endObject();
    assertThat(json.text())
        .isEqualTo(
            "{\"version\":1,\"list\":[\"a\\\"b\\\\\\n\\u0001\",true,null],\"empty\":{},"
                + "\"cost\":\"0.000123400\",\"ratio\":0.2,\"whole\":1}");
  }

  @Test
  void wholeNumbersAreWrittenAsTheyAreSpelled() {
    for (long number : new long[] {0, 9, 10, 99, 100, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(new JsonWriter(1).value(number).text()).isEqualTo(Long.toString(number));
    }
    assertThat(new JsonWriter(1).beginArray().value(7).endArray().toLine())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("[7]\n");
  }

  @Test
  void moneyIsExact() {
    assertThat(JsonWriter.dollarsText(0)).isEqualTo("0.000000000");
    assertThat(JsonWriter.dollarsText(-1)).isEqualTo("-0.000000001");
    assertThat(JsonWriter.dollarsText(Long.MAX_VALUE)).isEqualTo("9223372036.854775807");
  }

  @Test
  void refusesNumbersWithoutSpelling() {
    assertThatThrownBy(() -> new JsonWriter().value(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Random random = new Random(99);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        int point = random.nextInt(round % 2 == 0 ? 0x80 : 0x11000);
        if (point < 0xd800 || point > 0xdfff) {
          text.appendCodePoint(point);
        }
      }
      byte[] body = new JsonWriter().value(text.toString()).toBytes();
      JsonDocument.Reading reading = JsonDocument.read(body);
      assertThat(((JsonDocument.Reading.Read) reading).document().root().text().string())
          .isEqualTo(text.toString());
      byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
      assertThat(
              ("\""
                  + new String(JsonWriter.escape(utf8, 0, utf8.length), StandardCharsets.UTF_8)
                  + "\""))
          .satisfies(
              literal ->
                  assertThat(JsonDocumentTest.read(literal).root().text().string())
                      .isEqualTo(text.toString()));
    }
  }

  @Test
  void splicesChangeOnlyTheirStretches() {
    byte[] source = "0123456789".getBytes(StandardCharsets.US_ASCII);
    Splices splices = new Splices();
    assertThat(splices.apply(source)).isSameAs(source);
    splices.replace(8, 9, bytes("X"));
    splices.replace(2, 4, bytes("abc"));
    splices.replace(4, 4, bytes("-"));
    splices.replace(10, 10, bytes("!"));
    assertThat(new String(splices.apply(source), StandardCharsets.US_ASCII))
        .isEqualTo("01abc-4567X9!");
    splices.replace(3, 5, bytes("?"));
    assertThatThrownBy(() -> splices.apply(source)).isInstanceOf(IllegalStateException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
