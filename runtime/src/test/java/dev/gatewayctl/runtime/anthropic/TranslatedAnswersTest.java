package dev.gatewayctl.runtime.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.conversation.AnswerEvent.StopReason;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Answering;
import dev.gatewayctl.runtime.conversation.CallerProtocol.Writer;
import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Recordings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Answers of the messages protocol read as events, and events written as such answers.
class TranslatedAnswersTest {
  private static final Answering ANSWERING = new Answering("m", "exc_01X", 7, true, 12);

  private static List<AnswerEvent> read(String stream, int size)
      throws ProviderProtocol.Unreadable {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    ProviderProtocol.Reader reader = MessagesTranslation.INSTANCE.stream();
    List<AnswerEvent> events = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += size) {
      reader.feed(bytes, at, Math.min(bytes.length, at + size), events::add);
    }
    reader.finish(events::add);
    return events;
  }

  private static String written(List<AnswerEvent> events) {
    Writer writer = MessagesTranslation.INSTANCE.stream(ANSWERING);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    events.forEach(event -> out.writeBytes(writer.write(event)));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<String> types(String stream) {
    List<String> types = new ArrayList<>();
    for (Frame frame : RecordedMessagesTest.events(stream.getBytes(StandardCharsets.UTF_8))) {
      int length = frame.dataTo() - frame.dataFrom();
      assertThat(new String(frame.data(), frame.dataFrom(), length, StandardCharsets.UTF_8))
          .startsWith("{\"type\":\"" + frame.name() + "\"");
      types.add(frame.name());
    }
    return types;
  }

  private static Usage usage(long input, long cached, long written, long hour, long output) {
    return new Usage(
        OptionalLong.of(input),
        OptionalLong.of(cached),
        OptionalLong.of(written),
        OptionalLong.of(hour),
        OptionalLong.of(output),
        OptionalLong.empty(),
        false);
  }

  private static AnswerEvent began() {
    return new AnswerEvent.Began(Optional.empty(), Optional.empty());
  }

  private static AnswerEvent call(int ordinal) {
    return new AnswerEvent.CallBegan(0, ordinal, Optional.empty(), "f" + ordinal, Optional.empty());
  }

  private static AnswerEvent finished(StopReason reason, String word) {
    return new AnswerEvent.Finished(0, reason, word, Optional.empty());
  }

  /// Events with the fragments of each text united, as a client puts them together.
  private static List<AnswerEvent> united(List<AnswerEvent> events) {
    List<AnswerEvent> united = new ArrayList<>();
    for (AnswerEvent event : events) {
      AnswerEvent last = united.isEmpty() ? new AnswerEvent.Ended() : united.getLast();
      if (event instanceof AnswerEvent.Counted) {
        continue;
      }
      if (event instanceof AnswerEvent.Text(int c, String more)
          && last instanceof AnswerEvent.Text(int _, String text)) {
        united.set(united.size() - 1, new AnswerEvent.Text(c, text + more));
      } else if (event instanceof AnswerEvent.Reasoning(int c, String more)
          && last instanceof AnswerEvent.Reasoning(int _, String text)) {
        united.set(united.size() - 1, new AnswerEvent.Reasoning(c, text + more));
      } else if (event instanceof AnswerEvent.CallArguments(int c, int o, String more)
          && last instanceof AnswerEvent.CallArguments(int _, int _, String text)) {
        united.set(united.size() - 1, new AnswerEvent.CallArguments(c, o, text + more));
      } else {
        united.add(event);
      }
    }
    return united;
  }

  @Test
  void recordedStreamsSurviveBeingReadAndWritten() throws Exception {
    int seen = 0;
    for (Recordings.Recording recording : RecordedMessagesTest.streams()) {
      List<AnswerEvent> events = read(recording.answer(), recording.answer().length());
      assertThat(read(recording.answer(), 3)).as(recording.name()).isEqualTo(events);
      assertThat(events.getFirst()).isInstanceOf(AnswerEvent.Began.class);
      if (events.getLast() instanceof AnswerEvent.Ended) {
        seen++;
        String again = written(events);
        assertThat(united(read(again, 1_000))).as(recording.name()).isEqualTo(united(events));
        RecordedMessagesTest.assertWhole(recording.name(), Recordings.utf8(again));
      }
    }
    assertThat(seen).isGreaterThan(35);
  }

  @Test
  void recordedAnswersSurviveBeingReadAndWritten() throws Exception {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.messages()) {
      if (recording.streamed() || !recording.answer().contains("\"stop_reason\"")) {
        continue;
      }
      seen++;
      List<AnswerEvent> events =
          MessagesTranslation.INSTANCE.whole(Recordings.utf8(recording.answer()));
      byte[] again = MessagesTranslation.INSTANCE.whole(events, ANSWERING);
      assertThat(united(MessagesTranslation.INSTANCE.whole(again)))
          .as(recording.name())
          .isEqualTo(united(events));
      assertThat(usage(again)).as(recording.name()).isEqualTo(usage(events));
    }
    assertThat(seen).isGreaterThan(30);
  }

  private static Usage usage(byte[] body) {
    return ((AnswerBody.Reading.Read) MessagesDialect.INSTANCE.answer(body)).answer().usage();
  }

  private static Usage usage(List<AnswerEvent> events) {
    return events.stream()
        .filter(AnswerEvent.Counted.class::isInstance)
        .map(event -> ((AnswerEvent.Counted) event).usage())
        .reduce(Usage.UNKNOWN, (_, later) -> later);
  }

  @Test
  void toolIndexesCountCallsAndNotBlocks() throws Exception {
    String stream =
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","model":"c","usage":{"input_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t2","name":"g","input":{"whole":1}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        """;
    assertThat(read(stream, 50))
        .contains(
            new AnswerEvent.CallBegan(0, 0, Optional.of("t1"), "f", Optional.empty()),
            new AnswerEvent.CallArguments(0, 0, "{}"),
            new AnswerEvent.CallBegan(0, 1, Optional.of("t2"), "g", Optional.empty()),
            new AnswerEvent.CallArguments(0, 1, "{\"whole\":1}"))
        .doesNotContain(new AnswerEvent.Ended());
  }

  @Test
  void usageIsOverwrittenAndNeverAdded() throws Exception {
    String stream =
        """
        event: message_start
        data: {"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":1}}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":12,"cache_read_input_tokens":0,"cache_creation_input_tokens":30,"output_tokens":9}}

        event: message_stop
        data: {"type":"message_stop"}

        """;
    assertThat(usage(read(stream, 1_000))).isEqualTo(usage(42, 0, 10, 20, 9));
  }

  @Test
  void cacheCountsAreTakenOutOfTheInputThatAnthropicClientsSee() {
    String stream =
        written(
            List.of(
                began(),
                new AnswerEvent.Text(0, "a"),
                finished(StopReason.STOP, "stop"),
                new AnswerEvent.Counted(usage(142, 100, 10, 20, 9)),
                new AnswerEvent.Ended()));
    assertThat(stream)
        .contains("\"usage\":{\"input_tokens\":12,\"output_tokens\":0}}}")
        .contains(
            "\"usage\":{\"input_tokens\":12,\"cache_creation_input_tokens\":30,"
                + "\"cache_read_input_tokens\":100,\"cache_creation\":{"
                + "\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20},"
                + "\"output_tokens\":9}");
  }

  @Test
  void usageThatComesAfterTheEndOfTheTextIsStillTold() {
    String stream =
        written(
            List.of(
                began(),
                new AnswerEvent.Text(0, "a"),
                finished(StopReason.LENGTH, "MAX_TOKENS"),
                new AnswerEvent.Counted(usage(5, 0, 0, 0, 3)),
                new AnswerEvent.Ended()));
    assertThat(types(stream))
        .containsExactly(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(stream).contains("\"stop_reason\":\"max_tokens\"").contains("\"output_tokens\":3");
  }

  @Test
  void aStreamThatWasCutIsToldNoEnd() {
    assertThat(types(written(List.of(began(), new AnswerEvent.Text(0, "a")))))
        .containsExactly("message_start", "content_block_start", "content_block_delta");
  }

  @Test
  void callsThatRunSideBySideComeOneAfterTheOther() throws Exception {
    String stream =
        written(
            List.of(
                began(),
                call(0),
                new AnswerEvent.CallArguments(0, 0, "{\"a\":\"}"),
                call(1),
                new AnswerEvent.CallArguments(0, 1, "{\"b\":1}"),
                new AnswerEvent.CallArguments(0, 0, "\"}"),
                call(2),
                finished(StopReason.STOP, "stop"),
                new AnswerEvent.Ended()));
    RecordedMessagesTest.assertWhole("side by side", stream.getBytes(StandardCharsets.UTF_8));
    assertThat(united(read(stream, 100)))
        .containsSubsequence(
            new AnswerEvent.CallArguments(0, 0, "{\"a\":\"}\"}"),
            new AnswerEvent.CallArguments(0, 1, "{\"b\":1}"),
            new AnswerEvent.CallArguments(0, 2, "{}"));
    assertThat(stream)
        .contains("\"id\":\"toolu_01X_0\"")
        .contains("\"id\":\"toolu_01X_2\"")
        .contains("\"stop_reason\":\"tool_use\"");
  }

  @Test
  void aStepIsWrittenWithItsEvent() {
    Writer writer = MessagesTranslation.INSTANCE.stream(ANSWERING);
    assertThat(writer.write(began())).isNotEmpty();
    assertThat(new String(writer.write(new AnswerEvent.Text(0, "hi")), StandardCharsets.UTF_8))
        .contains("\"text\":\"hi\"");
  }

  @Test
  void thoughtsKeepTheirSignatures() throws Exception {
    List<AnswerEvent> events =
        List.of(
            began(),
            new AnswerEvent.Reasoning(0, "h"),
            new AnswerEvent.ReasoningSigned(0, "c2ln"),
            new AnswerEvent.HiddenReasoning(0, "c2Vj"),
            new AnswerEvent.Text(0, "a"),
            finished(StopReason.PAUSE, "pause_turn"),
            new AnswerEvent.Ended());
    List<AnswerEvent> again = united(read(written(events), 10));
    assertThat(again.subList(1, again.size())).isEqualTo(events.subList(1, events.size()));
    byte[] whole = MessagesTranslation.INSTANCE.whole(events, ANSWERING);
    assertThat(united(MessagesTranslation.INSTANCE.whole(whole))).isEqualTo(again);
  }

  @Test
  void errorsInsideAStreamAreToldInTheProtocolsShape() throws Exception {
    String error =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            + "\"message\":\"busy\"}}\n\n";
    List<AnswerEvent> events = read(error, 20);
    assertThat(events)
        .containsExactly(
            new AnswerEvent.Failed(new AnswerEvent.ProviderError(529, "overloaded_error", "busy")));
    assertThat(written(events)).isEqualTo(error);
    assertThat(
            written(
                List.of(began(), finished(StopReason.ERROR, "malformed"), new AnswerEvent.Ended())))
        .endsWith(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                + "\"message\":\"the provider ended the answer in an error\"}}\n\n");
  }

  @Test
  void garbageIsUnreadable() {
    for (String body : List.of("<html>502</html>", "{\"content\":[", "[]", "{}", "\"\"")) {
      assertThatThrownBy(
              () -> MessagesTranslation.INSTANCE.whole(body.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(ProviderProtocol.Unreadable.class);
      assertThatThrownBy(() -> read("data: " + body.replace("{}", "[]") + "\n\n", 9))
          .isInstanceOf(ProviderProtocol.Unreadable.class);
    }
    byte[] html = "<html>502 from https://h</html>".getBytes(StandardCharsets.UTF_8);
    assertThat(MessagesTranslation.INSTANCE.error(502, html))
        .isEqualTo(new AnswerEvent.ProviderError(502, "api_error", "the provider gave no reason"));
  }

  @Test
  void pingsAndUnknownEventsSayNothing() throws Exception {
    assertThat(read("event: ping\ndata: {\"type\":\"ping\"}\n\nevent: new\ndata: {\"x\":1}\n\n", 5))
        .isEmpty();
  }

  @Test
  void anErrorBodyIsWrittenAsAnError() {
    byte[] body =
        MessagesTranslation.INSTANCE.whole(
            List.of(
                new AnswerEvent.Failed(
                    new AnswerEvent.ProviderError(429, "rate_limit_exceeded", "slow"))),
            ANSWERING);
    JsonValue root = ((JsonDocument.Reading.Read) JsonDocument.read(body)).document().root();
    JsonValue error = RecordedMessagesTest.at(root, "error");
    assertThat(RecordedMessagesTest.at(error, "type").is("rate_limit_error")).isTrue();
  }
}
