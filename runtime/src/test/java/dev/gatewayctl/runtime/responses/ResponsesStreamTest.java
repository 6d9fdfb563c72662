package dev.gatewayctl.runtime.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What becomes of a stream that is masked, ended or damaged on its way.
class ResponsesStreamTest {
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);

  private static final String CREATED =
      """
      {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response",\
      "created_at":7,"status":"in_progress","model":"m","instructions":null,"output":[],\
      "usage":null}}\
      """;
  private static final String ITEM =
      """
      {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":\
      {"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}\
      """;
  private static final String PART =
      """
      {"type":"response.content_part.added","sequence_number":2,"item_id":"msg_1",\
      "output_index":0,"content_index":0,"part":{"type":"output_text","text":"",\
      "annotations":[],"logprobs":[]}}\
      """;

  private static String delta(int number, String text) {
    return "{\"type\":\"response.output_text.delta\",\"sequence_number\":"
        + number
        + ",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\""
        + text
        + "\",\"logprobs\":[]}";
  }

  /// The events that end a message of that text.
  private static String[] end(int number, String text) {
    String part = "{\"type\":\"output_text\",\"text\":\"" + text + "\",\"annotations\":[]}";
    String item =
        "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\","
            + "\"content\":["
            + part
            + "]}";
    String place = ",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,";
    return new String[] {
      "{\"type\":\"response.output_text.done\",\"sequence_number\":"
          + number
          + place
          + "\"text\":\""
          + text
          + "\",\"logprobs\":[]}",
      "{\"type\":\"response.content_part.done\",\"sequence_number\":"
          + (number + 1)
          + place
          + "\"part\":"
          + part
          + "}",
      "{\"type\":\"response.output_item.done\",\"sequence_number\":"
          + (number + 2)
          + ",\"output_index\":0,\"item\":"
          + item
          + "}",
      "{\"type\":\"response.completed\",\"sequence_number\":"
          + (number + 3)
          + ",\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":7,"
          + "\"status\":\"completed\",\"model\":\"m\",\"incomplete_details\":null,\"output\":["
          + item
          + "],\"usage\":{\"input_tokens\":3,\"output_tokens\":2,\"total_tokens\":5}}}"
    };
  }

  private static byte[] stream(String... events) {
    StringBuilder out = new StringBuilder();
    for (String event : events) {
      int at = event.indexOf("\"type\":\"") + 8;
      String type = event.substring(at, event.indexOf('"', at));
      out.append("event: ").append(type).append("\ndata: ").append(event).append("\n\n");
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] whole(String first, String second) {
    return joined(
        stream(CREATED, ITEM, PART, delta(3, first), delta(4, second)),
        stream(end(5, first + second)));
  }

  private static String string(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Test
  void aTextThatWasHeldBackGoesOutInAnEventOfItsOwnAndLaterOnesAreNumberedAnew() {
    byte[] body = whole("a secret and a ", "secr");
    AnswerStream stream =
        AnswerStream.of(new ResponsesEvents(PLAIN), _ -> KeywordWindow.masking("secret", "[S]"));
    byte[] out = StreamReading.through(stream, body, 11);
    StreamReading reading = StreamReading.of("held", out);
    assertThat(reading.gaps()).isZero();
    assertThat(reading.texts()).containsEntry("response.output_text 0 0", "a [S] and a secr");
    assertThat(reading.types().stream().filter(t -> t.endsWith("text.delta"))).hasSize(3);
    assertThat(string(out))
        .contains("\"sequence_number\":9,\"response\"")
        .doesNotContain("a secret");
    assertThat(stream.done()).isTrue();
  }

  @Test
  void textsThatAreToldAgainAreMaskedAlike() {
    byte[] body = whole("the sec", "ret is out");
    AnswerStream stream =
        AnswerStream.of(new ResponsesEvents(PLAIN), _ -> KeywordWindow.masking("secret", "[S]"));
    String out = string(StreamReading.through(stream, body, body.length));
    assertThat(out).doesNotContain("secret").doesNotContain("sec\"");
    assertThat(out.split("the \\[S\\] is out", -1)).hasSize(5);
  }

  @Test
  void aRefusalClosesWhatIsOpenWithTheTextThatWasLetOut() {
    byte[] body = whole("all fine, then ", "secret");
    AnswerStream stream =
        AnswerStream.of(new ResponsesEvents(PLAIN), _ -> KeywordWindow.refusing("secret"));
    byte[] out = StreamReading.through(stream, body, body.length);
    StreamReading reading = StreamReading.of("refused", out);
    reading.assertEndsAsFiltered();
    assertThat(reading.types())
        .endsWith(
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.incomplete");
    assertThat(string(out)).doesNotContain("secret");
    assertThat(string(out).split("\"text\":\"all fine, then \"", -1)).hasSize(5);
    assertThat(stream.finishReasons()).containsEntry(0, "content_filter");
  }

  @Test
  void aRefusalBeforeTheFirstEventBeginsTheResponseItEnds() {
    AnswerStream stream = AnswerStream.of(new ResponsesEvents(PLAIN));
    StreamReading.of("refused", stream.refuse()).assertEndsAsFiltered();
  }

  @Test
  void anErrorEventIsInspectedAndClosesTheStream() {
    String error =
        "{\"type\":\"error\",\"code\":\"c\",\"message\":\"secret\",\"param\":null,"
            + "\"sequence_number\":1}";
    AnswerStream stream =
        AnswerStream.of(new ResponsesEvents(PLAIN), _ -> KeywordWindow.masking("secret", "[S]"));
    byte[] body = stream(CREATED, error);
    assertThat(string(StreamReading.through(stream, body, body.length)))
        .contains("\"message\":\"[S]\"");
    assertThat(stream.done()).isFalse();
    assertThat(stream.closesItself()).isTrue();
  }

  @Test
  void framesOfAnotherProtocolAreInspected() {
    AnswerStream stream =
        AnswerStream.of(new ResponsesEvents(PLAIN), _ -> KeywordWindow.masking("secret", "[S]"));
    byte[] body =
        "data: {\"choices\":[{\"delta\":{\"content\":\"secret\"}}]}\n\ndata: <p>secret\n\n"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(string(StreamReading.through(stream, body, body.length))).doesNotContain("secret");
  }

  @Test
  void tokensOfMaskedTextsAreTakenOut() {
    StreamDialect.Settings stripping = new StreamDialect.Settings(false, true, 1);
    AnswerStream stream = AnswerStream.of(new ResponsesEvents(stripping));
    String told =
        delta(3, "x").replace("\"logprobs\":[]", "\"logprobs\":[{\"token\":\"x\",\"logprob\":0}]");
    byte[] body = stream(CREATED, ITEM, PART, told);
    assertThat(string(StreamReading.through(stream, body, body.length)))
        .contains("\"delta\":\"x\",\"logprobs\":[]")
        .doesNotContain("\"token\"");
    assertThat(stream.stripped()).containsExactly("logprobs");
  }
}
