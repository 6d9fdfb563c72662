package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A streamed answer of the messages protocol: `message_start`, blocks one after the other,
/// `message_delta`, `message_stop`. Pings and events that nobody knows pass.
final class MessagesEvents implements StreamDialect {
  /// The most blocks of one stream that are open side by side.
  private static final int MAX_OPEN_BLOCKS = 1_024;

  /// What the event read last does to the caller's view of the stream once it goes out.
  ///
  /// @param type of the event
  /// @param index of its block
  /// @param stopReason that it gives, else empty
  private record Pending(String type, int index, String stopReason) {}

  private static final Pending NOTHING = new Pending("", 0, "");

  private final MessagesUsage usage = new MessagesUsage();
  private final SortedMap<Integer, String> finishReasons = new TreeMap<>();
  private final SortedSet<Integer> open = new TreeSet<>();
  private Pending pending = NOTHING;
  private @Nullable JsonValue head;
  private Optional<String> model = Optional.empty();
  private boolean started;
  private boolean ended;
  private boolean stopped;
  private boolean errored;

  @Override
  public Framing framing() {
    return new SseReader();
  }

  @Override
  public Seen read(Frame frame) {
    pending = NOTHING;
    return switch (JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())) {
      case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
          event(document.root(), frame.name());
      case JsonDocument.Reading.Read _, JsonDocument.Reading.Malformed _ -> strange(frame);
    };
  }

  /// Data that is no object: one text at location `metadata`.
  private static Seen strange(Frame frame) {
    TextPiece piece =
        TextPiece.plain(Location.METADATA, frame.data(), frame.dataFrom(), frame.dataTo());
    StreamText text = new StreamText(Channel.single(0, Location.METADATA), piece);
    return new Seen(List.of(text), _ -> false, new Splices(), Fate.PASSES);
  }

  private Seen event(JsonValue root, String name) {
    JsonValue said = root.find("type");
    String type = said == null ? name : said.string().orElse("");
    JsonValue place = root.find("index");
    long number = place == null ? 0 : place.wholeNumber().orElse(0);
    int index = number < 0 || number > Integer.MAX_VALUE ? 0 : (int) number;
    String stopReason = "";
    switch (type) {
      case "message_start" -> began(root.find("message"));
      case "message_delta" -> {
        usage.report(root.find("usage"));
        JsonValue delta = root.find("delta");
        JsonValue reason = delta == null ? null : delta.find("stop_reason");
        stopReason = reason == null ? "" : reason.string().orElse("");
      }
      case "error" -> errored = true;
      default -> {}
    }
    pending = new Pending(type, index, stopReason);
    List<StreamText> texts = AnswerTexts.event(root, type, index);
    Fate fate = type.equals("message_stop") ? Fate.LAST : Fate.PASSES;
    return new Seen(texts, ends(pending), new Splices(), fate);
  }

  private void began(@Nullable JsonValue message) {
    if (message == null) {
      return;
    }
    usage.report(message.find("usage"));
    JsonValue name = message.find("model");
    if (name != null && model.isEmpty()) {
      model = name.string();
    }
    if (head == null) {
      head = message;
    }
  }

  /// A block that its provider never stopped ends with the message.
  private static Predicate<Channel> ends(Pending event) {
    boolean all =
        event.type().equals("message_stop")
            || event.type().equals("error")
            || !event.stopReason().isEmpty();
    boolean one = event.type().equals("content_block_stop");
    return channel -> all || (one && channel.index() == event.index());
  }

  @Override
  public void passed() {
    switch (pending.type()) {
      case "message_start" -> started = true;
      case "content_block_start" -> open.add(pending.index());
      case "content_block_stop" -> open.remove(pending.index());
      case "message_stop" -> stopped = true;
      default -> {}
    }
    if (!pending.stopReason().isEmpty()) {
      ended = true;
      finishReasons.put(0, MessagesUsage.finishReason(pending.stopReason()));
    }
    pending = NOTHING;
  }

  @Override
  public boolean isWhole(Frame rest) {
    return JsonDocument.read(rest.data(), rest.dataFrom(), rest.dataTo())
        instanceof JsonDocument.Reading.Read;
  }

  /// A text that its block's own first event held goes out behind a first event without it, when
  /// that one does not.
  @Override
  public byte[] carry(Channel channel, String text) {
    SseText out = new SseText();
    int index = channel.index();
    boolean thought = channel.member().equals(AnswerTexts.THINKING);
    if (pending.type().equals("content_block_start")
        && pending.index() == index
        && open.add(index)) {
      start(out);
      if (thought) {
        out.blockStart(
            index,
            b ->
                b.name("type")
                    .value("thinking")
                    .name("thinking")
                    .value("")
                    .name("signature")
                    .value(""));
      } else {
        out.blockStart(index, b -> b.name("type").value("text").name("text").value(""));
      }
    }
    switch (channel.member()) {
      case AnswerTexts.INPUT -> out.blockDelta(index, "input_json_delta", "partial_json", text);
      case AnswerTexts.THINKING -> out.blockDelta(index, "thinking_delta", "thinking", text);
      default -> out.blockDelta(index, "text_delta", "text", text);
    }
    return out.take();
  }

  /// The open block's stop, `message_delta` with stop reason `refusal`, `message_stop`; before them
  /// `message_start` where none went out.
  @Override
  public byte[] refusal() {
    SseText out = new SseText();
    if (stopped) {
      return out.take();
    }
    start(out);
    open.forEach(out::blockStop);
    open.clear();
    if (!ended) {
      finishReasons.put(0, "content_filter");
      long tokens = usage.usage().output().orElse(0);
      out.event("message_delta", json -> refused(json, tokens));
    }
    ended = true;
    stopped = true;
    return out.messageStop().take();
  }

  private static void refused(JsonWriter json, long outputTokens) {
    json.name("delta").beginObject().name("stop_reason").value("refusal");
    json.name("stop_sequence").nullValue().name("stop_details").beginObject();
    json.name("type").value("refusal").name("category").nullValue();
    json.name("explanation").nullValue().endObject().endObject();
    json.name("usage").beginObject().name("output_tokens").value(outputTokens).endObject();
  }

  private void start(SseText out) {
    if (started) {
      return;
    }
    started = true;
    out.event(
        "message_start",
        json -> {
          json.name("message").beginObject();
          member(json, "id", "msg_refused");
          json.name("type").value("message").name("role").value("assistant");
          member(json, "model", "");
          json.name("content").beginArray().endArray();
          json.name("stop_reason").nullValue().name("stop_sequence").nullValue();
          json.name("usage").beginObject();
          json.name("input_tokens").value(usage.uncachedInput());
          json.name("output_tokens").value(0).endObject().endObject();
        });
  }

  /// A member of the provider's own head, if one came.
  private void member(JsonWriter json, String name, String otherwise) {
    JsonValue message = head;
    JsonValue value = message == null ? null : message.find(name);
    json.name(name);
    if (value != null && value.isString()) {
      json.raw(value.bytes(), value.start(), value.end());
    } else {
      json.value(otherwise);
    }
  }

  /// A stop reason is the last thing that a client waits for.
  @Override
  public boolean closesItself() {
    return errored || ended;
  }

  /// `message_stop` is the end; without it the stream was cut.
  @Override
  public boolean completeAtEnd() {
    return false;
  }

  @Override
  public @Nullable String failure() {
    return open.size() > MAX_OPEN_BLOCKS
        ? "it runs more than " + MAX_OPEN_BLOCKS + " blocks side by side"
        : null;
  }

  @Override
  public Usage usage() {
    return usage.usage();
  }

  @Override
  public Optional<String> model() {
    return model;
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
