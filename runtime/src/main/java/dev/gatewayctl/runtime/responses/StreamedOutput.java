package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.Channel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a stream has told its caller so far: the response as it began, the items as they went out,
/// the texts of those that are not complete, and the number of the last event. From this the events
/// are spelled that we add: a text that was held back, and the end of a stream that is filtered.
final class StreamedOutput {
  /// The most bytes of complete items that are kept for the end of a filtered stream; those beyond
  /// are left out of what it repeats.
  private static final int MAX_KEPT = 16 << 20;

  private final List<SpokenText> texts = new ArrayList<>();
  private final NavigableMap<Integer, StreamedItem> items = new TreeMap<>();
  private final BitSet said = new BitSet();
  private final BitSet named = new BitSet();
  private byte @Nullable [] created;
  private @Nullable JsonValue head;
  private boolean echoed;
  private boolean eventLines = true;
  private long last = -1;
  private long shift;
  private long kept;

  /// The running text of that event.
  SpokenText text(ResponseEvent event) {
    return text(event, event.stem(), event.location());
  }

  private SpokenText text(ResponseEvent event, String stem, Location location) {
    for (int i = texts.size() - 1; i >= 0; i--) {
      if (texts.get(i).is(stem, event)) {
        return texts.get(i);
      }
    }
    SpokenText fresh = new SpokenText(event, stem, texts.size(), location);
    texts.add(fresh);
    return fresh;
  }

  /// Whether that channel ends with the event.
  boolean ends(Channel channel, ResponseEvent event) {
    return texts.get(channel.index()).endsWith(event);
  }

  void add(Channel channel, byte[] utf8, int from, int to) {
    texts.get(channel.index()).add(utf8, from, to);
  }

  /// Whether a text of that item was told.
  boolean said(int place) {
    return place >= 0 && said.get(place);
  }

  void say(int place) {
    if (place >= 0 && place < ResponseEvent.MAX_PLACES) {
      said.set(place);
    }
  }

  /// Whether that item was told of.
  boolean named(int place) {
    return place >= 0 && named.get(place);
  }

  void name(int place) {
    if (place >= 0 && place < ResponseEvent.MAX_PLACES) {
      named.set(place);
    }
  }

  /// Whether a response object came before.
  boolean echoed() {
    return echoed;
  }

  void echo() {
    echoed = true;
  }

  /// Notes the first response object, for its id and its time.
  void head(JsonValue response) {
    if (head == null) {
      head = response;
    }
  }

  /// The number of an event that goes out now.
  long number(long original) {
    last = original + shift;
    return last;
  }

  /// Whether the data of that event is needed as it goes out.
  boolean keeps(ResponseEvent event) {
    return event.stem().equals("output_item")
        || (created == null && event.object("response") != null);
  }

  void keep(ResponseEvent event, byte[] data, int from, int to) {
    JsonValue root = root(data, from, to);
    if (!event.stem().equals("output_item")) {
      created = slice(root.present("response"));
      return;
    }
    JsonValue item = root.present("item");
    if (item == null || event.output() < 0) {
      return;
    }
    boolean fits = kept + item.end() - item.start() <= MAX_KEPT;
    byte[] bytes = fits ? slice(item) : null;
    kept += bytes == null ? 0 : bytes.length;
    items.put(event.output(), new StreamedItem(event.output(), bytes, event.isDone()));
  }

  private static byte @Nullable [] slice(@Nullable JsonValue value) {
    return value == null
        ? null
        : java.util.Arrays.copyOfRange(value.bytes(), value.start(), value.end());
  }

  static JsonValue root(byte[] data, int from, int to) {
    return switch (JsonDocument.read(data, from, to)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> document.root();
      case JsonDocument.Reading.Malformed(String reason, int offset) ->
          throw new IllegalStateException("an event that was read is no JSON: " + reason + offset);
    };
  }

  /// The event went out.
  ///
  /// @param hasLine whether it has an `event:` line
  void passed(ResponseEvent event, boolean hasLine) {
    eventLines = hasLine;
    if (event.isDone()) {
      boolean item = event.stem().equals("output_item");
      boolean part = event.stem().endsWith("_part");
      for (SpokenText text : texts) {
        if (text.endsWith(event)) {
          if (item) {
            text.forget();
          } else if (part) {
            text.endPart();
          } else {
            text.endText();
          }
        }
      }
    } else if (event.type().endsWith("_part.added")) {
      JsonValue part = event.object("part");
      if (part != null) {
        String stem = ResponseEvent.stemOf(part);
        Location location = stem.startsWith("reasoning") ? Location.REASONING : Location.ASSISTANT;
        text(event, stem, location).beginPart();
      }
    }
  }

  /// An event that carries on with a text.
  byte[] delta(Channel channel, String text) {
    SpokenText spoken = texts.get(channel.index());
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    spoken.add(utf8, 0, utf8.length);
    shift++;
    JsonWriter json = event("response." + spoken.stem() + ".delta");
    SpokenEvents.place(json, spoken);
    json.name("delta").value(text);
    if (spoken.stem().equals("output_text")) {
      json.name("logprobs").beginArray().endArray();
    }
    return spelled(json, "response." + spoken.stem() + ".delta");
  }

  /// The head of the next event.
  JsonWriter event(String type) {
    JsonWriter json = new JsonWriter().beginObject().name("type").value(type);
    if (last >= 0 || created == null) {
      last++;
      json.name("sequence_number").value(last);
    }
    return json;
  }

  /// An event whose members are written.
  byte[] spelled(JsonWriter json, String type) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (eventLines) {
      out.writeBytes(("event: " + type + "\n").getBytes(StandardCharsets.UTF_8));
    }
    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(json.endObject().toBytes());
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  /// The end of a filtered stream.
  byte[] end(Usage usage) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (created == null) {
      JsonWriter begun = event("response.created").name("response");
      FilteredResponse.begin(begun, head);
      out.writeBytes(spelled(begun, "response.created"));
    }
    List<byte[]> output = new ArrayList<>();
    for (StreamedItem item : items.values()) {
      if (!item.done()) {
        List<SpokenText> own = texts.stream().filter(t -> t.output() == item.place()).toList();
        SpokenEvents.close(this, item, own, out);
        output.add(item.incomplete(own));
      } else if (item.json() != null) {
        output.add(item.json());
      }
    }
    byte[] begun = created;
    JsonValue response = begun == null ? null : root(begun, 0, begun.length);
    JsonWriter json = event("response.incomplete").name("response");
    FilteredResponse.end(json, response == null ? head : response, begun != null, output, usage);
    out.writeBytes(spelled(json, "response.incomplete"));
    return out.toByteArray();
  }

  /// Why the stream cannot be read on; null while it can.
  @Nullable String failure() {
    return texts.size() > ResponseEvent.MAX_PLACES || items.size() > ResponseEvent.MAX_PLACES
        ? "its output has more than " + ResponseEvent.MAX_PLACES + " texts"
        : null;
  }
}
