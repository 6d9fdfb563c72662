package dev.gatewayctl.runtime.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeminiStreamTest {
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);
  private static final String HEAD = ",\"modelVersion\":\"m1\",\"responseId\":\"r1\"}";

  /// The end that we write for filtered content, without the usage.
  private static final String FILTERED =
      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},"
          + "\"finishReason\":\"SAFETY\",\"index\":0}]"
          + HEAD;

  private static String parts(int choice, String parts, String reason) {
    return "{\"candidates\":[{\"content\":{\"parts\":["
        + parts
        + "],\"role\":\"model\"}"
        + (reason.isEmpty() ? "" : ",\"finishReason\":\"" + reason + "\"")
        + ",\"index\":"
        + choice
        + "}]"
        + HEAD;
  }

  private static String text(String text) {
    return parts(0, "{\"text\":\"" + text + "\"}", "");
  }

  private static String end(String reason) {
    return parts(0, "{\"text\":\"\"}", reason);
  }

  private static String call(String name, String args) {
    return "{\"functionCall\":{\"name\":\"" + name + "\",\"args\":" + args + "}}";
  }

  private static String events(String... chunks) {
    StringBuilder out = new StringBuilder();
    for (String chunk : chunks) {
      out.append("data: ").append(chunk).append("\r\n\r\n");
    }
    return out.toString();
  }

  private static String array(String... chunks) {
    return "[" + String.join("\n,\r\n", chunks) + "\n]";
  }

  private static AnswerStream masking() {
    return AnswerStream.of(new GeminiEvents(PLAIN), _ -> KeywordWindow.masking("secret", "[S]"));
  }

  private static AnswerStream refusing() {
    return AnswerStream.of(new GeminiEvents(PLAIN), _ -> KeywordWindow.refusing("secret"));
  }

  private static String through(AnswerStream stream, String in) {
    byte[] body = Recordings.utf8(in);
    return new String(
        GeminiRecordedTest.through(stream, body, body.length, Math.max(1, body.length)),
        StandardCharsets.UTF_8);
  }

  /// Feeds byte by byte as well, which must give the same.
  private static String everywhere(java.util.function.Supplier<AnswerStream> fresh, String in) {
    String whole = through(fresh.get(), in);
    byte[] body = Recordings.utf8(in);
    for (int split = 1; split <= body.length; split++) {
      byte[] cut = GeminiRecordedTest.through(fresh.get(), body, split, body.length);
      assertThat(new String(cut, StandardCharsets.UTF_8)).as("cut at %d", split).isEqualTo(whole);
    }
    assertThat(
            new String(GeminiRecordedTest.through(fresh.get(), body, 1, 1), StandardCharsets.UTF_8))
        .isEqualTo(whole);
    return whole;
  }

  @Test
  void textCutOverEventsIsMaskedInEitherFraming() {
    String[] in = {text("a se"), text("cret b"), text(" sec"), end("STOP")};
    String[] out = {text("a "), text("[S] b"), text(" "), parts(0, "{\"text\":\"sec\"}", "STOP")};
    assertThat(everywhere(GeminiStreamTest::masking, events(in))).isEqualTo(events(out));
    assertThat(everywhere(GeminiStreamTest::masking, array(in))).isEqualTo(array(out));
  }

  @Test
  void heldTextGoesOutBeforeACall() {
    String call = parts(0, call("f", "{\"a\":1}"), "STOP");
    String held =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"sec\"}],\"role\":\"model\"},"
            + "\"index\":0}]"
            + HEAD;
    assertThat(everywhere(GeminiStreamTest::masking, events(text("x sec"), call)))
        .isEqualTo(events(text("x "), held, call));
    assertThat(everywhere(GeminiStreamTest::masking, array(text("x sec"), call)))
        .isEqualTo("[" + text("x ") + ",\r\n" + held + "\n" + "\n,\r\n" + call + "\n]");
  }

  @Test
  void thoughtsRunApartFromText() {
    String[] in = {
      parts(0, "{\"text\":\"sec\",\"thought\":true}", ""),
      parts(0, "{\"text\":\"ret\",\"thought\":true}", ""),
      text("sec"),
      text("ret"),
      end("STOP")
    };
    assertThat(through(masking(), events(in)))
        .isEqualTo(
            events(
                parts(0, "{\"text\":\"\",\"thought\":true}", ""),
                parts(0, "{\"text\":\"[S]\",\"thought\":true}", ""),
                text(""),
                text("[S]"),
                end("STOP")));
  }

  @Test
  void candidatesKeepTheirTextsApart() {
    String in =
        events(
            text("sec"),
            parts(1, "{\"text\":\"secret\"}", "STOP"),
            parts(0, "{\"text\":\"ret\"}", "STOP"));
    assertThat(through(masking(), in))
        .isEqualTo(
            events(
                text(""),
                parts(1, "{\"text\":\"[S]\"}", "STOP"),
                parts(0, "{\"text\":\"[S]\"}", "STOP")));
  }

  @Test
  void argumentsAreMaskedAndTheirNamesEndTheStream() {
    AnswerStream stream = masking();
    String in = events(parts(0, call("find", "{\"q\":[\"a secret\"],\"b\":{\"c\":2}}"), "STOP"));
    assertThat(through(stream, in)).isEqualTo(in.replace("secret", "[S]"));
    assertThat(stream.toolNames()).containsExactly("find");
    assertThat(stream.textBytes()).isEqualTo("qa secretbc2".length());
    AnswerStream named = masking();
    String out =
        through(named, events(text("ok"), parts(0, call("find", "{\"secret\":1}"), "STOP")));
    assertThat(named.refused()).isTrue();
    assertThat(out).isEqualTo(events(text("ok"), FILTERED));
  }

  @Test
  void anArgumentInFragmentsIsMaskedOverItsEvents() {
    String piece =
        "{\"functionCall\":{\"partialArgs\":[{\"jsonPath\":\"$.q\",\"stringValue\":\"%s\"%s}],"
            + "\"willContinue\":true}}";
    String more = ",\"willContinue\":true";
    String begin = parts(0, "{\"functionCall\":{\"name\":\"f\",\"willContinue\":true}}", "");
    String in =
        events(
            begin,
            parts(0, piece.formatted("a sec", more), ""),
            parts(0, piece.formatted("ret b s", more), ""),
            parts(0, piece.formatted("", ""), ""),
            parts(0, "{\"functionCall\":{}}", ""),
            end("STOP"));
    AnswerStream stream = masking();
    assertThat(through(stream, in))
        .isEqualTo(
            events(
                begin,
                parts(0, piece.formatted("a ", more), ""),
                parts(0, piece.formatted("[S] b ", more), ""),
                parts(0, piece.formatted("s", ""), ""),
                parts(0, "{\"functionCall\":{}}", ""),
                end("STOP")));
    assertThat(stream.finishReasons()).containsEntry(0, "tool_calls");
  }

  @Test
  void aRefusalEndsInSafetyWithoutAnEndMark() {
    String in = events(text("fine "), text("then sec"), text("ret and more"), end("STOP"));
    AnswerStream stream = refusing();
    assertThat(through(stream, in))
        .isEqualTo(events(text("fine "), text("then "), FILTERED))
        .doesNotContain("[DONE]");
    assertThat(stream.refused()).isTrue();
    assertThat(stream.done()).isFalse();
    assertThat(stream.finishReasons()).containsEntry(0, "content_filter");
  }

  @Test
  void aRefusalClosesTheArray() {
    String in = array(text("fine "), text("then sec"), text("ret and more"), end("STOP"));
    assertThat(everywhere(GeminiStreamTest::refusing, in))
        .isEqualTo("[" + text("fine ") + "\n,\r\n" + text("then ") + ",\r\n" + FILTERED + "\n]");
    String first = "[" + FILTERED + "\n]";
    assertThat(through(refusing(), array(text("secret"), end("STOP")))).isEqualTo(first);
    String carried = through(refusing(), array(text("a secret"), end("STOP")));
    assertThat(GeminiRecordedTest.texts(Recordings.utf8(carried))).containsEntry("0", "a ");
    assertThat(carried).endsWith(",\r\n" + FILTERED + "\n]");
  }

  @Test
  void aRefusalTellsTheUsageSoFarAndEndsEveryCandidate() {
    AnswerStream stream =
        AnswerStream.of(
            new GeminiEvents(new StreamDialect.Settings(false, false, 2)),
            _ -> KeywordWindow.refusing("secret"));
    String counted =
        "{\"candidates\":[],\"usageMetadata\":{\"promptTokenCount\":3,\"totalTokenCount\":3}}";
    String out = through(stream, events(counted)) + utf8(stream.refuse());
    assertThat(out)
        .contains("\"finishReason\":\"SAFETY\",\"index\":0}")
        .contains("\"finishReason\":\"SAFETY\",\"index\":1}")
        .endsWith("\"usageMetadata\":{\"promptTokenCount\":3,\"totalTokenCount\":3}}\r\n\r\n");
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void usageIsCumulativeAndThoughtsAreOutput() {
    AnswerStream stream = masking();
    String usage =
        "{\"candidates\":[],\"usageMetadata\":{\"promptTokenCount\":100,"
            + "\"cachedContentTokenCount\":90,\"candidatesTokenCount\":%d,"
            + "\"thoughtsTokenCount\":20,\"toolUsePromptTokenCount\":7}}";
    through(stream, events(usage.formatted(1), usage.formatted(5), end("STOP")));
    assertThat(stream.usage().input()).hasValue(107);
    assertThat(stream.usage().cached()).hasValue(90);
    assertThat(stream.usage().output()).hasValue(25);
    assertThat(stream.usage().reasoning()).hasValue(20);
    assertThat(stream.model()).contains("m1");
  }

  /// Users saw `stop` where calls and `STOP` came in different chunks.
  @Test
  void stopAfterACallInAnEarlierChunkMeansToolCalls() {
    AnswerStream stream = masking();
    through(stream, events(parts(0, call("f", "{}"), ""), text("x"), end("STOP")));
    assertThat(stream.finishReasons()).containsEntry(0, "tool_calls");
    AnswerStream plain = masking();
    through(plain, events(text("x"), end("MAX_TOKENS")));
    assertThat(plain.finishReasons()).containsEntry(0, "length");
  }

  @Test
  void aBlockedPromptIsAnEnd() {
    AnswerStream stream = masking();
    String in = events("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}");
    assertThat(through(stream, in)).isEqualTo(in);
    assertThat(stream.done()).isTrue();
    assertThat(stream.finishReasons()).containsEntry(0, "content_filter");
  }

  @Test
  void aStreamWithoutItsEndWasCut() {
    AnswerStream events = masking();
    through(events, events(text("a")));
    assertThat(events.done()).isFalse();
    AnswerStream array = masking();
    through(array, "[" + end("STOP"));
    assertThat(array.done()).isFalse();
    assertThat(array.closesItself()).isTrue();
    AnswerStream closed = masking();
    through(closed, array(end("STOP")));
    assertThat(closed.done()).isTrue();
  }

  @Test
  void textAfterTheEndOfACandidateDoesNotPass() {
    AnswerStream stream = masking();
    String in = events(parts(0, "{\"text\":\"sec\"}", "STOP"), text("ret"));
    assertThat(through(stream, in)).isEqualTo(events(parts(0, "{\"text\":\"sec\"}", "STOP")));
    assertThat(stream.done()).isFalse();
  }

  @Test
  void errorsInTheStreamPassAndAreInspected() {
    AnswerStream stream = masking();
    String in =
        events(text("a"), "{\"error\":{\"code\":503,\"message\":\"a secret\",\"status\":\"U\"}}");
    assertThat(through(stream, in)).isEqualTo(in.replace("secret", "[S]"));
    assertThat(stream.closesItself()).isTrue();
    assertThat(stream.done()).isFalse();
    String array = "[{\"error\":{\"code\":400,\"message\":\"a secret\"}}\n]";
    assertThat(through(masking(), array)).isEqualTo(array.replace("secret", "[S]"));
  }

  @Test
  void sideChannelsAreNulledWhereMasksApply() {
    AnswerStream stream =
        AnswerStream.of(
            new GeminiEvents(new StreamDialect.Settings(false, true, 1)),
            _ -> KeywordWindow.masking("secret", "[S]"));
    String in =
        events(
            "{\"candidates\":[{\"logprobsResult\":{\"chosenCandidates\":[{\"token\":\"secret\"}]},"
                + "\"finishReason\":\"STOP\"}]}");
    assertThat(through(stream, in))
        .isEqualTo(
            events("{\"candidates\":[{\"logprobsResult\":null,\"finishReason\":\"STOP\"}]}"));
    assertThat(stream.stripped()).containsExactly("logprobsResult");
  }

  @Test
  void groundingThatRepeatsTheAnswerIsMaskedToo() {
    String in =
        events(
            "{\"candidates\":[{\"groundingMetadata\":{\"groundingSupports\":[{\"segment\":"
                + "{\"endIndex\":3,\"text\":\"a secret\"}}]},\"finishReason\":\"STOP\"}]}");
    assertThat(through(masking(), in)).isEqualTo(in.replace("secret", "[S]"));
  }

  @Test
  void whatIsNoStreamIsReadWholeOrDropped() {
    String whole = text("a secret");
    assertThat(through(masking(), whole)).isEqualTo(whole.replace("secret", "[S]"));
    assertThat(through(masking(), "<html>a secret</html>")).isEmpty();
    assertThat(through(masking(), "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"secret"))
        .isEmpty();
    assertThat(through(masking(), events("no json secret"))).isEqualTo(events("no json [S]"));
    assertThat(through(masking(), "[1,\"secret\",{\"x\":\"secret\"}]"))
        .isEqualTo("[1,\"[S]\",{\"x\":\"[S]\"}]");
    AnswerStream more = masking();
    assertThat(through(more, "[]secret")).isEqualTo("[]");
    assertThat(more.failure()).contains("there is more after the end of the array");
  }

  @Test
  void anItemBeyondTheLimitFailsTheStream() {
    AnswerStream stream = masking();
    byte[] chunk = Recordings.utf8("[{\"x\":\"" + "x".repeat(1024 * 1024));
    IntStream.range(0, 20).forEach(_ -> stream.feed(chunk, 0, chunk.length));
    assertThat(stream.failure()).contains("an event is larger than 16777216 bytes");
  }

  @Test
  void manySmallItemsInOnePieceAreCheap() {
    String in = "[" + "1,".repeat(500_000) + "1]";
    assertThat(through(AnswerStream.of(new GeminiEvents(PLAIN)), in)).isEqualTo(in);
  }

  @Test
  void damagedStreamsNeverFailUnexpectedly() {
    long seed = 99;
    Random random = new Random(seed);
    String[] chunks = {
      text("a se"), text("cret"), parts(0, call("f", "{\"a\":[1,\"x\"]}"), ""), end("STOP")
    };
    for (String base : List.of(events(chunks), array(chunks))) {
      for (int round = 0; round < 3_000; round++) {
        byte[] damaged = Recordings.utf8(base);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        int size = 1 + random.nextInt(damaged.length);
        byte[] out = GeminiRecordedTest.through(masking(), damaged, size, size);
        assertThat(out.length).as("seed %d round %d", seed, round).isLessThan(damaged.length * 4);
      }
    }
  }

  @Test
  void wholeAnswersAreReadByTheSameWords() {
    String body =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\",\"thought\":true},"
            + "{\"text\":\"a secret\"},"
            + call("find", "{\"q\":1}")
            + "]},\"finishReason\":\"STOP\"},{\"index\":1,\"finishReason\":\"OTHER\"}],"
            + "\"promptFeedback\":{\"blockReason\":\"OTHER\"}}";
    AnswerBody answer =
        ((AnswerBody.Reading.Read) GeminiDialect.CONTENT.answer(Recordings.utf8(body))).answer();
    assertThat(answer.text()).isEqualTo("a secret");
    assertThat(answer.finishReasons()).containsExactly("tool_calls", "other", "content_filter");
    assertThat(answer.toolCalls()).containsExactly(new AnswerBody.ToolCall("find", "{\"q\":1}"));
    AnswerBody count =
        ((AnswerBody.Reading.Read)
                GeminiDialect.CONTENT.answer(Recordings.utf8("{\"totalTokens\":31}")))
            .answer();
    assertThat(count.usage().input()).hasValue(0);
    assertThat(count.pieces()).isEmpty();
  }
}
