package dev.gatewayctl.runtime.openai;

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
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A streamed answer of the OpenAI chat protocol, and of completions: `data:` events with choices,
/// then `[DONE]`.
final class ChatEvents implements StreamDialect {
  /// The most choices of which the ends are written by us.
  private static final int MAX_CHOICES = 128;

  /// The most choices of one stream.
  private static final int MAX_SEEN_CHOICES = 1_024;

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  private final Settings settings;
  private final SortedMap<Integer, String> finishReasons = new TreeMap<>();
  private final SortedSet<Integer> choices = new TreeSet<>();
  private final SortedSet<String> stripped = new TreeSet<>();
  private Map<Integer, String> ending = Map.of();
  private @Nullable JsonValue lastChunk;
  private Usage usage = Usage.UNKNOWN;
  private Optional<String> model = Optional.empty();
  private boolean errored;

  ChatEvents(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Framing framing() {
    return new SseReader();
  }

  @Override
  public Seen read(Frame frame) {
    ending = Map.of();
    if (frame.dataIs("[DONE]")) {
      return Seen.last();
    }
    return switch (JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())) {
      case JsonDocument.Reading.Read(JsonDocument document) when document.root().isObject() ->
          chunk(document.root());
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

  private Seen chunk(JsonValue root) {
    note(root);
    JsonValue list = root.find("choices");
    JsonValue reported = root.find("usage");
    Splices splices = new Splices();
    if (settings.takeUsageOut() && reported != null) {
      boolean extra = list != null && list.isArray() && list.items().isEmpty();
      if (extra && reported.isObject()) {
        return Seen.omitted();
      }
      if (reported.isNull()) {
        remove(root, "usage", splices);
      }
    }
    if (settings.stripSideChannels()) {
      for (JsonValue.Member member : ChatTexts.sideChannels(root, "delta")) {
        stripped.add(member.name().text().string());
        splices.replace(member.value().start(), member.value().end(), NULL);
      }
    }
    Map<Integer, String> ends = new HashMap<>();
    int position = 0;
    for (JsonValue choice : list == null ? List.<JsonValue>of() : list.items()) {
      int index = ChatTexts.index(choice, position);
      choices.add(index);
      JsonValue reason = choice.find("finish_reason");
      if (reason != null && reason.isString()) {
        ends.put(index, reason.text().string());
      }
      position++;
    }
    ending = ends;
    return new Seen(
        ChatTexts.of(root, "delta"),
        channel -> ends.containsKey(channel.choice()),
        splices,
        Fate.PASSES);
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

  @Override
  public void passed() {
    finishReasons.putAll(ending);
  }

  @Override
  public boolean isWhole(Frame rest) {
    return rest.dataIs("[DONE]")
        || JsonDocument.read(rest.data(), rest.dataFrom(), rest.dataTo())
            instanceof JsonDocument.Reading.Read;
  }

  @Override
  public byte[] carry(Channel channel, String text) {
    JsonWriter event = envelope();
    event.beginObject().name("index").value(channel.choice());
    ChatDelta.write(channel, text, event);
    event.name("finish_reason").nullValue().endObject();
    return spelled(event);
  }

  /// Every open choice with finish reason `content_filter`, then `[DONE]`.
  @Override
  public byte[] refusal() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
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
      out.writeBytes(spelled(event));
    }
    out.writeBytes("data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
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

  private static byte[] spelled(JsonWriter event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(event.endArray().endObject().toBytes());
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  @Override
  public boolean closesItself() {
    return errored || (!choices.isEmpty() && finishReasons.keySet().containsAll(choices));
  }

  /// `[DONE]` is the end; without it the stream was cut.
  @Override
  public boolean completeAtEnd() {
    return false;
  }

  @Override
  public @Nullable String failure() {
    return choices.size() > MAX_SEEN_CHOICES
        ? "it runs more than " + MAX_SEEN_CHOICES + " choices side by side"
        : null;
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
    return finishReasons;
  }

  @Override
  public SortedSet<String> stripped() {
    return stripped;
  }
}
