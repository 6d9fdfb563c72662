package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// The events of the protocol's streams as we write them. Each has its `event:` line: official
/// clients pass over one without it.
final class SseText {
  private static final byte[] EVENT = ascii("event: ");
  private static final byte[] DATA = ascii("\ndata: ");
  private static final byte[] END = ascii("\n\n");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// An event whose data is an object that begins with its type.
  ///
  /// @param members writes the other members
  SseText event(String type, Consumer<JsonWriter> members) {
    JsonWriter json = new JsonWriter().beginObject().name("type").value(type);
    members.accept(json);
    out.writeBytes(EVENT);
    out.writeBytes(ascii(type));
    out.writeBytes(DATA);
    out.writeBytes(json.endObject().toBytes());
    out.writeBytes(END);
    return this;
  }

  SseText blockStart(int index, Consumer<JsonWriter> block) {
    return event(
        "content_block_start",
        json -> {
          json.name("index").value(index).name("content_block").beginObject();
          block.accept(json);
          json.endObject();
        });
  }

  /// More of a block.
  ///
  /// @param kind of the delta, such as `text_delta`
  /// @param member that carries the text
  SseText blockDelta(int index, String kind, String member, String text) {
    return event(
        "content_block_delta",
        json -> {
          json.name("index").value(index).name("delta").beginObject();
          json.name("type").value(kind).name(member).value(text).endObject();
        });
  }

  SseText blockStop(int index) {
    return event("content_block_stop", json -> json.name("index").value(index));
  }

  SseText messageStop() {
    return event("message_stop", _ -> {});
  }

  /// What was written since the last call.
  byte[] take() {
    byte[] taken = out.toByteArray();
    out.reset();
    return taken;
  }
}
