package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Exchanges recorded by other projects: what nothing touches stays byte for byte.
class RecordedExchangesTest {
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);

  @Test
  void requestsKeepTheirBytesAndChangeOnlyTheModel() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.chat()) {
      if (recording.request().isEmpty()) {
        continue;
      }
      byte[] body = Recordings.utf8(recording.request().orElseThrow());
      switch (ChatRequest.read(body)) {
        case RequestBody.Reading.Read(RequestBody request) -> {
          seen++;
          assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
          String name = request.model();
          String changed =
              new String(
                  request.write(RequestEdits.NONE.withModel("other")), StandardCharsets.UTF_8);
          assertThat(changed.replaceFirst("\"other\"", "\"" + name + "\""))
              .as(recording.name())
              .isEqualTo(recording.request().orElseThrow());
          if (!recording.answer().contains("\"error\"")) {
            assertThat(request.pieces()).as(recording.name()).isNotEmpty();
          }
        }
        case RequestBody.Reading.Refused(String message, String place) ->
            // Recorded on purpose: each of them got a 400 from OpenAI as well.
            assertThat(recording.answer()).as(recording.name() + message + place).contains("error");
      }
    }
    assertThat(seen).isGreaterThan(40);
  }

  @Test
  void answersKeepTheirBytesAndTellTheirUsage() {
    int seen = 0;
    int counted = 0;
    for (Recordings.Recording recording : Recordings.answers()) {
      byte[] body = Recordings.utf8(recording.answer());
      AnswerBody answer = ((AnswerBody.Reading.Read) ChatDialect.INSTANCE.answer(body)).answer();
      seen++;
      assertThat(answer.write(List.of(), false)).isSameAs(body);
      boolean failed = recording.answer().contains("\"error\"");
      if (recording.answer().contains("\"prompt_tokens\"")) {
        counted++;
        assertThat(answer.usage().input()).as(recording.name()).isPresent();
      }
      if (!failed) {
        assertThat(answer.finishReasons()).as(recording.name()).isNotEmpty();
        assertThat(answer.model()).as(recording.name()).isPresent();
      }
    }
    assertThat(seen).isGreaterThan(50);
    assertThat(counted).isGreaterThan(40);
  }

  @Test
  void maskedAnswersStayTheSameDocumentsButForTheirTexts() {
    for (Recordings.Recording recording : Recordings.answers()) {
      byte[] body = Recordings.utf8(recording.answer());
      AnswerBody answer = ((AnswerBody.Reading.Read) ChatDialect.INSTANCE.answer(body)).answer();
      List<Mask> masks = new ArrayList<>();
      for (TextPiece piece : answer.pieces()) {
        int length = piece.text().length();
        if (piece.rewritable(0, length)) {
          masks.add(new Mask(piece, 0, length, "[\"X\"]"));
        }
      }
      JsonValue before = root(body);
      JsonValue after = root(answer.write(masks, true));
      assertThat(skeleton(after)).as(recording.name()).isEqualTo(skeleton(before));
    }
  }

  /// The names of all members in order.
  private static String skeleton(JsonValue value) {
    StringBuilder out = new StringBuilder();
    for (JsonValue.Member member : value.members()) {
      boolean side = ChatTexts.sideChannel(member.name().text().string());
      out.append(member.name().text().string())
          .append('{')
          .append(side ? "" : skeleton(member.value()))
          .append('}');
    }
    for (JsonValue item : value.items()) {
      out.append('[').append(skeleton(item)).append(']');
    }
    return out.toString();
  }

  private static JsonValue root(byte[] body) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(body)).document().root();
  }

  @Test
  void streamsPassByteForByteWholeByteByByteAndAtSampledSplits() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      seen++;
      assertThat(through(AnswerStream.of(new ChatEvents(PLAIN)), body, body.length))
          .isEqualTo(body);
      assertThat(through(AnswerStream.of(new ChatEvents(PLAIN)), body, 1))
          .as(recording.name())
          .isEqualTo(body);
      int step = Math.max(1, body.length / 200);
      for (int split = 0; split <= body.length; split += step) {
        AnswerStream stream = AnswerStream.of(new ChatEvents(PLAIN));
        assertThat(split(stream, body, split)).as(recording.name()).isEqualTo(body);
        assertThat(stream.done()).isTrue();
      }
    }
    assertThat(seen).isGreaterThan(25);
  }

  /// A number in the arguments of a call that is cut by events is held until it is whole; apart
  /// from that, inspected streams pass byte for byte as well.
  @Test
  void inspectedStreamsPassByteForByteWhereNothingIsMasked() {
    int same = 0;
    for (Recordings.Recording recording : Recordings.streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      byte[] out =
          through(AnswerStream.of(new ChatEvents(PLAIN), _ -> new PassingWindow()), body, 1);
      assertThat(texts(out)).as(recording.name()).isEqualTo(texts(body));
      if (Arrays.equals(out, body)) {
        same++;
      } else {
        assertThat(recording.answer()).as(recording.name()).contains("\"arguments\":\"");
      }
    }
    assertThat(same).isGreaterThan(20);
  }

  private static byte[] split(AnswerStream stream, byte[] body, int at) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(stream.feed(body, 0, at));
    out.writeBytes(stream.feed(body, at, body.length));
    out.writeBytes(stream.finish());
    return out.toByteArray();
  }

  @Test
  void aMaskingWindowGivesTheSameTextsAtSampledSplits() {
    for (Recordings.Recording recording : Recordings.streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      Map<Channel, String> expected = new TreeMap<>(BY_PLACE);
      texts(body).forEach((channel, text) -> expected.put(channel, text.replace("the", "[T]")));
      int step = Math.max(1, body.length / 40);
      for (int split = 0; split <= body.length; split += step) {
        AnswerStream stream =
            AnswerStream.of(new ChatEvents(PLAIN), _ -> KeywordWindow.masking("the", "[T]"));
        byte[] out = split(stream, body, split);
        if (!stream.refused()) {
          assertThat(texts(out)).as(recording.name()).isEqualTo(expected);
        }
      }
    }
  }

  private static final Comparator<Channel> BY_PLACE = Comparator.comparing(Channel::toString);

  /// The texts of a stream by channel, put together the way a client does.
  static Map<Channel, String> texts(byte[] stream) {
    Map<Channel, String> texts = new TreeMap<>(BY_PLACE);
    SseReader reader = new SseReader();
    reader.feed(stream, 0, stream.length);
    Frame event = reader.next();
    while (event != null) {
      if (event.hasData()
          && JsonDocument.read(event.data(), event.dataFrom(), event.dataTo())
              instanceof JsonDocument.Reading.Read(JsonDocument document)) {
        for (StreamDialect.StreamText found : ChatTexts.of(document.root(), "delta")) {
          if (found.channel().continues() && found.piece().text().length() > 0) {
            texts.merge(found.channel(), found.piece().text().string(), String::concat);
          }
        }
      }
      event = reader.next();
    }
    return texts;
  }

  static byte[] through(AnswerStream stream, byte[] body, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += size) {
      out.writeBytes(stream.feed(body, at, Math.min(body.length, at + size)));
    }
    out.writeBytes(stream.finish());
    return out.toByteArray();
  }

  /// Lets everything go at once.
  private static final class PassingWindow implements TextWindow {
    @Override
    public void append(byte[] utf8, int from, int to, Release release) {
      release.keep(utf8, from, to);
    }

    @Override
    public void finish(Release release) {}
  }
}
