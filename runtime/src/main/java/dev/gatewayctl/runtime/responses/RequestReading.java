package dev.gatewayctl.runtime.responses;

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

/// One walk over the root of a request that collects its texts and facts. What is wrong ends the
/// walk with [Unfit].
final class RequestReading {
  /// Numbers and switches that the protocol defines: nothing a text could hide in.
  private static final Set<String> SETTINGS =
      Set.of(
          "background",
          "max_output_tokens",
          "max_tool_calls",
          "parallel_tool_calls",
          "store",
          "stream",
          "temperature",
          "top_logprobs",
          "top_p");

  /// Members whose names the protocol defines and whose values are walked like any other's.
  private static final Set<String> KNOWN =
      Set.of(
          "context_management",
          "include",
          "moderation",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention",
          "reasoning",
          "safety_identifier",
          "service_tier",
          "stream_options",
          "tool_choice",
          "truncation",
          "user");

  /// Members by which some providers let a body name further models: they would go round the
  /// policy's choice of target.
  private static final Set<String> SIDE_MODELS = Set.of("fallbacks", "models");

  private final RequestContent content = new RequestContent();
  private final Pieces pieces = content.pieces();
  private final Items items = new Items(content, true);

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
      case "model" -> {}
      case "input" -> input(value);
      case "instructions" -> instructions(value);
      case "tools" -> tools(value);
      case "metadata" -> metadata(value);
      case "text" -> text(value);
      case "previous_response_id", "conversation" -> stored(value);
      case "prompt" -> prompt(value);
      default -> {
        if (SIDE_MODELS.contains(name) && !value.isNull()) {
          throw new Unfit(name, "would let the provider choose another model; leave it out");
        }
        if (SETTINGS.contains(name)) {
          if (!value.isNumber() && !value.isBoolean()) {
            pieces.walk(value, Location.METADATA);
          }
        } else {
          if (!KNOWN.contains(name)) {
            pieces.fixed(member.name(), Location.METADATA);
          }
          pieces.walk(value, Location.METADATA);
        }
      }
    }
  }

  private void input(JsonValue value) throws Unfit {
    if (value.isString()) {
      content.addModality("text");
      content.addTurn();
      int before = pieces.size();
      pieces.latest(true);
      pieces.text(value, Location.USER);
      pieces.latest(false);
      content.lastUserSince(before);
    } else if (value.isArray()) {
      items(value.items());
    } else if (!value.isNull()) {
      throw new Unfit("input", "is neither a string nor a list of items");
    }
  }

  private void items(List<JsonValue> list) throws Unfit {
    int lastModel = -1;
    int lastUser = -1;
    for (int i = 0; i < list.size(); i++) {
      JsonValue item = list.get(i);
      check(item, "input[" + i + "]");
      if (Items.isOfModel(item)) {
        lastModel = i;
      } else if (Items.isOfUser(item)) {
        lastUser = i;
        content.addTurn();
      }
    }
    for (int i = 0; i < list.size(); i++) {
      JsonValue item = list.get(i);
      pieces.latest(i > lastModel);
      int before = pieces.size();
      items.item(item);
      if (i == lastUser) {
        content.lastUserSince(before);
      } else if (Items.type(item).equals("message") && Items.location(item) == Location.SYSTEM) {
        content.systemSince(before);
      }
    }
    pieces.latest(false);
  }

  /// Refuses an item of which two readers could think differently.
  private static void check(JsonValue item, String place) throws Unfit {
    if (!item.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    JsonValue type = item.present("type");
    if (type != null && !type.isString()) {
      throw new Unfit(place + ".type", "is not a string");
    }
    JsonValue parts = item.present("content");
    switch (Items.type(item)) {
      case "message" -> {
        JsonValue role = item.find("role");
        if (role == null || !role.isString()) {
          throw new Unfit(place + ".role", role == null ? "is missing" : "is not a string");
        }
        if (parts != null && !parts.isArray() && !parts.isString()) {
          throw new Unfit(place + ".content", "is neither a string nor a list of parts");
        }
        parts(parts == null ? List.of() : parts.items(), place + ".content");
      }
      case "reasoning" -> {
        list(item, "summary", place);
        list(item, "content", place);
      }
      case "function_call", "mcp_call" -> string(item, "arguments", place);
      case "custom_tool_call" -> string(item, "input", place);
      case "function_call_output", "custom_tool_call_output" -> {
        JsonValue output = item.present("output");
        if (output != null && !output.isString()) {
          list(item, "output", place);
        }
      }
      default -> {}
    }
  }

  private static void list(JsonValue item, String name, String place) throws Unfit {
    JsonValue value = item.present(name);
    if (value != null && !value.isArray()) {
      throw new Unfit(place + "." + name, "is not a list");
    }
    parts(value == null ? List.of() : value.items(), place + "." + name);
  }

  private static void parts(List<JsonValue> parts, String place) throws Unfit {
    for (int i = 0; i < parts.size(); i++) {
      String here = place + "[" + i + "]";
      if (!parts.get(i).isObject()) {
        throw new Unfit(here, "is not an object");
      }
      JsonValue type = parts.get(i).find("type");
      if (type == null || !type.isString()) {
        throw new Unfit(here + ".type", type == null ? "is missing" : "is not a string");
      }
    }
  }

  private static void string(JsonValue item, String name, String place) throws Unfit {
    JsonValue value = item.present(name);
    if (value != null && !value.isString()) {
      throw new Unfit(place + "." + name, "is not a string");
    }
  }

  private void instructions(JsonValue value) throws Unfit {
    if (!value.isString() && !value.isNull()) {
      throw new Unfit("instructions", "is not a string");
    }
    int before = pieces.size();
    pieces.walk(value, Location.SYSTEM);
    content.systemSince(before);
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
      index++;
    }
    new ToolTexts(content, true).definitions(value);
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

  /// How the answer shall be spelled: the description and the schema of its format are texts.
  private void text(JsonValue value) {
    for (JsonValue.Member member : value.members()) {
      if (member.name().is("format") && member.value().isObject()) {
        member.value().members().forEach(this::format);
      } else if (member.name().is("verbosity")) {
        pieces.walkFixed(member.value(), Location.METADATA);
      } else {
        pieces.fixed(member.name(), Location.METADATA);
        pieces.walk(member.value(), Location.METADATA);
      }
    }
    if (!value.isObject()) {
      pieces.walk(value, Location.METADATA);
    }
  }

  private void format(JsonValue.Member member) {
    JsonValue value = member.value();
    switch (member.name().text().string()) {
      case "type", "name" -> pieces.walkFixed(value, Location.METADATA);
      case "description" -> pieces.walk(value, Location.METADATA);
      case "schema" -> pieces.schema(value, Location.METADATA);
      case "strict" -> {
        if (!value.isBoolean()) {
          pieces.walk(value, Location.METADATA);
        }
      }
      default -> {
        pieces.fixed(member.name(), Location.METADATA);
        pieces.walk(value, Location.METADATA);
      }
    }
  }

  /// The turns before, which the provider keeps under an id.
  private void stored(JsonValue value) {
    if (!value.isNull()) {
      content.addOpaque(new Opaque("opaque", true));
      pieces.walkFixed(value, Location.REFERENCE);
    }
  }

  /// A prompt that the provider keeps, and what is put into it.
  private void prompt(JsonValue value) {
    if (value.isNull()) {
      return;
    }
    content.addOpaque(new Opaque("opaque", true));
    for (JsonValue.Member member : value.members()) {
      switch (member.name().text().string()) {
        case "id", "version" -> pieces.walkFixed(member.value(), Location.REFERENCE);
        case "variables" -> variables(member.value());
        default -> {
          pieces.fixed(member.name(), Location.METADATA);
          pieces.walk(member.value(), Location.METADATA);
        }
      }
    }
    if (!value.isObject()) {
      pieces.walkFixed(value, Location.REFERENCE);
    }
  }

  private void variables(JsonValue value) {
    pieces.latest(true);
    for (JsonValue.Member member : value.members()) {
      pieces.fixed(member.name(), Location.METADATA);
      items.part(member.value(), Location.USER);
    }
    if (!value.isObject()) {
      pieces.walk(value, Location.USER);
    }
    pieces.latest(false);
  }
}
