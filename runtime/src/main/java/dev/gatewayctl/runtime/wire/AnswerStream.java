package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.StreamDialect.Seen;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A streamed answer on its way to the caller: bytes of the provider in, cut anywhere, bytes for
/// the caller out. What the frames mean is the protocol's affair ([StreamDialect]).
///
/// A frame whose texts its windows let through goes out byte for byte as it came. Otherwise only
/// the literals of those texts are replaced. What a window still holds when its channel ends goes
/// out before that in a frame of the same shape. Frames that are only half there when the stream
/// ends are dropped: no client would read them, and they were not inspected. Without a source of
/// windows nothing is inspected.
///
/// Not thread-safe: one stream, one thread at a time.
public final class AnswerStream {
  /// The most open channels of one stream.
  private static final int MAX_CHANNELS = 1_024;

  /// The most names of called tools that are kept.
  private static final int MAX_TOOL_NAMES = 1_024;

  private static final byte[] NOTHING = {};

  private final StreamDialect dialect;
  private final Framing framing;
  private final TextWindow.@Nullable Source source;
  private final Map<Channel, ReleasedText> open = new LinkedHashMap<>();
  private final List<String> toolNames = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Optional<String> failure = Optional.empty();
  private long events;
  private long textBytes;
  private boolean done;
  private boolean refused;

  private AnswerStream(StreamDialect dialect, TextWindow.@Nullable Source source) {
    this.dialect = dialect;
    this.framing = dialect.framing();
    this.source = source;
  }

  /// A stream whose texts pass without being looked at.
  public static AnswerStream of(StreamDialect dialect) {
    return new AnswerStream(dialect, null);
  }

  /// A stream whose texts pass through windows.
  public static AnswerStream of(StreamDialect dialect, TextWindow.Source source) {
    return new AnswerStream(dialect, source);
  }

  /// Takes bytes of the provider and gives those for the caller, perhaps none. After [#refused] or
  /// [#failure] there are none any more.
  public byte[] feed(byte[] bytes, int from, int to) {
    if (refused || failure.isPresent()) {
      return NOTHING;
    }
    framing.feed(bytes, from, to);
    Frame frame = framing.next();
    while (frame != null && !refused && failure.isEmpty()) {
      frame(frame);
      frame = framing.next();
    }
    failure = failure.or(() -> Optional.ofNullable(framing.failure()));
    return take();
  }

  /// The provider's stream has ended, well or not: gives what was held back. An end mark that did
  /// not come is never made up.
  public byte[] finish() {
    if (refused || failure.isPresent()) {
      return NOTHING;
    }
    Frame rest = framing.rest();
    if (rest != null && (!rest.hasData() || dialect.isWhole(rest))) {
      frame(rest);
    }
    if (!refused) {
      closeAll();
    }
    done |= !refused && dialect.completeAtEnd();
    return take();
  }

  /// Ends the stream as the protocol ends filtered content. What windows hold is dropped.
  public byte[] refuse() {
    if (!refused) {
      writeRefusal();
    }
    return take();
  }

  /// Whether the stream's own end came. A stream that ended without it was cut.
  public boolean done() {
    return done;
  }

  /// Whether the stream was ended by us.
  public boolean refused() {
    return refused;
  }

  /// Whether the frames tell the caller that no more will come, though the stream's own end did
  /// not.
  public boolean closesItself() {
    return dialect.closesItself();
  }

  /// Why the stream cannot be read on, in plain words.
  public Optional<String> failure() {
    return failure;
  }

  /// The tokens reported last.
  public Usage usage() {
    return dialect.usage();
  }

  /// The model as the provider names it.
  public Optional<String> model() {
    return dialect.model();
  }

  /// Why each choice ended, by its index.
  public SortedMap<Integer, String> finishReasons() {
    return dialect.finishReasons();
  }

  /// The names of the tools that the model calls, in the order of the stream.
  public List<String> toolNames() {
    return List.copyOf(toolNames);
  }

  /// The names of side channels that were set to null.
  public SortedSet<String> stripped() {
    return dialect.stripped();
  }

  /// How many frames with data came.
  public long events() {
    return events;
  }

  /// The number of bytes of all texts that the model wrote so far.
  public long textBytes() {
    return textBytes;
  }

  private byte[] take() {
    byte[] taken = out.size() == 0 ? NOTHING : out.toByteArray();
    out.reset();
    return taken;
  }

  private void frame(Frame frame) {
    if (!frame.hasData()) {
      bare(frame.raw());
      return;
    }
    events++;
    Seen seen = dialect.read(frame);
    switch (seen.fate()) {
      case OMITTED -> {}
      case PASSES -> pass(frame, seen);
      case LAST -> {
        if (pass(frame, seen)) {
          done = true;
        }
      }
    }
  }

