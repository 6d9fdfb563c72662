package dev.gatewayctl.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

class JsonDocumentTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1,"a":2}                     | a member stands twice in one object
          {"model":"a","mode\\u006c":"b"}   | a member stands twice in one object
          {"a":{"b":1,"c":2,"b":3}}         | a member stands twice in one object
          [{"":1,"":2}]                     | a member stands twice in one object
          {"a":1} {"b":2}                   | there is more after the end of the document
          {"a":1}x                          | there is more after the end of the document
          {"a":1}]                          | there is more after the end of the document
          {"a":1,}                          | a member name was expected
          {,}                               | a member name was expected
          {a:1}                             | a member name was expected
          {'a':1}                           | a member name was expected
          {"a" 1}                           | a colon was expected
          {"a":1 "b":2}                     | a comma or a closing brace was expected
          [1 2]                             | a comma or a closing bracket was expected
          [1,]                              | a value was expected
          [,1]                              | a value was expected
          [1                                | a comma or a closing bracket was expected
          {"a":                             | it ends too early
          "abc                              | a string does not end
          "abc\\                            | it ends too early
          "\\u12                            | it ends too early
          "\\u12g4"                         | an escape is no hexadecimal number
          "\\x41"                           | an escape is unknown
          NaN                               | a value was expected
          [Infinity]                        | a value was expected
          -Infinity                         | a digit was expected
          [+1]                              | a value was expected
          [.5]                              | a value was expected
          [1.]                              | a digit was expected
          [1e]                              | a digit was expected
          [01]                              | a comma or a closing bracket was expected
          [0x10]                            | a comma or a closing bracket was expected
          tru                               | it ends too early
          nul                               | it ends too early
          nulL                              | a value was expected
          // comment                        | a value was expected
          """)
  void refusesWhatIsNoJsonOrCouldBeReadTwoWays(String text, String reason) {
    assertThat(reason(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(reason);
  }

  @Test
  void refusesEmptyAndBlankBodies() {
    assertThat(reason(new byte[0])).isEqualTo("it is empty");
    assertThat(reason(" \r\n\t".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("it holds only white space");
  }

  @Test
  void refusesBytesThatAreNoUtf8() {
    int[][] bad = {
      {0x80},
      {0xc0, 0x80},
      {0xc1, 0xbf},
      {0xe0, 0x80, 0x80},
      {0xed, 0xa0, 0x80},
      {0xf0, 0x80, 0x80, 0x80},
      {0xf4, 0x90, 0x80, 0x80},
      {0xf5, 0x80, 0x80, 0x80},
      {0xff},
      {0xc3},
      {0xe2, 0x82}
    };
    for (int[] sequence : bad) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write('"');
      for (int b : sequence) {
        body.write(b);
      }
      body.write('"');
      assertThat(reason(body.toByteArray())).isEqualTo("it is not UTF-8");
    }
  }

  @Test
  void refusesAByteOrderMarkAndControlCharacters() {
    assertThat(reason("\ufeff{}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("a value was expected");
    for (char c = 0; c < 0x20; c++) {
      assertThat(
              reason(
                  ("\"long enough to be skipped" + c + " by words\"")
                      .getBytes(StandardCharsets.UTF_8)))
          .isEqualTo("a control character stands in a string unescaped");
    }
  }

  @Test
  void nestingAndValuesHaveTheirLimits() {
    int deep = JsonDocument.MAX_DEPTH;
    assertThat(read("[".repeat(deep) + "]".repeat(deep)).root().isArray()).isTrue();
    assertThat(
            reason(("[".repeat(deep + 1) + "]".repeat(deep + 1)).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("it is nested more than 200 deep");
    assertThat(
            reason(
                ("[" + "1,".repeat(JsonDocument.MAX_VALUES) + "1]")
                    .getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("it holds more than 1000000 values");
  }

  @Test
  void twinsAreFoundAmongManyMembersToo() {
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; i < 5000; i++) {
      many.append("\"m").append(i).append("\":").append(i).append(',');
    }
    assertThat(read(many + "\"last\":1}").root().members()).hasSize(5001);
    assertThat(reason((many + "\"m\\u0037\":1}").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("a member stands twice in one object");
  }

  @Test
  void aLoneSurrogateIsReadAndReported() {
    assertThat(read("\"\\ud83d\\ude00\"").loneSurrogate()).isEqualTo(-1);
    for (String lone : List.of("\\ud83d", "\\ude00", "\\ud83d\\ud83d", "\\ud83dx", "\\ud83d\\n")) {
      JsonDocument document = read("[\"a\",\"" + lone + "\"]");
      assertThat(document.loneSurrogate()).isEqualTo(6);
      assertThat(document.root().items().get(1).text().string()).startsWith("\ufffd");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-0", "1e999", "-1.5E+10", "123456789012345678901234567890", "0.1", "1E-7"})
  void numbersKeepTheirSpelling(String number) {
    JsonValue value = read(" [ " + number + " ] ").root().items().get(0);
    assertThat(value.text().string()).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    "12, 12",
    "-7, -7",
    "12.0, 12",
    "1e3, 1000",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, ",
    "12.5, ",
    "1e400, "
  })
  void wholeNumbersAreExactOrNotThere(String spelled, Long number) {
    assertThat(read(spelled).root().wholeNumber().stream().boxed().findFirst().orElse(null))
        .isEqualTo(number);
  }

  @Test
  void membersAreFoundUnderAnyOfTheirSpellings() {
    JsonValue root = read("{\"m\\u006fdel\":\"a\",\"größe\":2,\"null\":null}").root();
    assertThat(root.find("model")).isNotNull();
    assertThat(root.find("größe")).isNotNull();
    assertThat(root.find("grösse")).isNull();
    assertThat(root.find("null")).isNotNull();
    assertThat(root.present("null")).isNull();
    assertThat(root.plain().orElseThrow()).isEqualTo(Map.of("model", "a", "größe", 2L));
  }

  /// Whatever we read, an independent reader reads alike; whatever it refuses, so do we.
  @Test
  void agreesWithJacksonOnDocumentsAndTheirMutations() {
    long seed = 20261124;
    Random random = new Random(seed);
    int accepted = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] body = RandomJson.document(random);
      if (round % 2 == 1) {
        RandomJson.mutate(body, random);
      }
      JsonDocument.Reading ours = JsonDocument.read(body);
      Optional<String> theirs = jackson(body);
      switch (ours) {
        case JsonDocument.Reading.Read(JsonDocument document) -> {
          accepted++;
          if (document.loneSurrogate() >= 0) {
            continue; // Jackson takes some of them and refuses others.
          }
          assertThat(spell(document.root()))
              .as("seed %d round %d", seed, round)
              .isEqualTo(theirs.orElse("refused"));
        }
        case JsonDocument.Reading.Malformed(String reason, int offset) -> {
          if (reason.equals("it is not UTF-8")) { // Jackson lets some of it through.
            assertThat(offset).isNotNegative();
            assertThat(isUtf8(body)).as("seed %d round %d", seed, round).isFalse();
            continue;
          }
          assertThat(theirs).as("seed %d round %d", seed, round).isEmpty();
        }
      }
    }
    assertThat(accepted).isGreaterThan(10_000);
  }

  private static boolean isUtf8(byte[] body) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      return true;
    } catch (CharacterCodingException broken) {
      return false;
    }
  }

  private static String spell(JsonValue value) {
    if (value.isObject()) {
      StringBuilder out = new StringBuilder("{");
      for (JsonValue.Member member : value.members()) {
        out.append(member.name().text().string()).append('=').append(spell(member.value()));
      }
      return out.append('}').toString();
    }
    if (value.isArray()) {
      StringBuilder out = new StringBuilder("[");
      for (JsonValue item : value.items()) {
        out.append(spell(item)).append(',');
      }
      return out.append(']').toString();
    }
    return value.text().string();
  }

  private static Optional<String> jackson(byte[] body) {
    StringBuilder out = new StringBuilder();
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), body)) {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      jackson(parser, out);
      return parser.nextToken() == null ? Optional.of(out.toString()) : Optional.empty();
    } catch (JacksonException refused) {
      return Optional.empty();
    }
  }

  private static void jackson(JsonParser parser, StringBuilder out) {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        out.append('{');
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          out.append(parser.currentName()).append('=');
          parser.nextToken();
          jackson(parser, out);
        }
        out.append('}');
      }
      case START_ARRAY -> {
        out.append('[');
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          jackson(parser, out);
          out.append(',');
        }
        out.append(']');
      }
      default -> out.append(parser.getString());
    }
  }

  static JsonDocument read(String text) {
    JsonDocument.Reading reading = JsonDocument.read(text.getBytes(StandardCharsets.UTF_8));
    assertThat(reading).as(text).isInstanceOf(JsonDocument.Reading.Read.class);
    return ((JsonDocument.Reading.Read) reading).document();
  }

  private static String reason(byte[] body) {
    JsonDocument.Reading reading = JsonDocument.read(body);
    assertThat(reading).isInstanceOf(JsonDocument.Reading.Malformed.class);
    return ((JsonDocument.Reading.Malformed) reading).reason();
  }
}
