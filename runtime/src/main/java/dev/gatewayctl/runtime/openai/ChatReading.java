package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// One walk over the root of a chat request that collects its texts and facts. What is wrong ends
/// the walk with [Unfit].
final class ChatReading {
  /// Numbers and switches that the protocol defines: nothing a text could hide in.
  private static final Set<String> SETTINGS =
      Set.of(
          "frequency_penalty",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "n",
          "parallel_tool_calls",
          "presence_penalty",
          "seed",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "top_logprobs",
          "top_p");

  /// Members by which some providers let a body name further models: they would go round the
  /// policy's choice of target.
  private static final Set<String> SIDE_MODELS = Set.of("fallbacks", "models");

  private final RequestContent content = new RequestContent();
  private final Pieces pieces = content.pieces();

  /// What was found.
  RequestContent content() {
    return content;
  }

  void root(JsonValue root) throws Unfit {
    for (JsonValue.Member member : root.members()) {
      member(member.name().text().string(), member);
    }
  }

  /// One member of the root.
  void member(String name, JsonValue.Member member) throws Unfit {
    JsonValue value = member.value();
    switch (name) {
      case "model" -> {}
      case "messages" -> new ChatMessages(content).messages(value);
      case "tools" -> tools(name, value);
      case "functions" -> tools(name, value);
      case "metadata" -> metadata(value);
      case "response_format" -> responseFormat(value);
      case "logit_bias" -> logitBias(value);
      default -> {
        if (SIDE_MODELS.contains(name) && !value.isNull()) {
          throw new Unfit(name, "would let the provider choose another model; leave it out");
        }
        if (SETTINGS.contains(name)) {
          setting(name, value);
        } else {
          if (!KNOWN.contains(name)) {
            pieces.fixed(member.name(), Location.METADATA);
          }
          pieces.walk(value, Location.METADATA);
        }
      }
    }
  }

  /// Members whose names the protocol defines and whose values are walked like any other's.
  private static final Set<String> KNOWN =
      Set.of(
          "audio",
          "function_call",
          "modalities",
          "prediction",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning_effort",
          "safety_identifier",
          "service_tier",
          "stop",
          "tool_choice",
          "user",
          "verbosity",
          "web_search_options");

  /// A setting of an unexpected type is text like that of any unknown member.
  private void setting(String name, JsonValue value) {
    boolean plain = value.isNumber() || value.isBoolean() || value.isNull();
    if (name.equals("stream_options")) {
      for (JsonValue.Member option : value.members()) {
        if (!option.value().isBoolean()) {
          pieces.walk(option.value(), Location.METADATA);
        }
      }
    } else if (!plain) {
      pieces.walk(value, Location.METADATA);
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

  private void responseFormat(JsonValue value) {
    for (JsonValue.Member member : value.members()) {
      if (member.name().is("json_schema") && member.value().isObject()) {
        for (JsonValue.Member part : member.value().members()) {
          described(part, Location.METADATA, "schema");
        }
      } else {
        pieces.walkFixed(member.value(), Location.METADATA);
      }
    }
    if (!value.isObject()) {
      pieces.walk(value, Location.METADATA);
    }
  }

  private void logitBias(JsonValue value) {
    for (JsonValue.Member member : value.members()) {
      if (!member.name().text().string().matches("[0-9]{1,7}")) {
        pieces.fixed(member.name(), Location.METADATA);
      }
      if (!member.value().isNumber()) {
        pieces.walk(member.value(), Location.METADATA);
      }
    }
    if (!value.isObject()) {
      pieces.walk(value, Location.METADATA);
    }
  }

  private void tools(String name, JsonValue value) throws Unfit {
    if (value.isNull()) {
      return;
    }
    if (!value.isArray()) {
      throw new Unfit(name, "is not a list");
    }
    int index = 0;
    for (JsonValue tool : value.items()) {
      if (!tool.isObject()) {
        throw new Unfit(name + "[" + index + "]", "is not an object");
      }
      tool(tool);
      index++;
    }
  }

  private void tool(JsonValue tool) {
    JsonValue body = tool;
    for (JsonValue.Member member : tool.members()) {
      boolean nested = member.name().is("function") || member.name().is("custom");
      if (nested && member.value().isObject()) {
        body = member.value();
        for (JsonValue.Member part : body.members()) {
          described(part, Location.TOOL_DEFINITION, "parameters");
        }
      } else if (member.name().is("type")) {
        pieces.walkFixed(member.value(), Location.TOOL_DEFINITION);
      } else {
        described(member, Location.TOOL_DEFINITION, "parameters");
      }
    }
    JsonValue name = body.present("name");
    JsonValue named = name == null ? tool.present("type") : name;
    if (named != null) {
      named.string().ifPresent(content::addTool);
    }
  }

  /// A member of a definition: its name stays, its description can be masked, its schema is one.
  private void described(JsonValue.Member member, Location location, String schemaName) {
    JsonValue value = member.value();
    if (member.name().is("description")) {
      pieces.walk(value, location);
    } else if (member.name().is("name") || member.name().is("format")) {
      pieces.walkFixed(value, location);
    } else if (member.name().is(schemaName)) {
      pieces.schema(value, location);
    } else if (!member.name().is("strict")) {
      pieces.fixed(member.name(), location);
      pieces.walk(value, location);
    }
  }
}
