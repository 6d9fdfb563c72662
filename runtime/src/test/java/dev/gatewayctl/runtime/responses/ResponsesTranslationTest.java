package dev.gatewayctl.runtime.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Reader;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// The responses protocol as a conversation and back.
class ResponsesTranslationTest {
  private static final ResponsesTranslation TRANSLATION = ResponsesTranslation.INSTANCE;
  private static final Answering ANSWERING = new Answering("m", "ex_abc", 7, true, 0);
  private static final Asking ASKING = new Asking(OptionalLong.empty(), "max_output_tokens", true);

  private static final Usage USAGE =
      new Usage(
          OptionalLong.of(10),
          OptionalLong.of(4),
          OptionalLong.of(0),
          OptionalLong.empty(),
          OptionalLong.of(6),
          OptionalLong.of(2),
          false);

  private static JsonValue root(byte[] body) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(body)).document().root();
  }

  private static Conversation read(String body, Losses losses) throws Unfit {
    return TRANSLATION.read(root(body.getBytes(StandardCharsets.UTF_8)), RequestPath.PLAIN, losses);
  }

  private static final String REQUEST =
      """
      {"model":"m","stream":true,"instructions":"be brief","input":[
      {"role":"user","content":[{"type":"input_text","text":"look"},
      {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
      {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,BBBB"}]},
      {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],
      "encrypted_content":"sealed"},
      {"type":"message","id":"msg_1","role":"assistant","status":"completed",
      "content":[{"type":"output_text","text":"calling","annotations":[]}]},
      {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\\"a\\":1.0}"},
      {"type":"function_call","id":"fc_2","call_id":"c2","name":"g","arguments":"{}"},
      {"type":"function_call_output","call_id":"c1","output":"one"},
      {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"two"},
      {"type":"input_image","image_url":"https://x.test/i.png"}]}],
      "tools":[{"type":"function","name":"f","description":"does","parameters":{"type":"object"},
      "strict":true}],"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,
      "max_output_tokens":99,"temperature":0.20,"top_p":1.0,
      "text":{"format":{"type":"json_schema","name":"s","schema":{"type":"object"},"strict":true}},
      "reasoning":{"effort":"high","summary":"auto"},"safety_identifier":"u1",
      "metadata":{"k":"v"}}\
      """;

  @Test
  void aRequestReadAndWrittenSaysTheSame() throws Unfit {
    Losses losses = new Losses();
    Conversation conversation = read(REQUEST, losses);
    assertThat(losses.names()).isEmpty();
    assertThat(conversation.system()).containsExactly(Part.Text.of("be brief"));
    assertThat(conversation.turns()).hasSize(3);
    assertThat(conversation.turns().get(1).parts())
        .startsWith(new Part.Reasoning("hm", Optional.of("sealed"), Optional.of("rs_1")))
        .hasSize(4);
    assertThat(conversation.turns().get(2).parts()).hasSize(2);
    assertThat(conversation.sampling().temperature()).contains("0.20");
    byte[] written = TRANSLATION.write(conversation, ASKING, losses);
    assertThat(losses.names()).isEmpty();
    Conversation again = read(new String(written, StandardCharsets.UTF_8), losses);
    assertThat(again).isEqualTo(conversation);
    assertThat(new String(written, StandardCharsets.UTF_8))
        .contains("\"store\":false", "{\\\"a\\\":1.0}", "\"temperature\":0.20");
  }

  @Test
  void whatOnlyTheProviderKeepsIsRefused() {
    for (String member :
        List.of("\"previous_response_id\":\"resp_1\"", "\"conversation\":{\"id\":\"c\"}")) {
      assertThatThrownBy(
              () -> read("{\"model\":\"m\",\"input\":\"x\"," + member + "}", new Losses()))
          .isInstanceOf(Unfit.class);
    }
    for (String item :
        List.of(
            "{\"type\":\"item_reference\",\"id\":\"msg_1\"}",
            "{\"type\":\"compaction\",\"encrypted_content\":\"x\"}",
            "{\"type\":\"mcp_call\",\"id\":\"m\"}")) {
      assertThatThrownBy(() -> read("{\"model\":\"m\",\"input\":[" + item + "]}", new Losses()))
          .isInstanceOf(Unfit.class);
    }
  }

  @Test
  void whatHasNoWordElsewhereIsNamed() throws Unfit {
    Losses losses = new Losses();
    Conversation conversation =
        read(
            "{\"model\":\"m\",\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"},{\"type\":"
                + "\"custom\",\"name\":\"c\"}],\"truncation\":\"auto\",\"background\":true,"
                + "\"store\":true,\"max_tool_calls\":3}",
            losses);
    assertThat(conversation.tools()).isEmpty();
    assertThat(losses.names())
        .containsExactly(
            "background", "custom tools", "max_tool_calls", "tools of the provider", "truncation");
  }

  private static List<AnswerEvent> events(StopReason reason) {
    return List.of(
        new AnswerEvent.Began(Optional.of("resp_1"), Optional.of("big")),
        new AnswerEvent.Reasoning(0, "let me "),
        new AnswerEvent.Reasoning(0, "think"),
        new AnswerEvent.ReasoningSigned(0, "sealed"),
        new AnswerEvent.HiddenReasoning(0, "hidden"),
        new AnswerEvent.Text(0, "one "),
        new AnswerEvent.Text(0, "two"),
        new AnswerEvent.CallBegan(0, 0, Optional.of("c1"), "f", Optional.empty()),
        new AnswerEvent.CallArguments(0, 0, "{\"a\":"),
        new AnswerEvent.CallBegan(0, 1, Optional.of("c2"), "g", Optional.of("sig")),
        new AnswerEvent.CallArguments(0, 0, "1}"),
        new AnswerEvent.CallArguments(0, 1, "{}"),
        new AnswerEvent.Finished(0, reason, "word", Optional.empty()),
        new AnswerEvent.Counted(USAGE),
        new AnswerEvent.Ended());
  }

  private static byte[] stream(List<AnswerEvent> events) {
    Writer writer = TRANSLATION.stream(ANSWERING);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (AnswerEvent event : events) {
      out.writeBytes(writer.write(event));
    }
    return out.toByteArray();
  }

  private static List<AnswerEvent> read(byte[] stream, int size) throws Unreadable {
    Reader reader = TRANSLATION.stream();
    List<AnswerEvent> told = new ArrayList<>();
    for (int at = 0; at < stream.length; at += size) {
      reader.feed(stream, at, Math.min(stream.length, at + size), told::add);
    }
    reader.finish(told::add);
    return told;
  }

  /// Events with neighbouring fragments of one kind joined, calls in the order of their ordinals.
  private static List<String> joined(List<AnswerEvent> events) {
    List<String> said = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<StringBuilder> calls = new ArrayList<>();
    for (AnswerEvent event : events) {
      switch (event) {
        case AnswerEvent.Text(int _, String more) -> text.append(more);
        case AnswerEvent.Reasoning(int _, String more) -> reasoning.append(more);
        case AnswerEvent.CallBegan call ->
            calls.add(
                new StringBuilder(call.id() + " " + call.name() + " " + call.signature() + " "));
        case AnswerEvent.CallArguments(int _, int ordinal, String more) ->
            calls.get(ordinal).append(more);
        case AnswerEvent.Finished finished -> said.add("finished " + finished.reason());
        case AnswerEvent.Counted(Usage usage) -> said.add(usage.toString());
        case AnswerEvent.Refusal _,
            AnswerEvent.Began _,
            AnswerEvent.ReasoningSigned _,
            AnswerEvent.HiddenReasoning _,
            AnswerEvent.Failed _,
            AnswerEvent.Ended _ ->
            said.add(event.toString());
      }
    }
    said.add("text " + text);
    said.add("reasoning " + reasoning);
    calls.forEach(call -> said.add("call " + call));
    said.sort(null);
    return said;
  }

  @Test
  void anAnswerWrittenAndReadSaysTheSame() throws Unreadable {
    for (StopReason reason :
        List.of(StopReason.TOOL_CALLS, StopReason.LENGTH, StopReason.CONTENT_FILTER)) {
      List<AnswerEvent> events = events(reason);
      List<String> expected = joined(events);
      assertThat(joined(TRANSLATION.whole(TRANSLATION.whole(events, ANSWERING))))
          .as("whole %s", reason)
          .isEqualTo(expected);
      byte[] stream = stream(events);
      StreamReading reading = StreamReading.of("written " + reason, stream);
      assertThat(reading.gaps()).isZero();
      for (int size : new int[] {1, 7, stream.length}) {
        assertThat(joined(read(stream, size))).as("stream %s", reason).isEqualTo(expected);
      }
    }
  }

  @Test
  void theLastEventHoldsTheSameItemsAsTheEventsBeforeIt() {
    StreamReading reading = StreamReading.of("items", stream(events(StopReason.STOP)));
    String last = new String(stream(events(StopReason.STOP)), StandardCharsets.UTF_8);
    last = last.substring(last.lastIndexOf("event: response.completed"));
    assertThat(reading.done()).hasSize(5);
    for (String item : reading.done()) {
      assertThat(last).contains(item);
    }
  }

  @Test
  void anAnswerWithoutTextStillHasAnItem() {
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Began(Optional.empty(), Optional.empty()),
            new AnswerEvent.Finished(0, StopReason.STOP, "stop", Optional.empty()),
            new AnswerEvent.Ended());
    assertThat(new String(TRANSLATION.whole(events, ANSWERING), StandardCharsets.UTF_8))
        .contains("\"id\":\"resp_abc\"", "\"id\":\"msg_abc_0\"", "\"status\":\"completed\"");
    assertThat(StreamReading.of("empty", stream(events)).done()).hasSize(1);
  }

  @Test
  void aStreamThatWasCutIsToldNoEnd() {
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Began(Optional.empty(), Optional.empty()),
            new AnswerEvent.Text(0, "half"));
    assertThat(StreamReading.of("cut", stream(events)).types())
        .endsWith("response.output_text.delta");
  }

  @Test
  void anErrorInAStreamIsAnErrorEventAndAFailedResponse() throws Unreadable {
    List<AnswerEvent> events =
        List.of(
            new AnswerEvent.Began(Optional.empty(), Optional.empty()),
            new AnswerEvent.Failed(new AnswerEvent.ProviderError(429, "slow_down", "later")));
    byte[] stream = stream(events);
    assertThat(StreamReading.of("failed", stream).types()).endsWith("error", "response.failed");
    assertThat(read(stream, 9).getLast())
        .isEqualTo(
            new AnswerEvent.Failed(new AnswerEvent.ProviderError(429, "slow_down", "later")));
  }

  @Test
  void recordedAnswersWrittenAgainSayTheSame() throws Unreadable {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.responses()) {
      if (recording.streamed() || !recording.answer().contains("\"output\"")) {
        continue;
      }
      seen++;
      List<AnswerEvent> events = TRANSLATION.whole(Recordings.utf8(recording.answer()));
      assertThat(events.getLast()).as(recording.name()).isEqualTo(new AnswerEvent.Ended());
      assertThat(joined(TRANSLATION.whole(TRANSLATION.whole(events, ANSWERING))))
          .as(recording.name())
          .filteredOn(line -> !line.startsWith("Began") && !line.startsWith("Usage"))
          .isEqualTo(
              joined(events).stream()
                  .filter(line -> !line.startsWith("Began") && !line.startsWith("Usage"))
                  .toList());
    }
    assertThat(seen).isGreaterThan(25);
  }

  @Test
  void recordedStreamsWrittenAgainSayTheSame() throws Unreadable {
    for (Recordings.Recording recording : RecordedResponsesTest.streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      List<AnswerEvent> events = read(body, body.length);
      assertThat(read(body, 1)).as(recording.name()).isEqualTo(events);
      assertThat(events.getLast()).as(recording.name()).isEqualTo(new AnswerEvent.Ended());
      byte[] written = stream(events);
      StreamReading.of(recording.name(), written);
      assertThat(joined(read(written, 64)))
          .as(recording.name())
          .filteredOn(line -> !line.startsWith("Began") && !line.startsWith("Usage"))
          .isEqualTo(
              joined(events).stream()
                  .filter(line -> !line.startsWith("Began") && !line.startsWith("Usage"))
                  .toList());
    }
  }

  @Test
  void answersOfAnotherKindAreUnreadable() {
    for (String body : List.of("<html>", "{\"choices\":[]}", "[]", "{\"output\":")) {
      assertThatThrownBy(() -> TRANSLATION.whole(Recordings.utf8(body)))
          .as(body)
          .isInstanceOf(Unreadable.class);
    }
  }
}
