package dev.gatewayctl.runtime.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ConverseStreamTest {
  private static final Comparator<Channel> BY_PLACE = Comparator.comparing(Channel::toString);

  /// Recorded streams: two as bytes, the others as the events that were taken out of their frames,
  /// framed again.
  static Map<String, byte[]> streams() {
    Map<String, byte[]> streams =
        new LinkedHashMap<>(Recordings.bytes("agentgateway-llm-goldens/response/bedrock", ".bin"));
    for (Recordings.Recording recording : Recordings.converseEvents()) {
      streams.put(recording.name(), framed(recording.answer().lines().toArray(String[]::new)));
    }
    assertThat(streams.size()).isGreaterThan(9);
    return streams;
  }

  /// Events `{"type":{...}}`, each in a message.
  static byte[] framed(String... events) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String event : events) {
      if (!event.isBlank()) {
        JsonValue.Member member = root(Recordings.utf8(event)).members().getFirst();
        JsonWriter json =
            new JsonWriter()
                .raw(member.value().bytes(), member.value().start(), member.value().end());
        String type = member.name().text().string();
        out.writeBytes(
            type.endsWith("Exception")
                ? EventStreamFrame.exception(type, json)
                : EventStreamFrame.event(type, json));
      }
    }
    return out.toByteArray();
  }

  static JsonValue root(byte[] json) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(json)).document().root();
  }

  /// The inverse of [#framed]: one event a line.
  static String lines(byte[] stream) {
    StringBuilder lines = new StringBuilder();
    for (EventStreamFrame frame : EventStreamFramingTest.frames(stream)) {
      String data =
          new String(
              frame.data(),
              frame.dataFrom(),
              frame.dataTo() - frame.dataFrom(),
              StandardCharsets.UTF_8);
      lines.append("{\"").append(frame.name()).append("\":").append(data).append("}\n");
    }
    return lines.toString();
  }

  static String start(String kind) {
    return "{\"messageStart\":{\"p\":\"abc\",\"role\":\"" + kind + "\"}}";
  }

  static String text(int index, String text) {
    return delta(index, "{\"text\":\"" + text + "\"}");
  }

  static String delta(int index, String delta) {
    return "{\"contentBlockDelta\":{\"contentBlockIndex\":"
        + index
        + ",\"delta\":"
        + delta
        + ",\"p\":\"abcdefgh\"}}";
  }

  static String stop(int index) {
    return "{\"contentBlockStop\":{\"contentBlockIndex\":" + index + "}}";
  }

  static String end(String reason) {
    return "{\"messageStop\":{\"p\":\"ab\",\"stopReason\":\"" + reason + "\"}}";
  }

  static final String METADATA =
      "{\"metadata\":{\"metrics\":{\"latencyMs\":7},\"p\":\"a\",\"usage\":{\"inputTokens\":3,"
          + "\"outputTokens\":4,\"totalTokens\":2072,\"cacheReadInputTokens\":100,"
          + "\"cacheWriteInputTokens\":20,\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":5}]}}}";

  private static AnswerStream masking() {
    return AnswerStream.of(new ConverseEvents(), _ -> KeywordWindow.masking("secret", "[S]"));
  }

  private static AnswerStream refusing() {
    return AnswerStream.of(new ConverseEvents(), _ -> KeywordWindow.refusing("secret"));
  }

  static byte[] through(AnswerStream stream, byte[] body, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += size) {
      out.writeBytes(stream.feed(body, at, Math.min(body.length, at + size)));
    }
    out.writeBytes(stream.finish());
    return out.toByteArray();
  }

  private static String masked(String... events) {
    byte[] body = framed(events);
    String whole = lines(through(masking(), body, body.length));
    for (int size : new int[] {1, 3, 100}) {
      assertThat(lines(through(masking(), body, size))).isEqualTo(whole);
    }
    return whole;
  }

  @Test
  void recordedStreamsPassByteForByteHoweverTheyAreCut() {
    streams()
        .forEach(
            (name, body) -> {
              for (int size : new int[] {1, 3, body.length}) {
                for (AnswerStream stream :
                    List.of(AnswerStream.of(new ConverseEvents()), masking())) {
                  assertThat(through(stream, body, size)).as(name).isEqualTo(body);
                  assertThat(stream.failure()).as(name).isEmpty();
                  assertThat(stream.done()).as(name).isTrue();
                  assertThat(stream.finishReasons()).as(name).hasSize(1);
                }
              }
            });
  }

  @Test
  void maskedStreamsSayTheSameButForTheMasksAtEverySplit() {
    streams()
        .forEach(
            (name, body) -> {
              AnswerStream stream = masking("e");
              byte[] whole = through(stream, body, body.length);
              if (!stream.refused()) {
                Map<Channel, String> expected = new TreeMap<>(BY_PLACE);
                texts(body).forEach((channel, text) -> expected.put(channel, replaced(text)));
                assertThat(texts(whole)).as(name).isEqualTo(expected);
              } else {
                assertEndsAsFiltered(name, whole);
              }
              for (int at = 1; at < body.length; at++) {
                AnswerStream cut = masking("e");
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(cut.feed(body, 0, at));
                out.writeBytes(cut.feed(body, at, body.length));
                out.writeBytes(cut.finish());
                if (!Arrays.equals(out.toByteArray(), whole)) {
                  assertThat(out.toByteArray()).as(name + " cut at " + at).isEqualTo(whole);
                }
              }
            });
  }

  private static AnswerStream masking(String word) {
    return AnswerStream.of(new ConverseEvents(), _ -> KeywordWindow.masking(word + word, "[E]"));
  }

  private static String replaced(String text) {
    return text.replace("ee", "[E]");
  }

  /// The running texts of a stream by channel, put together the way a client does.
  static Map<Channel, String> texts(byte[] stream) {
    Map<Channel, String> texts = new TreeMap<>(BY_PLACE);
    ConverseEvents dialect = new ConverseEvents();
    for (EventStreamFrame frame : EventStreamFramingTest.frames(stream)) {
      for (StreamDialect.StreamText found : dialect.read(frame).texts()) {
        if (found.channel().continues() && found.piece().text().length() > 0) {
          texts.merge(found.channel(), found.piece().text().string(), String::concat);
        }
      }
    }
    return texts;
  }

  @Test
  void aRefusalAtAnyPointIsAnEndThatClientsRead() {
    streams()
        .forEach(
            (name, body) -> {
              for (int at = 0; at < body.length; at += 7) {
                AnswerStream stream = AnswerStream.of(new ConverseEvents());
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(stream.feed(body, 0, at));
                if (stream.closesItself()) {
                  break;
                }
                out.writeBytes(stream.refuse());
                assertEndsAsFiltered(name + " at " + at, out.toByteArray());
                assertThat(stream.finishReasons()).containsEntry(0, "content_filter");
              }
            });
  }

  /// One head, no block that is stopped twice or left open, one end, and the usage last.
  static void assertEndsAsFiltered(String name, byte[] stream) {
    List<String> types = new ArrayList<>();
    TreeSet<Integer> open = new TreeSet<>();
    for (EventStreamFrame frame : EventStreamFramingTest.frames(stream)) {
      byte[] data = Arrays.copyOfRange(frame.data(), frame.dataFrom(), frame.dataTo());
      JsonValue root = root(data);
      types.add(frame.name());
      JsonValue index = root.find("contentBlockIndex");
      int block = index == null ? -1 : (int) index.wholeNumber().orElseThrow();
      switch (frame.name()) {
        case "contentBlockStart", "contentBlockDelta" -> open.add(block);
        case "contentBlockStop" -> assertThat(open.remove(block)).as(name).isTrue();
        case "messageStop" -> {
          assertThat(open).as(name).isEmpty();
          assertThat(Objects.requireNonNull(root.find("stopReason")).is("content_filtered"))
              .as(name)
              .isTrue();
        }
        case "metadata" -> {
          JsonValue usage = Objects.requireNonNull(root.find("usage"));
          assertThat(usage.find("inputTokens")).isNotNull();
          assertThat(usage.find("outputTokens")).isNotNull();
          assertThat(usage.find("totalTokens")).isNotNull();
        }
        default -> assertThat(frame.name()).as(name).isEqualTo("messageStart");
      }
    }
    assertThat(types).as(name).containsOnlyOnce("messageStop", "metadata");
    // One recorded stream tells its usage before its end.
    assertThat(types.indexOf("messageStop")).as(name).isGreaterThanOrEqualTo(types.size() - 2);
    // Some streams were recorded without their head; none gets one later.
    assertThat(types.lastIndexOf("messageStart")).as(name).isLessThan(1);
  }

  @Test
  void textAndThoughtsThatBeginWithoutABlockStartAreInspected() {
    assertThat(
            masked(
                start("assistant"),
                delta(0, "{\"reasoningContent\":{\"text\":\"a sec\"}}"),
                delta(0, "{\"reasoningContent\":{\"text\":\"ret th\"}}"),
                delta(0, "{\"reasoningContent\":{\"signature\":\"SIG-x==\"}}"),
                stop(0),
                text(1, "one sec"),
                text(1, "ret two se"),
                stop(1),
                end("end_turn"),
                METADATA))
        .isEqualTo(
            String.join(
                "\n",
                start("assistant"),
                delta(0, "{\"reasoningContent\":{\"text\":\"a \"}}"),
                delta(0, "{\"reasoningContent\":{\"text\":\"[S] th\"}}"),
                delta(0, "{\"reasoningContent\":{\"signature\":\"SIG-x==\"}}"),
                stop(0),
                text(1, "one "),
                text(1, "[S] two "),
                "{\"contentBlockDelta\":{\"contentBlockIndex\":1,\"delta\":{\"text\":\"se\"}}}",
                stop(1),
                end("end_turn"),
                METADATA,
                ""));
  }

  @Test
  void argumentsInFragmentsStayJson() {
    String begin =
        "{\"contentBlockStart\":{\"contentBlockIndex\":0,\"start\":{\"toolUse\":"
            + "{\"toolUseId\":\"tooluse_1\",\"name\":\"look_up\"}}}}";
    byte[] body =
        framed(
            start("assistant"),
            begin,
            delta(0, "{\"toolUse\":{\"input\":\"{\\\"q\\\": \\\"sec\"}}"),
            delta(0, "{\"toolUse\":{\"input\":\"ret\\\"}\"}}"),
            stop(0),
            end("tool_use"),
            METADATA);
    AnswerStream stream = masking();
    byte[] out = through(stream, body, 5);
    assertThat(texts(out).values()).containsExactly("{\"q\": \"[S]\"}");
    assertThat(stream.toolNames()).containsExactly("look_up");
    assertThat(stream.finishReasons()).containsEntry(0, "tool_calls");
  }

  /// Users were billed four times the cost where counts of caches were lost or counted twice.
  @Test
  void usageAfterTheStopCountsEachCacheOnce() {
    AnswerStream stream = masking();
    through(stream, framed(start("assistant"), text(0, "a"), end("max_tokens"), METADATA), 9);
    assertThat(stream.usage().input()).hasValue(123);
    assertThat(stream.usage().cached()).hasValue(100);
    assertThat(stream.usage().cacheWrite()).hasValue(15);
    assertThat(stream.usage().cacheWrite1h()).hasValue(5);
    assertThat(stream.usage().output()).hasValue(4);
    assertThat(stream.finishReasons()).containsEntry(0, "length");
    assertThat(stream.done()).isTrue();
  }

  @Test
  void aStreamWithoutItsStopWasCutAndOneWithoutItsUsageWasNot() {
    AnswerStream cut = masking();
    through(cut, framed(start("assistant"), text(0, "a"), stop(0)), 50);
    assertThat(cut.done()).isFalse();
    AnswerStream counted = masking();
    through(counted, framed(start("assistant"), text(0, "a"), METADATA), 50);
    assertThat(counted.done()).isFalse();
    AnswerStream whole = masking();
    through(whole, framed(start("assistant"), text(0, "a"), end("end_turn")), 50);
    assertThat(whole.done()).isTrue();
  }

  @Test
  void exceptionsInTheStreamPassMaskedAndAreNoEnd() {
    AnswerStream stream = masking();
    byte[] body =
        framed(text(0, "a se"), "{\"throttlingException\":{\"message\":\"a secret wait\"}}");
    String out = lines(through(stream, body, 11));
    assertThat(out)
        .isEqualTo(
            text(0, "a ")
                + "\n{\"contentBlockDelta\":{\"contentBlockIndex\":0,\"delta\":{\"text\":\"se\"}}}"
                + "\n{\"throttlingException\":{\"message\":\"a [S] wait\"}}\n");
    assertThat(stream.done()).isFalse();
    assertThat(stream.closesItself()).isTrue();
  }

  @Test
  void nothingPassesThatOnlyPretendsToBePaddingOrCounts() {
    assertThat(masked("{\"messageStart\":{\"p\":\"a secret\",\"role\":\"a secret\"}}"))
        .isEqualTo("{\"messageStart\":{\"p\":\"a [S]\",\"role\":\"a [S]\"}}\n");
    assertThat(masked("{\"news\":{\"x\":[{\"y\":\"a secret\"}]}}"))
        .isEqualTo("{\"news\":{\"x\":[{\"y\":\"a [S]\"}]}}\n");
    assertThat(masked("{\"metadata\":{\"usage\":{\"x\":\"a secret\"}}}"))
        .isEqualTo("{\"metadata\":{\"usage\":{\"x\":\"a [S]\"}}}\n");
    assertThat(masked(delta(0, "{\"unheard\":{\"of\":\"a secret\"}}")))
        .isEqualTo(delta(0, "{\"unheard\":{\"of\":\"a [S]\"}}") + "\n");
  }

  @Test
  void whatTheGuardrailsTraceSaysIsInspectedAsTheAssistants() {
    AnswerStream stream =
        AnswerStream.of(
            new ConverseEvents(),
            channel ->
                channel.location() == Location.ASSISTANT
                    ? KeywordWindow.refusing("secret")
                    : KeywordWindow.masking("nothing", ""));
    byte[] body =
        framed(
            start("assistant"),
            text(0, "fine"),
            end("guardrail_intervened"),
            "{\"metadata\":{\"usage\":{\"inputTokens\":1,\"outputTokens\":2,\"totalTokens\":3},"
                + "\"trace\":{\"guardrail\":{\"modelOutput\":[\"a secret\"]}}}}");
    String out = lines(through(stream, body, 13));
    assertThat(stream.refused()).isTrue();
    assertThat(out).doesNotContain("secret").contains("\"totalTokens\":3");
  }

  @Test
  void errorsInHeadersCannotBeMaskedAndAreRefused() {
    byte[] error = error("InternalFailure", "a secret");
    AnswerStream stream = refusing();
    assertEndsAsFiltered("error", through(stream, error, 4));
    assertThat(stream.refused()).isTrue();
    AnswerStream passes = AnswerStream.of(new ConverseEvents());
    assertThat(through(passes, error, 4)).isEqualTo(error);
    assertThat(passes.closesItself()).isTrue();
    assertThat(passes.done()).isFalse();
  }

  /// A message of type `error`, which tells all in headers.
  static byte[] error(String code, String message) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":message-type", "error");
    headers.put(":error-code", code);
    headers.put(":error-message", message);
    headers.forEach(
        (name, value) -> {
          head.write(name.length());
          head.writeBytes(Recordings.utf8(name));
          head.write(7);
          head.write(0);
          head.write(value.length());
          head.writeBytes(Recordings.utf8(value));
        });
    int total = 16 + head.size();
    java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(total).putInt(total).putInt(head.size());
    out.putInt(EventStreamFraming.checksum(out.array(), 0, 8)).put(head.toByteArray());
    return out.putInt(EventStreamFraming.checksum(out.array(), 0, total - 4)).array();
  }

  @Test
  void whatIsNoEventStreamNeverPasses() {
    for (String body : List.of("<html>a secret</html>", "{\"message\":\"a secret\"}", "short")) {
      AnswerStream stream = masking();
      assertThat(through(stream, Recordings.utf8(body), 3)).isEmpty();
      assertThat(stream.done()).isFalse();
    }
    AnswerStream strange = masking();
    byte[] noJson = framed("{\"contentBlockDelta\":\"a secret\"}");
    assertThat(lines(through(strange, noJson, 7))).isEqualTo("{\"contentBlockDelta\":\"a [S]\"}\n");
  }

  /// Bytes that are changed behind right checksums: whatever the payload says, nothing throws and
  /// the word never passes.
  @Test
  void damagedEventsNeverThrowAndNeverPassTheWord() {
    long seed = 7;
    Random random = new Random(seed);
    String[] events = {
      start("assistant"),
      text(0, "a secret b"),
      delta(1, "{\"reasoningContent\":{\"text\":\"a secret\"}}"),
      delta(2, "{\"toolUse\":{\"input\":\"{\\\"a\\\":\\\"secret\\\"}\"}}"),
      stop(0),
      end("end_turn"),
      METADATA
    };
    for (int round = 0; round < 4_000; round++) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (String event : events) {
        JsonValue.Member member = root(Recordings.utf8(event)).members().getFirst();
        byte[] json =
            Arrays.copyOfRange(
                member.value().bytes(), member.value().start(), member.value().end());
        for (int i = 0; i < random.nextInt(3); i++) {
          json[random.nextInt(json.length)] = (byte) (32 + random.nextInt(95));
        }
        JsonWriter payload = new JsonWriter().raw(json, 0, json.length);
        body.writeBytes(EventStreamFrame.event(member.name().text().string(), payload));
      }
      AnswerStream stream = masking();
      byte[] out = through(stream, body.toByteArray(), 1 + random.nextInt(200));
      assertThat(new String(out, StandardCharsets.ISO_8859_1))
          .as("seed " + seed + " round " + round)
          .doesNotContain("secret");
    }
  }
}