  /// A frame without data, such as a comment: no client shows it, but it reaches the caller, so it
  /// is one text at location `metadata`.
  private void bare(byte[] raw) {
    Splices changes = new Splices();
    StreamText text =
        new StreamText(
            Channel.single(0, Location.METADATA),
            TextPiece.plain(Location.METADATA, raw, 0, raw.length));
    if (source == null
        || inspected(new Seen(List.of(text), _ -> false, changes, StreamDialect.Fate.PASSES))) {
      out.writeBytes(changes.apply(raw));
    }
  }

  /// Sends the texts of a frame through their windows and writes it; whether it went out.
  private boolean pass(Frame frame, Seen seen) {
    count(seen.texts());
    if (source == null) {
      release(seen.texts());
    } else if (!inspected(seen)) {
      return false;
    }
    dialect.leaving(seen.changes());
    out.writeBytes(frame.write(seen.changes()));
    dialect.passed();
    failure = Optional.ofNullable(dialect.failure());
    if (open.size() > MAX_CHANNELS) {
      failure = Optional.of("it runs more than " + MAX_CHANNELS + " texts side by side");
    }
    return true;
  }

  /// Tells the protocol of texts that go out as they came.
  private void release(List<StreamText> texts) {
    for (StreamText text : texts) {
      if (text.channel().continues()) {
        JsonText whole = text.piece().text();
        dialect.released(text.channel(), whole.bytes(), whole.from(), whole.to());
      }
    }
  }

  private void count(List<StreamText> texts) {
    for (StreamText text : texts) {
      Channel channel = text.channel();
      if (channel.continues()) {
        textBytes += text.piece().text().length();
      } else if (channel.location() == Location.TOOL_CALL
          && text.piece().form() == TextPiece.Form.FIXED
          && !channel.repeats()
          && toolNames.size() < MAX_TOOL_NAMES) {
        toolNames.add(text.piece().text().string());
      }
    }
  }

  /// Whether the frame may go out; otherwise the stream has been ended.
  private boolean inspected(Seen seen) {
    List<StreamText> texts = seen.texts();
    Map<Channel, Integer> last = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      last.put(texts.get(i).channel(), i);
    }
    for (Channel channel : List.copyOf(open.keySet())) {
      if (seen.ends().test(channel) && !last.containsKey(channel)) {
        close(channel);
        if (refused) {
          return false;
        }
      }
    }
    Map<Channel, byte[]> partial = new LinkedHashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      Channel channel = texts.get(i).channel();
      TextPiece piece = texts.get(i).piece();
      JsonText text = piece.text();
      boolean ends =
          !channel.continues()
              || (last.getOrDefault(channel, -1) == i && seen.ends().test(channel));
      ReleasedText window = window(channel, piece.form());
      window.append(text.bytes(), text.from(), text.to());
      if (ends && !window.refused()) {
        window.finish();
        open.remove(channel);
      }
      byte[] released = window.take();
      if (channel.continues()) {
        partial.merge(channel, released, AnswerStream::joined);
      }
      if (window.refused()) {
        partial.forEach(this::writeText);
        writeRefusal();
        return false;
      }
      if (!ReleasedText.same(released, text.bytes(), text.from(), text.to())) {
        replace(piece, released, seen.changes());
      }
    }
    partial.forEach((channel, text) -> dialect.released(channel, text, 0, text.length));
    return true;
  }

  private ReleasedText window(Channel channel, TextPiece.Form form) {
    ReleasedText running = open.get(channel);
    if (running != null) {
      return running;
    }
    TextWindow.Source windows = source;
    if (windows == null) {
      throw new IllegalStateException("a stream without windows inspects nothing");
    }
    ReleasedText fresh = new ReleasedText(channel, form, windows.open(channel));
    if (channel.continues()) {
      open.put(channel, fresh);
    }
    return fresh;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  private static void replace(TextPiece piece, byte[] released, Splices splices) {
    byte[] escaped = JsonWriter.escape(released, 0, released.length);
    switch (piece.form()) {
      case TEXT, JSON, FIXED -> splices.replace(piece.start() + 1, piece.end() - 1, escaped);
      case NUMBER -> {
        String text = new String(released, StandardCharsets.UTF_8);
        byte[] quoted = new JsonWriter().value(text).toBytes();
        splices.replace(piece.start(), piece.end(), quoted);
      }
      case PLAIN -> splices.replace(piece.start(), piece.end(), released);
    }
  }

  private void closeAll() {
    for (Channel channel : List.copyOf(open.keySet())) {
      if (!refused) {
        close(channel);
      }
    }
  }

  /// Ends a channel; what it held goes out in a frame of its own.
  private void close(Channel channel) {
    ReleasedText window = open.remove(channel);
    if (window == null) {
      return;
    }
    window.finish();
    writeText(channel, window.take());
    if (window.refused()) {
      writeRefusal();
    }
  }

  private void writeText(Channel channel, byte[] text) {
    if (text.length > 0) {
      out.writeBytes(dialect.carry(channel, new String(text, StandardCharsets.UTF_8)));
    }
  }

  private void writeRefusal() {
    refused = true;
    open.clear();
    out.writeBytes(dialect.refusal());
  }
}
