package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;

/// One walk over a request that collects its texts and facts. What is wrong ends the walk with
/// [Unfit].
final class OllamaReading {
  private final RequestContent content = new RequestContent();
  private final Pieces pieces = content.pieces();

  /// What was found.
  RequestContent content() {
    return content;
  }

  void root(JsonValue root) throws Unfit {
    for (JsonValue.Member member : root.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "model", "stream" -> {}
        case "messages" -> messages(value);
        case "tools" -> tools(value);
        case "options" -> options(value);
        case "format" -> pieces.schema(value, Location.METADATA);
        case "think", "keep_alive", "truncate", "shift", "logprobs", "top_logprobs" ->
            pieces.walkFixed(value, Location.METADATA);
        default -> unknown(member);
      }
    }
  }

  private void unknown(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.METADATA);
    pieces.walk(member.value(), Location.METADATA);
  }

  private void options(JsonValue value) throws Unfit {
    if (value.isNull()) {
      return;
    }
    if (!value.isObject()) {
      throw new Unfit("options", "is not an object");
    }
    for (JsonValue.Member member : value.members()) {
      JsonValue setting = member.value();
      if (member.name().is("stop")) {
        pieces.walk(setting, Location.METADATA);
      } else if (!setting.isNumber() && !setting.isBoolean()) {
        unknown(member);
      }
    }
  }

  /// A turn of the assistant that stands last begins the answer and is as new as what stands before
  /// it.
  private void messages(JsonValue value) throws Unfit {
    if (!value.isArray()) {
      throw new Unfit("messages", "is not a list");
    }
    List<JsonValue> messages = value.items();
    Location[] roles = new Location[messages.size()];
    int lastAssistant = -1;
    int lastUser = -1;
    for (int i = 0; i < roles.length; i++) {
      roles[i] = role(messages.get(i), "messages[" + i + "]");
      if (i > 0 && roles[i] != Location.ASSISTANT && roles[i - 1] == Location.ASSISTANT) {
        lastAssistant = i - 1;
      }
      if (roles[i] == Location.USER) {
        lastUser = i;
        content.addTurn();
      }
    }
    for (int i = 0; i < roles.length; i++) {
      pieces.latest(i > lastAssistant);
      int before = pieces.size();
      message(messages.get(i), roles[i], "messages[" + i + "]");
      if (roles[i] == Location.SYSTEM) {
        content.systemSince(before);
      } else if (i == lastUser) {
        content.lastUserSince(before);
      }
    }
    pieces.latest(false);
  }

  private static Location role(JsonValue message, String place) throws Unfit {
    if (!message.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    JsonValue role = message.find("role");
    if (role == null || !role.isString()) {
      throw new Unfit(place + ".role", role == null ? "is missing" : "is not a string");
    }
    return switch (role.text().string()) {
      case "user" -> Location.USER;
      case "assistant" -> Location.ASSISTANT;
      case "system" -> Location.SYSTEM;
      case "tool" -> Location.TOOL_RESULT;
      default ->
          throw new Unfit(place + ".role", "is none of `user`, `assistant`, `system` and `tool`");
    };
  }

  private void message(JsonValue message, Location role, String place) throws Unfit {
    for (JsonValue.Member member : message.members()) {
      JsonValue value = member.value();
      if (value.isNull()) {
        continue;
      }
      switch (member.name().text().string()) {
        case "role" -> {}
        case "content" -> {
          if (!value.isString()) {
            throw new Unfit(place + ".content", "is not a string");
          }
          content.addModality("text");
          pieces.text(value, role);
        }
        case "thinking" -> pieces.walk(value, Location.REASONING);
        case "images" -> images(value, place + ".images");
        case "tool_calls" -> calls(value, place + ".tool_calls");
        case "tool_name", "tool_call_id" -> pieces.walkFixed(value, Location.METADATA);
        default -> unknown(member);
      }
    }
  }

  private void images(JsonValue value, String place) throws Unfit {
    if (!value.isArray()) {
      throw new Unfit(place, "is not a list");
    }
    int index = 0;
    for (JsonValue image : value.items()) {
      if (!isBase64(image)) {
        throw new Unfit(place + "[" + index + "]", "is not base64");
      }
      content.addOpaque(new Opaque("image", false));
      index++;
    }
  }

  private void calls(JsonValue value, String place) throws Unfit {
    if (!value.isArray()) {
      throw new Unfit(place, "is not a list");
    }
    int index = 0;
    for (JsonValue call : value.items()) {
      String here = place + "[" + index + "]";
      if (!call.isObject()) {
        throw new Unfit(here, "is not an object");
      }
      for (JsonValue.Member member : call.members()) {
        if (member.name().is("function")) {
          function(member.value(), here + ".function");
        } else {
          pieces.walkFixed(member.value(), Location.METADATA);
        }
      }
      index++;
    }
  }

  private void function(JsonValue function, String place) throws Unfit {
    if (!function.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    for (JsonValue.Member member : function.members()) {
      switch (member.name().text().string()) {
        case "name" -> pieces.walkFixed(member.value(), Location.TOOL_CALL);
        case "arguments" -> pieces.walk(member.value(), Location.TOOL_CALL);
        case "index" -> pieces.walkFixed(member.value(), Location.METADATA);
        default -> unknown(member);
      }
    }
  }

  private void tools(JsonValue value) throws Unfit {
    if (value.isNull()) {
      return;
    }
    if (!value.isArray()) {
      throw new Unfit("tools", "is not a list");
    }
    int index = 0;
    for (JsonValue tool : value.items()) {
      if (!tool.isObject()) {
        throw new Unfit("tools[" + index + "]", "is not an object");
      }
      for (JsonValue.Member member : tool.members()) {
        if (member.name().is("function") && member.value().isObject()) {
          member.value().members().forEach(this::toolMember);
        } else {
          pieces.fixed(member.name(), Location.TOOL_DEFINITION);
          pieces.walkFixed(member.value(), Location.TOOL_DEFINITION);
        }
      }
      index++;
    }
  }

  private void toolMember(JsonValue.Member member) {
    JsonValue value = member.value();
    switch (member.name().text().string()) {
      case "name" -> {
        value.string().ifPresent(content::addTool);
        pieces.walkFixed(value, Location.TOOL_DEFINITION);
      }
      case "description" -> pieces.walk(value, Location.TOOL_DEFINITION);
      case "parameters" -> pieces.schema(value, Location.TOOL_DEFINITION);
      default -> {
        pieces.fixed(member.name(), Location.TOOL_DEFINITION);
        pieces.walk(value, Location.TOOL_DEFINITION);
      }
    }
  }

  /// Whether a value is a string of nothing but base64.
  static boolean isBase64(JsonValue value) {
    if (!value.isString()) {
      return false;
    }
    JsonText text = value.text();
    for (int i = text.from(); i < text.to(); i++) {
      byte b = text.bytes()[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (!letter && b != '+' && b != '/' && !(b == '=' && i >= text.to() - 2)) {
        return false;
      }
    }
    return true;
  }
}
