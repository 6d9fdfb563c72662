package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An item of a stream's output as it went out last.
///
/// @param place its index in the output
/// @param json null when it was too large to be kept
/// @param done whether it is complete
@SuppressWarnings("ArrayRecordComponent") // one owner, never compared
record StreamedItem(int place, byte @Nullable [] json, boolean done) {
  /// Members that are told in fragments.
  private static final Set<String> TOLD =
      Set.of("arguments", "code", "content", "input", "status", "summary");

  /// A member of the item as a string; empty where it says none.
  String text(String member) {
    JsonValue value = root().find(member);
    return value != null && value.isString() ? value.text().string() : "";
  }

  /// As it began; nothing when it was not kept.
  private JsonValue root() {
    byte[] bytes = json == null ? new byte[] {'{', '}'} : json;
    return StreamedOutput.root(bytes, 0, bytes.length);
  }

  /// The item with what was told of its texts, cut short.
  byte[] incomplete(List<SpokenText> texts) {
    JsonWriter out = new JsonWriter();
    writeIncomplete(out, texts);
    return out.toBytes();
  }

  void writeIncomplete(JsonWriter out, List<SpokenText> texts) {
    String type = text("type");
    out.beginObject();
    for (JsonValue.Member member : root().members()) {
      String name = member.name().text().string();
      if (!TOLD.contains(name)) {
        JsonValue value = member.value();
        out.name(name).raw(value.bytes(), value.start(), value.end());
      }
    }
    switch (type) {
      case "message" -> parts(out, "content", texts, "");
      case "reasoning" -> {
        parts(out, "summary", texts, "reasoning_summary_text");
        if (texts.stream().anyMatch(text -> text.stem().equals("reasoning_text"))) {
          parts(out, "content", texts, "reasoning_text");
        }
      }
      case "custom_tool_call" -> out.name("input").value(joined(texts));
      case "code_interpreter_call" -> out.name("code").value(joined(texts));
      case "function_call", "mcp_call" -> out.name("arguments").value(joined(texts));
      default -> {}
    }
    status(out, type);
    out.endObject();
  }

  private static void status(JsonWriter out, String type) {
    switch (type) {
      case "custom_tool_call" -> {}
      case "file_search_call", "image_generation_call", "web_search_call" ->
          out.name("status").value("failed");
      default -> out.name("status").value("incomplete");
    }
  }

  private static String joined(List<SpokenText> texts) {
    StringBuilder all = new StringBuilder();
    texts.forEach(text -> all.append(text.soFar()));
    return all.toString();
  }

  private static void parts(
      JsonWriter out, String member, List<SpokenText> texts, String onlyStem) {
    out.name(member).beginArray();
    for (SpokenText text : texts) {
      boolean told = text.inPart() || !text.isEmpty();
      if (told && (onlyStem.isEmpty() || onlyStem.equals(text.stem()))) {
        SpokenEvents.part(out, text);
      }
    }
    out.endArray();
  }

  /// Its kind only: items are callers' content.
  @Override
  public String toString() {
    return "StreamedItem(" + place + ")";
  }
}
