package dev.gatewayctl.runtime.gemini;

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

/// A streamed answer: each event has the shape of a whole answer. As events there is no end mark,
/// the connection ends; as an array the closing bracket is one.
final class GeminiEvents implements StreamDialect {
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  /// The most candidates of which the ends are written by us.
  private static final int MAX_CHOICES = 128;

  private final Settings settings;
  private final GeminiFraming framing = new GeminiFraming();
  private final SortedMap<Integer, String> finishReasons = new TreeMap<>();
  private final SortedSet<Integer> choices = new TreeSet<>();
  private final SortedSet<String> stripped = new TreeSet<>();
  private final GeminiTexts.CallCount calls = new GeminiTexts.CallCount();
  private Map<Integer, String> ending = Map.of();
  private @Nullable JsonValue lastChunk;
  private Usage usage = Usage.UNKNOWN;
  private Optional<String> model = Optional.empty();
  private boolean begun;
  private boolean blocked;
  private boolean errored;
  private boolean goesOn;

  GeminiEvents(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Framing framing() {
    return framing;
  }

  @Override
  public Seen read(Frame frame) {
    ending = Map.of();
    if (framing.form() == GeminiFraming.Form.ARRAY && frame.dataIs("]")) {
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
    Splices splices = new Splices();
    if (settings.stripSideChannels()) {
      for (JsonValue.Member member : GeminiAnswer.sideChannels(root)) {
        stripped.add(member.name().text().string());
        splices.replace(member.value().start(), member.value().end(), NULL);
      }
    }
    GeminiTexts texts = GeminiTexts.of(root, calls);
    for (StreamText text : texts.found()) {
      Channel channel = text.channel();
      if (channel.continues() && finishReasons.containsKey(channel.choice())) {
        // The channel ended, so that a match over its end would not be seen.
        goesOn = true;
        return Seen.omitted();
      }
    }
    Map<Integer, String> ends = new HashMap<>();
    for (JsonValue candidate : GeminiAnswer.candidates(root)) {
      int index = GeminiTexts.index(candidate);
      choices.add(index);
      boolean called = calls.of(index) > 0;
      FinishReasons.of(candidate)
          .ifPresent(word -> ends.put(index, FinishReasons.chatWord(word, called)));
    }
    if (FinishReasons.blocked(root).isPresent()) {
      ends.put(0, "content_filter");
      blocked = true;
    }
    ending = ends;
    return new Seen(
        texts.found(),
        channel -> ends.containsKey(channel.choice()) || texts.ends(channel),
        splices,
        Fate.PASSES);
  }

  private void note(JsonValue root) {
    Usage reported = GeminiAnswer.reported(root);
    if (reported != null) {
      usage = reported;
    }
    JsonValue name = root.find("modelVersion");
    if (name != null && model.isEmpty()) {
      model = name.string();
    }
    if (root.present("error") != null) {
      errored = true;
    } else {
      lastChunk = root;
    }
  }

  @Override
  public void passed() {
    begun = true;
    finishReasons.putAll(ending);
  }

  /// An item of an array is whole with its last byte; only what is neither events nor an array is
  /// left over.
  @Override
  public boolean isWhole(Frame rest) {
    return JsonDocument.read(rest.data(), rest.dataFrom(), rest.dataTo())
        instanceof JsonDocument.Reading.Read;
  }

  @Override
  public byte[] carry(Channel channel, String text) {
    if (channel.member().equals(GeminiTexts.ARGUMENT)) {
      return NOTHING; // whole in its event, which does not go out
    }
    JsonWriter event = new JsonWriter().beginObject().name("candidates").beginArray();
    event.beginObject().name("content").beginObject().name("parts").beginArray().beginObject();
    if (channel.member().startsWith(GeminiTexts.FRAGMENT)) {
      event.name("functionCall").beginObject().name("partialArgs").beginArray().beginObject();
      event.name("jsonPath").value(channel.member().substring(GeminiTexts.FRAGMENT.length()));
      event.name("stringValue").value(text).name("willContinue").value(true);
      event.endObject().endArray().name("willContinue").value(true).endObject();
    } else {
      event.name("text").value(text);
      if (channel.member().equals(GeminiTexts.THOUGHT)) {
        event.name("thought").value(true);
      }
    }
    event.endObject().endArray().name("role").value("model").endObject();
    event.name("index").value(channel.choice()).endObject().endArray();
    return spelled(event, false);
  }

  /// One event in which every open candidate ends for safety.
  @Override
  public byte[] refusal() {
    for (int i = 0; i < Math.min(settings.choices(), MAX_CHOICES); i++) {
      choices.add(i);
    }
    List<Integer> unfinished = new ArrayList<>(choices);
    unfinished.removeAll(finishReasons.keySet());
    JsonWriter event = new JsonWriter().beginObject().name("candidates").beginArray();
    for (int choice : unfinished) {
      finishReasons.put(choice, "content_filter");
      event.beginObject().name("content").beginObject().name("parts").beginArray();
      event.beginObject().name("text").value("").endObject().endArray();
      event.name("role").value("model").endObject();
      event.name("finishReason").value(FinishReasons.FILTERED);
      event.name("index").value(choice).endObject();
    }
    return spelled(event.endArray(), true);
  }

  /// The event with the head of the last one, framed like those before.
  private byte[] spelled(JsonWriter event, boolean last) {
    JsonValue head = lastChunk;
    if (head != null) {
      for (JsonValue.Member member : head.members()) {
        String name = member.name().text().string();
        boolean counted = last && name.equals("usageMetadata");
        if (counted || name.equals("modelVersion") || name.equals("responseId")) {
          JsonValue value = member.value();
          event.name(name).raw(value.bytes(), value.start(), value.end());
        }
      }
    }
    byte[] json = event.endObject().toBytes();
    boolean array = framing.form() == GeminiFraming.Form.ARRAY;
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    ascii(array ? begun ? ",\r\n" : "[" : "data: ", framed);
    framed.writeBytes(GeminiBody.inOneLine(json));
    ascii(array ? last ? "\n]" : "\n" : "\r\n\r\n", framed);
    begun = true;
    return framed.toByteArray();
  }

  private static void ascii(String text, ByteArrayOutputStream out) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean closesItself() {
    return errored || finished();
  }

  private boolean finished() {
    return blocked || (!choices.isEmpty() && finishReasons.keySet().containsAll(choices));
  }

  /// Events have no end mark; an array has its bracket.
  @Override
  public boolean completeAtEnd() {
    return framing.form() != GeminiFraming.Form.ARRAY && finished() && !errored && !goesOn;
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
    return finishReasons;
  }

  @Override
  public SortedSet<String> stripped() {
    return stripped;
  }
}
