package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
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
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A streamed answer of the OpenAI chat protocol on its way to the caller: bytes of the provider
/// in, cut anywhere, bytes for the caller out.
///
/// An event whose texts its windows let through goes out byte for byte as it came. Otherwise only
/// the literals of those texts are replaced. What a window still holds when its channel ends (the
/// choice's finish reason, `[DONE]`, the end of the stream) goes out before that in an event of the
/// same shape. Events that are only half there when the stream ends are dropped: no client would
/// read them, and they were not inspected. Without a source of windows nothing is inspected.
///
/// Not thread-safe: one stream, one thread at a time.
public final class ChatStream {
  /// The most choices of which the ends are written by us.
  private static final int MAX_CHOICES = 128;

  /// The most choices and the most open channels of one stream.
  private static final int MAX_CHANNELS = 1_024;

  /// The most names of called tools that are kept.
  private static final int MAX_TOOL_NAMES = 1_024;

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /// What is to happen to a stream apart from its texts.
  ///
  /// @param takeUsageOut whether usage was asked for by us and not by the caller, so that its event
  ///   and the `usage: null` of the others are taken out again
  /// @param stripSideChannels whether `logprobs` and their like are set to null
  /// @param choices how many choices were asked for
  public record Settings(boolean takeUsageOut, boolean stripSideChannels, long choices) {}

  private final Settings settings;
  private final TextWindow.@Nullable Source source;
  private final SseReader reader = new SseReader();
  private final Map<Channel, ReleasedText> open = new LinkedHashMap<>();
  private final SortedMap<Integer, String> finishReasons = new TreeMap<>();
  private final SortedSet<Integer> choices = new TreeSet<>();
  private final SortedSet<String> stripped = new TreeSet<>();
  private final List<String> toolNames = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private @Nullable JsonValue lastChunk;
  private Usage usage = Usage.UNKNOWN;
  private Optional<String> model = Optional.empty();
  private Optional<String> failure = Optional.empty();
  private long events;
  private long textBytes;
  private boolean done;
  private boolean refused;
  private boolean errored;

  private ChatStream(Settings settings, TextWindow.@Nullable Source source) {
    this.settings = settings;
    this.source = source;
  }

  /// A stream whose texts pass without being looked at.
  public static ChatStream of(Settings settings) {
    return new ChatStream(settings, null);
  }

  /// A stream whose texts pass through windows.
  public static ChatStream of(Settings settings, TextWindow.Source source) {
    return new ChatStream(settings, source);
  }

  /// Takes bytes of the provider and gives those for the caller, perhaps none. After [#refused] or
  /// [#failure] there are none any more.
  public byte[] feed(byte[] bytes, int from, int to) {
    if (refused || failure.isPresent()) {
      return NOTHING;
    }
    reader.feed(bytes, from, to);
    SseEvent event = reader.next();
    while (event != null && !refused) {
      event(event);
      event = reader.next();
    }
    if (reader.overflowed()) {
      failure = Optional.of("an event is larger than " + SseReader.MAX_EVENT_BYTES + " bytes");
    } else if (open.size() > MAX_CHANNELS || choices.size() > MAX_CHANNELS) {
      failure = Optional.of("it runs more than " + MAX_CHANNELS + " texts side by side");
    }
    return take();
  }

  /// The provider's stream has ended, well or not: gives what was held back. A `[DONE]` that did
  /// not come is never made up.
  public byte[] finish() {
    if (refused || failure.isPresent()) {
      return NOTHING;
    }
    SseEvent rest = reader.rest();
    if (rest != null && (!rest.hasData() || isWhole(rest))) {
      event(rest);
    }
    if (!refused) {
      closeAll();
    }
    return take();
  }

  /// Ends the stream as the protocol ends filtered content: every open choice with finish reason
  /// `content_filter`, then `[DONE]`. What windows hold is dropped.
  public byte[] refuse() {
    if (!refused) {
      writeRefusal();
    }
    return take();
  }

  /// Whether `[DONE]` came. A stream that ended without it was cut.
  public boolean done() {
    return done;
  }

