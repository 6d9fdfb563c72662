package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The texts of an answer or of one event of a stream, each with the channel that it belongs to.
/// Whatever a provider sends is looked at; nothing here fails.
final class AnswerTexts {
  /// The members of channels; the index is that of the block.
  static final String TEXT = "text";

  static final String THINKING = "thinking";
  static final String INPUT = "input_json";

  /// Members of a message that hold no text of a model.
  private static final Set<String> MESSAGE =
      Set.of("content", "id", "model", "role", "stop_reason", "type");

  /// Members of a message that hold none if they are objects: counts.
  private static final Set<String> OBJECTS = Set.of("context_management", "usage");

  private final List<StreamText> found = new ArrayList<>();

  private AnswerTexts() {}

  /// All texts of a whole answer.
  static List<StreamText> message(JsonValue message) {
    AnswerTexts texts = new AnswerTexts();
    for (JsonValue.Member member : message.members()) {
      String name = member.name().text().string();
      if (name.equals("content") && member.value().isArray()) {
        int index = 0;
        for (JsonValue block : member.value().items()) {
          texts.block(block, index);
          index++;
        }
      } else if (name.equals("content")) {
        texts.everything(member.value(), Location.ASSISTANT);
      } else if (!MESSAGE.contains(name)
          && !(OBJECTS.contains(name) && member.value().isObject())) {
        texts.everything(member.value(), Location.METADATA);
      }
    }
    return texts.found;
  }

  /// The texts of an event of a stream.
  ///
  /// @param type of the event
  static List<StreamText> event(JsonValue event, String type, int index) {
    AnswerTexts texts = new AnswerTexts();
    for (JsonValue.Member member : event.members()) {
      JsonValue name = member.name();
      JsonValue value = member.value();
      boolean plain =
          (name.is("type") && value.isString()) || (name.is("index") && value.isNumber());
      if (!plain) {
        texts.eventMember(name, value, type, index);
      }
    }
    return texts.found;
  }

  private void eventMember(JsonValue name, JsonValue value, String type, int index) {
    if (type.equals("content_block_delta") && name.is("delta")) {
      delta(value, index);
    } else if (type.equals("content_block_start") && name.is("content_block")) {
      block(value, index);
    } else if (type.equals("message_start") && name.is("message")) {
      whole(value);
    } else if (type.equals("message_delta") && name.is("delta")) {
      whole(value);
    } else if (!(type.equals("message_delta")
        && value.isObject()
        && OBJECTS.contains(name.text().string()))) {
      everything(value, Location.METADATA);
    }
  }

  /// The head or the end of a message; blocks in it come once and whole.
  private void whole(JsonValue message) {
    if (!message.isObject()) {
      everything(message, Location.METADATA);
    }
    for (StreamText text : message(message)) {
      Channel channel = Channel.single(0, text.channel().location());
      found.add(new StreamText(channel, text.piece()));
    }
  }

  /// A block as it begins, or as it is whole.
  private void block(JsonValue block, int index) {
    JsonValue type = block.find("type");
    String word = type == null || !type.isString() ? "" : type.text().string();
    switch (word) {
      case "text" -> members(block, index, Location.ASSISTANT);
      case "thinking" -> members(block, index, Location.REASONING);
      case "tool_use", "server_tool_use", "mcp_tool_use" -> call(block);
      case "fallback" -> nested(block, Location.METADATA);
      case "redacted_thinking" -> {
        for (JsonValue.Member member : block.members()) {
          if (!member.name().is("data") && !member.name().is("type")) {
            nested(member.value(), Location.METADATA);
          }
        }
      }
      default -> {
        if (word.endsWith("_tool_result")) {
          nested(block, Location.TOOL_RESULT);
        } else {
          nested(block, Location.ASSISTANT);
        }
      }
    }
  }

  private void members(JsonValue block, int index, Location location) {
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type", "signature" -> {}
        case "text" -> running(value, TEXT, index, location);
        case "thinking" -> running(value, THINKING, index, location);
        case "citations" -> nested(value, Location.DOCUMENT);
        default -> nested(value, Location.METADATA);
      }
    }
  }

  private void call(JsonValue block) {
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type", "id", "caller", "server_name" -> {}
        case "name" -> {
          if (value.isString()) {
            single(Location.TOOL_CALL, TextPiece.Form.FIXED, value);
          } else {
            everything(value, Location.METADATA);
          }
        }
        case "input" -> input(value);
        default -> nested(value, Location.METADATA);
      }
    }
  }

  /// Arguments that come whole. Their names are found at `metadata`, because a fixed text at
  /// `tool_call` is the name of a tool.
  private void input(JsonValue value) {
    if (value.isArray()) {
      value.items().forEach(this::input);
    } else if (value.isObject()) {
      for (JsonValue.Member member : value.members()) {
        single(Location.METADATA, TextPiece.Form.FIXED, member.name());
        input(member.value());
      }
    } else {
      everything(value, Location.TOOL_CALL);
    }
  }

  private void delta(JsonValue delta, int index) {
    for (JsonValue.Member member : delta.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type", "signature" -> {}
        case "text" -> running(value, TEXT, index, Location.ASSISTANT);
        case "thinking" -> running(value, THINKING, index, Location.REASONING);
        case "partial_json" -> {
          if (value.isString()) {
            Channel channel = Channel.running(0, INPUT, index, Location.TOOL_CALL);
            add(channel, TextPiece.Form.JSON, value);
          } else {
            everything(value, Location.TOOL_CALL);
          }
        }
        case "citation" -> nested(value, Location.DOCUMENT);
        case "content" -> nested(value, Location.ASSISTANT);
        case "encrypted_content" -> {
          if (!NestedTexts.isBase64(value)) {
            everything(value, Location.METADATA);
          }
        }
        default -> nested(value, Location.METADATA);
      }
    }
    if (!delta.isObject()) {
      everything(delta, Location.METADATA);
    }
  }

  private void running(JsonValue value, String member, int index, Location location) {
    if (value.isString()) {
      add(Channel.running(0, member, index, location), TextPiece.Form.TEXT, value);
    } else {
      everything(value, location);
    }
  }

  private void nested(JsonValue value, Location location) {
    Pieces pieces = new Pieces();
    new NestedTexts(pieces, _ -> {}).walk(value, location);
    singles(pieces);
  }

  /// Every string and number in a value, each a text of its own.
  private void everything(JsonValue value, Location location) {
    Pieces pieces = new Pieces();
    pieces.walk(value, location);
    singles(pieces);
  }

  private void singles(Pieces pieces) {
    for (TextPiece piece : pieces.list()) {
      found.add(new StreamText(Channel.single(0, piece.location()), piece));
    }
  }

  private void single(Location location, TextPiece.Form form, JsonValue value) {
    add(Channel.single(0, location), form, value);
  }

  private void add(Channel channel, TextPiece.Form form, JsonValue value) {
    found.add(new StreamText(channel, TextPiece.of(channel.location(), false, form, value)));
  }
}
