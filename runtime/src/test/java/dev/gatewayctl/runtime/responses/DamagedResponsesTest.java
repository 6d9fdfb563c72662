package dev.gatewayctl.runtime.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import dev.gatewayctl.runtime.wire.Unfit;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Recorded bodies and streams with random damage: readers give what they promise or say why not,
/// and nothing else happens.
class DamagedResponsesTest {
  private static final long SEED = 20_261_124;
  private static final int ROUNDS = 2_000;
  private static final int LARGEST = 20_000;
  private static final String[] PIECES = {
    "null", "{}", "[]", "1e9", "\"x\"", "true", "\\ud800", "{", "}", "\"", ",", "-1", ":"
  };

  private static byte[] damaged(byte[] body, Random random) {
    byte[] damaged = body;
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(damaged.length);
      int cut = Math.min(damaged.length - at, random.nextInt(6));
      byte[] piece = Recordings.utf8(PIECES[random.nextInt(PIECES.length)]);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(damaged, 0, at);
      if (random.nextBoolean()) {
        out.writeBytes(piece);
      } else {
        out.write(random.nextInt(256));
      }
      out.write(damaged, at + cut, damaged.length - at - cut);
      damaged = out.toByteArray();
    }
    return damaged;
  }

  private static byte[] pick(List<byte[]> bodies, Random random) {
    return damaged(bodies.get(random.nextInt(bodies.size())), random);
  }

  private static List<byte[]> small(List<String> texts) {
    List<byte[]> bodies = new ArrayList<>();
    for (String text : texts) {
      byte[] body = Recordings.utf8(text);
      if (body.length <= LARGEST) {
        bodies.add(body);
      }
    }
    assertThat(bodies).hasSizeGreaterThan(5);
    return bodies;
  }

  private static void inRange(List<TextPiece> pieces, byte[] body) {
    for (TextPiece piece : pieces) {
      assertThat(piece.start()).isBetween(0, piece.end());
      assertThat(piece.end()).isLessThanOrEqualTo(body.length);
      assertThat(piece.text().length()).isNotNegative();
    }
  }

  @Test
  void requests() {
    List<byte[]> bodies =
        small(Recordings.responses().stream().flatMap(r -> r.request().stream()).toList());
    Random random = new Random(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = pick(bodies, random);
      switch (ResponsesDialect.INSTANCE.request(body, RequestPath.PLAIN)) {
        case RequestBody.Reading.Refused(String message, String _) ->
            assertThat(message).as("seed " + SEED + " round " + i).isNotEmpty();
        case RequestBody.Reading.Read(RequestBody request) -> {
          inRange(request.pieces(), body);
          assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
          translate(body);
        }
      }
    }
  }

  private static void translate(byte[] body) {
    if (JsonDocument.read(body) instanceof JsonDocument.Reading.Read(JsonDocument document)) {
      try {
        ResponsesTranslation.INSTANCE.read(document.root(), RequestPath.PLAIN, new Losses());
      } catch (Unfit unfit) {
        assertThat(unfit.place()).isNotEmpty();
      }
    }
  }

  @Test
  void answers() {
    List<byte[]> bodies =
        small(
            Recordings.responses().stream()
                .filter(r -> !r.streamed())
                .map(Recordings.Recording::answer)
                .toList());
    Random random = new Random(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = pick(bodies, random);
      if (ResponsesDialect.INSTANCE.answer(body)
          instanceof AnswerBody.Reading.Read(AnswerBody answer)) {
        inRange(answer.pieces(), body);
        assertThat(answer.write(List.of(), false)).isSameAs(body);
        assertThat(answer.usage()).isNotNull();
        assertThat(answer.finishReasons()).hasSizeLessThan(2);
        assertThat(answer.toolCalls()).isNotNull();
      }
      try {
        assertThat(ResponsesTranslation.INSTANCE.whole(body)).isNotEmpty();
      } catch (Unreadable unreadable) {
        assertThat(unreadable).hasMessageStartingWith("the answer");
      }
    }
  }

  @Test
  void streams() {
    List<byte[]> bodies =
        small(RecordedResponsesTest.streams().stream().map(Recordings.Recording::answer).toList());
    StreamDialect.Settings stripping = new StreamDialect.Settings(true, true, 1);
    Random random = new Random(SEED);
    for (int i = 0; i < ROUNDS / 4; i++) {
      byte[] body = pick(bodies, random);
      AnswerStream plain = AnswerStream.of(new ResponsesEvents(RecordedResponsesTest.PLAIN));
      byte[] out = StreamReading.through(plain, body, 1 + random.nextInt(500));
      assertThat(out.length).as("seed " + SEED + " round " + i).isLessThanOrEqualTo(body.length);
      AnswerStream masked =
          AnswerStream.of(
              new ResponsesEvents(stripping), _ -> KeywordWindow.masking("the ", "[T]"));
      StreamReading.through(masked, body, 1 + random.nextInt(500));
      AnswerStream refused =
          AnswerStream.of(new ResponsesEvents(stripping), _ -> KeywordWindow.refusing("a"));
      StreamReading.through(refused, body, 1 + random.nextInt(500));
      translated(body);
    }
  }

  private static void translated(byte[] body) {
    Reader reader = ResponsesTranslation.INSTANCE.stream();
    List<AnswerEvent> told = new ArrayList<>();
    try {
      reader.feed(body, 0, body.length, told::add);
      reader.finish(told::add);
    } catch (Unreadable unreadable) {
      assertThat(unreadable.getMessage()).isNotEmpty();
    }
    assertThat(told.stream().filter(event -> event instanceof AnswerEvent.Ended))
        .hasSizeLessThan(2);
  }
}