  /// Whether the stream was ended by us.
  public boolean refused() {
    return refused;
  }

  /// Whether the provider reported an error inside the stream.
  public boolean errored() {
    return errored;
  }

  /// Whether every choice that began has got its finish reason.
  public boolean allFinished() {
    return !choices.isEmpty() && finishReasons.keySet().containsAll(choices);
  }

  /// Why the stream cannot be read on, in plain words.
  public Optional<String> failure() {
    return failure;
  }

  /// The tokens reported last.
  public Usage usage() {
    return usage;
  }

  /// The model as the provider names it.
  public Optional<String> model() {
    return model;
  }

  /// Why each choice ended, by its index.
  public SortedMap<Integer, String> finishReasons() {
    return finishReasons;
  }

  /// The names of the tools that the model calls, in the order of the stream.
  public List<String> toolNames() {
    return List.copyOf(toolNames);
  }

  /// The names of side channels that were set to null.
  public SortedSet<String> stripped() {
    return stripped;
  }

  /// How many events with data came, `[DONE]` included.
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

  private static boolean isWhole(SseEvent event) {
    return event.dataIs("[DONE]")
        || JsonDocument.read(event.data(), event.dataFrom(), event.dataTo())
            instanceof JsonDocument.Reading.Read;
  }

  private void event(SseEvent event) {
    if (!event.hasData()) {
      out.writeBytes(event.raw());
      return;
    }
    events++;
    if (event.dataIs("[DONE]")) {
      closeAll();
      if (!refused) {
        done = true;
        out.writeBytes(event.raw());
      }
      return;
    }
    switch (JsonDocument.read(event.data(), event.dataFrom(), event.dataTo())) {
      case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
          chunk(event, document.root());
      case JsonDocument.Reading.Read _, JsonDocument.Reading.Malformed _ -> strange(event);
    }
  }

  /// Data that is no object: one text at location `metadata`.
  private void strange(SseEvent event) {
    TextPiece piece =
        TextPiece.plain(Location.METADATA, event.data(), event.dataFrom(), event.dataTo());
    Channel channel = Channel.single(0, Location.METADATA);
    inspect(event, List.of(new ChatTexts.Found(channel, piece)), Map.of(), new Splices());
  }

  private void chunk(SseEvent event, JsonValue root) {
    note(root);
    JsonValue list = root.find("choices");
    JsonValue reported = root.find("usage");
    Splices splices = new Splices();
    if (settings.takeUsageOut() && reported != null) {
      boolean extra = list != null && list.isArray() && list.items().isEmpty();
      if (extra && reported.isObject()) {
        return;
      }
      if (reported.isNull()) {
        remove(root, "usage", splices);
      }
    }
    if (settings.stripSideChannels()) {
      for (JsonValue.Member member : ChatAnswer.sideChannels(root, "delta")) {
        stripped.add(member.name().text().string());
        splices.replace(member.value().start(), member.value().end(), NULL);
      }
    }
    Map<Integer, String> ending = new HashMap<>();
    int position = 0;
    for (JsonValue choice : list == null ? List.<JsonValue>of() : list.items()) {
      int index = ChatTexts.index(choice, position);
      choices.add(index);
      JsonValue reason = choice.find("finish_reason");
      if (reason != null && reason.isString()) {
        ending.put(index, reason.text().string());
      }
      position++;
    }
    List<ChatTexts.Found> found = ChatTexts.of(root, "delta");
    for (ChatTexts.Found text : found) {
      if (text.channel().continues()) {
        textBytes += text.piece().text().length();
      } else if (text.channel().location() == Location.TOOL_CALL
          && text.piece().form() == TextPiece.Form.FIXED
          && toolNames.size() < MAX_TOOL_NAMES) {
        toolNames.add(text.piece().text().string());
      }
    }
    inspect(event, found, ending, splices);
  }

  private void note(JsonValue root) {
    Usage reported = ChatUsage.find(root);
    if (reported != null) {
      usage = reported;
    }
    JsonValue name = root.find("model");
    if (name != null && model.isEmpty()) {
      model = name.string();
    }
    if (root.present("error") != null) {
      errored = true;
    } else {
      lastChunk = root;
    }
  }

