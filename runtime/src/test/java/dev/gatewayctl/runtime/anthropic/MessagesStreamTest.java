package dev.gatewayctl.runtime.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagesStreamTest {
  private static final String START =
      event(
          "message_start",
          "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
              + "\"claude\",\"content\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}");
  private static final String END =
      event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{}")
          + event("message_stop", "");

  private static String event(String type, String members) {
    return "event: "
        + type
        + "\ndata: {\"type\":\""
        + type
        + "\""
        + (members.isEmpty() ? "" : "," + members)
        + "}\n\n";
  }

  private static String begin(int index, String block) {
    return event(
        "content_block_start", "\"index\":" + index + ",\"content_block\":{" + block + "}");
  }

  private static String delta(int index, String kind, String member, String text) {
    return event(
        "content_block_delta",
        "\"index\":"
            + index
            + ",\"delta\":{\"type\":\""
            + kind
            + "\",\""
            + member
            + "\":\""
            + text
            + "\"}");
  }

  private static String stop(int index) {
    return event("content_block_stop", "\"index\":" + index);
  }

  private static AnswerStream masking() {
    return AnswerStream.of(new MessagesEvents(), _ -> KeywordWindow.masking("secret", "[S]"));
  }

  private static String through(AnswerStream stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(
        RecordedMessagesTest.through(stream, bytes, bytes.length), StandardCharsets.UTF_8);
  }

  @Test
  void everyKindOfBlockIsMaskedAndHeldTextComesBackInItsShape() {
    for (List<String> kind :
        List.of(
            List.of("\"type\":\"text\",\"text\":\"\"", "text_delta", "text"),
            List.of(
                "\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"",
                "thinking_delta",
                "thinking"),
            List.of(
                "\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}",
                "input_json_delta",
                "partial_json"))) {
      String before = START + begin(0, kind.get(0));
      String shape = delta(0, kind.get(1), kind.get(2), "%s");
      assertThat(
              through(
                  masking(),
                  before
                      + shape.formatted("[4, se")
                      + shape.formatted("cret, sec")
                      + stop(0)
                      + END))
          .as(kind.get(1))
          .startsWith(before + shape.formatted("[4, "))
          .contains("[S]")
          .endsWith(shape.formatted("sec") + stop(0) + END)
          .doesNotContain("secret");
    }
  }

  @Test
  void blocksThatRunSideBySideKeepTheirTextsApart() {
    String text = "\"type\":\"text\",\"text\":\"\"";
    String in =
        START
            + begin(0, text)
            + begin(1, text)
            + delta(0, "text_delta", "text", "sec")
            + delta(1, "text_delta", "text", "ret")
            + delta(0, "text_delta", "text", "ret")
            + stop(0)
            + stop(1)
            + END;
    assertThat(RecordedMessagesTest.texts(through(masking(), in).getBytes(StandardCharsets.UTF_8)))
        .extractingFromEntries(java.util.Map.Entry::getValue)
        .containsExactly("[S]", "ret");
  }

  @Test
  void aBlockThatIsNeverStoppedEndsWithTheMessage() {
    String in =
        START
            + begin(0, "\"type\":\"text\",\"text\":\"\"")
            + delta(0, "text_delta", "text", "a sec");
    assertThat(through(masking(), in + END))
        .isEqualTo(in.replace("a sec", "a ") + delta(0, "text_delta", "text", "sec") + END);
  }

  @Test
  void aRefusalStopsTheOpenBlockAndEndsTheMessage() {
    AnswerStream stream =
        AnswerStream.of(new MessagesEvents(), _ -> KeywordWindow.refusing("secret"));
    String before = START + begin(0, "\"type\":\"text\",\"text\":\"\"");
    String out = through(stream, before + delta(0, "text_delta", "text", "my secret") + END);
    assertThat(out)
        .isEqualTo(
            before
                + delta(0, "text_delta", "text", "my ")
                + stop(0)
                + event(
                    "message_delta",
                    "\"delta\":{\"stop_reason\":\"refusal\",\"stop_sequence\":null,\"stop_details\":"
                        + "{\"type\":\"refusal\",\"category\":null,\"explanation\":null}},"
                        + "\"usage\":{\"output_tokens\":1}")
                + event("message_stop", ""));
    assertThat(stream.refused()).isTrue();
    assertThat(stream.finishReasons()).containsExactly(java.util.Map.entry(0, "content_filter"));
  }

  @Test
  void aRefusalBeforeAnythingCameIsAWholeStream() {
    AnswerStream stream = AnswerStream.of(new MessagesEvents());
    RecordedMessagesTest.assertEndsAsFiltered("nothing", stream.refuse());
  }

  @Test
  void aBlockWhoseFirstEventHoldsFilteredTextBeginsWithoutIt() {
    AnswerStream stream =
        AnswerStream.of(new MessagesEvents(), _ -> KeywordWindow.refusing("secret"));
    String out =
        through(stream, START + begin(0, "\"type\":\"text\",\"text\":\"my secret\"") + END);
    RecordedMessagesTest.assertEndsAsFiltered("start", out.getBytes(StandardCharsets.UTF_8));
    assertThat(out).contains("\"text\":\"my \"").doesNotContain("secret");
  }

  @Test
  void theNameOfAToolCannotBeMaskedSoTheStreamEnds() {
    AnswerStream stream = masking();
    String tool = "\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"secret_tool\",\"input\":{}";
    String out = through(stream, START + begin(0, tool) + END);
    RecordedMessagesTest.assertEndsAsFiltered("name", out.getBytes(StandardCharsets.UTF_8));
    assertThat(out).doesNotContain("secret");
  }

  @Test
  void pingsAndUnknownEventsPassAndAreLookedAt() {
    String in =
        START
            + event("ping", "")
            + event("news", "\"x\":{\"deep\":[\"a secret\"]}")
            + "event: content_block_delta\ndata: not json secret\n\n"
            + ": secret comment\n\n"
            + END;
    AnswerStream stream = masking();
    assertThat(through(stream, in)).isEqualTo(in.replace("secret", "[S]"));
    assertThat(stream.done()).isTrue();
  }

  @Test
  void anErrorInsideTheStreamClosesItAndIsLookedAt() {
    String error =
        event("error", "\"error\":{\"type\":\"overloaded_error\",\"message\":\"secret load\"}");
    AnswerStream stream = masking();
    assertThat(through(stream, START + error)).isEqualTo(START + error.replace("secret", "[S]"));
    assertThat(stream.closesItself()).isTrue();
    assertThat(stream.done()).isFalse();
  }

  @Test
  void countsOfTheEndReplaceThoseOfTheBeginning() {
    AnswerStream stream = AnswerStream.of(new MessagesEvents());
    String delta = "\"delta\":{\"stop_reason\":\"max_tokens\"},\"usage\":";
    through(
        stream,
        START
            + event("message_delta", delta + "{\"input_tokens\":5,\"output_tokens\":8}")
            + event("message_stop", ""));
    assertThat(stream.usage().input()).hasValue(5);
    assertThat(stream.usage().output()).hasValue(8);
    assertThat(stream.finishReasons().get(0)).isEqualTo("length");
  }

  @Test
  void serverToolsAndTheirResultsAreInspected() {
    String result =
        begin(
            1,
            "\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"content\":[{\"type\":\"web_search_result\",\"title\":\"a"
                + " secret page\",\"encrypted_content\":\"QUJD\"}]");
    String cited =
        event(
            "content_block_delta",
            "\"index\":2,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":"
                + "\"the secret\"}}");
    String in = START + result + stop(1) + begin(2, "\"type\":\"text\",\"text\":\"\"") + cited;
    assertThat(through(masking(), in)).isEqualTo(in.replace("secret", "[S]"));
  }

  @Test
  void argumentsStayJsonHoweverTheyAreCut() {
    String json = "{\\\"k\\\":\\\"a secret b\\\"}";
    for (int cut = 0; cut <= json.length(); cut++) {
      if (cut > 0 && json.charAt(cut - 1) == '\\') {
        continue;
      }
      AnswerStream stream =
          AnswerStream.of(new MessagesEvents(), _ -> KeywordWindow.masking("secret", "[\"S\"]"));
      String out =
          through(
              stream,
              START
                  + begin(0, "\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}")
                  + delta(0, "input_json_delta", "partial_json", json.substring(0, cut))
                  + delta(0, "input_json_delta", "partial_json", json.substring(cut))
                  + stop(0)
                  + END);
      assertThat(RecordedMessagesTest.texts(out.getBytes(StandardCharsets.UTF_8)).values())
          .containsExactly("{\"k\":\"a [\\\"S\\\"] b\"}");
      assertThat(stream.toolNames()).containsExactly("f");
    }
  }

  @Test
  void everyTextOfAStreamThatIsInspectedHasItsWindow() {
    int[] fixed = {0};
    TextWindow.Source counting =
        channel -> {
          fixed[0] += channel.continues() ? 0 : 1;
          return KeywordWindow.masking("nothing", "");
        };
    through(
        AnswerStream.of(new MessagesEvents(), counting),
        START + begin(0, "\"type\":\"tool_use\",\"name\":\"f\",\"input\":{\"a\":\"b\"}"));
    // The tool's name, the name of the argument, the argument.
    assertThat(fixed[0]).isEqualTo(3);
  }
}
