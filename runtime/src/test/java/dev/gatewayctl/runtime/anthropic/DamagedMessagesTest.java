package dev.gatewayctl.runtime.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.TextPiece;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever comes from outside gives a result, never an exception but the documented ones, and what
/// is written is JSON.
class DamagedMessagesTest {
  private static final long SEED = 20261124;
  private static final int LONGEST = 8_000;
  private static final Answering ANSWERING = new Answering("m", "exc_1", 0, true, 0);

  @Test
  void damagedRequestsAreReadOrRefused() {
    Random random = new Random(SEED);
    List<byte[]> corpus = new ArrayList<>();
    for (Recordings.Recording recording : Recordings.messages()) {
      recording
          .request()
          .filter(body -> body.length() < LONGEST)
          .ifPresent(body -> corpus.add(Recordings.utf8(body)));
    }
    int read = 0;
    for (int round = 0; round < 10_000; round++) {
      byte[] body = damaged(corpus.get(random.nextInt(corpus.size())), random);
      if (MessagesDialect.INSTANCE.request(body, RequestPath.PLAIN)
          instanceof RequestBody.Reading.Read(RequestBody request)) {
        read++;
        assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
        RequestEdits edits =
            RequestEdits.NONE
                .withModel("z")
                .withMaxTokens(5, "max_tokens")
                .withTemperature(OptionalDouble.of(0.3), OptionalDouble.of(0.7))
                .withMasks(masks(request.pieces(), random));
        assertThat(JsonDocument.read(request.write(edits)))
            .as("seed %d round %d", SEED, round)
            .isInstanceOf(JsonDocument.Reading.Read.class);
        translated(body, round);
      }
    }
    assertThat(read).isGreaterThan(1_000);
  }

  private static void translated(byte[] body, int round) {
    JsonDocument document = ((JsonDocument.Reading.Read) JsonDocument.read(body)).document();
    Losses losses = new Losses();
    try {
      Conversation conversation =
          MessagesTranslation.INSTANCE.read(document.root(), RequestPath.PLAIN, losses);
      byte[] written =
          MessagesTranslation.INSTANCE.write(
              conversation, new Asking(OptionalLong.empty(), "", false), losses);
      assertThat(JsonDocument.read(written))
          .as("seed %d round %d", SEED, round)
          .isInstanceOf(JsonDocument.Reading.Read.class);
    } catch (Unfit unfit) {
      assertThat(unfit.place()).isNotEmpty();
    }
  }

  @Test
  void damagedAnswersAreReadOrCalledUnreadable() {
    Random random = new Random(SEED);
    List<byte[]> corpus = new ArrayList<>();
    for (Recordings.Recording recording : Recordings.messages()) {
      if (!recording.streamed() && recording.answer().length() < LONGEST) {
        corpus.add(Recordings.utf8(recording.answer()));
      }
    }
    int read = 0;
    for (int round = 0; round < 10_000; round++) {
      byte[] body = damaged(corpus.get(random.nextInt(corpus.size())), random);
      if (MessagesDialect.INSTANCE.answer(body)
          instanceof AnswerBody.Reading.Read(AnswerBody answer)) {
        boolean json = JsonDocument.read(body) instanceof JsonDocument.Reading.Read;
        byte[] masked = answer.write(masks(answer.pieces(), random), true);
        assertThat(JsonDocument.read(masked) instanceof JsonDocument.Reading.Read || !json)
            .as("seed %d round %d", SEED, round)
            .isTrue();
        assertThat(answer.usage()).isNotNull();
        assertThat(answer.toolCalls()).isNotNull();
      }
      try {
        List<AnswerEvent> events = MessagesTranslation.INSTANCE.whole(body);
        read++;
        assertThat(JsonDocument.read(MessagesTranslation.INSTANCE.whole(events, ANSWERING)))
            .as("seed %d round %d", SEED, round)
            .isInstanceOf(JsonDocument.Reading.Read.class);
      } catch (ProviderProtocol.Unreadable unreadable) {
        assertThat(unreadable.getMessage()).isNotEmpty();
      }
    }
    assertThat(read).isGreaterThan(1_000);
  }

  @Test
  void damagedStreamsGiveBytesOrAFailure() {
    Random random = new Random(SEED);
    List<byte[]> corpus = new ArrayList<>();
    for (Recordings.Recording recording : RecordedMessagesTest.streams()) {
      byte[] all = Recordings.utf8(recording.answer());
      corpus.add(Arrays.copyOf(all, Math.min(all.length, LONGEST)));
    }
    for (int round = 0; round < 3_000; round++) {
      byte[] body = damaged(corpus.get(random.nextInt(corpus.size())), random);
      AnswerStream stream =
          AnswerStream.of(new MessagesEvents(), _ -> KeywordWindow.masking("a", "\"<>\\"));
      byte[] out = RecordedMessagesTest.through(stream, body, 1 + random.nextInt(body.length));
      assertThat(out.length).isLessThan(body.length * 8 + 1_000);
      ProviderProtocol.Reader reader = MessagesTranslation.INSTANCE.stream();
      Writer writer = MessagesTranslation.INSTANCE.stream(ANSWERING);
      try {
        reader.feed(body, 0, body.length, event -> assertThat(writer.write(event)).isNotNull());
        reader.finish(event -> assertThat(writer.write(event)).isNotNull());
      } catch (ProviderProtocol.Unreadable unreadable) {
        assertThat(unreadable.getMessage()).isNotEmpty();
      }
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
        ? Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length))
        : damaged;
  }
}
