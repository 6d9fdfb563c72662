package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Spells the events that end what is open in a stream that is filtered: texts, parts and items, in
/// the order in which official clients expect them.
final class SpokenEvents {
  private SpokenEvents() {}

  /// The members that say where a text stands.
  static void place(JsonWriter json, SpokenText text) {
    json.name("item_id").value(text.itemId());
    json.name("output_index").value(Math.max(0, text.output()));
    String inner = ResponseEvent.innerMember(text.stem());
    if (!inner.isEmpty()) {
      json.name(inner).value(text.inner());
    }
  }

  /// Ends an item and all its texts.
  static void close(
      StreamedOutput stream, StreamedItem item, List<SpokenText> texts, ByteArrayOutputStream out) {
    for (SpokenText text : texts) {
      boolean told = text.inPart() || !text.isEmpty();
      String member = wholeMember(text.stem());
      if (told && !text.textDone() && !member.isEmpty()) {
        endText(stream, item, text, member, out);
      }
      if (text.inPart() && !text.partDone()) {
        endPart(stream, text, out);
      }
    }
    String type = "response.output_item.done";
    JsonWriter json = stream.event(type).name("output_index").value(item.place()).name("item");
    item.writeIncomplete(json, texts);
    out.writeBytes(stream.spelled(json, type));
  }

  private static void endText(
      StreamedOutput stream,
      StreamedItem item,
      SpokenText text,
      String member,
      ByteArrayOutputStream out) {
    String type = "response." + text.stem() + ".done";
    JsonWriter json = stream.event(type);
    place(json, text);
    if (text.stem().equals("function_call_arguments")) {
      json.name("name").value(item.text("name"));
    }
    json.name(member).value(text.soFar());
    if (text.stem().equals("output_text")) {
      json.name("logprobs").beginArray().endArray();
    }
    out.writeBytes(stream.spelled(json, type));
  }

  private static void endPart(StreamedOutput stream, SpokenText text, ByteArrayOutputStream out) {
    boolean summary = text.stem().equals("reasoning_summary_text");
    String type = summary ? "response.reasoning_summary_part.done" : "response.content_part.done";
    JsonWriter json = stream.event(type);
    place(json, text);
    part(json.name("part"), text);
    out.writeBytes(stream.spelled(json, type));
  }

  /// The member that holds the whole text in its last event; empty for texts without such.
  private static String wholeMember(String stem) {
    return switch (stem) {
      case "output_text", "reasoning_text", "reasoning_summary_text" -> "text";
      case "refusal" -> "refusal";
      case "custom_tool_call_input" -> "input";
      case "code_interpreter_call_code" -> "code";
      case "shell_call_command" -> "command";
      default -> stem.endsWith("_arguments") ? "arguments" : "";
    };
  }

  /// A text as the part that it is.
  static void part(JsonWriter json, SpokenText text) {
    json.beginObject().name("type");
    switch (text.stem()) {
      case "refusal" -> json.value("refusal").name("refusal").value(text.soFar());
      case "reasoning_text" -> json.value("reasoning_text").name("text").value(text.soFar());
      case "reasoning_summary_text" -> json.value("summary_text").name("text").value(text.soFar());
      default -> {
        json.value("output_text").name("text").value(text.soFar());
        json.name("annotations").beginArray().endArray();
        json.name("logprobs").beginArray().endArray();
      }
    }
    json.endObject();
  }
}
