package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One walk over the root of a request that collects its texts and facts. What is wrong ends the
/// walk with [Unfit].
final class MessagesReading {
  /// Members by which the protocol is told how to work: found, never rewritten.
  private static final Set<String> KNOWN =
      Set.of(
          "container",
          "context_management",
          "inference_geo",
          "mcp_servers",
          "service_tier",
          "speed",
          "thinking",
          "tool_choice");

  private final RequestContent content = new RequestContent();
  private final Pieces pieces = content.pieces();
  private final RequestBlocks blocks = new RequestBlocks(content);

  /// What was found.
  RequestContent content() {
    return content;
  }

  void root(JsonValue root) throws Unfit {
    for (JsonValue.Member member : root.members()) {
      root(member.name().text().string(), member);
    }
  }

  private void root(String name, JsonValue.Member member) throws Unfit {
    JsonValue value = member.value();
    switch (name) {
      case "model", "stream", "max_tokens", "temperature" -> {}
      case "top_p", "top_k" -> setting(value);
      case "cache_control" -> blocks.cacheMark(value);
      case "stop_sequences" -> pieces.walk(value, Location.METADATA);
      case "system" -> system(value);
      case "messages" -> messages(value);
      case "tools" -> tools(value);
      case "metadata" -> metadata(value);
      case "output_config" -> outputConfig(value);
      // Both let a provider run further models, past the policy's choice of target.
      case "fallbacks", "models" -> {
        if (!value.isNull()) {
          throw new Unfit(name, "would let the provider choose another model; leave it out");
        }
      }
      default -> {
        if (KNOWN.contains(name)) {
          settings(value);
        } else {
          pieces.fixed(member.name(), Location.METADATA);
          pieces.walk(value, Location.METADATA);
        }
      }
    }
  }

  private void setting(JsonValue value) {
    if (!value.isNumber()) {
      pieces.walk(value, Location.METADATA);
    }
  }

  /// Everything in a member beside the texts: names and words of the protocol stay, so that no mask
  /// makes another setting out of one.
  private void settings(JsonValue value) {
    pieces.walkFixed(value, Location.METADATA);
  }

  private void system(JsonValue value) throws Unfit {
    int before = pieces.size();
    blocks.content(value, Location.SYSTEM, "system");
    content.systemSince(before);
  }

  /// A turn of the assistant that stands last begins the answer (prefill) and is as new as what
  /// stands before it. A message that only holds results of tools is no turn of the user.
  private void messages(JsonValue value) throws Unfit {
    if (!value.isArray()) {
      throw new Unfit("messages", "is not a list");
    }
    List<JsonValue> messages = value.items();
    Location[] roles = new Location[messages.size()];
    int lastAssistant = -1;
    int lastUser = -1;
    for (int i = 0; i < roles.length; i++) {
      JsonValue message = messages.get(i);
      roles[i] = role(message, "messages[" + i + "]");
      if (i > 0 && roles[i] != Location.ASSISTANT && roles[i - 1] == Location.ASSISTANT) {
        lastAssistant = i - 1;
      }
      if (roles[i] == Location.USER && speaks(message.find("content"))) {
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
      default -> throw new Unfit(place + ".role", "is none of `user`, `assistant` and `system`");
    };
  }

  private static boolean speaks(@Nullable JsonValue content) {
    if (content == null || !content.isArray()) {
      return true;
    }
    for (JsonValue block : content.items()) {
      JsonValue type = block.find("type");
      if (type == null || !type.is("tool_result")) {
        return true;
      }
    }
    return content.items().isEmpty();
  }

  private void message(JsonValue message, Location role, String place) throws Unfit {
    if (message.find("content") == null) {
      throw new Unfit(place + ".content", "is missing");
    }
    for (JsonValue.Member member : message.members()) {
      switch (member.name().text().string()) {
        case "role" -> {}
        case "content" -> blocks.content(member.value(), role, place + ".content");
        default -> {
          pieces.fixed(member.name(), Location.METADATA);
          pieces.walk(member.value(), Location.METADATA);
        }
      }
    }
  }

  private void metadata(JsonValue value) throws Unfit {
    if (value.isNull()) {
      return;
    }
    if (!value.isObject()) {
      throw new Unfit("metadata", "is not an object");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (JsonValue.Member member : value.members()) {
      member.value().plain().ifPresent(v -> map.put(member.name().text().string(), v));
    }
    content.setMetadata(map);
    pieces.walk(value, Location.METADATA);
  }

  private void outputConfig(JsonValue value) {
    if (!value.isObject()) {
      settings(value);
      return;
    }
    for (JsonValue.Member member : value.members()) {
      JsonValue format = member.value();
      if (member.name().is("format") && format.isObject()) {
        for (JsonValue.Member part : format.members()) {
          if (part.name().is("schema")) {
            pieces.schema(part.value(), Location.METADATA);
          } else {
            settings(part.value());
          }
        }
      } else {
        if (!member.name().is("effort")) {
          pieces.fixed(member.name(), Location.METADATA);
        }
        settings(format);
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
      String place = "tools[" + index + "]";
      if (!tool.isObject()) {
        throw new Unfit(place, "is not an object");
      }
      if (tool.present("model") != null) {
        throw new Unfit(place + ".model", "would let the provider run another model; leave it out");
      }
      for (JsonValue.Member member : tool.members()) {
        toolMember(member);
      }
      JsonValue name = tool.present("name");
      JsonValue named = name == null ? tool.present("type") : name;
      if (named != null) {
        named.string().ifPresent(content::addTool);
      }
      index++;
    }
  }

  private void toolMember(JsonValue.Member member) {
    JsonValue value = member.value();
    switch (member.name().text().string()) {
      case "description" -> pieces.walk(value, Location.TOOL_DEFINITION);
      case "input_schema" -> pieces.schema(value, Location.TOOL_DEFINITION);
      case "input_examples" -> pieces.walk(value, Location.TOOL_DEFINITION);
      case "name", "type" -> pieces.walkFixed(value, Location.TOOL_DEFINITION);
      case "cache_control" -> blocks.cacheMark(value);
      case "max_uses",
          "max_content_tokens",
          "max_characters",
          "allowed_callers",
          "display_height_px",
          "display_width_px",
          "display_number",
          "mcp_server_name" ->
          pieces.walkFixed(value, Location.METADATA);
      case "strict", "defer_loading", "eager_input_streaming" -> {
        if (!value.isBoolean()) {
          pieces.walkFixed(value, Location.TOOL_DEFINITION);
        }
      }
      default -> {
        pieces.fixed(member.name(), Location.TOOL_DEFINITION);
        pieces.walk(value, Location.TOOL_DEFINITION);
      }
    }
  }
}
