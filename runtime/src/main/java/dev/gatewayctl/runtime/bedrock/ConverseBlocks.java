package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;

/// The content blocks of a request: which text stands in which location, and what is no text. A
/// block is an object whose one member names its kind; one that holds two kinds is refused, as
/// Amazon does.
///
/// What a tool answered is at `tool_result`, whatever block carries it; documents and search
/// results that the caller gives are at `document`. What the provider sealed for itself is opaque.
/// The signature of a thought is neither: no model reads it, and a changed one is refused.
final class ConverseBlocks {
  private final RequestContent content;
  private final Pieces pieces;
  private final NestedTexts nested;

  ConverseBlocks(RequestContent content) {
    this.content = content;
    this.pieces = content.pieces();
    this.nested = new NestedTexts(pieces, content::addOpaque);
  }

  /// A list of blocks.
  void list(JsonValue value, Location location, String place) throws Unfit {
    if (value.isNull()) {
      return;
    }
    int index = 0;
    for (JsonValue block : items(value, place)) {
      block(block, location, place + "[" + index + "]");
      index++;
    }
  }

  static List<JsonValue> items(JsonValue value, String place) throws Unfit {
    if (!value.isArray()) {
      throw new Unfit(place, "is not a list");
    }
    return value.items();
  }

  static List<JsonValue.Member> members(JsonValue value, String place) throws Unfit {
    if (!value.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    return value.members();
  }

  private void block(JsonValue block, Location location, String place) throws Unfit {
    boolean told = false;
    for (JsonValue.Member member : members(block, place)) {
      if (member.value().isNull()) {
        continue;
      }
      if (told) {
        throw new Unfit(place, "holds more than one kind of content");
      }
      told = true;
      kind(member, location, place);
    }
    if (!told) {
      throw new Unfit(place, "holds no content");
    }
  }

  private void kind(JsonValue.Member member, Location location, String place) throws Unfit {
    JsonValue value = member.value();
    String name = member.name().text().string();
    String here = place + "." + name;
    switch (name) {
      case "text" -> text(value, location, here);
      case "image", "video", "audio" -> media(value, name, location, here);
      case "document" -> media(value, name, inside(location), here);
      case "toolUse" -> toolUse(value, here);
      case "toolResult" -> toolResult(value, here);
      case "json" -> pieces.walk(value, location);
      case "reasoningContent" -> reasoning(value, here);
      case "guardContent" -> guard(value, location, here);
      case "cachePoint" -> cacheMark(value);
      case "citationsContent" -> cited(value, location, here);
      case "searchResult" -> searchResult(value, inside(location), here);
      default -> {
        content.addOpaque(new Opaque("opaque", false));
        metadata(member);
      }
    }
  }

  /// Where a document's text stands: with its tool, or on its own.
  private static Location inside(Location location) {
    return location == Location.TOOL_RESULT ? location : Location.DOCUMENT;
  }

  private void text(JsonValue value, Location location, String place) throws Unfit {
    if (!value.isString()) {
      throw new Unfit(place, "is not a string");
    }
    content.addModality("text");
    pieces.text(value, location);
  }

  /// An image, a document, audio or a video around its source.
  private void media(JsonValue value, String modality, Location location, String place)
      throws Unfit {
    boolean sourced = false;
    for (JsonValue.Member member : members(value, place)) {
      JsonValue part = member.value();
      switch (member.name().text().string()) {
        case "source" -> {
          source(part, modality, location, place + ".source");
          sourced = true;
        }
        case "format" -> pieces.walkFixed(part, Location.METADATA);
        case "name", "context" -> pieces.walk(part, location);
        case "citations" -> nested.walk(part, Location.METADATA);
        default -> metadata(member);
      }
    }
    if (!sourced) {
      throw new Unfit(place + ".source", "is missing");
    }
  }

  private void source(JsonValue source, String modality, Location location, String place)
      throws Unfit {
    boolean told = false;
    for (JsonValue.Member member : members(source, place)) {
      JsonValue value = member.value();
      if (value.isNull()) {
        continue;
      }
      if (told) {
        throw new Unfit(place, "holds more than one source");
      }
      told = true;
      switch (member.name().text().string()) {
        case "bytes" -> {
          if (!NestedTexts.isBase64(value)) {
            throw new Unfit(place + ".bytes", "is not base64");
          }
          content.addOpaque(new Opaque(modality, false));
        }
        case "s3Location" -> {
          pieces.walk(value, Location.REFERENCE);
          content.addOpaque(new Opaque(modality, true));
        }
        case "text" -> text(value, location, place + ".text");
        case "content" -> list(value, location, place + ".content");
        default -> {
          content.addOpaque(new Opaque(modality, true));
          metadata(member);
        }
      }
    }
    if (!told) {
      throw new Unfit(place, "holds no source");
    }
  }

  private void toolUse(JsonValue value, String place) throws Unfit {
    for (JsonValue.Member member : members(value, place)) {
      JsonValue part = member.value();
      switch (member.name().text().string()) {
        case "name" -> pieces.walkFixed(part, Location.TOOL_CALL);
        case "input" -> pieces.walk(part, Location.TOOL_CALL);
        case "toolUseId", "type" -> pieces.walkFixed(part, Location.METADATA);
        default -> metadata(member);
      }
    }
  }

  private void toolResult(JsonValue value, String place) throws Unfit {
    for (JsonValue.Member member : members(value, place)) {
      JsonValue part = member.value();
      switch (member.name().text().string()) {
        case "content" -> list(part, Location.TOOL_RESULT, place + ".content");
        case "toolUseId", "status", "type" -> pieces.walkFixed(part, Location.METADATA);
        default -> metadata(member);
      }
    }
  }

  private void reasoning(JsonValue value, String place) throws Unfit {
    for (JsonValue.Member member : members(value, place)) {
      JsonValue part = member.value();
      switch (member.name().text().string()) {
        case "reasoningText" -> {
          for (JsonValue.Member inner : members(part, place + ".reasoningText")) {
            switch (inner.name().text().string()) {
              case "text" -> pieces.walk(inner.value(), Location.REASONING);
              case "signature" -> sealed(inner.value());
              default -> metadata(inner);
            }
          }
        }
        case "redactedContent" -> {
          content.addOpaque(new Opaque("opaque", false));
          sealed(part);
        }
        default -> metadata(member);
      }
    }
  }

  /// What the provider sealed holds no text that anyone else can read; anything else in its place
  /// is looked at.
  private void sealed(JsonValue value) {
    if (!NestedTexts.isBase64(value)) {
      pieces.walkFixed(value, Location.METADATA);
    }
  }

  /// What a guardrail of Amazon's shall look at; the model reads it like any other text.
  private void guard(JsonValue value, Location location, String place) throws Unfit {
    for (JsonValue.Member member : members(value, place)) {
      JsonValue part = member.value();
      String here = place + "." + member.name().text().string();
      switch (member.name().text().string()) {
        case "text" -> {
          for (JsonValue.Member inner : members(part, here)) {
            switch (inner.name().text().string()) {
              case "text" -> text(inner.value(), location, here + ".text");
              case "qualifiers" -> pieces.walkFixed(inner.value(), Location.METADATA);
              default -> metadata(inner);
            }
          }
        }
        case "image" -> media(part, "image", location, here);
        default -> metadata(member);
      }
    }
  }

  private void cited(JsonValue value, Location location, String place) throws Unfit {
    for (JsonValue.Member member : members(value, place)) {
      switch (member.name().text().string()) {
        case "content" -> list(member.value(), location, place + ".content");
        case "citations" -> nested.walk(member.value(), inside(location));
        default -> metadata(member);
      }
    }
  }

  private void searchResult(JsonValue value, Location location, String place) throws Unfit {
    for (JsonValue.Member member : members(value, place)) {
      JsonValue part = member.value();
      switch (member.name().text().string()) {
        case "content" -> list(part, location, place + ".content");
        case "source", "title" -> pieces.walk(part, location);
        case "citations" -> nested.walk(part, Location.METADATA);
        default -> metadata(member);
      }
    }
  }

  private void metadata(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.METADATA);
    nested.walk(member.value(), Location.METADATA);
  }

  /// The end of a prefix to cache; nothing can hide in one that is spelled as the protocol says.
  void cacheMark(JsonValue mark) {
    boolean usual = mark.isObject();
    for (JsonValue.Member member : mark.members()) {
      JsonValue value = member.value();
      usual &=
          (member.name().is("type") && value.is("default"))
              || (member.name().is("ttl") && (value.is("5m") || value.is("1h")));
    }
    if (!usual) {
      pieces.walkFixed(mark, Location.METADATA);
    }
  }
}
