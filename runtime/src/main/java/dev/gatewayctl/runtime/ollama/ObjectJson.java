package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;

/// Arguments of calls: elsewhere a text that may be JSON, here an object.
final class ObjectJson {
  private ObjectJson() {}

  /// Writes arguments as the next value; what is no object becomes the member `input`.
  ///
  /// @return whether they were an object
  static boolean arguments(String text, JsonWriter json) {
    if (text.isBlank()) {
      json.beginObject().endObject();
      return true;
    }
    JsonValue value =
        JsonDocument.read(text.getBytes(StandardCharsets.UTF_8))
                instanceof JsonDocument.Reading.Read(JsonDocument document)
            ? document.root()
            : null;
    if (value != null && value.isObject()) {
      json.raw(value.bytes(), value.start(), value.end());
      return true;
    }
    json.beginObject().name("input");
    if (value == null) {
      json.value(text);
    } else {
      json.raw(value.bytes(), value.start(), value.end());
    }
    json.endObject();
    return false;
  }
}
