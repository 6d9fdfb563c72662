package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.policy.catalog.Location;
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
        if (!Base64Text.is(value)) {
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
}
