package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The chat protocol read into a conversation and written again: nothing that both can say changes.
class ChatTranslationTest {
  private static final Asking ASKING =
      new Asking(OptionalLong.empty(), "max_completion_tokens", false);
  private static final Answering ANSWERING = new Answering("m", "ex_0123456789", 7, true, 0);

  private static JsonValue json(byte[] body) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(body)).document().root();
  }

  private static Conversation read(byte[] body, Losses losses) throws Unfit {
    return ChatTranslation.INSTANCE.read(json(body), RequestPath.PLAIN, losses);
  }

  /// Neighbouring turns of one side say the same as one turn, and empty ones nothing.
  private static List<Turn> united(List<Turn> turns) {
    List<Turn> united = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.parts().isEmpty()) {
        continue;
      }
      if (!united.isEmpty() && united.getLast().role() == turn.role()) {
        List<Part> parts = new ArrayList<>(united.removeLast().parts());
        parts.addAll(turn.parts());
        united.add(new Turn(turn.role(), parts));
      } else {
        united.add(turn);
      }
    }
    return united;
  }

  private static Conversation comparable(Conversation c) {
    return new Conversation(
        c.model(),
        c.stream(),
        c.system(),
        united(c.turns()),
        c.tools(),
        c.toolChoice(),
        c.sampling(),
        c.format(),
        c.thinking(),
        c.user(),
        c.metadata());
  }

  @Test
  void recordedRequestsSayTheSameAgain() throws Unfit {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.chat()) {
      byte[] body = recording.request().map(Recordings::utf8).orElse(new byte[0]);
      if (!(JsonDocument.read(body) instanceof JsonDocument.Reading.Read)) {
        continue;
      }
      Conversation first;
      try {
        first = read(body, new Losses());
      } catch (Unfit refused) {
        assertThat(recording.answer()).as(recording.name() + refused.place()).contains("error");
        continue;
      }
      seen++;
      Losses losses = new Losses();
      byte[] written = ChatTranslation.EXTENDED.write(first, ASKING, losses);
      assertThat(losses.names()).as(recording.name()).isEmpty();
      assertThat(comparable(read(written, losses)))
          .as(recording.name())
          .isEqualTo(comparable(first));
    }
    assertThat(seen).isGreaterThan(40);
  }

  @Test
  void recordedAnswersSayTheSameAgain() throws Unreadable {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.answers()) {
      List<AnswerEvent> first = ChatTranslation.INSTANCE.whole(Recordings.utf8(recording.answer()));
      byte[] written = ChatTranslation.INSTANCE.whole(first, ANSWERING);
      assertSameSaid(recording.name(), first, ChatTranslation.INSTANCE.whole(written));
      seen++;
    }
    assertThat(seen).isGreaterThan(50);
  }

  private static void assertSameSaid(
      String name, List<AnswerEvent> first, List<AnswerEvent> again) {
    boolean named =
        first.stream()
            .anyMatch(e -> e instanceof AnswerEvent.Began began && began.id().isPresent());
    Said expected = Said.of(first);
    Said actual = Said.of(again);
    assertThat(named ? actual : actual.withoutId()).as(name).isEqualTo(expected);
  }

  private static List<AnswerEvent> streamed(byte[] bytes, int... cuts) throws Unreadable {
    List<AnswerEvent> events = new ArrayList<>();
    Reader reader = ChatTranslation.INSTANCE.stream();
    int at = 0;
    for (int cut : cuts) {
      reader.feed(bytes, at, cut, events::add);
      at = cut;
    }
    reader.feed(bytes, at, bytes.length, events::add);
    reader.finish(events::add);
    return events;
  }

  @Test
  void recordedStreamsSayTheSameAgain() throws Unreadable {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.streams()) {
      List<AnswerEvent> first = streamed(Recordings.utf8(recording.answer()));
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      Writer writer = ChatTranslation.INSTANCE.stream(ANSWERING);
      first.forEach(event -> written.writeBytes(writer.write(event)));
      assertSameSaid(recording.name(), first, streamed(written.toByteArray()));
      byte[] whole = ChatTranslation.INSTANCE.whole(first, ANSWERING);
      assertSameSaid(recording.name() + " whole", first, ChatTranslation.INSTANCE.whole(whole));
      seen++;
    }
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void whatBothCanSayComesBackAsItWas() throws Unfit {
    for (long seed = 0; seed < 3_000; seed++) {
      Conversation asked = new RandomConversation(seed).next();
      Losses losses = new Losses();
      byte[] written = ChatTranslation.EXTENDED.write(asked, ASKING, losses);
      assertThat(comparable(read(written, losses))).as("seed " + seed).isEqualTo(comparable(asked));
      assertThat(losses.names()).as("seed " + seed).isEmpty();
    }
  }

  /// Pieces of a length that no event has, from each place on: every position of a stream is a cut
  /// in one of these replays. Short streams are also cut in two at every position.
  @Test
  void streamsSayTheSameHoweverTheyAreCut() {
    int pieces = 257;
    Recordings.streams().parallelStream()
        .forEach(
            recording -> {
              try {
                byte[] body = Recordings.utf8(recording.answer());
                List<AnswerEvent> whole = streamed(body);
                for (int first = 0; first < pieces; first++) {
                  assertThat(streamed(body, cuts(body.length, first, pieces)))
                      .as(recording.name() + " from " + first)
                      .isEqualTo(whole);
                }
                assertThat(streamed(body, cuts(body.length, 1, 1))).isEqualTo(whole);
                for (int cut = 1; body.length < 4_000 && cut < body.length; cut++) {
                  assertThat(streamed(body, cut)).as(recording.name()).isEqualTo(whole);
                }
              } catch (Unreadable e) {
                throw new AssertionError(recording.name(), e);
              }
            });
  }

  private static int[] cuts(int length, int first, int step) {
    return IntStream.iterate(first, at -> at < length, at -> at + step).toArray();
  }
}
