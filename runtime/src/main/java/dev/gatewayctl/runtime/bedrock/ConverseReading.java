package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One walk over a request that collects its texts and facts. What is wrong ends the walk with
/// [Unfit].
final class ConverseReading {
  /// Members that some models take in `additionalModelRequestFields` as their own cap on output or
  /// as another model: a policy's cap and choice would not hold.
  private static final Set<String> UNDOING =
      Set.of(
          "fallbacks",
          "maxTokenCount",
          "maxTokens",
          "max_completion_tokens",
          "max_gen_len",
          "max_new_tokens",
          "max_tokens",
          "max_tokens_to_sample",
          "models");

  private final RequestContent content = new RequestContent();
  private final Pieces pieces = content.pieces();
  private final ConverseBlocks blocks = new ConverseBlocks(content);

  /// What was found.
  RequestContent content() {
    return content;
  }

  void root(JsonValue root) throws Unfit {
    JsonValue variables = root.present("promptVariables");
    if (root.present("messages") == null) {
      if (variables == null) {
        throw new Unfit("messages", "is missing");
      }
      // A prompt that is stored with the provider: its text is not here.
      content.addOpaque(new Opaque("opaque", true));
    }
    for (JsonValue.Member member : root.members()) {
      if (!member.value().isNull()) {
        member(member.name().text().string(), member);
      }
    }
  }

  private void member(String name, JsonValue.Member member) throws Unfit {
    JsonValue value = member.value();
    switch (name) {
      case "messages" -> messages(value);
      case "system" -> {
        int before = pieces.size();
        blocks.list(value, Location.SYSTEM, name);
        content.systemSince(before);
      }
      case "inferenceConfig" -> inference(value);
      case "toolConfig" -> tools(value);
      case "additionalModelRequestFields" -> {
        undoing(value, name);
        pieces.walk(value, Location.METADATA);
      }
      case "outputConfig" -> outputConfig(value);
      case "requestMetadata" -> metadata(value);
      case "promptVariables" -> pieces.walk(value, Location.USER);
      case "additionalModelResponseFieldPaths",
          "guardrailConfig",
          "performanceConfig",
          "serviceTier" ->
          pieces.walkFixed(value, Location.METADATA);
      default -> unknown(member);
    }
  }

  private void unknown(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.METADATA);
    pieces.walk(member.value(), Location.METADATA);
  }

  private static void undoing(JsonValue value, String place) throws Unfit {
    for (JsonValue.Member member : value.members()) {
      String name = member.name().text().string();
      String here = place + "." + name;
      if (UNDOING.contains(name) && !member.value().isNull()) {
        throw new Unfit(here, "would undo what the rest of the request says; leave it out");
      }
      if (name.equals("inferenceConfig") || name.equals("textGenerationConfig")) {
        undoing(member.value(), here);
      }
    }
  }

  private void inference(JsonValue value) throws Unfit {
    for (JsonValue.Member member : ConverseBlocks.members(value, "inferenceConfig")) {
      JsonValue setting = member.value();
      switch (member.name().text().string()) {
        case "maxTokens", "temperature" -> {}
        case "topP" -> {
          if (!setting.isNumber()) {
            pieces.walk(setting, Location.METADATA);
          }
        }
        case "stopSequences" -> pieces.walk(setting, Location.METADATA);
        default -> unknown(member);
      }
    }
  }

  /// A turn of the assistant that stands last begins the answer (prefill) and is as new as what
  /// stands before it. A message that only holds results of tools is no turn of the user.
  private void messages(JsonValue value) throws Unfit {
    List<JsonValue> messages = ConverseBlocks.items(value, "messages");
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

  static Location role(JsonValue message, String place) throws Unfit {
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

  private static boolean speaks(@Nullable JsonValue list) {
    if (list == null || list.items().isEmpty()) {
      return true;
    }
    for (JsonValue block : list.items()) {
      if (block.present("toolResult") == null && block.present("cachePoint") == null) {
        return true;
      }
    }
    return false;
  }

  private void message(JsonValue message, Location role, String place) throws Unfit {
    if (message.present("content") == null) {
      throw new Unfit(place + ".content", "is missing");
    }
    for (JsonValue.Member member : message.members()) {
      switch (member.name().text().string()) {
        case "role" -> {}
        case "content" -> blocks.list(member.value(), role, place + ".content");
        default -> unknown(member);
      }
    }
  }

  private void metadata(JsonValue value) throws Unfit {
    Map<String, Object> map = new LinkedHashMap<>();
    for (JsonValue.Member member : ConverseBlocks.members(value, "requestMetadata")) {
      member.value().plain().ifPresent(v -> map.put(member.name().text().string(), v));
    }
    content.setMetadata(map);
    pieces.walk(value, Location.METADATA);
  }

  /// The schema of the answer is itself JSON in a string; like any schema it is not rewritten.
  private void outputConfig(JsonValue value) throws Unfit {
    for (JsonValue.Member member : ConverseBlocks.members(value, "outputConfig")) {
      if (!member.name().is("effort") && !member.name().is("textFormat")) {
        pieces.fixed(member.name(), Location.METADATA);
      }
      pieces.walkFixed(member.value(), Location.METADATA);
    }
  }

  private void tools(JsonValue value) throws Unfit {
    for (JsonValue.Member member : ConverseBlocks.members(value, "toolConfig")) {
      switch (member.name().text().string()) {
        case "tools" -> {
          int index = 0;
          String place = "toolConfig.tools";
          for (JsonValue tool : ConverseBlocks.items(member.value(), place)) {
            tool(tool, place + "[" + index + "]");
            index++;
          }
        }
        case "toolChoice" -> pieces.walkFixed(member.value(), Location.METADATA);
        default -> unknown(member);
      }
    }
  }

  private void tool(JsonValue tool, String place) throws Unfit {
    for (JsonValue.Member member : ConverseBlocks.members(tool, place)) {
      JsonValue value = member.value();
      String kind = member.name().text().string();
      switch (kind) {
        case "toolSpec" -> toolSpec(value, place + ".toolSpec");
        case "cachePoint" -> blocks.cacheMark(value);
        default -> {
          JsonValue name = value.present("name");
          content.addTool(name != null && name.isString() ? name.text().string() : kind);
          pieces.fixed(member.name(), Location.TOOL_DEFINITION);
          pieces.walkFixed(value, Location.TOOL_DEFINITION);
        }
      }
    }
  }

  private void toolSpec(JsonValue spec, String place) throws Unfit {
    for (JsonValue.Member member : ConverseBlocks.members(spec, place)) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "name" -> {
          value.string().ifPresent(content::addTool);
          pieces.walkFixed(value, Location.TOOL_DEFINITION);
        }
        case "description" -> pieces.walk(value, Location.TOOL_DEFINITION);
        case "inputSchema" -> {
          for (JsonValue.Member part : ConverseBlocks.members(value, place + ".inputSchema")) {
            if (part.name().is("json")) {
              pieces.schema(part.value(), Location.TOOL_DEFINITION);
            } else {
              pieces.fixed(part.name(), Location.TOOL_DEFINITION);
              pieces.walk(part.value(), Location.TOOL_DEFINITION);
            }
          }
        }
        case "strict" -> {
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
}
