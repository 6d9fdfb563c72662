package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Arguments of calls and results of tools: elsewhere a text that may be JSON, here an object.
final class ObjectJson {
  private ObjectJson() {}

  /// The value that a text spells, if it is JSON.
  static @Nullable JsonValue parsed(String text) {
    return JsonDocument.read(text.getBytes(StandardCharsets.UTF_8))
            instanceof JsonDocument.Reading.Read(JsonDocument document)
        ? document.root()
        : null;
  }

  /// Writes arguments as the next value; what is no object becomes the member `input`.
  ///
  /// @return whether they were an object
  static boolean arguments(String text, JsonWriter json) {
    if (text.isBlank()) {
      json.beginObject().endObject();
      return true;
    }
    JsonValue value = parsed(text);
    if (value != null && value.isObject()) {
      raw(value, json);
      return true;
    }
    wrapped("input", text, value, json);
    return false;
  }

  /// Writes what a tool answered as the next value: an object as it is, all else as the member
  /// `result`, and what a failed tool says as the member `error`.
  static void result(String text, boolean failed, JsonWriter json) {
    JsonValue value = parsed(text);
    if (failed) {
      wrapped("error", text, value, json);
    } else if (value != null && value.isObject()) {
      // `$ref` would be taken for a reference to a part beside the response.
      if (hasReference(value)) {
        json.beginObject().name("result").value(text).endObject();
      } else {
        raw(value, json);
      }
    } else {
      wrapped("result", text, value, json);
    }
  }

  private static void wrapped(
      String name, String text, @Nullable JsonValue value, JsonWriter json) {
    json.beginObject().name(name);
    if (value == null || value.isString() || hasReference(value)) {
      json.value(text);
    } else {
      raw(value, json);
    }
    json.endObject();
  }

  private static boolean hasReference(JsonValue value) {
    for (JsonValue.Member member : value.members()) {
      if (member.name().is("$ref") || hasReference(member.value())) {
        return true;
      }
    }
    return value.items().stream().anyMatch(ObjectJson::hasReference);
  }

  static void raw(JsonValue value, JsonWriter json) {
    json.raw(value.bytes(), value.start(), value.end());
  }
}
