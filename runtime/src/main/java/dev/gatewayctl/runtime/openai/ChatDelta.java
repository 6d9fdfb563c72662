package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.Channel;
import java.util.Set;

/// The shapes in which a stream's event carries a fragment of each kind of channel.
final class ChatDelta {
  /// Members of an event that are the same in every event of a stream.
  static final Set<String> HEAD =
      Set.of("created", "id", "model", "object", "provider", "service_tier", "system_fingerprint");

  private ChatDelta() {}

  /// Writes the member of a choice that carries the text.
  static void write(Channel channel, String text, JsonWriter choice) {
    if (channel.member().equals("text")) {
      choice.name("text").value(text);
      return;
    }
    choice.name("delta").beginObject();
    switch (channel.member()) {
      case "tool_calls" -> call(channel, choice, "function", "arguments", text);
      case "tool_calls.custom" -> call(channel, choice, "custom", "input", text);
      case "function_call" -> nested(choice, "function_call", "arguments", text);
      case "audio" -> nested(choice, "audio", "transcript", text);
      case "thinking" -> thinking(choice, text);
      case "reasoning_details.text" -> detail(channel, choice, "text", text);
      case "reasoning_details.summary" -> detail(channel, choice, "summary", text);
      default -> choice.name(channel.member()).value(text);
    }
    choice.endObject();
  }

  private static void nested(JsonWriter delta, String carrier, String member, String text) {
    delta.name(carrier).beginObject().name(member).value(text).endObject();
  }

  private static void call(
      Channel channel, JsonWriter delta, String carrier, String member, String text) {
    delta.name("tool_calls").beginArray().beginObject();
    delta.name("index").value(channel.index());
    nested(delta, carrier, member, text);
    delta.endObject().endArray();
  }

  private static void detail(Channel channel, JsonWriter delta, String member, String text) {
    delta.name("reasoning_details").beginArray().beginObject();
    delta.name("type").value("reasoning." + member);
    delta.name(member).value(text);
    delta.name("index").value(channel.index()).endObject().endArray();
  }

  private static void thinking(JsonWriter delta, String text) {
    delta.name("content").beginArray().beginObject();
    delta.name("type").value("thinking").name("thinking").beginArray().beginObject();
    delta.name("type").value("text").name("text").value(text);
    delta.endObject().endArray().endObject().endArray();
  }
}
