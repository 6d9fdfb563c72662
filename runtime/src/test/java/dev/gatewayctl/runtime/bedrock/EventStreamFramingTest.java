package dev.gatewayctl.runtime.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Recordings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventStreamFramingTest {
  /// Amazon's own vectors of messages that every reader must take.
  @Test
  void theOfficialMessagesAreRead() {
    Map<String, byte[]> decoded = Recordings.bytes("aws-event-stream-vectors/decoded/positive", "");
    Map<String, byte[]> encoded = Recordings.bytes("aws-event-stream-vectors/encoded/positive", "");
    assertThat(encoded.keySet()).isEqualTo(decoded.keySet()).hasSize(5);
    encoded.forEach(
        (name, bytes) -> {
          JsonValue expected =
              ((JsonDocument.Reading.Read)
                      JsonDocument.read(Objects.requireNonNull(decoded.get(name))))
                  .document()
                  .root();
          for (int cut = 0; cut <= bytes.length; cut++) {
            EventStreamFraming framing = new EventStreamFraming();
            framing.feed(bytes, 0, cut);
            if (cut < bytes.length) {
              assertThat(framing.next()).as(name).isNull();
            }
            framing.feed(bytes, cut, bytes.length);
            EventStreamFrame frame = Objects.requireNonNull(framing.next(), name);
            assertThat(frame.raw()).as(name).isEqualTo(bytes);
            byte[] payload = Arrays.copyOfRange(bytes, frame.dataFrom(), frame.dataTo());
            assertThat(Base64.getEncoder().encodeToString(payload))
                .as(name)
                .isEqualTo(Objects.requireNonNull(expected.find("payload")).text().string());
            assertThat(framing.next()).isNull();
            assertThat(framing.failure()).isNull();
          }
        });
  }

  /// Amazon's own vectors of messages that no reader may take, and what they say is wrong.
  @Test
  void theOfficialDamageIsNamed() {
    Map<String, byte[]> reasons = Recordings.bytes("aws-event-stream-vectors/decoded/negative", "");
    Map<String, byte[]> encoded = Recordings.bytes("aws-event-stream-vectors/encoded/negative", "");
    assertThat(encoded.keySet()).isEqualTo(reasons.keySet()).hasSize(4);
    encoded.forEach(
        (name, bytes) -> {
          EventStreamFraming framing = new EventStreamFraming();
          framing.feed(bytes, 0, bytes.length);
          assertThat(framing.next()).as(name).isNull();
          boolean prelude = Objects.requireNonNull(reasons.get(name))[0] == 'P';
          assertThat(framing.failure())
              .as(name)
              .isEqualTo(
                  prelude
                      ? "the checksum of a message's lengths is wrong"
                      : "the checksum of a message is wrong");
        });
  }

  @Test
  void absurdLengthsEndTheReadingBeforeTheirBytesCome() {
    assertThat(failure(prelude(Integer.MAX_VALUE, 0))).startsWith("a message is larger than");
    assertThat(failure(prelude(-1, 0))).startsWith("a message is larger than");
    assertThat(failure(prelude(1024 * 1024, 512 * 1024)))
        .startsWith("the headers of a message are larger than");
    assertThat(failure(prelude(15, 0))).isEqualTo("the lengths of a message do not fit");
    assertThat(failure(prelude(20, 5))).isEqualTo("the lengths of a message do not fit");
    assertThat(failure(Recordings.utf8("<html>bad gateway</html>")))
        .isEqualTo("the checksum of a message's lengths is wrong");
    assertThat(failure(Recordings.utf8("{\"message\":\"no stream\"}")))
        .isEqualTo("the checksum of a message's lengths is wrong");
  }

  private static String failure(byte[] bytes) {
    EventStreamFraming framing = new EventStreamFraming();
    framing.feed(bytes, 0, bytes.length);
    assertThat(framing.next()).isNull();
    assertThat(framing.rest()).isNull();
    return Objects.requireNonNull(framing.failure());
  }

  private static byte[] prelude(int total, int headers) {
    byte[] bytes = ByteBuffer.allocate(12).putInt(total).putInt(headers).putInt(0).array();
    return ByteBuffer.wrap(bytes).putInt(8, EventStreamFraming.checksum(bytes, 0, 8)).array();
  }

  @Test
  void aChangedPayloadGetsFreshLengthsAndChecksums() {
    byte[] raw =
        EventStreamFrame.event(
            "contentBlockDelta", new JsonWriter().beginObject().name("x").value("ab").endObject());
    EventStreamFrame frame = only(raw);
    Splices splices = new Splices();
    splices.replace(frame.dataFrom() + 6, frame.dataFrom() + 8, Recordings.utf8("longer"));
    EventStreamFrame changed = only(frame.write(splices));
    assertThat(
            new String(
                changed.data(),
                changed.dataFrom(),
                changed.dataTo() - changed.dataFrom(),
                StandardCharsets.UTF_8))
        .isEqualTo("{\"x\":\"longer\"}");
    assertThat(changed.name()).isEqualTo("contentBlockDelta");
    assertThat(frame.write(new Splices())).isSameAs(frame.raw());
  }

  private static EventStreamFrame only(byte[] raw) {
    List<EventStreamFrame> frames = frames(raw);
    assertThat(frames).hasSize(1);
    return frames.getFirst();
  }

  /// All messages of a stream that must be whole.
  static List<EventStreamFrame> frames(byte[] stream) {
    EventStreamFraming framing = new EventStreamFraming();
    framing.feed(stream, 0, stream.length);
    List<EventStreamFrame> frames = new ArrayList<>();
    int bytes = 0;
    for (EventStreamFrame next = framing.next(); next != null; next = framing.next()) {
      frames.add(next);
      bytes += next.raw().length;
    }
    assertThat(framing.failure()).isNull();
    assertThat(bytes).isEqualTo(stream.length);
    return frames;
  }

  /// Headers that lie about their sizes, with checksums that are right.
  @Test
  void damagedHeadersNeverThrow() {
    long seed = 20_261_124;
    Random random = new Random(seed);
    byte[] raw = EventStreamFrame.event("messageStart", new JsonWriter().beginObject().endObject());
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = raw.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[12 + random.nextInt(damaged.length - 16)] = (byte) random.nextInt(256);
      }
      int last = damaged.length - 4;
      ByteBuffer.wrap(damaged).putInt(last, EventStreamFraming.checksum(damaged, 0, last));
      EventStreamFraming framing = new EventStreamFraming();
      framing.feed(damaged, 0, damaged.length);
      EventStreamFrame frame = framing.next();
      refused += frame == null ? 1 : 0;
      assertThat(frame == null).as("seed " + seed).isEqualTo(framing.failure() != null);
    }
    assertThat(refused).isGreaterThan(1_000);
  }
}
