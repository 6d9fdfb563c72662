package dev.gatewayctl.runtime.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Exchanges recorded by other projects: what nothing touches stays byte for byte, and how a stream
/// is cut on its way changes nothing. Streams of at most [#SHORT_BYTES] are cut in two at every
/// position; the longer ones are fed in pieces of one to five bytes, which cuts every event
/// everywhere, and are cut in two at the positions of their first [#SHORT_BYTES].
class RecordedMessagesTest {
  static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);
  private static final int SHORT_BYTES = 3_000;

  @Test
  void requestsKeepTheirBytesAndChangeOnlyTheModel() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.messages()) {
      if (recording.request().isEmpty()) {
        continue;
      }
      String text = recording.request().orElseThrow();
      byte[] body = Recordings.utf8(text);
      switch (MessagesDialect.INSTANCE.request(body, RequestPath.PLAIN)) {
        case RequestBody.Reading.Read(RequestBody request) -> {
          seen++;
          assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
          byte[] changed = request.write(RequestEdits.NONE.withModel("other"));
          assertThat(
                  new String(changed, StandardCharsets.UTF_8)
                      .replaceFirst("\"other\"", "\"" + request.model() + "\""))
              .as(recording.name())
              .isEqualTo(text);
          assertThat(request.pieces()).as(recording.name()).isNotEmpty();
          assertThat(request.lastUser()).as(recording.name()).isNotNull();
        }
        case RequestBody.Reading.Refused(String _, String place) ->
            // The advisor runs a model of its own choice.
            assertThat(place).as(recording.name()).isEqualTo("tools[0].model");
      }
    }
    assertThat(seen).isGreaterThan(45);
  }

  @Test
  void answersKeepTheirBytesAndTellTheirUsage() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.messages()) {
      if (recording.streamed()) {
        continue;
      }
      byte[] body = Recordings.utf8(recording.answer());
      AnswerBody answer =
          ((AnswerBody.Reading.Read) MessagesDialect.INSTANCE.answer(body)).answer();
      assertThat(answer.write(List.of(), true)).isSameAs(body);
      if (recording.answer().contains("\"stop_reason\"")) {
        seen++;
        assertThat(answer.usage().input()).as(recording.name()).isPresent();
        assertThat(answer.finishReasons()).as(recording.name()).isNotEmpty();
        assertThat(answer.model()).as(recording.name()).isPresent();
        assertThat(answer.pieces()).as(recording.name()).isNotEmpty();
      }
    }
    assertThat(seen).isGreaterThan(30);
  }

  @Test
  void streamsPassByteForByteHoweverTheyAreCut() {
    for (Recordings.Recording recording : streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      for (int size : new int[] {1, 3, body.length}) {
        AnswerStream stream = AnswerStream.of(new MessagesEvents());
        assertThat(through(stream, body, size)).as(recording.name()).isEqualTo(body);
        assertThat(stream.done())
            .as(recording.name())
            .isEqualTo(recording.answer().contains("message_stop"));
        if (stream.done()) {
          assertThat(stream.usage().output()).as(recording.name()).isPresent();
          assertThat(stream.model()).as(recording.name()).isPresent();
          assertThat(stream.finishReasons()).as(recording.name()).hasSize(1);
        }
      }
    }
  }

  @Test
  void maskedStreamsSayTheSameButForTheMasksAtEverySplit() {
    Supplier<AnswerStream> fresh =
        () -> AnswerStream.of(new MessagesEvents(), _ -> KeywordWindow.masking("the", "[T]"));
    for (Recordings.Recording recording : streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      AnswerStream stream = fresh.get();
      byte[] whole = through(stream, body, body.length);
      if (stream.refused()) {
        // A name holds the word: it cannot be masked.
        assertEndsAsFiltered(recording.name(), whole);
      } else {
        Map<Channel, String> expected = new TreeMap<>(BY_PLACE);
        texts(body).forEach((channel, text) -> expected.put(channel, text.replace("the", "[T]")));
        assertThat(texts(whole)).as(recording.name()).isEqualTo(expected);
      }
      for (int size = 1; size <= 5; size += 2) {
        assertThat(through(fresh.get(), body, size)).as(recording.name()).isEqualTo(whole);
      }
      for (int at = 1; at < Math.min(body.length, SHORT_BYTES); at++) {
        AnswerStream cut = fresh.get();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(cut.feed(body, 0, at));
        out.writeBytes(cut.feed(body, at, body.length));
        out.writeBytes(cut.finish());
        if (!java.util.Arrays.equals(out.toByteArray(), whole)) {
          assertThat(out.toByteArray()).as(recording.name() + " cut at " + at).isEqualTo(whole);
        }
      }
    }
  }

  @Test
  void aRefusalAtAnyPointIsAnEndThatClientsRead() {
    for (Recordings.Recording recording : streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      for (int at = 0; at < Math.min(body.length, 2 * SHORT_BYTES); at += 7) {
        AnswerStream stream = AnswerStream.of(new MessagesEvents());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(stream.feed(body, 0, at));
        if (stream.closesItself()) {
          break;
        }
        out.writeBytes(stream.refuse());
        assertEndsAsFiltered(recording.name() + " at " + at, out.toByteArray());
      }
    }
  }

  /// What the official clients hold a stream to: one head, blocks that begin before they go on and
  /// end before the next one begins, one end.
  static void assertEndsAsFiltered(String name, byte[] stream) {
    assertThat(assertWhole(name, stream)).as(name).isEqualTo("refusal");
  }

  /// The same for any stream; gives its stop reason.
  static String assertWhole(String name, byte[] stream) {
    List<String> types = new ArrayList<>();
    String reason = "";
    int openBlock = -1;
    for (Frame event : events(stream)) {
      JsonDocument document =
          ((JsonDocument.Reading.Read)
                  JsonDocument.read(event.data(), event.dataFrom(), event.dataTo()))
              .document();
      String type = at(document.root(), "type").text().string();
      assertThat(event.name()).as(name).isEqualTo(type);
      types.add(type);
      switch (type) {
        case "content_block_start" -> {
          assertThat(openBlock).as(name).isEqualTo(-1);
          openBlock = (int) at(document.root(), "index").wholeNumber().orElseThrow();
        }
        case "content_block_delta" ->
            assertThat((int) at(document.root(), "index").wholeNumber().orElseThrow())
                .as(name)
                .isEqualTo(openBlock);
        case "content_block_stop" -> openBlock = -1;
        case "message_delta" ->
            reason = at(at(document.root(), "delta"), "stop_reason").text().string();
        default -> {}
      }
    }
    assertThat(openBlock).as(name).isEqualTo(-1);
    assertThat(types).as(name).containsOnlyOnce("message_start", "message_delta", "message_stop");
    assertThat(types)
        .as(name)
        .startsWith("message_start")
        .endsWith("message_delta", "message_stop");
    return reason;
  }

  static JsonValue at(JsonValue object, String name) {
    return Objects.requireNonNull(object.find(name), name);
  }

  static List<Recordings.Recording> streams() {
    List<Recordings.Recording> streams =
        Recordings.messages().stream().filter(Recordings.Recording::streamed).toList();
    assertThat(streams.size()).isGreaterThan(40);
    return streams;
  }

  static List<Frame> events(byte[] body) {
    SseReader reader = new SseReader();
    reader.feed(body, 0, body.length);
    List<Frame> events = new ArrayList<>();
    for (Frame event = reader.next(); event != null; event = reader.next()) {
      events.add(event);
    }
    return events;
  }

  private static final Comparator<Channel> BY_PLACE = Comparator.comparing(Channel::toString);

  /// The running texts of a stream by channel, put together the way a client does.
  static Map<Channel, String> texts(byte[] stream) {
    Map<Channel, String> texts = new TreeMap<>(BY_PLACE);
    MessagesEvents dialect = new MessagesEvents();
    for (Frame event : events(stream)) {
      if (event.hasData()) {
        for (StreamDialect.StreamText found : dialect.read(event).texts()) {
          if (found.channel().continues() && found.piece().text().length() > 0) {
            texts.merge(found.channel(), found.piece().text().string(), String::concat);
          }
        }
      }
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
}
