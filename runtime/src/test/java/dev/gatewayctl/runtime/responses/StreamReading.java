package dev.gatewayctl.runtime.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.SseReader;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Reads a stream as strictly as the strictest of the official clients do, and says what it holds.
final class StreamReading {
  private final String name;
  private final List<String> types = new ArrayList<>();
  private final Map<String, StringBuilder> texts = new TreeMap<>();
  private final Map<Long, String> open = new TreeMap<>();
  private final Map<Long, String> ids = new TreeMap<>();
  private final List<String> done = new ArrayList<>();
  private String last = "";
  private int gaps;
  private String reason = "";

  private StreamReading(String name) {
    this.name = name;
  }

  static StreamReading of(String name, byte[] stream) {
    StreamReading reading = new StreamReading(name);
    long number = -1;
    for (Frame event : events(stream)) {
      if (!event.hasData() || event.dataIs("[DONE]")) {
        continue;
      }
      JsonValue root = root(event);
      JsonValue counted = root.find("sequence_number");
      if (counted != null) {
        long next = counted.wholeNumber().orElseThrow();
        assertThat(next).as(name).isGreaterThan(number);
        reading.gaps += next > number + 1 ? 1 : 0;
        number = next;
      }
      assertThat(event.name()).as(name).isEqualTo(text(root, "type"));
      reading.event(root);
    }
    return reading;
  }

  private void event(JsonValue root) {
    String type = text(root, "type");
    types.add(type);
    JsonValue place = root.find("output_index");
    long output = place == null ? -1 : place.wholeNumber().orElseThrow();
    switch (type) {
      case "response.output_item.added" -> {
        assertThat(open).as(name).doesNotContainKey(output);
        String id = text(at(root, "item"), "id");
        open.put(output, id);
        ids.put(output, id);
      }
      case "response.output_item.done" -> {
        assertThat(open.remove(output)).as(name).isNotNull();
        JsonValue item = at(root, "item");
        done.add(spelled(item));
        assertThat(text(item, "type")).as(name).isNotEmpty();
      }
      case "response.completed", "response.incomplete", "response.failed" -> {
        JsonValue response = at(root, "response");
        last = type;
        JsonValue details = response.present("incomplete_details");
        reason = details == null ? "" : text(details, "reason");
        if (type.equals("response.incomplete")) {
          assertThat(open).as(name).isEmpty();
          assertThat(at(response, "output").items()).as(name).hasSameSizeAs(ids.keySet());
        }
      }
      default -> text(root, type, output);
    }
  }

  private void text(JsonValue root, String type, long output) {
    if (!type.endsWith(".delta") && !type.endsWith(".done")) {
      return;
    }
    String stem = type.substring(0, type.lastIndexOf('.'));
    JsonValue inner = root.find("content_index");
    if (inner == null) {
      inner = root.find("summary_index");
    }
    String key = stem + " " + output + " " + (inner == null ? "" : spelled(inner));
    assertThat(open).as(name + " " + type).containsKey(output);
    JsonValue delta = root.find("delta");
    if (delta != null && delta.isString()) {
      texts.computeIfAbsent(key, _ -> new StringBuilder()).append(delta.text().string());
      return;
    }
    for (String whole : List.of("text", "refusal", "arguments", "input", "code")) {
      JsonValue value = root.find(whole);
      StringBuilder sum = texts.get(key);
      if (value != null && value.isString() && sum != null) {
        assertThat(value.text().string()).as(name + " " + type).isEqualTo(sum.toString());
      }
    }
  }

  Map<String, String> texts() {
    Map<String, String> all = new TreeMap<>();
    texts.forEach((key, text) -> all.put(key, text.toString()));
    return all;
  }

  /// How often the numbers of the events leave one out.
  int gaps() {
    return gaps;
  }

  List<String> types() {
    return types;
  }

  List<String> done() {
    return done;
  }

  void assertEndsAsFiltered() {
    assertThat(types).as(name).startsWith("response.created").endsWith("response.incomplete");
    assertThat(types).as(name).containsOnlyOnce("response.created", "response.incomplete");
    assertThat(last).as(name).isEqualTo("response.incomplete");
    assertThat(reason).as(name).isEqualTo("content_filter");
  }

  static List<Frame> events(byte[] body) {
    SseReader reader = new SseReader();
    reader.feed(body, 0, body.length);
    List<Frame> events = new ArrayList<>();
    for (Frame event = reader.next(); event != null; event = reader.next()) {
      events.add(event);
    }
    return events;
  }

  static JsonValue root(Frame event) {
    return ((JsonDocument.Reading.Read)
            JsonDocument.read(event.data(), event.dataFrom(), event.dataTo()))
        .document()
        .root();
  }

  static JsonValue at(JsonValue object, String name) {
    return Objects.requireNonNull(object.find(name), name);
  }

  static String text(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? "" : value.text().string();
  }

  private static String spelled(JsonValue value) {
    return new String(
        value.bytes(),
        value.start(),
        value.end() - value.start(),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  static byte[] through(AnswerStream stream, byte[] body, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += size) {
      out.writeBytes(stream.feed(body, at, Math.min(body.length, at + size)));
    }
    out.writeBytes(stream.finish());
    return out.toByteArray();
  }
}
