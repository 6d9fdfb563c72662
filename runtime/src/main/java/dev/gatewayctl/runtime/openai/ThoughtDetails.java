package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Optional;

/// What belongs to a thought and has no word in OpenAI's own chat protocol, in the spelling that
/// its dialects share: entries of `reasoning_details` (OpenRouter), and `extra_content` at a call
/// (Google).
final class ThoughtDetails {
  private ThoughtDetails() {}

  /// An entry for a thought that is told, or for its signature alone.
  static void told(
      JsonWriter json, Optional<String> text, Optional<String> signature, Optional<String> id) {
    json.beginObject().name("type").value("reasoning.text");
    text.ifPresent(value -> json.name("text").value(value));
    signature.ifPresent(value -> json.name("signature").value(value));
    id.ifPresent(value -> json.name("id").value(value));
    json.endObject();
  }

  /// An entry for a thought that is shown to nobody.
  static void hidden(JsonWriter json, String data, Optional<String> id) {
    json.beginObject().name("type").value("reasoning.encrypted").name("data").value(data);
    id.ifPresent(value -> json.name("id").value(value));
    json.endObject();
  }

  /// The member of a call that holds the signature of the thought that led to it.
  static void signature(JsonWriter json, String signature) {
    json.name("extra_content").beginObject().name("google").beginObject();
    json.name("thought_signature").value(signature).endObject().endObject();
  }
}
