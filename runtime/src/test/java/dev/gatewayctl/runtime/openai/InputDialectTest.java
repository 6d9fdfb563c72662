package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Completions, embeddings and moderations, read in place.
class InputDialectTest {
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);

  private static RequestBody read(InputDialect dialect, String body) {
    RequestBody.Reading reading = dialect.request(Recordings.utf8(body), RequestPath.PLAIN);
    assertThat(reading).isInstanceOf(RequestBody.Reading.Read.class);
    return ((RequestBody.Reading.Read) reading).request();
  }

  private static List<String> texts(RequestBody request, Location location) {
    return request.pieces().stream()
        .filter(piece -> piece.location() == location)
        .map(piece -> piece.text().string())
        .toList();
  }

  private static String written(RequestBody request, RequestEdits edits) {
    return new String(request.write(edits), StandardCharsets.UTF_8);
  }

  @Test
  void everyTextOfAPromptIsTheUsers() {
    RequestBody one =
        read(
            InputDialect.COMPLETIONS,
            "{\"model\":\"m\",\"prompt\":\"begin\",\"suffix\":\"end\",\"best_of\":3}");
    assertThat(texts(one, Location.USER)).containsExactly("begin", "end");
    assertThat(one.lastUser()).isEqualTo("begin");
    assertThat(one.choices()).isEqualTo(3);
    RequestBody many =
        read(InputDialect.COMPLETIONS, "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"n\":2}");
    assertThat(texts(many, Location.USER)).containsExactly("a", "b");
    assertThat(many.pieces()).allMatch(TextPiece::latest);
    assertThat(many.choices()).isEqualTo(4);
  }

  @Test
  void tokensAreNoTextButAreSeen() {
    for (InputDialect dialect : List.of(InputDialect.COMPLETIONS, InputDialect.EMBEDDINGS)) {
      String member = dialect == InputDialect.EMBEDDINGS ? "input" : "prompt";
      RequestBody flat = read(dialect, "{\"model\":\"m\",\"" + member + "\":[1,2,3]}");
      assertThat(flat.pieces()).isEmpty();
      assertThat(flat.opaque()).containsExactly(new Opaque("opaque", false));
      assertThat(flat.modalities()).containsExactly("opaque");
      assertThat(flat.choices()).isEqualTo(1);
      RequestBody nested = read(dialect, "{\"model\":\"m\",\"" + member + "\":[[1],\"x\",[2]]}");
      assertThat(nested.opaque()).hasSize(2);
      assertThat(nested.pieces()).hasSize(1);
    }
  }

  @Test
  void moderationsReadTextsAndAddressesAndMayLeaveOutTheirModel() {
    RequestBody request =
        read(
            InputDialect.MODERATIONS,
            """
            {"input":[{"type":"text","text":"one"},
            {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}\
            """);
    assertThat(texts(request, Location.INPUT)).containsExactly("one");
    assertThat(texts(request, Location.REFERENCE)).containsExactly("https://example.com/a.png");
    assertThat(request.opaque())
        .containsExactly(new Opaque("image", true), new Opaque("image", false));
    assertThat(request.model()).isEqualTo("omni-moderation-latest");
    assertThat(written(request, RequestEdits.NONE.withModel("other")))
        .endsWith("\"model\":\"other\"}");
  }

  @Test
  void onlyWhatWritesTextIsCapped() {
    RequestEdits edits =
        RequestEdits.NONE
            .withModel("o")
            .withIncludeUsage()
            .withMaxTokens(5, "max_completion_tokens")
            .withChoices(1);
    assertThat(
            written(
                read(
                    InputDialect.COMPLETIONS,
                    "{\"model\":\"m\",\"prompt\":\"p\",\"n\":2,\"best_of\":4,\"stream\":true}"),
                edits))
        .isEqualTo(
            "{\"model\":\"o\",\"prompt\":\"p\",\"n\":1,\"best_of\":1,\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true},\"max_tokens\":5}");
    assertThat(written(read(InputDialect.EMBEDDINGS, "{\"model\":\"m\",\"input\":\"p\"}"), edits))
        .isEqualTo("{\"model\":\"o\",\"input\":\"p\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model":"m"}                               | input    | is missing
          {"model":"m","input":7}                     | input    | is neither a text nor a list
          {"model":"m","input":[1,"a"]}               | input    | holds other values among its tokens
          {"model":"m","input":["a",1]}               | input[1] | is neither text nor tokens
          {"model":"m","input":[[1,"a"]]}             | input[0] | holds other values among its tokens
          {"model":"m","input":["a",null]}            | input[1] | is neither text nor tokens
          {"input":"a"}                               | model    | is missing
          {"model":"m","input":"a","stream":true}     | stream   | is asked for where nothing can be streamed
          """)
  void badInputIsRefusedWithItsPlace(String body, String place, String problem) {
    RequestBody.Reading reading =
        InputDialect.EMBEDDINGS.request(Recordings.utf8(body), RequestPath.PLAIN);
    assertThat(reading)
        .isEqualTo(new RequestBody.Reading.Refused("`" + place + "` " + problem, place));
  }

  @Test
  void vectorsAndScoresAreNoTextsButWhatStandsBesideThemIs() {
    AnswerBody answer =
        answer(
            InputDialect.EMBEDDINGS,
            """
            {"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPw=="},
            {"object":"embedding","index":1,"embedding":[0.5,-1]},
            {"embedding":"no vector: call 555-0100","note":"hidden"}],
            "model":"e","usage":{"prompt_tokens":4,"total_tokens":4}}\
            """);
    assertThat(answer.pieces().stream().map(p -> p.text().string()))
        .containsExactly("no vector: call 555-0100", "hidden");
    assertThat(answer.usage().input()).hasValue(4);
    AnswerBody moderation =
        answer(
            InputDialect.MODERATIONS,
            """
            {"id":"modr-1","model":"omni","results":[{"flagged":true,"categories":{"hate":false},
            "category_scores":{"hate":0.4111111111111111},"reason":"said so"}]}\
            """);
    assertThat(moderation.pieces().stream().map(p -> p.text().string())).containsExactly("said so");
  }

  private static AnswerBody answer(InputDialect dialect, String body) {
    return ((AnswerBody.Reading.Read) dialect.answer(Recordings.utf8(body))).answer();
  }

  @Test
  void recordedExchangesKeepTheirBytes() {
    int requests = 0;
    for (Map.Entry<String, InputDialect> entry :
        Map.of(
                "/v1/completions",
                InputDialect.COMPLETIONS,
                "/v1/embeddings",
                InputDialect.EMBEDDINGS)
            .entrySet()) {
      InputDialect dialect = entry.getValue();
      for (Recordings.Recording recording : Recordings.openai(entry.getKey())) {
        byte[] body = Recordings.utf8(recording.request().orElseThrow());
        switch (dialect.request(body, RequestPath.PLAIN)) {
          case RequestBody.Reading.Read(RequestBody request) -> {
            requests++;
            assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
            if (!recording.answer().contains("\"error\"")) {
              assertThat(request.pieces().size() + request.opaque().size())
                  .as(recording.name())
                  .isPositive();
            }
          }
          case RequestBody.Reading.Refused refused ->
              assertThat(recording.answer()).as(recording.name() + refused).contains("error");
        }
        if (recording.streamed()) {
          stream(dialect, recording);
        } else {
          byte[] answer = Recordings.utf8(recording.answer());
          AnswerBody read = ((AnswerBody.Reading.Read) dialect.answer(answer)).answer();
          assertThat(read.write(List.of(), false)).as(recording.name()).isSameAs(answer);
          if (recording.answer().contains("prompt_tokens")) {
            assertThat(read.usage().input()).as(recording.name()).isPresent();
          }
        }
      }
    }
    assertThat(requests).isGreaterThan(12);
  }

  /// Through a masking window the text changes and nothing else does, however it is cut.
  private static void stream(InputDialect dialect, Recordings.Recording recording) {
    byte[] bytes = Recordings.utf8(recording.answer());
    String masked = null;
    for (int step = 1; step < 6; step++) {
      AnswerStream plain = AnswerStream.of(dialect.stream(PLAIN));
      assertThat(through(plain, bytes, step)).isEqualTo(recording.answer());
      AnswerStream masking =
          AnswerStream.of(dialect.stream(PLAIN), _ -> KeywordWindow.masking("the", "[T]"));
      String out = through(masking, bytes, step);
      masked = masked == null ? out : masked;
      assertThat(out).as(recording.name()).isEqualTo(masked);
      assertThat(text(out)).isEqualTo(text(recording.answer()).replace("the", "[T]"));
      assertThat(masking.usage()).isEqualTo(plain.usage());
    }
  }

  private static String through(AnswerStream stream, byte[] bytes, int step) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += step) {
      out.writeBytes(stream.feed(bytes, at, Math.min(bytes.length, at + step)));
    }
    out.writeBytes(stream.finish());
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String text(String stream) {
    StringBuilder text = new StringBuilder();
    Matcher matcher = Pattern.compile("\"text\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(stream);
    while (matcher.find()) {
      text.append(matcher.group(1));
    }
    return text.toString();
  }

  @Test
  void aMaskLiesOnThePromptOnly() {
    RequestBody request =
        read(InputDialect.COMPLETIONS, "{\"model\":\"m\",\"prompt\":[\"my secret\",\"x\"]}");
    TextPiece piece = request.pieces().getFirst();
    byte[] changed =
        request.write(RequestEdits.NONE.withMasks(List.of(new Mask(piece, 3, 9, "***"))));
    assertThat(new String(changed, StandardCharsets.UTF_8))
        .isEqualTo("{\"model\":\"m\",\"prompt\":[\"my ***\",\"x\"]}");
  }
}
