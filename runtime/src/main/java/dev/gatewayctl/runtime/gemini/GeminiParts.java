package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The turns of a request and their parts: which text stands in which location.
final class GeminiParts {
  /// Members of a part that say something about its content and hold none.
  private static final Set<String> BESIDE =
      Set.of("mediaResolution", "partMetadata", "thought", "thoughtSignature", "videoMetadata");

  private final RequestContent content;
  private final Pieces pieces;

  GeminiParts(RequestContent content) {
    this.content = content;
    this.pieces = content.pieces();
  }

  /// `contents`.
  void turns(JsonValue value, String place) throws Unfit {
    List<JsonValue> turns = Names.items(value, place);
    int lastModel = -1;
    int lastUser = -1;
    for (int i = 0; i < turns.size(); i++) {
      String here = place + "[" + i + "]";
      Location location = role(turns.get(i), here);
      if (location == Location.ASSISTANT) {
        lastModel = i;
      } else if (location == Location.USER && !isResult(turns.get(i))) {
        lastUser = i;
        content.addTurn();
      }
    }
    for (int i = 0; i < turns.size(); i++) {
      String here = place + "[" + i + "]";
      pieces.latest(i > lastModel);
      int before = pieces.size();
      Location location = role(turns.get(i), here);
      turn(turns.get(i), location, here);
      if (location == Location.SYSTEM) {
        content.systemSince(before);
      } else if (i == lastUser) {
        content.lastUserSince(before);
      }
    }
    pieces.latest(false);
  }

  /// A role that the protocol does not know counts as the user's: the least trusted.
  private static Location role(JsonValue turn, String place) throws Unfit {
    if (!turn.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    JsonValue role = turn.present("role");
    if (role == null) {
      return Location.USER;
    }
    if (!role.isString()) {
      throw new Unfit(place + ".role", "is not a string");
    }
    return switch (role.text().string()) {
      case "model" -> Location.ASSISTANT;
      case "system" -> Location.SYSTEM;
      case "function", "tool" -> Location.TOOL_RESULT;
      default -> Location.USER;
    };
  }

  /// Whether a turn holds nothing but what tools answered.
  private static boolean isResult(JsonValue turn) {
    JsonValue parts = turn.present("parts");
    List<JsonValue> list =
        parts == null ? List.of() : parts.isArray() ? parts.items() : List.of(parts);
    return !list.isEmpty()
        && list.stream().allMatch(part -> Names.present(part, "functionResponse") != null);
  }

  /// A turn, or what has the same shape: instructions, a document to embed.
  void turn(JsonValue turn, Location location, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(turn, place)) {
      switch (member.name().text().string()) {
        case "role" -> {
          JsonValue role = member.value();
          if (!role.is("user") && !role.is("model") && !role.isNull()) {
            pieces.walkFixed(role, Location.METADATA);
          }
        }
        case "parts" -> parts(member.value(), location, place + ".parts");
        default -> unknown(member);
      }
    }
  }

  private void parts(JsonValue value, Location location, String place) throws Unfit {
    int index = 0;
    for (JsonValue part : Names.items(value, place)) {
      part(part, location, place + "[" + index + "]");
      index++;
    }
  }

  private void part(JsonValue part, Location location, String place) throws Unfit {
    JsonValue thought = part.present("thought");
    boolean thinks = thought != null && thought.isTrue();
    for (JsonValue.Member member : Names.members(part, place)) {
      JsonValue value = member.value();
      String name = Names.canonical(member.name());
      String here = place + "." + name;
      if (value.isNull()) {
        continue;
      }
      switch (name) {
        case "text" -> {
          if (!value.isString()) {
            throw new Unfit(here, "is not a string");
          }
          content.addModality("text");
          pieces.text(value, thinks ? Location.REASONING : location);
        }
        case "inlineData" -> inline(value, here);
        case "fileData" -> stored(value, here);
        case "functionCall", "toolCall" -> call(value, here);
        case "functionResponse", "toolResponse" -> response(value, here);
        case "executableCode" -> known(value, "language", Location.TOOL_CALL, here);
        case "codeExecutionResult" -> known(value, "outcome", Location.TOOL_RESULT, here);
        default -> beside(name, member);
      }
    }
  }