  private static void remove(JsonValue object, String name, Splices splices) {
    List<JsonValue.Member> members = object.members();
    for (int i = 0; i < members.size(); i++) {
      JsonValue.Member member = members.get(i);
      if (member.name().is(name)) {
        int from = member.name().start();
        int to = member.value().end();
        if (i + 1 < members.size()) {
          to = members.get(i + 1).name().start();
        } else if (i > 0) {
          from = members.get(i - 1).value().end();
        }
        splices.replace(from, to, NOTHING);
      }
    }
  }

  /// Sends the texts of an event through their windows and writes the event.
  private void inspect(
      SseEvent event, List<ChatTexts.Found> found, Map<Integer, String> ending, Splices splices) {
    if (source == null || inspected(found, ending, splices)) {
      out.writeBytes(event.write(splices));
      finishReasons.putAll(ending);
    }
  }

  /// Whether the event may go out; otherwise the stream has been ended.
  private boolean inspected(
      List<ChatTexts.Found> found, Map<Integer, String> ending, Splices splices) {
    Map<Channel, Integer> last = new HashMap<>();
    for (int i = 0; i < found.size(); i++) {
      last.put(found.get(i).channel(), i);
    }
    for (Channel channel : List.copyOf(open.keySet())) {
      if (ending.containsKey(channel.choice()) && !last.containsKey(channel)) {
        close(channel);
        if (refused) {
          return false;
        }
      }
    }
    Map<Channel, byte[]> partial = new LinkedHashMap<>();
    for (int i = 0; i < found.size(); i++) {
      Channel channel = found.get(i).channel();
      TextPiece piece = found.get(i).piece();
      JsonText text = piece.text();
      boolean ends =
          !channel.continues()
              || (ending.containsKey(channel.choice()) && last.getOrDefault(channel, -1) == i);
      ReleasedText window = window(channel, piece.form());
      window.append(text.bytes(), text.from(), text.to());
      if (ends && !window.refused()) {
        window.finish();
        open.remove(channel);
      }
      byte[] released = window.take();
      if (channel.continues()) {
        partial.merge(channel, released, ChatStream::joined);
      }
      if (window.refused()) {
        partial.forEach(this::writeText);
        writeRefusal();
        return false;
      }
      if (!ReleasedText.same(released, text.bytes(), text.from(), text.to())) {
        replace(piece, released, splices);
      }
    }
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

  /// Ends a channel; what it held goes out in an event of its own.
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
    if (text.length == 0) {
      return;
    }
    JsonWriter event = envelope();
    event.beginObject().name("index").value(channel.choice());
    ChatDelta.write(channel, new String(text, StandardCharsets.UTF_8), event);
    event.name("finish_reason").nullValue().endObject();
    write(event);
  }

  private void writeRefusal() {
    refused = true;
    open.clear();
    for (int i = 0; i < Math.min(settings.choices(), MAX_CHOICES); i++) {
      choices.add(i);
    }
    List<Integer> unfinished = new ArrayList<>(choices);
    unfinished.removeAll(finishReasons.keySet());
    for (int choice : unfinished) {
      finishReasons.put(choice, "content_filter");
      JsonWriter event = envelope();
      event.beginObject().name("index").value(choice);
      event.name("delta").beginObject().endObject();
      event.name("finish_reason").value("content_filter").endObject();
      write(event);
    }
    out.writeBytes("data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII));
  }

  /// An event with the head of the last one, up to its first choice.
  private JsonWriter envelope() {
    JsonWriter event = new JsonWriter().beginObject();
    JsonValue head = lastChunk;
    if (head != null) {
      for (JsonValue.Member member : head.members()) {
        String name = member.name().text().string();
        if (ChatDelta.HEAD.contains(name)) {
          JsonValue value = member.value();
          event.name(name).raw(value.bytes(), value.start(), value.end());
        }
      }
    }
    return event.name("choices").beginArray();
  }

  private void write(JsonWriter event) {
    byte[] json = event.endArray().endObject().toBytes();
    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(json);
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
  }
}
