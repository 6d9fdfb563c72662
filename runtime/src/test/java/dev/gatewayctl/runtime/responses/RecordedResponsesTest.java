package dev.gatewayctl.runtime.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Exchanges recorded by other projects: what nothing touches stays byte for byte, and how a stream
/// is cut on its way changes nothing. Streams are fed in pieces of one to five bytes, which cuts
/// every event everywhere, and are cut in two at each of their first [#SHORT_BYTES] positions.
class RecordedResponsesTest {
  static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);
  private static final int SHORT_BYTES = 3_000;

  @Test
  void requestsKeepTheirBytesAndChangeOnlyTheModel() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.responses()) {
      if (recording.request().isEmpty() || !recording.answer().contains("\"response\"")) {
        continue;
      }
      String text = recording.request().orElseThrow();
      byte[] body = Recordings.utf8(text);
      RequestBody.Reading reading = ResponsesDialect.INSTANCE.request(body, RequestPath.PLAIN);
      assertThat(reading).as(recording.name()).isInstanceOf(RequestBody.Reading.Read.class);
      RequestBody request = ((RequestBody.Reading.Read) reading).request();
      seen++;
      assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
      byte[] changed = request.write(RequestEdits.NONE.withModel("other"));
      assertThat(
              new String(changed, StandardCharsets.UTF_8)
                  .replaceFirst("\"other\"", "\"" + request.model() + "\""))
          .as(recording.name())
          .isEqualTo(text);
      assertThat(request.pieces()).as(recording.name()).isNotEmpty();
      assertThat(request.turns()).as(recording.name()).isPositive();
      assertThat(request.lastUser()).as(recording.name()).isNotEmpty();
    }
    assertThat(seen).isGreaterThan(25);
  }

  @Test
  void answersKeepTheirBytesAndTellTheirUsage() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.responses()) {
      if (recording.streamed() || !recording.answer().contains("\"output\"")) {
        continue;
      }
      byte[] body = Recordings.utf8(recording.answer());
      AnswerBody answer =
          ((AnswerBody.Reading.Read) ResponsesDialect.INSTANCE.answer(body)).answer();
      seen++;
      assertThat(answer.write(List.of(), true)).as(recording.name()).isSameAs(body);
      assertThat(answer.usage().input()).as(recording.name()).isPresent();
      assertThat(answer.usage().output()).as(recording.name()).isPresent();
      assertThat(answer.finishReasons()).as(recording.name()).hasSize(1);
      assertThat(answer.model()).as(recording.name()).isPresent();
      assertThat(answer.pieces()).as(recording.name()).isNotEmpty();
    }
    assertThat(seen).isGreaterThan(25);
  }

  @Test
  void streamsPassByteForByteHoweverTheyAreCut() {
    for (Recordings.Recording recording : streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      for (int size : new int[] {1, 3, body.length}) {
        AnswerStream stream = AnswerStream.of(new ResponsesEvents(PLAIN));
        assertThat(StreamReading.through(stream, body, size)).as(recording.name()).isEqualTo(body);
        assertThat(stream.done()).as(recording.name()).isTrue();
        assertThat(stream.usage().output()).as(recording.name()).isPresent();
        assertThat(stream.model()).as(recording.name()).isPresent();
        assertThat(stream.finishReasons()).as(recording.name()).hasSize(1);
      }
    }
  }

  @Test
  void maskedStreamsSayTheSameButForTheMasksAtEverySplit() {
    Supplier<AnswerStream> fresh =
        () -> AnswerStream.of(new ResponsesEvents(PLAIN), _ -> KeywordWindow.masking("the", "[T]"));
    for (Recordings.Recording recording : streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      AnswerStream stream = fresh.get();
      byte[] whole = StreamReading.through(stream, body, body.length);
      StreamReading reading = StreamReading.of(recording.name(), whole);
      if (stream.refused()) {
        // A name holds the word: it cannot be masked.
        reading.assertEndsAsFiltered();
      } else {
        Map<String, String> expected = new TreeMap<>();
        StreamReading plain = StreamReading.of(recording.name(), body);
        plain.texts().forEach((key, text) -> expected.put(key, text.replace("the", "[T]")));
        assertThat(reading.texts()).as(recording.name()).isEqualTo(expected);
        assertThat(reading.gaps()).as(recording.name()).isEqualTo(plain.gaps());
      }
      for (int size = 1; size <= 5; size += 2) {
        assertThat(StreamReading.through(fresh.get(), body, size))
            .as(recording.name())
            .isEqualTo(whole);
      }
      for (int at = 1; at < Math.min(body.length, SHORT_BYTES); at += 3) {
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
      int before = -1;
      for (int at = 0; at < body.length; at += 97) {
        AnswerStream stream = AnswerStream.of(new ResponsesEvents(PLAIN));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(stream.feed(body, 0, at));
        if (out.size() == before) {
          continue;
        }
        before = out.size();
        if (stream.closesItself()) {
          break;
        }
        out.writeBytes(stream.refuse());
        StreamReading.of(recording.name() + " at " + at, out.toByteArray()).assertEndsAsFiltered();
      }
    }
  }

  /// All streams but two: one holds an event that is no JSON, of the other events were taken out.
  static List<Recordings.Recording> streams() {
    List<Recordings.Recording> streams = new ArrayList<>();
    for (Recordings.Recording recording : Recordings.responses()) {
      boolean damaged =
          recording.name().startsWith("parallel-tool-call-wrapper")
              || recording.name().startsWith("openai-phase");
      if (recording.streamed() && !damaged) {
        streams.addAll(apart(recording));
      }
    }
    assertThat(streams.size()).isGreaterThan(20);
    return streams;
  }

  /// Some files hold several streams, one after the other.
  private static List<Recordings.Recording> apart(Recordings.Recording recording) {
    List<Recordings.Recording> streams = new ArrayList<>();
    String border = "(?<=\n\n)(?=event: response.created\n)";
    for (String stream : recording.answer().split(border, -1)) {
      if (!stream.isBlank()) {
        streams.add(new Recordings.Recording(recording.name(), Optional.empty(), stream));
      }
    }
    return streams;
  }
}
