package dev.gatewayctl.runtime.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Exchanges that other projects recorded with Google's servers.
class GeminiRecordedTest {
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);

  @Test
  void requestsAreReadAndKeepTheirBytes() {
    int seen = 0;
    for (String method : List.of("generateContent", "streamGenerateContent", "countTokens")) {
      RequestPath path = new RequestPath(Optional.of("models/m"), false, method, false);
      for (Recordings.Recording recording : Recordings.gemini(method)) {
        byte[] body = Recordings.utf8(recording.request().orElseThrow());
        RequestBody request =
            ((RequestBody.Reading.Read) GeminiDialect.CONTENT.request(body, path)).request();
        seen++;
        assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
        assertThat(request.write(RequestEdits.NONE.withModel("other"))).isSameAs(body);
        assertThat(request.turns()).as(recording.name()).isPositive();
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.pieces().stream().map(piece -> piece.location()))
            .as(recording.name())
            .contains(Location.USER);
      }
    }
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void requestsForEmbeddingsAreReadAndNameTheirModelAnew() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.gemini("batchEmbedContents")) {
      byte[] body = Recordings.utf8(recording.request().orElseThrow());
      String model =
          recording.request().orElseThrow().replaceAll("(?s).*\"models/([^\"]*)\".*", "$1");
      RequestPath path = new RequestPath(Optional.of(model), false, "batchEmbedContents", false);
      RequestBody request =
          ((RequestBody.Reading.Read) GeminiDialect.EMBED.request(body, path)).request();
      seen++;
      assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
      assertThat(
              new String(
                  request.write(RequestEdits.NONE.withModel("other")), StandardCharsets.UTF_8))
          .isEqualTo(recording.request().orElseThrow().replace("models/" + model, "models/other"));
      assertThat(request.pieces().stream().map(piece -> piece.location()))
          .as(recording.name())
          .contains(Location.INPUT);
      AnswerBody answer = answer(recording);
      assertThat(answer.pieces()).as(recording.name()).isEmpty();
    }
    assertThat(seen).isGreaterThan(7);
  }

  @Test
  void answersKeepTheirBytesAndTellUsageModelAndEnd() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.geminiAnswers()) {
      AnswerBody answer = answer(recording);
      seen++;
      assertThat(answer.write(List.of(), true)).isSameAs(answer.body());
      assertThat(answer.finishReasons()).as(recording.name()).isNotEmpty();
      assertThat(answer.usage().input()).as(recording.name()).isPresent();
      assertThat(answer.model()).as(recording.name()).isPresent();
      JsonValue counts =
          Optional.ofNullable(root(answer.body()).find("usageMetadata")).orElseThrow();
      long total =
          Optional.ofNullable(counts.find("totalTokenCount"))
              .orElseThrow()
              .wholeNumber()
              .orElseThrow();
      assertThat(answer.usage().input().getAsLong() + answer.usage().output().getAsLong())
          .as(recording.name())
          .isEqualTo(total);
    }
    assertThat(seen).isGreaterThan(8);
  }

  private static AnswerBody answer(Recordings.Recording recording) {
    byte[] body = Recordings.utf8(recording.answer());
    return ((AnswerBody.Reading.Read) GeminiDialect.CONTENT.answer(body)).answer();
  }

  @Test
  void streamsPassByteForByteAtEverySplit() {
    List<Recordings.Recording> streams = Recordings.geminiStreams();
    assertThat(streams).hasSizeGreaterThan(18);
    for (Supplier<AnswerStream> fresh :
        List.<Supplier<AnswerStream>>of(
            () -> AnswerStream.of(new GeminiEvents(PLAIN)),
            () -> AnswerStream.of(new GeminiEvents(PLAIN), _ -> new PassingWindow()))) {
      for (Recordings.Recording recording : streams) {
        byte[] body = Recordings.utf8(recording.answer());
        for (int size = 1; size <= 5; size++) {
          AnswerStream stream = fresh.get();
          assertThat(through(stream, body, size, size)).as(recording.name()).isEqualTo(body);
          assertThat(stream.done()).as(recording.name()).isTrue();
          assertThat(stream.usage().input().isPresent())
              .as(recording.name())
              .isEqualTo(recording.answer().contains("promptTokenCount"));
        }
      }
    }
  }

  @Test
  void aMaskingWindowGivesTheSameBytesAtEverySplit() {
    for (Recordings.Recording recording : Recordings.geminiStreams()) {
      byte[] body = Recordings.utf8(recording.answer());
      Supplier<AnswerStream> fresh =
          () -> AnswerStream.of(new GeminiEvents(PLAIN), _ -> KeywordWindow.masking("e", "[E]"));
      AnswerStream uncut = fresh.get();
      byte[] whole = through(uncut, body, body.length, body.length);
      if (!uncut.refused()) {
        Map<String, String> expected = texts(body);
        expected.replaceAll((channel, text) -> text.replace("e", "[E]"));
        assertThat(texts(whole)).as(recording.name()).isEqualTo(expected);
      }
      for (int size = 1; size <= 5; size++) {
        assertThat(through(fresh.get(), body, size, size)).as(recording.name()).isEqualTo(whole);
      }
      int longest = longest(body);
      for (int first = 0; first < 2 * longest; first++) {
        assertThat(through(fresh.get(), body, first, 2 * longest))
            .as(recording.name())
            .isEqualTo(whole);
      }
    }
  }

  private static int longest(byte[] body) {
    GeminiFraming framing = new GeminiFraming();
    framing.feed(body, 0, body.length);
    int longest = 1;
    for (var frame = framing.next(); frame != null; frame = framing.next()) {
      longest = Math.max(longest, frame.raw().length);
    }
    return longest;
  }

  /// The texts of a stream by candidate and kind.
  static Map<String, String> texts(byte[] body) {
    Map<String, String> texts = new TreeMap<>();
    for (JsonValue root : roots(body)) {
      for (JsonValue candidate : GeminiAnswer.candidates(root)) {
        for (JsonValue part : GeminiAnswer.parts(candidate)) {
          JsonValue text = part.find("text");
          if (text != null) {
            String kind = GeminiTexts.index(candidate) + (part.find("thought") == null ? "" : "t");
            texts.merge(kind, text.text().string(), String::concat);
          }
        }
      }
    }
    return texts;
  }

  static List<JsonValue> roots(byte[] body) {
    GeminiFraming framing = new GeminiFraming();
    framing.feed(body, 0, body.length);
    List<JsonValue> roots = new ArrayList<>();
    for (var frame = framing.next(); frame != null; frame = framing.next()) {
      if (frame.hasData() && !frame.dataIs("]")) {
        roots.add(
            ((JsonDocument.Reading.Read)
                    JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo()))
                .document()
                .root());
      }
    }
    return roots;
  }

  private static JsonValue root(byte[] body) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(body)).document().root();
  }

  /// Feeds a first piece, then the rest in pieces of one size.
  static byte[] through(AnswerStream stream, byte[] body, int first, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
    int from = 0;
    int to = Math.min(first, body.length);
    while (from < body.length) {
      out.writeBytes(stream.feed(body, from, to));
      from = to;
      to = Math.min(body.length, to + size);
    }
    out.writeBytes(stream.finish());
    return out.toByteArray();
  }

  /// A window through which everything passes at once.
  private static final class PassingWindow implements TextWindow {
    @Override
    public void append(byte[] utf8, int from, int to, Release release) {
      release.keep(utf8, from, to);
    }

    @Override
    public void finish(Release release) {}
  }
}
