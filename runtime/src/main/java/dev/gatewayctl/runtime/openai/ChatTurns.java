package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the messages of a chat request into turns: a turn for each message, but one for all
/// neighbouring results of tools; instructions apart.
final class ChatTurns {
  private static final Set<String> MEMBERS =
      Set.of(
          "annotations",
          "cache_control",
          "content",
          "function_call",
          "reasoning",
          "reasoning_content",
          "reasoning_details",
          "refusal",
          "role",
          "tool_call_id",
          "tool_calls");

  private final Losses losses;
  private final ChatParts parts;
  private final List<Part.Text> system = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final List<Part> results = new ArrayList<>();
  private int legacyCalls;

  ChatTurns(Losses losses) {
    this.losses = losses;
    this.parts = new ChatParts(losses);
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
      String place = "messages[" + index + "]";
      if (!message.isObject()) {
        throw new Unfit(place, "is not an object");
      }
      message(message, place);
      index++;
    }
    endResults();
  }

  private void message(JsonValue message, String place) throws Unfit {
    String role = ChatParts.required(message, "role", place);
    boolean result = role.equals("tool") || role.equals("function");
    for (JsonValue.Member member : message.members()) {
      String name = member.name().text().string();
      if (!MEMBERS.contains(name) && !(result && name.equals("name"))) {
        lose(name, member.value());
      }
    }
    if (result) {
      results.add(result(message, role, place));
      return;
    }
    endResults();
    switch (role) {
      case "system", "developer" -> system(message, place);
      case "user" -> turns.add(new Turn(Role.USER, content(message, place)));
      case "assistant" -> turns.add(new Turn(Role.ASSISTANT, assistant(message, place)));
      default -> throw new Unfit(place + ".role", "is no role that can be translated");
    }
  }

  private void lose(String name, JsonValue value) {
    if (!value.isNull()) {
      switch (name) {
        case "name" -> losses.lost("name of a speaker");
        case "audio" -> losses.lost("audio of an earlier answer");
        default -> losses.lost("unknown members of messages");
      }
    }
  }

  private void endResults() {
    if (!results.isEmpty()) {
      turns.add(new Turn(Role.USER, results));
      results.clear();
    }
  }

  private List<Part> content(JsonValue message, String place) throws Unfit {
    return parts.read(message.find("content"), place + ".content");
  }

  private void system(JsonValue message, String place) throws Unfit {
    if (!turns.isEmpty()) {
      losses.lost("place of a system message between turns");
    }
    for (Part part : content(message, place)) {
      if (part instanceof Part.Text text) {
        system.add(text);
      } else {
        throw new Unfit(place + ".content", "holds more than text");
      }
    }
  }

  private Part result(JsonValue message, String role, String place) throws Unfit {
    String id =
        role.equals("tool")
            ? ChatParts.required(message, "tool_call_id", place)
            : legacyId(legacyCalls);
    return new Part.ToolResult(
        id,
        ChatParts.text(message, "name"),
        content(message, place),
        false,
        ChatParts.cache(message));
  }

  /// Calls of the time before calls had ids: each has one result at most, which follows it.
  private static String legacyId(int ordinal) {
    return "function_call_" + ordinal;
  }

  private List<Part> assistant(JsonValue message, String place) throws Unfit {
    List<Part> read = new ArrayList<>();
    reasoning(message, read);
    read.addAll(content(message, place));
    ChatParts.text(message, "refusal").ifPresent(text -> read.add(new Part.Refusal(text)));
    JsonValue calls = message.present("tool_calls");
    if (calls != null && !calls.isArray()) {
      throw new Unfit(place + ".tool_calls", "is not a list");
    }
    int index = 0;
    for (JsonValue call : calls == null ? List.<JsonValue>of() : calls.items()) {
      read.add(call(call, place + ".tool_calls[" + index + "]"));
      index++;
    }
    JsonValue legacy = message.present("function_call");
    if (legacy != null) {
      legacyCalls++;
      JsonValue function = ChatParts.object(message, "function_call", place);
      read.add(function(legacyId(legacyCalls), function, message, place + ".function_call"));
    }
    return read;
  }

  /// Thoughts: in `reasoning_details` with what belongs to each, else as one text.
  private static void reasoning(JsonValue message, List<Part> read) {
    boolean told = false;
    JsonValue details = message.present("reasoning_details");
    for (JsonValue detail : details == null ? List.<JsonValue>of() : details.items()) {
      Optional<String> id = ChatParts.text(detail, "id");
      Optional<String> hidden = ChatParts.text(detail, "data");
      if (hidden.isPresent()) {
        read.add(new Part.HiddenReasoning(hidden.orElseThrow(), id));
        continue;
      }
      Optional<String> text =
          ChatParts.text(detail, "text").or(() -> ChatParts.text(detail, "summary"));
      told |= text.isPresent();
      read.add(new Part.Reasoning(text.orElse(""), ChatParts.text(detail, "signature"), id));
    }
    Optional<String> plain =
        ChatParts.text(message, "reasoning_content")
            .or(() -> ChatParts.text(message, "reasoning"))
            .filter(text -> !text.isEmpty());
    if (!told && plain.isPresent()) {
      tell(plain.orElseThrow(), read);
    }
  }

  /// A text beside details that have none belongs to the first of them that is signed.
  private static void tell(String text, List<Part> read) {
    for (int i = 0; i < read.size(); i++) {
      if (read.get(i) instanceof Part.Reasoning signed) {
        read.set(i, new Part.Reasoning(text, signed.signature(), signed.id()));
        return;
      }
    }
    read.addFirst(new Part.Reasoning(text, Optional.empty(), Optional.empty()));
  }

  private static Part call(JsonValue call, String place) throws Unfit {
    if (!call.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    if (call.present("function") == null && call.present("custom") != null) {
      throw new Unfit(place + ".custom", "is a kind of call that cannot be translated");
    }
    String id = ChatParts.required(call, "id", place);
    return function(id, ChatParts.object(call, "function", place), call, place + ".function");
  }

  private static Part function(String id, JsonValue function, JsonValue call, String place)
      throws Unfit {
    JsonValue arguments = function.present("arguments");
    return new Part.ToolCall(
        id,
        ChatParts.required(function, "name", place),
        arguments == null ? "" : arguments.text().string(),
        signature(call),
        ChatParts.cache(call));
  }

  /// Where Google's own chat surface puts the signature of a thought that led to a call.
  static Optional<String> signature(JsonValue call) {
    JsonValue extra = call.present("extra_content");
    JsonValue google = extra == null ? null : extra.present("google");
    return google == null ? Optional.empty() : ChatParts.text(google, "thought_signature");
  }
}
