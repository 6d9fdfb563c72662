package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChatStreamTest {
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);
  private static final StreamDialect.Settings STRIPPING =
      new StreamDialect.Settings(false, true, 1);
  private static final StreamDialect.Settings ASKED = new StreamDialect.Settings(true, false, 1);
  private static final String DONE = "data: [DONE]\n\n";

  private static String chunk(String choices) {
    return "data:"
        + " {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":7,\"model\":\"m\","
        + "\"choices\":["
        + choices
        + "]}\n\n";
  }

  private static String delta(int choice, String delta, String reason) {
    return chunk(
        "{\"index\":"
            + choice
            + ",\"delta\":{"
            + delta
            + "},\"finish_reason\":"
            + (reason.isEmpty() ? "null" : "\"" + reason + "\"")
            + "}");
  }

  private static String content(String text) {
    return delta(0, "\"content\":\"" + text + "\"", "");
  }

  private static AnswerStream masking(StreamDialect.Settings settings) {
    return AnswerStream.of(new ChatEvents(settings), _ -> KeywordWindow.masking("secret", "[S]"));
  }

  @Test
  void aWordCutOverEventsIsMaskedAndTheRestStays() {
    String in = content("a se") + content("cr") + content("et b") + delta(0, "", "stop") + DONE;
    assertThat(through(masking(PLAIN), in))
        .isEqualTo(content("a ") + content("") + content("[S] b") + delta(0, "", "stop") + DONE);
  }

  @Test
  void whatIsHeldGoesOutBeforeTheChannelEnds() {
    String in = content("the sec") + delta(0, "", "length") + DONE;
    assertThat(through(masking(PLAIN), in))
        .isEqualTo(content("the ") + content("sec") + delta(0, "", "length") + DONE);
    String together = delta(0, "\"content\":\"the sec\"", "stop") + DONE;
    assertThat(through(masking(PLAIN), together)).isEqualTo(together);
  }

  @Test
  void aStreamThatDiesIsCutAndNeverDone() {
    AnswerStream stream = masking(PLAIN);
    assertThat(through(stream, content("all my sec")))
        .isEqualTo(content("all my ") + content("sec"));
    assertThat(stream.done()).isFalse();
    assertThat(stream.finishReasons()).isEmpty();
  }

  @Test
  void halfALineIsNeverPassedOn() {
    String whole = content("a");
    String half = content("my secret").substring(0, 120);
    assertThat(half).contains("my");
    AnswerStream stream = masking(PLAIN);
    assertThat(through(stream, whole + half)).isEqualTo(whole);
    assertThat(stream.done()).isFalse();
  }

  @Test
  void aLastEventWithoutItsBlankLineCounts() {
    String in = content("a") + "data: [DONE]";
    AnswerStream stream = masking(PLAIN);
    assertThat(through(stream, in)).isEqualTo(in);
    assertThat(stream.done()).isTrue();
  }

  @Test
  void severalChoicesKeepTheirTextsApart() {
    String in =
        delta(0, "\"content\":\"sec\"", "")
            + delta(1, "\"content\":\"secret\"", "")
            + delta(0, "\"content\":\"ret\"", "")
            + delta(2, "\"content\":\"ret\"", "")
            + delta(1, "", "stop")
            + delta(0, "", "stop")
            + delta(2, "", "stop")
            + DONE;
    Map<Channel, String> texts = texts(through(masking(PLAIN), in));
    assertThat(texts)
        .containsEntry(channel(0, "content"), "[S]")
        .containsEntry(channel(1, "content"), "[S]")
        .containsEntry(channel(2, "content"), "ret");
  }

  @Test
  void severalChoicesInOneEventKeepTheirTextsApart() {
    String both =
        chunk(
            "{\"index\":1,\"delta\":{\"content\":\"a secret\"}},"
                + "{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}");
    assertThat(through(masking(PLAIN), both + DONE))
        .isEqualTo(both.replace("secret", "[S]") + DONE);
  }

  private static Channel channel(int choice, String member) {
    return Channel.running(choice, member, 0, Location.ASSISTANT);
  }

  @Test
  void everyKindOfChannelIsMaskedAndHeldTextComesBackInItsShape() {
    List<String> shapes =
        List.of(
            "\"content\":\"%s\"",
            "\"refusal\":\"%s\"",
            "\"reasoning\":\"%s\"",
            "\"reasoning_content\":\"%s\"",
            "\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"%s\"}]}]",
            "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"%s\",\"index\":0}]",
            "\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"%s\",\"index\":3}]",
            "\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"%s\"}}]",
            "\"tool_calls\":[{\"index\":0,\"custom\":{\"input\":\"%s\"}}]",
            "\"function_call\":{\"arguments\":\"%s\"}",
            "\"audio\":{\"transcript\":\"%s\"}");
    for (String shape : shapes) {
      String in =
          delta(0, shape.formatted("x se"), "")
              + delta(0, shape.formatted("cret y sec"), "")
              + delta(0, "", "stop")
              + DONE;
      assertThat(through(masking(PLAIN), in))
          .as(shape)
          .isEqualTo(
              delta(0, shape.formatted("x "), "")
                  + delta(0, shape.formatted("[S] y "), "")
                  + delta(0, shape.formatted("sec"), "")
                  + delta(0, "", "stop")
                  + DONE);
    }
  }

  @Test
  void legacyCompletionTextIsMaskedToo() {
    String in = chunk("{\"index\":0,\"text\":\"a sec\"}") + chunk("{\"index\":0,\"text\":\"ret\"}");
    assertThat(through(masking(PLAIN), in))
        .isEqualTo(
            chunk("{\"index\":0,\"text\":\"a \"}") + chunk("{\"index\":0,\"text\":\"[S]\"}"));
  }

  @Test
  void toolArgumentsStayJsonHoweverTheyAreCut() {
    String arguments = "{\\\"k\\\":\\\"a secret b\\\",\\\"n\\\":41}";
    String expected = "{\"k\":\"a [\\\"S\\\"] b\",\"n\":41}";
    for (int cut = 0; cut <= arguments.length(); cut++) {
      if (cut > 0 && arguments.charAt(cut - 1) == '\\') {
        continue; // an event cannot end inside of an escape
      }
      String shape = "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\"}}]";
      String in =
          delta(0, shape.formatted(arguments.substring(0, cut)), "")
              + delta(0, shape.formatted(arguments.substring(cut)), "")
              + delta(0, "", "tool_calls")
              + DONE;
      AnswerStream stream =
          AnswerStream.of(new ChatEvents(PLAIN), _ -> KeywordWindow.masking("secret", "[\"S\"]"));
      assertThat(texts(through(stream, in)).values()).containsExactly(expected);
    }
  }

  @Test
  void aMaskOnAMemberNameOfArgumentsEndsTheStream() {
    AnswerStream stream = masking(PLAIN);
    String call =
        "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"secret\\\":1}\"}}]";
    String out = through(stream, delta(0, call, "") + DONE);
    assertThat(stream.refused()).isTrue();
    assertThat(out).doesNotContain("secret").endsWith(delta(0, "", "content_filter") + DONE);
  }

  @Test
  void aRefusalEndsTheStreamBeforeItsFindingAsFilteredContent() {
    AnswerStream stream =
        AnswerStream.of(
            new ChatEvents(new StreamDialect.Settings(false, false, 2)),
            _ -> KeywordWindow.refusing("secret"));
    String in =
        content("fine ") + content("then sec") + content("ret and more") + content("x") + DONE;
    assertThat(through(stream, in))
        .isEqualTo(
            content("fine ")
                + content("then ")
                + delta(0, "", "content_filter")
                + delta(1, "", "content_filter")
                + DONE);
    assertThat(stream.refused()).isTrue();
    assertThat(stream.done()).isFalse();
  }

  @Test
  void aRefusalInTheLastEventStillSaysFiltered() {
    AnswerStream stream =
        AnswerStream.of(new ChatEvents(PLAIN), _ -> KeywordWindow.refusing("secret"));
    String in = delta(0, "\"content\":\"a secret\"", "stop") + DONE;
    assertThat(through(stream, in))
        .isEqualTo(content("a ") + delta(0, "", "content_filter") + DONE);
  }

  @Test
  void theGatewayMayRefuseBetweenEvents() {
    AnswerStream stream = masking(PLAIN);
    byte[] first = Recordings.utf8(content("a sec"));
    stream.feed(first, 0, first.length);
    assertThat(new String(stream.refuse(), StandardCharsets.UTF_8))
        .isEqualTo(delta(0, "", "content_filter") + DONE);
    assertThat(stream.feed(first, 0, first.length)).isEmpty();
    assertThat(stream.finish()).isEmpty();
  }

  @Test
  void usageThatWeAskedForIsReadAndTakenOutAgain() {
    String plain = content("a") + delta(0, "", "stop");
    String asked =
        plain.replace("]}\n", "],\"usage\":null}\n")
            + "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
            + "\"completion_tokens\":4}}\n\n"
            + DONE;
    AnswerStream stream = AnswerStream.of(new ChatEvents(ASKED));
    assertThat(through(stream, asked)).isEqualTo(plain + DONE);
    assertThat(stream.usage().input()).hasValue(3);
    assertThat(stream.usage().output()).hasValue(4);
    assertThat(through(AnswerStream.of(new ChatEvents(PLAIN)), asked)).isEqualTo(asked);
    String first = "data: {\"usage\":null,\"choices\":[]}\n\n";
    assertThat(through(AnswerStream.of(new ChatEvents(ASKED)), first))
        .isEqualTo("data: {\"choices\":[]}\n\n");
  }

  @Test
  void usageOnTheLastChoiceIsReadAndStays() {
    String in =
        delta(0, "\"content\":\"\"", "stop")
                .replace("]}\n", "],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6}}\n")
            + DONE;
    AnswerStream stream = AnswerStream.of(new ChatEvents(ASKED));
    assertThat(through(stream, in)).isEqualTo(in);
    assertThat(stream.usage().input()).hasValue(5);
    AnswerStream vendor = AnswerStream.of(new ChatEvents(ASKED));
    through(vendor, "data: {\"choices\":[],\"x_groq\":{\"usage\":{\"prompt_tokens\":9}}}\n\n");
    assertThat(vendor.usage().input()).hasValue(9);
  }

  @Test
  void choicesWithoutUsageOfAzurePass() {
    String in =
        "data: {\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}\n\n" + DONE;
    assertThat(through(AnswerStream.of(new ChatEvents(ASKED)), in)).isEqualTo(in);
  }

  @Test
  void logprobsAreNulledWhereMasksApplyAndPassElsewhere() {
    String in =
        chunk(
                "{\"index\":0,\"delta\":{\"content\":\"a\"},"
                    + "\"logprobs\":{\"content\":[{\"token\":\"a\"}]},\"finish_reason\":null}")
            + DONE;
    AnswerStream stream = masking(STRIPPING);
    assertThat(through(stream, in))
        .isEqualTo(in.replace("{\"content\":[{\"token\":\"a\"}]}", "null"));
    assertThat(stream.stripped()).containsExactly("logprobs");
    assertThat(through(masking(PLAIN), in)).isEqualTo(in);
  }

  @Test
  void commentsKeepAlivesPaddingAndErrorsPass() {
    String in =
        ": OPENROUTER PROCESSING\n\n"
            + "retry: 10\n\n"
            + content("a").replace("]}", "],\"obfuscation\":\"secret\"}")
            + "event: error\ndata: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n";
    AnswerStream stream = masking(PLAIN);
    assertThat(through(stream, in)).isEqualTo(in);
    assertThat(stream.closesItself()).isTrue();
    assertThat(stream.done()).isFalse();
    assertThat(through(masking(PLAIN), in.replace("overloaded", "a secret")))
        .isEqualTo(in.replace("overloaded", "a [S]"));
  }

  @Test
  void dataThatIsNoJsonIsMaskedAsPlainText() {
    assertThat(through(masking(PLAIN), "data: half { a secret\n\n"))
        .isEqualTo("data: half { a [S]\n\n");
    assertThat(through(masking(PLAIN), "data: \"a secret\"\n\n")).isEqualTo("data: \"a [S]\"\n\n");
  }

  @Test
  void anEventOfTwoMebibytesPassesAndIsMasked() {
    String big = content("x".repeat(2 * 1024 * 1024) + " a secret").replace("]}", "],\"z\":1}");
    byte[] out = bytes(masking(PLAIN), Recordings.utf8(big + DONE), 16 * 1024);
    assertThat(new String(out, StandardCharsets.UTF_8))
        .isEqualTo(big.replace("a secret", "a [S]") + DONE);
  }

  @Test
  void anEventBeyondTheLimitFailsTheStream() {
    AnswerStream stream = masking(PLAIN);
    byte[] chunk = new byte[1024 * 1024];
    Arrays.fill(chunk, (byte) 'x');
    for (int i = 0; i < 20; i++) {
      assertThat(stream.feed(chunk, 0, chunk.length)).isEmpty();
    }
    assertThat(stream.failure()).contains("an event is larger than 16777216 bytes");
    assertThat(stream.finish()).isEmpty();
  }

  @Test
  void moreTextsSideBySideThanStatedFailTheStream() {
    AnswerStream stream = masking(PLAIN);
    StringBuilder in = new StringBuilder();
    for (int i = 0; i < 1_100; i++) {
      in.append(delta(i, "\"content\":\"s\"", ""));
    }
    through(stream, in.toString());
    assertThat(stream.failure()).contains("it runs more than 1024 texts side by side");
  }

  /// Line ends, a byte order mark, several data lines, cut at every byte.
  @Test
  void everyFramingGivesTheSameAtEverySplit() {
    String lf =
        content("größe 😀 a se") + content("cret \\ud83d\\ude00") + delta(0, "", "stop") + DONE;
    String spread = lf.replace("\"choices\"", "\ndata:\"choices\"");
    List<String> framings = new ArrayList<>();
    for (String text : List.of(lf, spread, "\ufeff" + lf, ": c\n\n" + lf, "id: 1\n" + lf)) {
      framings.add(text);
      framings.add(text.replace("\n", "\r\n"));
      framings.add(text.replace("\n", "\r"));
    }
    for (String framing : framings) {
      byte[] in = Recordings.utf8(framing);
      byte[] whole = bytes(masking(PLAIN), in, in.length);
      assertThat(new String(whole, StandardCharsets.UTF_8))
          .contains("[S]")
          .contains("[DONE]")
          .doesNotContain("cret");
      assertThat(bytes(AnswerStream.of(new ChatEvents(PLAIN)), in, 1)).isEqualTo(in);
      for (int split = 0; split <= in.length; split++) {
        AnswerStream stream = masking(PLAIN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(stream.feed(in, 0, split));
        out.writeBytes(stream.feed(in, split, in.length));
        out.writeBytes(stream.finish());
        assertThat(out.toByteArray()).as("split %d of %s", split, framing).isEqualTo(whole);
        assertThat(stream.done()).isTrue();
      }
      assertThat(bytes(masking(PLAIN), in, 1)).isEqualTo(whole);
    }
  }

  /// Masking a stream and masking the whole answer give the same texts, however it is cut.
  @Test
  void streamsEqualWholesForEveryCutOfTheText() {
    String text = "{\"a\":\"se secret\",\"b\":[1,-22,\"x\"]} secretsecret sec";
    String literal = new String(JsonWriter.escape(text), StandardCharsets.UTF_8);
    for (String member : List.of("content", "arguments")) {
      String message =
          member.equals("content")
              ? "\"content\":\"%s\""
              : "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\"}}]";
      String whole = maskedWhole(message.formatted(literal));
      for (int cut = 0; cut <= text.length(); cut++) {
        String first =
            new String(JsonWriter.escape(text.substring(0, cut)), StandardCharsets.UTF_8);
        String second = new String(JsonWriter.escape(text.substring(cut)), StandardCharsets.UTF_8);
        String in =
            delta(0, message.formatted(first), "") + delta(0, message.formatted(second), "") + DONE;
        AnswerStream stream =
            AnswerStream.of(new ChatEvents(PLAIN), _ -> KeywordWindow.masking("secret", "4"));
        assertThat(texts(through(stream, in)).values()).containsExactly(whole);
      }
    }
  }

  private static String maskedWhole(String message) {
    AnswerBody answer = ChatAnswerTest.read("{\"choices\":[{\"message\":{" + message + "}}]}");
    TextPiece piece = answer.pieces().getFirst();
    List<Mask> masks = new ArrayList<>();
    int at = piece.text().string().indexOf("secret");
    while (at >= 0) {
      masks.add(new Mask(piece, at, at + 6, "4"));
      at = piece.text().string().indexOf("secret", at + 6);
    }
    String body = new String(answer.write(masks, false), StandardCharsets.UTF_8);
    return ChatAnswerTest.read(body).pieces().getFirst().text().string();
  }

  @Test
  void damagedStreamsNeverFailUnexpectedly() {
    long seed = 77;
    Random random = new Random(seed);
    byte[] base =
        Recordings.utf8(
            content("a se")
                + content("cret")
                + delta(
                    0,
                    "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":1\"}}]",
                    "")
                + delta(0, "", "stop")
                + DONE);
    for (int round = 0; round < 5_000; round++) {
      byte[] damaged = base.clone();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      byte[] out = bytes(masking(STRIPPING), damaged, 1 + random.nextInt(damaged.length));
      assertThat(out.length).as("seed %d round %d", seed, round).isLessThan(damaged.length * 4);
    }
  }

  private static Map<Channel, String> texts(String stream) {
    return RecordedExchangesTest.texts(Recordings.utf8(stream));
  }

  private static String through(AnswerStream stream, String in) {
    byte[] body = Recordings.utf8(in);
    return new String(bytes(stream, body, Math.max(1, body.length)), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(AnswerStream stream, byte[] body, int size) {
    return RecordedExchangesTest.through(stream, body, size);
  }

  @Test
  void blocksWithoutDataAreInspectedAsWell() {
    String in = ": a secret\n\nid: secret\nevent: secret\n\nretry: 10\n\n";
    assertThat(through(masking(PLAIN), in)).isEqualTo(in.replace("secret", "[S]"));
  }
}
