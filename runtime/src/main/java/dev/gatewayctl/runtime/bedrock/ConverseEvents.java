package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A streamed answer of the converse protocol: `messageStart`, blocks, `messageStop`, `metadata`
/// with the usage. Blocks of text and of thoughts begin with their first delta; only calls have a
/// `contentBlockStart`. Exceptions come as messages of their own and end the stream.
///
/// The protocol's end is `messageStop`. `metadata` follows it and is the last message where it
/// comes; a stream whose connection ends after `messageStop` without it is complete, and its usage
/// unknown.
final class ConverseEvents implements StreamDialect {
  /// The most blocks of one stream that are open side by side.
  private static final int MAX_OPEN_BLOCKS = 1_024;

  /// What the event read last does to the caller's view of the stream once it goes out.
  private record Pending(String type, int index, String stopReason) {}

  private static final Pending NOTHING = new Pending("", 0, "");

  private final SortedMap<Integer, String> finishReasons = new TreeMap<>();
  private final SortedSet<Integer> open = new TreeSet<>();
  private Pending pending = NOTHING;
  private Usage usage = Usage.UNKNOWN;
  private boolean started;
  private boolean stopped;
  private boolean reported;
  private boolean errored;

  @Override
  public Framing framing() {
    return new EventStreamFraming();
  }

  @Override
  public Seen read(Frame frame) {
    pending = NOTHING;
    if (!(frame instanceof EventStreamFrame message)) {
      throw new IllegalArgumentException("a frame of another framing");
    }
    List<StreamText> texts = new ArrayList<>(ConverseTexts.fixed(message.others()));
    boolean event = message.kind() == EventStreamFrame.Kind.EVENT;
    String type = event ? message.name() : "exception";
    errored |= !event;
    if (frame.dataFrom() == frame.dataTo()) {
      pending = new Pending(type, 0, "");
    } else {
      switch (JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())) {
        case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
            event(document.root(), type, texts);
        case JsonDocument.Reading.Read _, JsonDocument.Reading.Malformed _ -> {
          pending = new Pending(type, 0, "");
          TextPiece piece =
              TextPiece.plain(Location.METADATA, frame.data(), frame.dataFrom(), frame.dataTo());
          texts.add(new StreamText(Channel.single(0, Location.METADATA), piece));
        }
      }
    }
    if (!isKnown(type)) {
      texts.addAll(ConverseTexts.fixed(List.of(EventStreamFrame.literal(message.name()))));
    }
    Fate fate = type.equals("metadata") && stopped && !errored ? Fate.LAST : Fate.PASSES;
    return new Seen(texts, ends(pending), new Splices(), fate);
  }

  private static boolean isKnown(String type) {
    return switch (type) {
      case "messageStart",
          "contentBlockStart",
          "contentBlockDelta",
          "contentBlockStop",
          "messageStop",
          "metadata",
          "exception" ->
          true;
      default -> false;
    };
  }

  private void event(JsonValue root, String type, List<StreamText> texts) {
    JsonValue place = root.find("contentBlockIndex");
    long number = place == null ? 0 : place.wholeNumber().orElse(0);
    int index = number < 0 || number > Integer.MAX_VALUE ? 0 : (int) number;
    String stopReason = "";
    if (type.equals("messageStop")) {
      JsonValue reason = root.find("stopReason");
      stopReason = reason == null ? "" : reason.string().orElse("");
    } else if (type.equals("metadata")) {
      usage = ConverseUsage.of(root.find("usage"));
    }
    pending = new Pending(type, index, stopReason);
    texts.addAll(ConverseTexts.event(root, type, index));
  }

  /// A block that its provider never stopped ends with the message.
  private static Predicate<Channel> ends(Pending event) {
    return switch (event.type()) {
      case "messageStop", "metadata", "exception" -> _ -> true;
      case "contentBlockStop" -> channel -> channel.index() == event.index();
      default -> _ -> false;
    };
  }

  @Override
  public void passed() {
    started = true;
    switch (pending.type()) {
      case "contentBlockStart", "contentBlockDelta" -> open.add(pending.index());
      case "contentBlockStop" -> open.remove(pending.index());
      case "messageStop" -> {
        stopped = true;
        if (!pending.stopReason().isEmpty()) {
          finishReasons.put(0, StopReasons.chatWord(pending.stopReason()));
        }
      }
      case "metadata" -> reported = true;
      default -> {}
    }
    pending = NOTHING;
  }

  @Override
  public boolean isWhole(Frame rest) {
    return true;
  }

  @Override
  public byte[] carry(Channel channel, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    start(out);
    open.add(channel.index());
    JsonWriter json = new JsonWriter().beginObject();
    json.name("contentBlockIndex").value(channel.index()).name("delta").beginObject();
    switch (channel.member()) {
      case ConverseTexts.INPUT ->
          json.name("toolUse").beginObject().name("input").value(text).endObject();
      case ConverseTexts.REASONING ->
          json.name("reasoningContent").beginObject().name("text").value(text).endObject();
      default -> json.name("text").value(text);
    }
    out.writeBytes(EventStreamFrame.event("contentBlockDelta", json.endObject().endObject()));
    return out.toByteArray();
  }

  /// The open blocks' stops, `messageStop` with stop reason `content_filtered`, `metadata`; before
  /// them `messageStart` where none went out. Amazon's clients know that reason as a plain end.
  @Override
  public byte[] refusal() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    start(out);
    if (!stopped) {
      for (int index : open) {
        JsonWriter json =
            new JsonWriter().beginObject().name("contentBlockIndex").value(index).endObject();
        out.writeBytes(EventStreamFrame.event("contentBlockStop", json));
      }
      JsonWriter json = new JsonWriter().beginObject();
      json.name("stopReason").value(StopReasons.FILTERED).endObject();
      out.writeBytes(EventStreamFrame.event("messageStop", json));
      finishReasons.put(0, "content_filter");
    }
    if (!reported) {
      out.writeBytes(metadata(usage));
    }
    open.clear();
    stopped = true;
    reported = true;
    return out.toByteArray();
  }

  /// A head where nothing went out that could stand for one.
  private void start(ByteArrayOutputStream out) {
    if (!started) {
      started = true;
      JsonWriter json = new JsonWriter().beginObject().name("role").value("assistant").endObject();
      out.writeBytes(EventStreamFrame.event("messageStart", json));
    }
  }

  /// The event that tells the usage. Clients need `metrics`; we measure nothing for the provider.
  static byte[] metadata(Usage usage) {
    JsonWriter json = new JsonWriter().beginObject().name("usage");
    ConverseUsage.write(json, usage);
    json.name("metrics").beginObject().name("latencyMs").value(0).endObject().endObject();
    return EventStreamFrame.event("metadata", json);
  }

  /// A stop reason is the last thing that a client waits for.
  @Override
  public boolean closesItself() {
    return errored || stopped;
  }

  @Override
  public boolean completeAtEnd() {
    return stopped && !errored;
  }

  @Override
  public @Nullable String failure() {
    return open.size() > MAX_OPEN_BLOCKS
        ? "it runs more than " + MAX_OPEN_BLOCKS + " blocks side by side"
        : null;
  }

  @Override
  public Usage usage() {
    return usage;
  }

  /// Streams do not name it.
  @Override
  public Optional<String> model() {
    return Optional.empty();
  }

  @Override
  public SortedMap<Integer, String> finishReasons() {
    return finishReasons;
  }

  /// The protocol has no side channels.
  @Override
  public SortedSet<String> stripped() {
    return Collections.emptySortedSet();
  }
}
