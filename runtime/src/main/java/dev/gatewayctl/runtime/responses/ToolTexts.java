package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;

/// The texts of tools that are offered: functions with their schemas, tools that the provider runs
/// itself, and groups of both.
final class ToolTexts {
  private final RequestContent content;
  private final Pieces pieces;
  private final boolean offered;

  /// @param offered whether the caller offers them now; else they are told of in an item
  ToolTexts(RequestContent content, boolean offered) {
    this.content = content;
    this.pieces = content.pieces();
    this.offered = offered;
  }

  /// A list of tools; anything else is text.
  void definitions(JsonValue value) {
    if (!value.isArray()) {
      pieces.walk(value, Location.TOOL_DEFINITION);
    }
    for (JsonValue tool : value.items()) {
      definition(tool);
    }
  }

  private void definition(JsonValue tool) {
    if (!tool.isObject()) {
      pieces.walk(tool, Location.TOOL_DEFINITION);
      return;
    }
    name(tool);
    for (JsonValue.Member member : tool.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type", "name", "format" -> pieces.walkFixed(value, Location.TOOL_DEFINITION);
        case "description" -> pieces.walk(value, Location.TOOL_DEFINITION);
        case "parameters", "input_schema" -> pieces.schema(value, Location.TOOL_DEFINITION);
        case "strict" -> {
          if (!value.isBoolean()) {
            pieces.walk(value, Location.TOOL_DEFINITION);
          }
        }
        case "tools" -> definitions(value);
        case "vector_store_ids" -> stored(value);
        case "container" -> container(value);
        default -> other(member);
      }
    }
  }

  /// A tool without a name is known by its type.
  private void name(JsonValue tool) {
    JsonValue name = tool.present("name");
    JsonValue named = name == null ? tool.present("type") : name;
    if (offered && named != null) {
      named.string().ifPresent(content::addTool);
    }
  }

  private void other(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.TOOL_DEFINITION);
    pieces.walk(member.value(), Location.TOOL_DEFINITION);
  }

  /// The place where code runs: its id, or what shall be in it.
  private void container(JsonValue value) {
    for (JsonValue.Member member : value.members()) {
      if (member.name().is("file_ids")) {
        stored(member.value());
      } else {
        other(member);
      }
    }
    if (!value.isObject()) {
      pieces.walkFixed(value, Location.TOOL_DEFINITION);
    }
  }

  /// Ids of what lies with the provider.
  private void stored(JsonValue value) {
    if (offered && !value.items().isEmpty()) {
      content.addOpaque(new Opaque("document", true));
    }
    pieces.walkFixed(value, Location.REFERENCE);
  }
}