  private void beside(String name, JsonValue.Member member) {
    JsonValue value = member.value();
    switch (name) {
      case "thought" -> {
        if (!value.isBoolean()) {
          pieces.walk(value, Location.METADATA);
        }
      }
      case "thoughtSignature" -> {
        if (!isBase64(value)) {
          pieces.walkFixed(value, Location.METADATA);
        }
      }
      default -> {
        unknown(member);
        if (!BESIDE.contains(name)) {
          content.addOpaque(new Opaque("opaque", false));
        }
      }
    }
  }

  private void unknown(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.METADATA);
    pieces.walk(member.value(), Location.METADATA);
  }

  private void inline(JsonValue blob, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(blob, place)) {
      switch (Names.canonical(member.name())) {
        case "data" -> {
          if (!isBase64(member.value())) {
            throw new Unfit(place + ".data", "is not base64");
          }
        }
        case "mimeType" -> pieces.walkFixed(member.value(), Location.METADATA);
        case "displayName" -> pieces.walk(member.value(), Location.METADATA);
        default -> unknown(member);
      }
    }
    content.addOpaque(new Opaque(modality(Names.present(blob, "mimeType")), false));
  }

  private void stored(JsonValue file, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(file, place)) {
      switch (Names.canonical(member.name())) {
        case "fileUri" -> pieces.walk(member.value(), Location.REFERENCE);
        case "mimeType" -> pieces.walkFixed(member.value(), Location.METADATA);
        case "displayName" -> pieces.walk(member.value(), Location.METADATA);
        default -> unknown(member);
      }
    }
    content.addOpaque(new Opaque(modality(Names.present(file, "mimeType")), true));
  }

  private static String modality(@Nullable JsonValue mimeType) {
    if (mimeType == null || !mimeType.isString()) {
      return "opaque";
    }
    String type = mimeType.text().string().toLowerCase(Locale.ROOT);
    for (String kind : List.of("image", "audio", "video")) {
      if (type.startsWith(kind + "/")) {
        return kind;
      }
    }
    return type.startsWith("text/") || type.startsWith("application/") ? "document" : "opaque";
  }

  private void call(JsonValue call, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(call, place)) {
      JsonValue value = member.value();
      switch (Names.canonical(member.name())) {
        case "name", "toolType" -> pieces.walkFixed(value, Location.TOOL_CALL);
        case "id" -> pieces.walkFixed(value, Location.METADATA);
        case "args" -> {
          if (!value.isObject() && !value.isNull()) {
            throw new Unfit(place + ".args", "is not an object");
          }
          pieces.walk(value, Location.TOOL_CALL);
        }
        case "willContinue" -> flag(value);
        default -> {
          pieces.fixed(member.name(), Location.TOOL_CALL);
          pieces.walk(value, Location.TOOL_CALL);
        }
      }
    }
  }

  private void response(JsonValue response, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(response, place)) {
      JsonValue value = member.value();
      switch (Names.canonical(member.name())) {
        case "name", "toolType" -> pieces.walkFixed(value, Location.TOOL_RESULT);
        case "id", "scheduling" -> pieces.walkFixed(value, Location.METADATA);
        case "response" -> {
          if (!value.isObject() && !value.isNull()) {
            throw new Unfit(place + ".response", "is not an object");
          }
          pieces.walk(value, Location.TOOL_RESULT);
        }
        case "parts" -> parts(value, Location.TOOL_RESULT, place + ".parts");
        case "willContinue" -> flag(value);
        default -> {
          pieces.fixed(member.name(), Location.TOOL_RESULT);
          pieces.walk(value, Location.TOOL_RESULT);
        }
      }
    }
  }

  private void flag(JsonValue value) {
    if (!value.isBoolean()) {
      pieces.walk(value, Location.METADATA);
    }
  }

  private void known(JsonValue value, String word, Location location, String place) throws Unfit {
    for (JsonValue.Member member : Names.members(value, place)) {
      if (member.name().is(word)) {
        pieces.walkFixed(member.value(), Location.METADATA);
      } else {
        pieces.walk(member.value(), location);
      }
    }
  }

  /// Whether a value is a string of base64, in either alphabet and with or without padding.
  private static boolean isBase64(JsonValue value) {
    if (!value.isString()) {
      return false;
    }
    JsonText text = value.text();
    byte[] bytes = text.bytes();
    for (int i = text.from(); i < text.to(); i++) {
      byte b = bytes[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      boolean sign = b == '+' || b == '/' || b == '-' || b == '_';
      boolean padding = b == '=' && i >= text.to() - 2;
      if (!letter && !sign && !padding) {
        return false;
      }
    }
    return true;
  }
}
