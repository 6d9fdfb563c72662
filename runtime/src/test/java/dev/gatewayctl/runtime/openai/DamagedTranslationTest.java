package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.TextPiece;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Values of recorded bodies put in each other's places: readers refuse what they cannot understand
/// and throw nothing else.
class DamagedTranslationTest {
  private static final long SEED = 20_261_124;
  private static final List<String> VALUES =
      List.of("null", "7", "true", "\"x\"", "[]", "{}", "[{}]", "[null]", "{\"type\":\"text\"}");

  /// The body with one of its values replaced; its spelling stays JSON.
  private static byte[] damaged(String body, Random random) {
    byte[] bytes = Recordings.utf8(body);
    if (!(JsonDocument.read(bytes) instanceof JsonDocument.Reading.Read(JsonDocument document))) {
      return bytes;
    }
    var value = document.root();
    while (true) {
      var inner =
          value.isArray()
              ? value.items()
              : value.members().stream().map(member -> member.value()).toList();
      if (inner.isEmpty() || (value != document.root() && random.nextInt(4) == 0)) {
        break;
      }
      value = inner.get(random.nextInt(inner.size()));
    }
    String changed = VALUES.get(random.nextInt(VALUES.size()));
    byte[] middle = Recordings.utf8(changed);
    byte[] out = new byte[value.start() + middle.length + bytes.length - value.end()];
    System.arraycopy(bytes, 0, out, 0, value.start());
    System.arraycopy(middle, 0, out, value.start(), middle.length);
    System.arraycopy(
        bytes, value.end(), out, value.start() + middle.length, bytes.length - value.end());
    return out;
  }

  @Test
  void requestsAreUnderstoodOrUnfit() {
    Random random = new Random(SEED);
    List<String> bodies =
        Recordings.chat().stream()
            .map(Recordings.Recording::request)
            .flatMap(Optional::stream)
            .toList();
    int understood = 0;
    int rounds = 6_000;
    for (int round = 0; round < rounds; round++) {
      byte[] body = damaged(bodies.get(random.nextInt(bodies.size())), random);
      if (JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument document)) {
        try {
          ChatTranslation.EXTENDED.write(
              ChatTranslation.INSTANCE.read(document.root(), RequestPath.PLAIN, new Losses()),
              new Asking(OptionalLong.empty(), "max_tokens", true),
              new Losses());
          understood++;
        } catch (Unfit unfit) {
          assertThat(unfit.problem()).isNotEmpty();
        }
      }
    }
    assertThat(understood).as("seed " + SEED).isBetween(rounds / 10, rounds - rounds / 10);
  }

  @Test
  void answersAreReadOrUnreadable() {
    Random random = new Random(SEED);
    List<Recordings.Recording> answers = Recordings.answers();
    Answering answering = new Answering("m", "ex_1", 7, true, 0);
    int read = 0;
    for (int round = 0; round < 6_000; round++) {
      byte[] body = damaged(answers.get(random.nextInt(answers.size())).answer(), random);
      try {
        byte[] again =
            ChatTranslation.INSTANCE.whole(ChatTranslation.INSTANCE.whole(body), answering);
        assertThat(JsonDocument.read(again)).isInstanceOf(JsonDocument.Reading.Read.class);
        read++;
      } catch (Unreadable unreadable) {
        assertThat(unreadable.getMessage()).isNotEmpty();
      }
    }
    assertThat(read).as("seed " + SEED).isGreaterThan(1_000);
  }

  @Test
  void inputsAreReadInPlaceOrRefused() {
    Random random = new Random(SEED);
    for (Recordings.Recording recording : Recordings.openai("/v1/completions")) {
      inputs(InputDialect.COMPLETIONS, recording, random);
    }
    for (Recordings.Recording recording : Recordings.openai("/v1/embeddings")) {
      inputs(InputDialect.EMBEDDINGS, recording, random);
    }
  }

  private static void inputs(InputDialect dialect, Recordings.Recording recording, Random random) {
    for (int round = 0; round < 300; round++) {
      byte[] body = damaged(recording.request().orElseThrow(), random);
      if (dialect.request(body, RequestPath.PLAIN)
          instanceof RequestBody.Reading.Read(RequestBody request)) {
        assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
        assertThat(request.model()).isNotNull();
        assertThat(request.choices()).isPositive();
        for (TextPiece piece : request.pieces()) {
          assertThat(piece.text().length()).isBetween(0, body.length);
        }
      }
      dialect.answer(damaged(recording.answer(), random));
    }
  }
}
