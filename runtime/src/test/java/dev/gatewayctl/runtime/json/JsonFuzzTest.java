package dev.gatewayctl.runtime.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.golden.Fuzzing;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Whatever a body is: it is no document, at a place inside it, or every value lies inside its
/// parent, after its brother; nothing replaced is the same array; a string is escaped back to what
/// it says; and unless a surrogate stands alone in it, another reader takes the document too.
final class JsonFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(JsonFuzzTest.class, 30000, JsonFuzzTest::read);
  }

  private static final JsonFactory OTHER =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNumberLength(Integer.MAX_VALUE).build())
          .build();

  static void read(byte[] input) {
    switch (JsonDocument.read(input)) {
      case JsonDocument.Reading.Malformed(String reason, int offset) -> {
        assertThat(reason).isNotBlank();
        assertThat(offset).isBetween(0, input.length);
      }
      case JsonDocument.Reading.Read(JsonDocument document) -> {
        inside(document.root(), 0, input.length);
        assertThat(new Splices().apply(input)).isSameAs(input);
        if (document.loneSurrogate() < 0) {
          assertThat(tokens(input)).isPositive();
        }
      }
    }
  }

  private static int tokens(byte[] input) {
    int tokens = 0;
    try (JsonParser parser = OTHER.createParser(ObjectReadContext.empty(), input)) {
      while (parser.nextToken() != null) {
        tokens++;
      }
    }
    return tokens;
  }

  private static void inside(JsonValue value, int from, int to) {
    assertThat(value.start()).isGreaterThanOrEqualTo(from);
    assertThat(value.end()).isGreaterThan(value.start()).isLessThanOrEqualTo(to);
    if (value.isString()) {
      string(value);
    }
    int at = value.start();
    for (JsonValue.Member member : value.members()) {
      inside(member.name(), at, value.end());
      inside(member.value(), member.name().end(), value.end());
      at = member.value().end();
    }
    for (JsonValue item : value.items()) {
      inside(item, at, value.end());
      at = item.end();
    }
  }

  private static void string(JsonValue value) {
    JsonText text = value.text();
    byte[] escaped = JsonWriter.escape(text.bytes(), text.from(), text.to());
    byte[] quoted = new byte[escaped.length + 2];
    quoted[0] = '"';
    System.arraycopy(escaped, 0, quoted, 1, escaped.length);
    quoted[quoted.length - 1] = '"';
    if (JsonDocument.read(quoted) instanceof JsonDocument.Reading.Read(JsonDocument again)) {
      assertThat(again.root().text().string()).isEqualTo(text.string());
    } else {
      throw new AssertionError("what was escaped is no string");
    }
    for (int offset : List.of(0, text.length() / 2, text.length())) {
      assertThat(text.rawStart(offset)).isBetween(value.start(), value.end());
    }
  }
}
