package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the contents of a request into turns. Calls without an id get one by their order, and
/// results without one belong to the first call of that name that has none yet.
final class GeminiToTurns {
  private final Losses losses;
  private final List<Part.Text> system = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final List<Part.ToolCall> unanswered = new ArrayList<>();
  private int calls;

  GeminiToTurns(Losses losses) {
    this.losses = losses;
  }

  /// Instructions, in order.
  List<Part.Text> system() {
    return system;
  }

  List<Turn> turns() {
    return turns;
  }

  void instructions(@Nullable JsonValue value, String place) throws Unfit {
    if (value == null) {
      return;
    }
    for (Part part : parts(value, place)) {
      if (!(part instanceof Part.Text text)) {
        throw new Unfit(place, "holds more than text");
      }
      system.add(text);
    }
  }

  void contents(JsonValue value, String place) throws Unfit {
    int index = 0;
    for (JsonValue turn : Names.items(value, place)) {
      String here = place + "[" + index + "]";
      index++;
      JsonValue role = turn.present("role");
      switch (role == null ? "user" : role.text().string()) {
        case "model" -> turns.add(new Turn(Role.ASSISTANT, parts(turn, here)));
        case "user", "function", "tool" -> turns.add(new Turn(Role.USER, parts(turn, here)));
        case "system" -> instructions(turn, here);
        default -> throw new Unfit(here + ".role", "is no role that can be translated");
      }
    }
  }

  private List<Part> parts(JsonValue turn, String place) throws Unfit {
    List<Part> read = new ArrayList<>();
    for (JsonValue.Member member : Names.members(turn, place)) {
      if (member.name().is("parts")) {
        int index = 0;
        for (JsonValue part : Names.items(member.value(), place + ".parts")) {
          part(part, read, place + ".parts[" + index + "]");
          index++;
        }
      } else if (!member.name().is("role")) {
        losses.lost("unknown members of contents");
      }
    }
    return read;
  }

  private void part(JsonValue part, List<Part> read, String place) throws Unfit {
    Optional<String> signature = text(part, "thoughtSignature");
    JsonValue thought = part.present("thought");
    boolean thinks = thought != null && thought.isTrue();
    boolean known = false;
    for (JsonValue.Member member : Names.members(part, place)) {
      JsonValue value = member.value();
      String name = Names.canonical(member.name());
      if (value.isNull()) {
        continue;
      }
      switch (name) {
        case "text" -> {
          text(value.text().string(), thinks, signature, read);
          known = true;
        }
        case "inlineData" -> {
          read.add(inline(value, place + ".inlineData"));
          known = true;
        }
        case "fileData" -> {
          read.add(stored(value, place + ".fileData"));
          known = true;
        }
        case "functionCall" -> {
          read.add(call(value, signature, place + ".functionCall"));
          known = true;
        }
        case "functionResponse" -> {
          read.add(result(value, place + ".functionResponse"));
          known = true;
        }
        case "executableCode", "codeExecutionResult", "toolCall", "toolResponse" -> {
          losses.lost("calls of the provider's own tools");
          known = true;
        }
        case "thought", "thoughtSignature" -> {}
        case "mediaResolution", "videoMetadata", "partMetadata" -> losses.lost(name);
        default -> losses.lost("unknown members of parts");
      }
    }
    if (!known) {
      throw new Unfit(place, "is a kind of part that cannot be translated");
    }
  }

  /// A signature may come after its thought, in an empty part; one at a text stands for a thought
  /// that is not told.
  private static void text(
      String text, boolean thinks, Optional<String> signature, List<Part> read) {
    if (!thinks) {
      if (!text.isEmpty() || signature.isEmpty()) {
        read.add(Part.Text.of(text));
      }
      signature.ifPresent(
          sign -> read.add(new Part.Reasoning("", Optional.of(sign), Optional.empty())));
      return;
    }
    boolean ends = text.isEmpty() && signature.isPresent() && !read.isEmpty();
    if (ends && read.getLast() instanceof Part.Reasoning before && before.signature().isEmpty()) {
      read.set(read.size() - 1, new Part.Reasoning(before.text(), signature, Optional.empty()));
    } else {
      read.add(new Part.Reasoning(text, signature, Optional.empty()));
    }
  }

  private static Part inline(JsonValue blob, String place) throws Unfit {
    String data = required(blob, "data", place).replace('-', '+').replace('_', '/');
    return media(blob, new Media.Source.Inline(data));
  }

  private static Part stored(JsonValue file, String place) throws Unfit {
    return media(file, new Media.Source.Url(required(file, "fileUri", place)));
  }

  private static Part media(JsonValue carrier, Media.Source source) {
    Optional<String> type = text(carrier, "mimeType");
    return new Media(
        kind(type.orElse("")),
        type,
        source,
        text(carrier, "displayName"),
        Optional.empty(),
        Optional.empty());
  }

  private static Media.Kind kind(String mimeType) {
    String type = mimeType.toLowerCase(Locale.ROOT);
    if (type.startsWith("image/")) {
      return Media.Kind.IMAGE;
    }
    if (type.startsWith("audio/")) {
      return Media.Kind.AUDIO;
    }
    return type.startsWith("video/") ? Media.Kind.VIDEO : Media.Kind.DOCUMENT;
  }

  private Part call(JsonValue value, Optional<String> signature, String place) throws Unfit {
    JsonValue args = Names.present(value, "args");
    Part.ToolCall call =
        new Part.ToolCall(
            text(value, "id").filter(id -> !id.isEmpty()).orElse("call_" + calls),
            required(value, "name", place),
            args == null ? "{}" : args.text().string(),
            signature,
            Optional.empty());
    calls++;
    unanswered.add(call);
    return call;
  }

  private Part result(JsonValue value, String place) throws Unfit {
    String name = required(value, "name", place);
    Optional<String> id = text(value, "id").filter(said -> !said.isEmpty());
    String callId = id.orElseGet(() -> callOf(name));
    unanswered.removeIf(call -> call.id().equals(callId));
    JsonValue response = value.present("response");
    List<Part> content = new ArrayList<>();
    JsonValue failure = response == null ? null : sole(response, "error");
    JsonValue output = response;
    if (response != null) {
      JsonValue result = sole(response, "result");
      JsonValue alone = result == null ? sole(response, "output") : result;
      output = failure != null ? failure : alone != null ? alone : response;
    }
    content.add(Part.Text.of(output == null ? "" : output.text().string()));
    JsonValue parts = value.present("parts");
    if (parts != null) {
      int index = 0;
      for (JsonValue part : Names.items(parts, place + ".parts")) {
        part(part, content, place + ".parts[" + index + "]");
        index++;
      }
    }
    return new Part.ToolResult(
        callId, Optional.of(name), content, failure != null, Optional.empty());
  }

  private String callOf(String name) {
    for (Part.ToolCall call : unanswered) {
      if (call.name().equals(name)) {
        return call.id();
      }
    }
    return "call_of_" + name;
  }

  /// The value of a member that stands alone in its object.
  private static @Nullable JsonValue sole(JsonValue object, String name) {
    return object.members().size() == 1 ? object.present(name) : null;
  }

  static Optional<String> text(JsonValue object, String name) {
    JsonValue value = Names.present(object, name);
    return value == null ? Optional.empty() : value.string();
  }

  static String required(JsonValue object, String name, String place) throws Unfit {
    JsonValue value = Names.present(object, name);
    if (value == null || !value.isString()) {
      throw new Unfit(place + "." + name, value == null ? "is missing" : "is not a string");
    }
    return value.text().string();
  }
}
