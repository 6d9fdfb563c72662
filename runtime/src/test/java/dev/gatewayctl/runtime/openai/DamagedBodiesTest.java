package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever comes from outside gives a result, never an exception, and what is written is JSON.
class DamagedBodiesTest {
  private static final long SEED = 20261124;

  @Test
  void damagedRequestsAreReadOrRefused() {
    Random random = new Random(SEED);
    List<byte[]> corpus = new ArrayList<>();
    for (Recordings.Recording recording : Recordings.chat()) {
      recording
          .request()
          .filter(body -> body.length() < 20_000)
          .ifPresent(body -> corpus.add(Recordings.utf8(body)));
    }
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] body = damaged(corpus.get(random.nextInt(corpus.size())), random);
      if (ChatRequest.read(body) instanceof RequestBody.Reading.Read(RequestBody request)) {
        read++;
        RequestEdits edits =
            RequestEdits.NONE
                .withModel("z")
                .withIncludeUsage()
                .withMaxTokens(5, "max_tokens")
                .withTemperature(OptionalDouble.of(0.3), OptionalDouble.of(0.7))
                .withChoices(1)
                .withMasks(masks(request.pieces(), random));
        assertThat(JsonDocument.read(request.write(edits)))
            .as("seed %d round %d", SEED, round)
            .isInstanceOf(JsonDocument.Reading.Read.class);
        assertThat(request.text().length() + request.system().length()).isNotNegative();
      }
    }
    assertThat(read).isGreaterThan(1_000);
  }

  @Test
  void damagedAnswersAreReadOrCalledUnreadable() {
    Random random = new Random(SEED);
    List<byte[]> corpus = new ArrayList<>();
    for (Recordings.Recording recording : Recordings.answers()) {
      if (recording.answer().length() < 20_000) {
        corpus.add(Recordings.utf8(recording.answer()));
      }
    }
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] body = damaged(corpus.get(random.nextInt(corpus.size())), random);
      if (ChatDialect.INSTANCE.answer(body) instanceof AnswerBody.Reading.Read(AnswerBody answer)) {
        read++;
        boolean json = JsonDocument.read(body) instanceof JsonDocument.Reading.Read;
        byte[] written = answer.write(masks(answer.pieces(), random), true);
        assertThat(JsonDocument.read(written) instanceof JsonDocument.Reading.Read || !json)
            .as("seed %d round %d", SEED, round)
            .isTrue();
        assertThat(answer.usage()).isNotNull();
        assertThat(answer.toolCalls()).isNotNull();
        assertThat(answer.finishReasons()).isNotNull();
      }
    }
    assertThat(read).isGreaterThan(1_000);
  }

  @Test
  void damagedStreamsGiveBytesOrAFailure() {
    Random random = new Random(SEED);
    List<byte[]> corpus = new ArrayList<>();
    for (Recordings.Recording recording : Recordings.streams()) {
      byte[] all = Recordings.utf8(recording.answer());
      corpus.add(java.util.Arrays.copyOf(all, Math.min(all.length, 6_000)));
    }
    StreamDialect.Settings settings = new StreamDialect.Settings(true, true, 2);
    for (int round = 0; round < 3_000; round++) {
      byte[] body = damaged(corpus.get(random.nextInt(corpus.size())), random);
      AnswerStream stream =
          AnswerStream.of(new ChatEvents(settings), _ -> KeywordWindow.masking("a", "\"<>\\"));
      byte[] out = RecordedExchangesTest.through(stream, body, 1 + random.nextInt(body.length));
      assertThat(out.length).isLessThan(body.length * 8 + 1_000);
    }
  }

  private static List<Mask> masks(List<TextPiece> pieces, Random random) {
    List<Mask> masks = new ArrayList<>();
    for (TextPiece piece : pieces) {
      int length = piece.text().length();
      int from = random.nextInt(length + 1);
      int to = from + random.nextInt(length - from + 1);
      if (random.nextInt(3) == 0 && to > from && piece.rewritable(from, to)) {
        masks.add(new Mask(piece, from, to, "\"\\\n[X]"));
      }
    }
    return masks;
  }

  private static byte[] damaged(byte[] body, Random random) {
    byte[] damaged = body.clone();
    String structure = "{}[]\",:\\nu0 tf1-.e";
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(damaged.length);
      damaged[at] =
          random.nextInt(4) == 0
              ? (byte) random.nextInt(256)
              : (byte) structure.charAt(random.nextInt(structure.length()));
    }
    return random.nextInt(20) == 0
        ? java.util.Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length))
        : damaged;
  }
}
