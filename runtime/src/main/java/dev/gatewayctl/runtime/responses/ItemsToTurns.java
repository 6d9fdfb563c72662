package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Kind;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a request's input into turns: neighbouring items of one side are one turn, instructions
/// stand apart.
final class ItemsToTurns {
  private final Losses losses;
  private final List<Part.Text> system = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private Role role = Role.USER;

  ItemsToTurns(Losses losses) {
    this.losses = losses;
  }

  List<Part.Text> system() {
    return system;
  }

  List<Turn> turns() {
    return turns;
  }

  void instructions(String text) {
    system.add(Part.Text.of(text));
  }

  void read(@Nullable JsonValue input) throws Unfit {
    if (input == null || input.isNull()) {
      throw new Unfit("input", "is missing");
    }
    if (input.isString()) {
      add(Role.USER, Part.Text.of(input.text().string()));
    } else if (!input.isArray()) {
      throw new Unfit("input", "is neither a string nor a list of items");
    }
    int index = 0;
    for (JsonValue item : input.items()) {
      item(item, "input[" + index + "]");
      index++;
    }
    endTurn();
  }

  private void add(Role side, Part part) {
    if (side != role) {
      endTurn();
      role = side;
    }
    parts.add(part);
  }

  private void endTurn() {
    if (!parts.isEmpty()) {
      turns.add(new Turn(role, parts));
      parts.clear();
    }
  }

  private void item(JsonValue item, String place) throws Unfit {
    if (!item.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    switch (Items.type(item)) {
      case "message" -> message(item, place);
      case "function_call" ->
          add(
              Role.ASSISTANT,
              new Part.ToolCall(
                  required(item, "call_id", place),
                  required(item, "name", place),
                  required(item, "arguments", place),
                  ResponsesToEvents.signature(item),
                  Optional.empty()));
      case "function_call_output" -> add(Role.USER, result(item, place));
      case "reasoning" -> reasoning(item);
      case "compaction_trigger" -> losses.lost("compaction");
      default -> throw new Unfit(place, "is a kind of item that cannot be translated");
    }
  }

  private void message(JsonValue item, String place) throws Unfit {
    String word = required(item, "role", place);
    List<Part> said = content(item.find("content"), place + ".content");
    switch (word) {
      case "system", "developer" -> {
        if (!turns.isEmpty() || !parts.isEmpty()) {
          losses.lost("place of a system message between turns");
        }
        for (Part part : said) {
          if (!(part instanceof Part.Text text)) {
            throw new Unfit(place + ".content", "holds more than text");
          }
          system.add(text);
        }
      }
      case "user" -> said.forEach(part -> add(Role.USER, part));
      case "assistant" -> said.forEach(part -> add(Role.ASSISTANT, part));
      default -> throw new Unfit(place + ".role", "is no role that can be translated");
    }
  }

  private Part result(JsonValue item, String place) throws Unfit {
    return new Part.ToolResult(
        required(item, "call_id", place),
        ResponsesToEvents.text(item, "name"),
        content(item.find("output"), place + ".output"),
        false,
        Optional.empty());
  }

  private void reasoning(JsonValue item) {
    String thought = ResponsesToEvents.thought(item);
    Optional<String> sealed = ResponsesToEvents.text(item, "encrypted_content");
    Optional<String> id = ResponsesToEvents.text(item, "id");
    if (!thought.isEmpty()) {
      add(Role.ASSISTANT, new Part.Reasoning(thought, sealed, id));
    } else if (sealed.isPresent()) {
      add(Role.ASSISTANT, new Part.HiddenReasoning(sealed.orElseThrow(), id));
    } else {
      losses.lost("thoughts of earlier turns");
    }
  }

  private List<Part> content(@Nullable JsonValue content, String place) throws Unfit {
    List<Part> read = new ArrayList<>();
    if (content == null || content.isNull()) {
      return read;
    }
    if (content.isString()) {
      read.add(Part.Text.of(content.text().string()));
      return read;
    }
    if (!content.isArray()) {
      throw new Unfit(place, "is neither a string nor a list of parts");
    }
    int index = 0;
    for (JsonValue part : content.items()) {
      read.add(part(part, place + "[" + index + "]"));
      index++;
    }
    return read;
  }

  private static Part part(JsonValue part, String place) throws Unfit {
    if (!part.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    return switch (required(part, "type", place)) {
      case "input_text", "output_text", "text" -> Part.Text.of(required(part, "text", place));
      case "refusal" -> new Part.Refusal(required(part, "refusal", place));
      case "input_image" -> media(Kind.IMAGE, part, "image_url", place);
      case "input_file" -> media(Kind.DOCUMENT, part, "file_url", place);
      default -> throw new Unfit(place + ".type", "is a kind of part that cannot be translated");
    };
  }

  private static Part media(Kind kind, JsonValue part, String addressed, String place)
      throws Unfit {
    Optional<String> name = ResponsesToEvents.text(part, "filename");
    Optional<String> detail =
        ResponsesToEvents.text(part, "detail").filter(word -> !word.equals("auto"));
    Optional<String> id = ResponsesToEvents.text(part, "file_id");
    if (id.isPresent()) {
      Source stored = new Source.Stored(id.orElseThrow());
      return new Media(kind, Optional.empty(), stored, name, detail, Optional.empty());
    }
    String address =
        ResponsesToEvents.text(part, "file_data").isPresent()
            ? required(part, "file_data", place)
            : required(part, addressed, place);
    int comma = address.indexOf(',');
    boolean inline = address.startsWith("data:") && comma > 0;
    if (inline && !address.startsWith(";base64", comma - 7)) {
      throw new Unfit(place, "holds data that is not base64");
    }
    Source source =
        inline
            ? new Source.Inline(address.substring(comma + 1))
            : address.contains(":") ? new Source.Url(address) : new Source.Inline(address);
    Optional<String> type =
        inline && comma > 12 ? Optional.of(address.substring(5, comma - 7)) : Optional.empty();
    return new Media(kind, type, source, name, detail, Optional.empty());
  }

  /// A member that must be a string.
  static String required(JsonValue object, String name, String place) throws Unfit {
    JsonValue value = object.present(name);
    if (value == null || !value.isString()) {
      throw new Unfit(
          place.isEmpty() ? name : place + "." + name,
          value == null ? "is missing" : "is not a string");
    }
    return value.text().string();
  }
}
