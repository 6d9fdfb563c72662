package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One event of a stream: its kind, and the place in the output that it speaks of.
///
/// @param type such as `response.output_text.delta`
/// @param stem the type without its head and its last word, such as `output_text`
/// @param output which item; -1 where it says none
/// @param inner which part, summary or command of the item; 0 where it says none
record ResponseEvent(JsonValue root, String type, String stem, int output, int inner) {
  /// The most items of an output, and the most parts of an item.
  static final int MAX_PLACES = 10_000;

  private static final String HEAD = "response.";

  /// Reads the head of an event; its type is in the data, else in its `event:` line.
  static ResponseEvent of(JsonValue root, String name) {
    JsonValue typed = root.find("type");
    String type = typed != null && typed.isString() ? typed.text().string() : name;
    int from = type.startsWith(HEAD) ? HEAD.length() : 0;
    int to = type.lastIndexOf('.');
    String stem = to > from ? type.substring(from, to) : "";
    return new ResponseEvent(root, type, stem, place(root, "output_index", -1), inner(root, stem));
  }

  private static int inner(JsonValue root, String stem) {
    String member = innerMember(stem);
    return member.isEmpty() ? 0 : place(root, member, 0);
  }

  /// The member that tells apart the texts of one item, where there may be several.
  static String innerMember(String stem) {
    return switch (stem) {
      case "output_text", "refusal", "reasoning_text", "content_part", "output_text.annotation" ->
          "content_index";
      case "reasoning_summary_text", "reasoning_summary_part" -> "summary_index";
      case "shell_call_command", "shell_call_output_content" -> "command_index";
      default -> "";
    };
  }

  private static int place(JsonValue root, String member, int otherwise) {
    JsonValue value = root.find(member);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() < MAX_PLACES
        ? (int) number.getAsLong()
        : otherwise;
  }

  /// The stem of the texts within a part.
  static String stemOf(JsonValue part) {
    JsonValue type = part.find("type");
    return switch (type == null ? "" : type.text().string()) {
      case "refusal" -> "refusal";
      case "reasoning_text" -> "reasoning_text";
      case "summary_text" -> "reasoning_summary_text";
      default -> "output_text";
    };
  }

  /// Where the texts of the event stand.
  Location location() {
    return location(stem);
  }

  private static Location location(String stem) {
    return switch (stem) {
      case "output_text", "refusal", "audio.transcript", "content_part" -> Location.ASSISTANT;
      case "reasoning_text", "reasoning_summary_text", "reasoning_summary_part" ->
          Location.REASONING;
      case "shell_call_output_content" -> Location.TOOL_RESULT;
      default -> {
        if (stem.startsWith("reasoning")) {
          yield Location.REASONING;
        }
        yield stem.contains("_call") ? Location.TOOL_CALL : Location.METADATA;
      }
    };
  }

  TextPiece.Form form() {
    return stem.endsWith("arguments") ? TextPiece.Form.JSON : TextPiece.Form.TEXT;
  }

  /// Whether it says again as a whole what came in fragments.
  boolean isDone() {
    return type.endsWith(".done");
  }

  /// Whether the stream is complete with it.
  boolean isLast() {
    return switch (type) {
      case "response.completed", "response.incomplete", "response.failed" -> true;
      default -> false;
    };
  }

  /// Whether the provider reports an error.
  boolean isError() {
    return type.equals("error") || (root.present("error") != null && root.find("type") == null);
  }

  /// The id of the item; empty where it says none.
  String itemId() {
    return text("item_id");
  }

  String text(String member) {
    JsonValue value = root.find(member);
    return value != null && value.isString() ? value.text().string() : "";
  }

  @Nullable JsonValue object(String member) {
    JsonValue value = root.find(member);
    return value != null && value.isObject() ? value : null;
  }

  /// Its kind only: events are callers' content.
  @Override
  public String toString() {
    return "ResponseEvent(" + type.length() + " characters of type)";
  }
}
