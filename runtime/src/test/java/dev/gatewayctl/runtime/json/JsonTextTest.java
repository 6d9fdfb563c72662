package dev.gatewayctl.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void aLiteralWithoutEscapesIsItsOwnText() {
    JsonValue value = JsonDocumentTest.read("[\"größe\"]").root().items().get(0);
    JsonText text = value.text();
    assertThat(text.bytes()).isSameAs(value.bytes());
    assertThat(text.string()).isEqualTo("größe");
  }

  @Test
  void escapesAndSurrogatePairsAreWholeCharacters() {
    String raw = "\"a\\n\\ud83d\\ude00\\u00e9z\"";
    JsonText text = JsonDocumentTest.read(raw).root().text();
    assertThat(text.string()).isEqualTo("a\n😀éz");
    assertThat(text.length()).isEqualTo(9);
    assertThat(raw.substring(text.rawStart(2), text.rawEnd(6))).isEqualTo("\\ud83d\\ude00");
    // Inside of a character: the whole of it.
    assertThat(raw.substring(text.rawStart(4), text.rawEnd(5))).isEqualTo("\\ud83d\\ude00");
    assertThat(raw.substring(text.rawStart(7), text.rawEnd(7))).isEqualTo("\\u00e9");
    assertThat(raw.substring(text.rawStart(0), text.rawEnd(9)))
        .isEqualTo(raw.substring(1, raw.length() - 1));
  }

  /// Law: the raw stretch of any span of characters decodes to exactly these characters.
  @Test
  void everySpanMapsToTheBytesThatSpellIt() {
    long seed = 4711;
    Random random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      String literal = RandomJson.literal(random);
      byte[] raw = ("\"" + literal + "\"").getBytes(StandardCharsets.UTF_8);
      JsonText text = text(raw);
      String decoded = text.string();
      int points = decoded.codePointCount(0, decoded.length());
      int from = points == 0 ? 0 : random.nextInt(points);
      int to = from + (points == 0 ? 0 : random.nextInt(points - from + 1));
      int fromChar = decoded.offsetByCodePoints(0, from);
      int toChar = decoded.offsetByCodePoints(0, to);
      int fromByte = utf8(decoded.substring(0, fromChar));
      int toByte = utf8(decoded.substring(0, toChar));
      if (toByte > fromByte) {
        String slice =
            new String(
                raw,
                text.rawStart(fromByte),
                text.rawEnd(toByte) - text.rawStart(fromByte),
                StandardCharsets.UTF_8);
        assertThat(text(("\"" + slice + "\"").getBytes(StandardCharsets.UTF_8)).string())
            .as("seed %d round %d", seed, round)
            .isEqualTo(decoded.substring(fromChar, toChar));
      }
    }
  }

  private static JsonText text(byte[] raw) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(raw)).document().root().text();
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
