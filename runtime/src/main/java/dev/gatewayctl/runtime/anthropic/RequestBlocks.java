package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;

/// The content blocks of a request: which text stands in which location, and what is no text.
///
/// What a tool answered is at `tool_result`, whatever block carries it; documents and search
/// results that the caller gives are at `document`. What the provider sealed for itself (thoughts
/// shown to nobody, pages it fetched) is opaque. The signature of a thought is neither: no model
/// reads it, and a changed one is refused by the provider.
final class RequestBlocks {
  private final RequestContent content;
  private final Pieces pieces;
  private final NestedTexts nested;

  RequestBlocks(RequestContent content) {
    this.content = content;
    this.pieces = content.pieces();
    this.nested = new NestedTexts(pieces, content::addOpaque);
  }

  /// A string, or a list of blocks.
  void content(JsonValue value, Location location, String place) throws Unfit {
    if (value.isString()) {
      content.addModality("text");
      pieces.text(value, location);
    } else if (value.isArray()) {
      int index = 0;
      for (JsonValue block : value.items()) {
        block(block, location, place + "[" + index + "]");
        index++;
      }
    } else if (!value.isNull()) {
      throw new Unfit(place, "is neither a string nor a list of blocks");
    }
  }

  private void block(JsonValue block, Location location, String place) throws Unfit {
    if (!block.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    JsonValue type = block.find("type");
    if (type == null || !type.isString()) {
      throw new Unfit(place + ".type", type == null ? "is missing" : "is not a string");
    }
    String word = type.text().string();
    switch (word) {
      case "text" -> text(block, location);
      case "image" -> carrier(block, "image", location, place);
      case "document" -> carrier(block, "document", inside(location), place);
      case "search_result" -> searchResult(block, inside(location), place);
      case "thinking" -> thinking(block);
      case "redacted_thinking" -> {
        content.addOpaque(new Opaque("opaque", false));
        sealed(block, "data");
      }
      case "tool_use", "server_tool_use", "mcp_tool_use" -> toolUse(block);
      case "tool_result", "mcp_tool_result" -> toolResult(block, place);
      case "container_upload" -> {
        content.addOpaque(new Opaque("document", true));
        nested.walk(block, Location.METADATA);
      }
      default -> {
        if (word.endsWith("_tool_result")) {
          nested.walk(block, Location.TOOL_RESULT);
        } else {
          unknown(block, type, location);
        }
      }
    }
  }

  /// Where a document's text stands: with its tool, or on its own.
  private static Location inside(Location location) {
    return location == Location.TOOL_RESULT ? location : Location.DOCUMENT;
  }

  private void text(JsonValue block, Location location) {
    content.addModality("text");
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type" -> {}
        case "text" -> pieces.walk(value, location);
        case "cache_control" -> cacheMark(value);
        case "citations" -> nested.walk(value, inside(location));
        default -> metadata(member);
      }
    }
  }

  private void thinking(JsonValue block) {
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type" -> {}
        case "thinking" -> pieces.walk(value, Location.REASONING);
        case "signature" -> nested.sealed(value);
        case "cache_control" -> cacheMark(value);
        default -> metadata(member);
      }
    }
  }

  /// A block of which one member is sealed by the provider.
  private void sealed(JsonValue block, String sealed) {
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      if (member.name().is(sealed)) {
        nested.sealed(value);
      } else if (!member.name().is("type")) {
        metadata(member);
      }
    }
  }

  private void toolUse(JsonValue block) {
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type" -> {}
        case "name" -> pieces.walkFixed(value, Location.TOOL_CALL);
        case "input" -> pieces.walk(value, Location.TOOL_CALL);
        case "id", "caller", "server_name" -> pieces.walkFixed(value, Location.METADATA);
        case "cache_control" -> cacheMark(value);
        default -> metadata(member);
      }
    }
  }

  private void toolResult(JsonValue block, String place) throws Unfit {
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type" -> {}
        case "content" -> content(value, Location.TOOL_RESULT, place + ".content");
        case "tool_use_id" -> pieces.walkFixed(value, Location.METADATA);
        case "is_error" -> {
          if (!value.isBoolean()) {
            pieces.walkFixed(value, Location.METADATA);
          }
        }
        case "cache_control" -> cacheMark(value);
        default -> metadata(member);
      }
    }
  }

  private void searchResult(JsonValue block, Location location, String place) throws Unfit {
    content.addModality("text");
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type" -> {}
        case "content" -> content(value, location, place + ".content");
        case "source", "title" -> pieces.walk(value, location);
        case "citations" -> nested.walk(value, Location.METADATA);
        case "cache_control" -> cacheMark(value);
        default -> metadata(member);
      }
    }
  }

  /// An image or a document around its source.
  private void carrier(JsonValue block, String modality, Location location, String place)
      throws Unfit {
    if (block.find("source") == null) {
      throw new Unfit(place + ".source", "is missing");
    }
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type" -> {}
        case "source" -> source(value, modality, location, place + ".source");
        case "title", "context" -> pieces.walk(value, location);
        case "citations" -> nested.walk(value, Location.METADATA);
        case "cache_control" -> cacheMark(value);
        default -> metadata(member);
      }
    }
  }

  private void source(JsonValue source, String modality, Location location, String place)
      throws Unfit {
    if (!source.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    JsonValue type = source.find("type");
    if (type == null || !type.isString()) {
      throw new Unfit(place + ".type", type == null ? "is missing" : "is not a string");
    }
    boolean inline = type.is("base64");
    boolean text = type.is("text");
    boolean blocks = type.is("content");
    if (text || blocks) {
      content.addModality("text");
    } else {
      content.addOpaque(new Opaque(modality, !inline));
    }
    if (!inline && !text && !blocks && !type.is("url") && !type.is("file")) {
      pieces.fixed(type, Location.METADATA);
    }
    for (JsonValue.Member member : source.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type" -> {}
        case "media_type" -> pieces.walkFixed(value, Location.METADATA);
        case "data" -> {
          if (!inline) {
            pieces.walk(value, text ? location : Location.METADATA);
          } else if (!NestedTexts.isBase64(value)) {
            throw new Unfit(place + ".data", "is not base64");
          }
        }
        case "content" -> content(value, location, place + ".content");
        case "url" -> pieces.walk(value, Location.REFERENCE);
        case "file_id" -> pieces.walkFixed(value, Location.REFERENCE);
        default -> metadata(member);
      }
    }
  }

  private void unknown(JsonValue block, JsonValue type, Location location) {
    content.addOpaque(new Opaque("opaque", false));
    pieces.fixed(type, Location.METADATA);
    for (JsonValue.Member member : block.members()) {
      switch (member.name().text().string()) {
        case "type" -> {}
        case "text" -> pieces.walk(member.value(), location);
        case "cache_control" -> cacheMark(member.value());
        default -> {
          pieces.fixed(member.name(), Location.METADATA);
          nested.walk(member.value(), Location.METADATA);
        }
      }
    }
  }

  private void metadata(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.METADATA);
    pieces.walk(member.value(), Location.METADATA);
  }

  /// The end of a prefix to cache; nothing can hide in one that is spelled as the protocol says.
  void cacheMark(JsonValue mark) {
    boolean usual = mark.isObject();
    for (JsonValue.Member member : mark.members()) {
      JsonValue value = member.value();
      usual &=
          (member.name().is("type") && value.is("ephemeral"))
              || (member.name().is("ttl") && (value.is("5m") || value.is("1h")));
    }
    if (!usual) {
      pieces.walkFixed(mark, Location.METADATA);
    }
  }
}
