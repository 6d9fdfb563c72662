package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import java.util.function.Consumer;

/// The texts of what has no fixed shape in the protocol: results of the provider's own tools,
/// citations, and what comes after us. Every text in it is found; references, inline bytes and what
/// the provider sealed for itself are told apart by the names of their members.
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
      JsonValue type = value.find("type");
      boolean inline = type != null && type.is("base64");
      for (JsonValue.Member member : value.members()) {
        member(member, location, inline);
      }
    } else {
      pieces.walk(value, location);
    }
  }

  private void member(JsonValue.Member member, Location location, boolean inline) {
    JsonValue value = member.value();
    switch (member.name().text().string()) {
      case "caller", "error_code", "media_type", "tool_use_id", "type" ->
          pieces.walkFixed(value, Location.METADATA);
      case "url" -> pieces.walk(value, Location.REFERENCE);
      case "file_id" -> {
        pieces.walkFixed(value, Location.REFERENCE);
        opaque.accept(new Opaque("document", true));
      }
      case "encrypted_content", "encrypted_stdout" -> {
        opaque.accept(new Opaque("opaque", false));
        sealed(value);
      }
      case "encrypted_index" -> sealed(value);
      case "data" -> {
        if (inline && isBase64(value)) {
          opaque.accept(new Opaque("document", false));
        } else {
          walk(value, location);
        }
      }
      case "cited_text",
          "content",
          "document_title",
          "source",
          "stderr",
          "stdout",
          "text",
          "title" ->
          walk(value, location);
      default -> {
        pieces.fixed(member.name(), Location.METADATA);
        walk(value, location);
      }
    }
  }

  /// What the provider sealed holds no text that anyone else can read; anything else in its place
  /// is looked at.
  void sealed(JsonValue value) {
    if (!isBase64(value)) {
      pieces.walkFixed(value, Location.METADATA);
    }
  }

  /// Whether a value is null or a string of nothing but base64 and line breaks.
  static boolean isBase64(JsonValue value) {
    if (!value.isString()) {
      return value.isNull();
    }
    JsonText text = value.text();
    byte[] bytes = text.bytes();
    for (int i = text.from(); i < text.to(); i++) {
      int b = bytes[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      boolean mark = b == '+' || b == '/' || b == '=' || b == '-' || b == '_';
      if (!letter && !mark && b != '\n' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
