package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;
import java.util.Optional;

/// The messages of a chat request: which text stands in which location.
final class ChatMessages {
  private final RequestContent content;
  private final Pieces pieces;

  ChatMessages(RequestContent content) {
    this.content = content;
    this.pieces = content.pieces();
  }

  void messages(JsonValue value) throws Unfit {
    if (!value.isArray()) {
      throw new Unfit("messages", "is not a list");
    }
    List<JsonValue> messages = value.items();
    int lastAssistant = -1;
    int lastUser = -1;
    String[] roles = new String[messages.size()];
    for (int i = 0; i < roles.length; i++) {
      roles[i] = role(messages.get(i), i);
      if (location(roles[i]) == Location.ASSISTANT) {
        lastAssistant = i;
      } else if (roles[i].equals("user")) {
        lastUser = i;
        content.addTurn();
      }
    }
    for (int i = 0; i < roles.length; i++) {
      pieces.latest(i > lastAssistant);
      int before = pieces.size();
      message(messages.get(i), location(roles[i]), "messages[" + i + "]");
      if (location(roles[i]) == Location.SYSTEM) {
        content.systemSince(before);
      } else if (i == lastUser) {
        content.lastUserSince(before);
      }
    }
    pieces.latest(false);
  }

  private static String role(JsonValue message, int index) throws Unfit {
    String place = "messages[" + index + "]";
    if (!message.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    JsonValue role = message.find("role");
    if (role == null || !role.isString()) {
      throw new Unfit(place + ".role", role == null ? "is missing" : "is not a string");
    }
    return role.text().string();
  }

  /// A role that the protocol does not know counts as the user's: the least trusted.
  private static Location location(String role) {
    return switch (role) {
      case "system", "developer" -> Location.SYSTEM;
      case "assistant", "model" -> Location.ASSISTANT;
      case "tool", "function" -> Location.TOOL_RESULT;
      default -> Location.USER;
    };
  }

  private void message(JsonValue message, Location location, String place) throws Unfit {
    for (JsonValue.Member member : message.members()) {
      JsonValue value = member.value();
      String name = member.name().text().string();
      switch (name) {
        case "role" -> {
          if (!KNOWN_ROLES.contains(value.text().string())) {
            pieces.fixed(value, Location.METADATA);
          }
        }
        case "content" -> content(value, location, place + ".content");
        case "refusal" -> pieces.walk(value, Location.ASSISTANT);
        case "reasoning", "reasoning_content", "thinking" -> pieces.walk(value, Location.REASONING);
        case "reasoning_details" -> reasoningDetails(value);
        case "tool_calls" -> toolCalls(value, place + ".tool_calls");
        case "function_call" -> function(value, place + ".function_call");
        case "tool_call_id" -> pieces.walkFixed(value, Location.METADATA);
        case "audio" -> {
          pieces.walk(value, Location.METADATA);
          if (!value.isNull()) {
            opaque("audio", true);
          }
        }
        case "name" -> pieces.walk(value, Location.METADATA);
        default -> {
          pieces.fixed(member.name(), Location.METADATA);
          pieces.walk(value, Location.METADATA);
        }
      }
    }
  }

  private static final List<String> KNOWN_ROLES =
      List.of("assistant", "developer", "function", "system", "tool", "user");

  private void content(JsonValue value, Location location, String place) throws Unfit {
    if (value.isString()) {
      content.addModality("text");
      pieces.text(value, location);
    } else if (value.isArray()) {
      int index = 0;
      for (JsonValue part : value.items()) {
        part(part, location, place + "[" + index + "]");
        index++;
      }
    } else if (!value.isNull()) {
      throw new Unfit(place, "is neither a string nor a list of parts");
    }
  }

  /// One part of a content.
  void part(JsonValue part, Location location, String place) throws Unfit {
    if (part.isString()) {
      content.addModality("text");
      pieces.text(part, location);
      return;
    }
    if (!part.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    JsonValue type = part.find("type");
    if (type == null || !type.isString()) {
      throw new Unfit(place + ".type", type == null ? "is missing" : "is not a string");
    }
    String word = type.text().string();
    switch (word) {
      case "text", "input_text", "output_text" -> content.addModality("text");
      case "refusal", "thinking", "reasoning" -> {}
      case "image_url", "input_image", "image" -> opaque("image", reference(part));
      case "input_audio", "audio_url", "audio" -> opaque("audio", reference(part));
      case "video_url", "input_video", "video" -> opaque("video", reference(part));
      case "file", "input_file", "document_url", "document" -> opaque("document", reference(part));
      default -> {
        opaque("opaque", reference(part));
        pieces.fixed(type, Location.METADATA);
      }
    }
    for (JsonValue.Member member : part.members()) {
      partMember(member, location);
    }
  }

  private void partMember(JsonValue.Member member, Location location) {
    JsonValue value = member.value();
    switch (member.name().text().string()) {
      case "type" -> {}
      case "text" -> pieces.walk(value, location);
      case "refusal" -> pieces.walk(value, Location.ASSISTANT);
      case "thinking", "reasoning" -> pieces.walk(value, Location.REASONING);
      case "image_url", "audio_url", "video_url", "document_url", "url" -> address(value);
      case "input_audio", "file", "image", "audio", "video", "document" -> carrier(value);
      default -> {
        pieces.fixed(member.name(), Location.METADATA);
        pieces.walk(value, Location.METADATA);
      }
    }
  }

  /// An address, alone or as the member `url`.
  private void address(JsonValue value) {
    if (value.isString()) {
      if (!isInline(value)) {
        pieces.text(value, Location.REFERENCE);
      }
      return;
    }
    for (JsonValue.Member member : value.members()) {
      if (member.name().is("url")) {
        address(member.value());
      } else {
        pieces.walk(member.value(), Location.METADATA);
      }
    }
  }

  /// An object around inline bytes or the id of stored ones.
  private void carrier(JsonValue value) {
    if (!value.isObject()) {
      address(value);
      return;
    }
    for (JsonValue.Member member : value.members()) {
      switch (member.name().text().string()) {
        case "data", "file_data" -> {
          if (!member.value().isString()) {
            pieces.walk(member.value(), Location.METADATA);
          }
        }
        case "file_id", "id" -> pieces.walkFixed(member.value(), Location.REFERENCE);
        case "url" -> address(member.value());
        default -> pieces.walk(member.value(), Location.METADATA);
      }
    }
  }

  private static boolean isInline(JsonValue url) {
    byte[] scheme = {'d', 'a', 't', 'a', ':'};
    var text = url.text();
    return text.length() >= scheme.length
        && java.util.Arrays.equals(
            text.bytes(), text.from(), text.from() + scheme.length, scheme, 0, scheme.length);
  }

  /// Whether the content stands elsewhere: no member holds it inline.
  private static boolean reference(JsonValue value) {
    for (JsonValue.Member member : value.members()) {
      JsonValue inner = member.value();
      boolean bytes = member.name().is("data") || member.name().is("file_data");
      if (inner.isString() && (bytes || isInline(inner))) {
        return false;
      }
      if (inner.isObject() && !reference(inner)) {
        return false;
      }
    }
    return true;
  }

  private void opaque(String modality, boolean reference) {
    content.addModality(modality);
    content.addOpaque(new Opaque(modality, reference));
  }

  private void reasoningDetails(JsonValue value) {
    for (JsonValue detail : value.items()) {
      for (JsonValue.Member member : detail.members()) {
        switch (member.name().text().string()) {
          case "text", "summary" -> pieces.walk(member.value(), Location.REASONING);
          case "data", "signature" -> opaque("opaque", false);
          default -> pieces.walkFixed(member.value(), Location.METADATA);
        }
      }
    }
    if (!value.isArray()) {
      pieces.walk(value, Location.REASONING);
    }
  }

  private void toolCalls(JsonValue value, String place) throws Unfit {
    if (value.isNull()) {
      return;
    }
    if (!value.isArray()) {
      throw new Unfit(place, "is not a list");
    }
    int index = 0;
    for (JsonValue call : value.items()) {
      String here = place + "[" + index + "]";
      if (!call.isObject()) {
        throw new Unfit(here, "is not an object");
      }
      for (JsonValue.Member member : call.members()) {
        switch (member.name().text().string()) {
          case "function", "custom" ->
              function(member.value(), here + "." + member.name().text().string());
          case "id", "type", "index" -> fixedId(member.value());
          default -> {
            pieces.fixed(member.name(), Location.METADATA);
            pieces.walk(member.value(), Location.METADATA);
          }
        }
      }
      index++;
    }
  }

  private void fixedId(JsonValue value) {
    Optional<String> word = value.string();
    if (!word.equals(Optional.of("function"))) {
      pieces.walkFixed(value, Location.METADATA);
    }
  }

  private void function(JsonValue call, String place) throws Unfit {
    if (call.isNull()) {
      return;
    }
    if (!call.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    for (JsonValue.Member member : call.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "name" -> pieces.walkFixed(value, Location.TOOL_CALL);
        case "arguments" -> {
          if (value.isString()) {
            pieces.json(value, Location.TOOL_CALL);
          } else {
            pieces.walk(value, Location.TOOL_CALL);
          }
        }
        default -> pieces.walk(value, Location.TOOL_CALL);
      }
    }
  }
}
