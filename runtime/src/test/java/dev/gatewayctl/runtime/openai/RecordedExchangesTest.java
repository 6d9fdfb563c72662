package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.Recordings;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import dev.gatewayctl.runtime.wire.TextWindow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Exchanges recorded by other projects: what nothing touches stays byte for byte, and how a stream
/// is cut on its way changes nothing.
///
/// "At every split" means three things here, all of them about every position of every recorded
/// stream, none of it sampled:
///
/// 1. **Lone cuts, on the whole streams.** A stream whose longest event has `n` bytes is fed in
///    pieces of `2 n`, once for each of the `2 n` places where the first piece may end. Every
///    position is thus a cut in exactly one replay, after and before at least one event that came
///    whole. What a reader keeps over a cut is the event under it, so that this is the split in two
///    for each event, at a cost that grows with the stream and not with its square.
/// 2. **Splits in two, prefix and suffix.** The reading above rests on a reader that keeps nothing
///    else. Hence each position is also tried as the only cut: for streams of at most
///    [#SHORT_BYTES] as they are, and for the longer ones with at most two events of each shape
///    (the names, types and order of its members, which strings are empty).
/// 3. **Byte by byte**, and in pieces of two to five bytes, which cuts each event everywhere at
///    once.
///
/// That an event goes out with its last byte, and is not held for the next one, is a test of its
/// own.
class RecordedExchangesTest {
  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);

  @Test
  void requestsKeepTheirBytesAndChangeOnlyTheModel() {
    int seen = 0;
    for (Recordings.Recording recording : Recordings.chat()) {
      if (recording.request().isEmpty()) {
        continue;
      }
      byte[] body = Recordings.utf8(recording.request().orElseThrow());
      switch (ChatRequest.read(body)) {
        case RequestBody.Reading.Read(RequestBody request) -> {
          seen++;
          assertThat(request.write(RequestEdits.NONE)).isSameAs(body);
          String name = request.model();
          String changed =
              new String(
                  request.write(RequestEdits.NONE.withModel("other")), StandardCharsets.UTF_8);
          assertThat(changed.replaceFirst("\"other\"", "\"" + name + "\""))
              .as(recording.name())
              .isEqualTo(recording.request().orElseThrow());
          if (!recording.answer().contains("\"error\"")) {
            assertThat(request.pieces()).as(recording.name()).isNotEmpty();
          }
        }
        case RequestBody.Reading.Refused(String message, String place) ->
            // Recorded on purpose: each of them got a 400 from OpenAI as well.
            assertThat(recording.answer()).as(recording.name() + message + place).contains("error");
      }
    }
    assertThat(seen).isGreaterThan(40);
  }

  @Test
  void answersKeepTheirBytesAndTellTheirUsage() {
    int seen = 0;
    int counted = 0;
    for (Recordings.Recording recording : Recordings.answers()) {
      byte[] body = Recordings.utf8(recording.answer());
      AnswerBody answer = ((AnswerBody.Reading.Read) ChatDialect.INSTANCE.answer(body)).answer();
      seen++;
      assertThat(answer.write(List.of(), false)).isSameAs(body);
      boolean failed = recording.answer().contains("\"error\"");
      if (recording.answer().contains("\"prompt_tokens\"")) {
        counted++;
        assertThat(answer.usage().input()).as(recording.name()).isPresent();
      }
      if (!failed) {
        assertThat(answer.finishReasons()).as(recording.name()).isNotEmpty();
        assertThat(answer.model()).as(recording.name()).isPresent();
      }
    }
    assertThat(seen).isGreaterThan(50);
    assertThat(counted).isGreaterThan(40);
  }

  @Test
  void maskedAnswersStayTheSameDocumentsButForTheirTexts() {
    for (Recordings.Recording recording : Recordings.answers()) {
      byte[] body = Recordings.utf8(recording.answer());
      AnswerBody answer = ((AnswerBody.Reading.Read) ChatDialect.INSTANCE.answer(body)).answer();
      List<Mask> masks = new ArrayList<>();
      for (TextPiece piece : answer.pieces()) {
        int length = piece.text().length();
        if (piece.rewritable(0, length)) {
          masks.add(new Mask(piece, 0, length, "[\"X\"]"));
        }
      }
      JsonValue before = root(body);
      JsonValue after = root(answer.write(masks, true));
      assertThat(skeleton(after)).as(recording.name()).isEqualTo(skeleton(before));
    }
  }

  /// The names of all members in order.
  private static String skeleton(JsonValue value) {
    StringBuilder out = new StringBuilder();
    for (JsonValue.Member member : value.members()) {
      boolean side = ChatTexts.sideChannel(member.name().text().string());
      out.append(member.name().text().string())
          .append('{')
          .append(side ? "" : skeleton(member.value()))
          .append('}');
    }
    for (JsonValue item : value.items()) {
      out.append('[').append(skeleton(item)).append(']');
    }
    return out.toString();
  }

  private static JsonValue root(byte[] body) {
    return ((JsonDocument.Reading.Read) JsonDocument.read(body)).document().root();
  }

  @Test
  void streamsPassByteForByteAtEverySplit() {
    assertThat(Recordings.streams()).hasSizeGreaterThan(25);
    atEverySplit(
        () -> AnswerStream.of(new ChatEvents(PLAIN)),
        (name, body, replay) -> {
          assertThat(replay.bytes()).as(name).isEqualTo(body);
          assertThat(replay.done()).as(name).isTrue();
        });
  }

  @Test
  void anEventGoesOutWithItsLastByte() {
    for (Recordings.Recording recording : Recordings.streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      AnswerStream stream = AnswerStream.of(new ChatEvents(PLAIN));
      int at = 0;
      for (Frame event : events(body)) {
        for (int i = 1; i < event.raw().length; i++) {
          assertThat(stream.feed(body, at, ++at)).as(recording.name()).isEmpty();
        }
        assertThat(stream.feed(body, at, ++at)).as(recording.name()).isEqualTo(event.raw());
      }
    }
  }

  /// A number in the arguments of a call that is cut by events is held until it is whole; apart
  /// from that, inspected streams pass byte for byte as well.
  @Test
  void inspectedStreamsPassByteForByteWhereNothingIsMasked() {
    int same = 0;
    for (Recordings.Recording recording : Recordings.streams()) {
      byte[] body = Recordings.utf8(recording.answer());
      byte[] out =
          through(AnswerStream.of(new ChatEvents(PLAIN), _ -> new PassingWindow()), body, 1);
      assertThat(texts(out)).as(recording.name()).isEqualTo(texts(body));
      if (Arrays.equals(out, body)) {
        same++;
      } else {
        assertThat(recording.answer()).as(recording.name()).contains("\"arguments\":\"");
      }
    }
    assertThat(same).isGreaterThan(20);
  }

  /// The word occurs in the name of a tool that they call, `weather`, which no mask can be written
  /// over: the stream ends as filtered.
  private static final Set<String> REFUSED =
      Set.of(
          "alibaba-tool-call.chunks.txt", "groq-tool-call.chunks.txt", "xai-tool-call.chunks.txt");

  @Test
  void aMaskingWindowGivesTheSameBytesAtEverySplit() {
    Set<String> refused = new ConcurrentSkipListSet<>();
    atEverySplit(
        () -> AnswerStream.of(new ChatEvents(PLAIN), _ -> KeywordWindow.masking("the", "[T]")),
        (name, body, replay) -> {
          if (replay.refused()) {
            refused.add(name);
            assertThat(new String(body, StandardCharsets.UTF_8)).contains("\"name\":\"weather\"");
            assertThat(replay.text())
                .as(name)
                .doesNotContain("weather")
                .contains("content_filter")
                .endsWith("data: [DONE]\n\n");
          } else {
            Map<Channel, String> expected = new TreeMap<>(BY_PLACE);
            texts(body)
                .forEach((channel, text) -> expected.put(channel, text.replace("the", "[T]")));
            assertThat(texts(replay.bytes())).as(name).isEqualTo(expected);
          }
        });
    assertThat(refused).isEqualTo(new TreeSet<>(REFUSED));
  }

  /// How a stream went.
  ///
  /// @param answer all bytes for the caller, one in each character
  private record Replay(String answer, boolean done, boolean refused) {
    byte[] bytes() {
      return answer.getBytes(StandardCharsets.ISO_8859_1);
    }

    String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }
  }

  private interface Expected {
    void check(String name, byte[] body, Replay replay);
  }

  /// The largest stream of which each split in two is tried as it is: with these the square of the
  /// length is still a second.
  private static final int SHORT_BYTES = 6_000;

  private static final int EVENTS_OF_A_SHAPE = 2;

  /// Replays each recorded stream in one piece, which is what `expected` looks at, and then at
  /// every split, which must give the same bytes and the same end.
  private static void atEverySplit(Supplier<AnswerStream> fresh, Expected expected) {
    Map<String, Recordings.Recording> distinct = new LinkedHashMap<>();
    Recordings.streams().forEach(recording -> distinct.putIfAbsent(recording.answer(), recording));
    distinct.values().parallelStream()
        .forEach(
            recording -> {
              byte[] body = Recordings.utf8(recording.answer());
              String name = recording.name();
              Replay whole = replay(fresh.get(), body, body.length, body.length);
              expected.check(name, body, whole);
              loneCuts(name, fresh, body, whole);
              for (int size = 1; size <= 5; size++) {
                same(name, "pieces of " + size, replay(fresh.get(), body, size, size), whole);
              }
              byte[] brief = body.length <= SHORT_BYTES ? body : shortened(body);
              Replay uncut = replay(fresh.get(), brief, brief.length, brief.length);
              expected.check(name, brief, uncut);
              for (int at = 0; at <= brief.length; at++) {
                Replay cut = replay(fresh.get(), brief, at, brief.length);
                same(name, "split in two at " + at, cut, uncut);
              }
            });
  }

  private static void loneCuts(
      String name, Supplier<AnswerStream> fresh, byte[] body, Replay whole) {
    int longest = events(body).stream().mapToInt(event -> event.raw().length).max().orElseThrow();
    for (int first = 0; first < 2 * longest; first++) {
      Replay cut = replay(fresh.get(), body, first, 2 * longest);
      same(name, "cut at " + first + " and every " + 2 * longest, cut, whole);
    }
  }

  private static void same(String name, String how, Replay replay, Replay expected) {
    if (!replay.equals(expected)) {
      assertThat(replay.text()).as("%s, %s", name, how).isEqualTo(expected.text());
      assertThat(replay).as("%s, %s", name, how).isEqualTo(expected);
    }
  }

  /// Feeds a first piece, then the rest in pieces of one size.
  private static Replay replay(AnswerStream stream, byte[] body, int first, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
    int from = 0;
    int to = Math.min(first, body.length);
    while (from < body.length) {
      out.writeBytes(stream.feed(body, from, to));
      from = to;
      to = Math.min(body.length, to + size);
    }
    out.writeBytes(stream.finish());
    return new Replay(out.toString(StandardCharsets.ISO_8859_1), stream.done(), stream.refused());
  }

  private static List<Frame> events(byte[] body) {
    SseReader reader = new SseReader();
    reader.feed(body, 0, body.length);
    List<Frame> events = new ArrayList<>();
    Frame event = reader.next();
    while (event != null) {
      events.add(event);
      event = reader.next();
    }
    return events;
  }

  /// A stream without the events that are shaped as [#EVENTS_OF_A_SHAPE] before them.
  private static byte[] shortened(byte[] body) {
    Map<String, Integer> seen = new HashMap<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Frame event : events(body)) {
      boolean json = event.hasData() && !event.dataIs("[DONE]");
      String shape =
          json
              ? shape(root(Arrays.copyOfRange(event.data(), event.dataFrom(), event.dataTo())))
              : new String(event.raw(), StandardCharsets.UTF_8);
      if (seen.merge(shape, 1, Integer::sum) <= EVENTS_OF_A_SHAPE) {
        out.writeBytes(event.raw());
      }
    }
    return out.toByteArray();
  }

  private static String shape(JsonValue value) {
    if (value.isString()) {
      return value.text().length() == 0 ? "e" : "s";
    }
    StringBuilder out = new StringBuilder();
    for (JsonValue.Member member : value.members()) {
      out.append(member.name().text().string())
          .append('{')
          .append(shape(member.value()))
          .append('}');
    }
    for (JsonValue item : value.items()) {
      out.append('[').append(shape(item)).append(']');
    }
    return out.isEmpty() ? value.isNull() ? "n" : "v" : out.toString();
  }

  private static final Comparator<Channel> BY_PLACE = Comparator.comparing(Channel::toString);

  /// The texts of a stream by channel, put together the way a client does.
  static Map<Channel, String> texts(byte[] stream) {
    Map<Channel, String> texts = new TreeMap<>(BY_PLACE);
    SseReader reader = new SseReader();
    reader.feed(stream, 0, stream.length);
    Frame event = reader.next();
    while (event != null) {
      if (event.hasData()
          && JsonDocument.read(event.data(), event.dataFrom(), event.dataTo())
              instanceof JsonDocument.Reading.Read(JsonDocument document)) {
        for (StreamDialect.StreamText found : ChatTexts.of(document.root(), "delta")) {
          if (found.channel().continues() && found.piece().text().length() > 0) {
            texts.merge(found.channel(), found.piece().text().string(), String::concat);
          }
        }
      }
      event = reader.next();
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

  /// Lets everything go at once.
  private static final class PassingWindow implements TextWindow {
    @Override
    public void append(byte[] utf8, int from, int to, Release release) {
      release.keep(utf8, from, to);
    }

    @Override
    public void finish(Release release) {}
  }
}
