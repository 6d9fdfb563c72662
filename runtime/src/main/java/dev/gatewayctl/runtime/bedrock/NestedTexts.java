package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import java.util.function.Consumer;

/// The texts of what has no fixed shape here: results of the provider's own tools, citations, and
/// what comes after us. Every text in it is found; inline bytes and references are told apart by
/// the names of their members.
final class NestedTexts {
  private final Pieces pieces;
  private final Consumer<Opaque> opaque;

  /// A walk.
  ///
  /// @param opaque takes what is no text
  NestedTexts(Pieces pieces, Consumer<Opaque> opaque) {
    this.pieces = pieces;
    this.opaque = opaque;
  }

  void walk(JsonValue value, Location location) {
    if (value.isArray()) {
      for (JsonValue item : value.items()) {
        walk(item, location);
      }
    } else if (value.isObject()) {
      for (JsonValue.Member member : value.members()) {
        member(member, location);
      }
    } else {
      pieces.walk(value, location);
    }
  }

  private void member(JsonValue.Member member, Location location) {
    JsonValue value = member.value();
    switch (member.name().text().string()) {
      case "bytes" -> {
        opaque.accept(new Opaque("opaque", false));
        if (!isBase64(value)) {
          walk(value, location);
        }
      }
      case "toolUseId", "type", "format", "status" -> pieces.walkFixed(value, Location.METADATA);
      case "uri", "url", "domain" -> pieces.walk(value, Location.REFERENCE);
      case "s3Location" -> {
        opaque.accept(new Opaque("opaque", true));
        pieces.walk(value, Location.REFERENCE);
      }
      case "content", "text", "title", "source", "sourceContent", "name", "context" ->
          walk(value, location);
      default -> {
        pieces.fixed(member.name(), Location.METADATA);
        walk(value, location);
      }
    }
  }

  /// Whether a value is a string of nothing but base64 with its padding at the end.
  static boolean isBase64(JsonValue value) {
    if (!value.isString()) {
      return false;
    }
    JsonText text = value.text();
    byte[] bytes = text.bytes();
    int to = text.to();
    while (to > text.from() && to > text.to() - 2 && bytes[to - 1] == '=') {
      to--;
    }
    for (int i = text.from(); i < to; i++) {
      byte b = bytes[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (!letter && b != '+' && b != '/') {
        return false;
      }
    }
    return true;
  }

  /// Whether a value is a string of what ids are made of, short enough to hold no text.
  static boolean isId(JsonValue value) {
    if (!value.isString() || value.end() - value.start() > 66) {
      return false;
    }
    JsonText text = value.text();
    for (int i = text.from(); i < text.to(); i++) {
      byte b = text.bytes()[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (!letter && b != '-' && b != '_' && b != '.' && b != ':') {
        return false;
      }
    }
    return true;
  }
}
