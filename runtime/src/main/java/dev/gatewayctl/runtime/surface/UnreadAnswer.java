package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// An answer that passes as it comes. Beside it, JSON and events of JSON are looked through for the
/// model and the usage.
final class UnreadAnswer implements StreamDialect, Framing {
  /// A longer answer in JSON is not looked through.
  private static final int MOST_READ_BYTES = 1 << 20;

  private static final byte[] NOTHING = {};

  private final boolean counts;
  private final ByteArrayOutputStream json = new ByteArrayOutputStream();
  private final SseReader events = new SseReader();
  private Kind kind = Kind.UNKNOWN;
  private @Nullable Frame passing;
  private Usage usage = Usage.UNKNOWN;
  private Optional<String> model = Optional.empty();

  private enum Kind {
    UNKNOWN,
    JSON,
    EVENTS,
    OTHER
  }

  UnreadAnswer(boolean counts) {
    this.counts = counts;
  }

  /// Bytes that go on as they are.
  @SuppressWarnings("ArrayRecordComponent") // a copy with one reader
  private record Passing(byte[] raw) implements Frame {
    @Override
    public boolean hasData() {
      return false;
    }

    @Override
    public byte[] data() {
      return raw;
    }

    @Override
    public int dataFrom() {
      return 0;
    }

    @Override
    public int dataTo() {
      return 0;
    }

    @Override
    public String name() {
      return "";
    }

    @Override
    public byte[] write(Splices changes) {
      return raw;
    }

    @Override
    public String toString() {
      return "Passing(" + raw.length + " bytes)";
    }
  }

  @Override
  public Framing framing() {
    return this;
  }

  @Override
  public void feed(byte[] bytes, int from, int to) {
    byte[] copy = Arrays.copyOfRange(bytes, from, to);
    passing = new Passing(copy);
    if (kind == Kind.UNKNOWN) {
      kind = kind(copy);
    }
    if (kind == Kind.JSON && json.size() + copy.length <= MOST_READ_BYTES) {
      json.writeBytes(copy);
    } else if (kind == Kind.JSON) {
      json.reset();
      kind = Kind.OTHER;
    } else if (kind == Kind.EVENTS) {
      events.feed(copy, 0, copy.length);
      Frame event = events.next();
      while (event != null) {
        if (event.hasData()) {
          look(event.data(), event.dataFrom(), event.dataTo());
        }
        event = events.next();
      }
    }
  }

  private static Kind kind(byte[] first) {
    for (byte b : first) {
      if (b == '{') {
        return Kind.JSON;
      }
      if (b == 'e' || b == 'd' || b == ':') {
        return Kind.EVENTS;
      }
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return Kind.OTHER;
      }
    }
    return Kind.UNKNOWN;
  }

  private void look(byte[] data, int from, int to) {
    if (JsonDocument.read(data, from, to) instanceof JsonDocument.Reading.Read(JsonDocument read)
        && read.root().isObject()) {
      JsonValue root = read.root();
      JsonValue name = root.find("model");
      if (name != null && model.isEmpty()) {
        model = name.string();
      }
      Usage told = UnreadUsage.of(root);
      if (counts && !told.equals(Usage.UNKNOWN)) {
        usage = told;
      }
    }
  }

  @Override
  public @Nullable Frame next() {
    Frame now = passing;
    passing = null;
    return now;
  }

  @Override
  public @Nullable Frame rest() {
    if (kind == Kind.JSON) {
      byte[] all = json.toByteArray();
      look(all, 0, all.length);
    }
    return null;
  }

  @Override
  public Seen read(Frame frame) {
    return Seen.nothing();
  }

  @Override
  public void passed() {}

  @Override
  public boolean isWhole(Frame rest) {
    return true;
  }

  @Override
  public byte[] carry(Channel channel, String text) {
    throw new IllegalStateException("nothing is held back of what is not read");
  }

  /// Nothing: an answer of unknown shape has no end for filtered content, so it is cut.
  @Override
  public byte[] refusal() {
    return NOTHING;
  }

  @Override
  public boolean closesItself() {
    return false;
  }

  @Override
  public boolean completeAtEnd() {
    return true;
  }

  @Override
  public @Nullable String failure() {
    return null;
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public Optional<String> model() {
    return model;
  }

  @Override
  public SortedMap<Integer, String> finishReasons() {
    return Collections.emptySortedMap();
  }

  @Override
  public SortedSet<String> stripped() {
    return Collections.emptySortedSet();
  }
}
