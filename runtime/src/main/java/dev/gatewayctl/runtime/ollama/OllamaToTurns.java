package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads messages as turns. A call is known by its number in the conversation, which stays the same
/// while the conversation grows; a result belongs to the first call of its tool that has none yet.
final class OllamaToTurns {
  private static final Set<String> MEMBERS =
      Set.of("content", "images", "role", "thinking", "tool_call_id", "tool_calls", "tool_name");

  private final Losses losses;
  private final List<Part.Text> system = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final List<Part> results = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private int calls;

  /// A call without a result.
  private record Waiting(String id, String name) {}

  OllamaToTurns(Losses losses) {
    this.losses = losses;
  }

  /// Instructions, in order.
  List<Part.Text> system() {
    return system;
  }

  List<Turn> turns() {
    return turns;
  }

  void read(@Nullable JsonValue messages) throws Unfit {
    if (messages == null || !messages.isArray()) {
      throw new Unfit("messages", messages == null ? "is missing" : "is not a list");
    }
    int index = 0;
    for (JsonValue message : messages.items()) {
      message(message, "messages[" + index + "]");
      index++;
    }
    endResults();
  }

  private void message(JsonValue message, String place) throws Unfit {
    for (JsonValue.Member member : message.members()) {
      if (!MEMBERS.contains(member.name().text().string()) && !member.value().isNull()) {
        losses.lost("unknown members of messages");
      }
    }
    String role = required(message, "role", place);
    if (role.equals("tool")) {
      results.add(result(message, place));
      return;
    }
    endResults();
    switch (role) {
      case "system" -> {
        if (!turns.isEmpty()) {
          losses.lost("place of a system message between turns");
        }
        if (message.present("images") != null) {
          throw new Unfit(place + ".images", "cannot be translated");
        }
        text(message, "content").map(Part.Text::of).ifPresent(system::add);
      }
      case "user" -> turns.add(new Turn(Role.USER, content(message)));
      case "assistant" -> turns.add(new Turn(Role.ASSISTANT, assistant(message, place)));
      default -> throw new Unfit(place + ".role", "is no role that can be translated");
    }
  }

  private void endResults() {
    if (!results.isEmpty()) {
      turns.add(new Turn(Role.USER, results));
      results.clear();
    }
  }

  private static List<Part> content(JsonValue message) {
    List<Part> parts = new ArrayList<>();
    JsonValue images = message.present("images");
    for (JsonValue image : images == null ? List.<JsonValue>of() : images.items()) {
      String base64 = image.text().string();
      parts.add(
          new Media(
              Media.Kind.IMAGE,
              mediaType(base64),
              new Media.Source.Inline(base64),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    text(message, "content").map(Part.Text::of).ifPresent(parts::add);
    return parts;
  }

  /// The protocol does not say what an image is; its first bytes do.
  private static Optional<String> mediaType(String base64) {
    if (base64.startsWith("iVBORw0KGgo")) {
      return Optional.of("image/png");
    }
    if (base64.startsWith("/9j/")) {
      return Optional.of("image/jpeg");
    }
    if (base64.startsWith("R0lGOD")) {
      return Optional.of("image/gif");
    }
    return base64.startsWith("UklGR") ? Optional.of("image/webp") : Optional.empty();
  }

  private Part result(JsonValue message, String place) throws Unfit {
    Optional<String> id = text(message, "tool_call_id").filter(word -> !word.isEmpty());
    Optional<String> name = text(message, "tool_name").filter(word -> !word.isEmpty());
    Waiting call =
        waiting.stream()
            .filter(one -> id.isPresent() ? one.id.equals(id.get()) : isOf(one, name))
            .findFirst()
            .orElseThrow(() -> new Unfit(place, "answers no call before it"));
    waiting.remove(call);
    return new Part.ToolResult(
        call.id, Optional.of(call.name), content(message), false, Optional.empty());
  }

  private static boolean isOf(Waiting call, Optional<String> name) {
    return name.isEmpty() || call.name.equals(name.get());
  }

  private List<Part> assistant(JsonValue message, String place) throws Unfit {
    List<Part> parts = new ArrayList<>();
    text(message, "thinking")
        .filter(thought -> !thought.isEmpty())
        .ifPresent(
            thought -> parts.add(new Part.Reasoning(thought, Optional.empty(), Optional.empty())));
    parts.addAll(content(message));
    JsonValue list = message.present("tool_calls");
    if (list == null) {
      return parts;
    }
    parts.removeIf(part -> part instanceof Part.Text(String text, var _) && text.isEmpty());
    waiting.clear();
    int index = 0;
    for (JsonValue call : list.items()) {
      String here = place + ".tool_calls[" + index + "].function";
      JsonValue function = call.present("function");
      if (function == null || !function.isObject()) {
        throw new Unfit(here, function == null ? "is missing" : "is not an object");
      }
      String name = required(function, "name", here);
      String id = text(call, "id").filter(word -> !word.isEmpty()).orElse("call_" + calls);
      JsonValue arguments = function.present("arguments");
      String spelled = arguments == null ? "{}" : arguments.text().string();
      parts.add(new Part.ToolCall(id, name, spelled, Optional.empty(), Optional.empty()));
      waiting.add(new Waiting(id, name));
      calls++;
      index++;
    }
    return parts;
  }

  static Optional<String> text(JsonValue object, String name) {
    JsonValue value = object.present(name);
    return value == null ? Optional.empty() : value.string();
  }

  static String required(JsonValue object, String name, String place) throws Unfit {
    JsonValue value = object.present(name);
    if (value == null || !value.isString()) {
      throw new Unfit(place + "." + name, value == null ? "is missing" : "is not a string");
    }
    return value.text().string();
  }
}
