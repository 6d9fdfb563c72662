package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The texts of an answer or of one event of a stream, each with the channel that it belongs to.
/// Whatever a provider sends is looked at; nothing here fails.
final class ConverseTexts {
  /// The members of channels; the index is that of the block.
  static final String TEXT = "text";

  static final String REASONING = "reasoning";
  static final String INPUT = "input";

  /// What the service pads its events with, cut anywhere, so that lengths tell nothing.
  private static final byte[] PADDING =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
          .getBytes(StandardCharsets.US_ASCII);

  /// Members of an answer or an event that hold no text if they are strings of the protocol.
  private static final Set<String> WORDS = Set.of("role", "stopReason");

  /// Members that hold none if they are objects: counts and settings.
  private static final Set<String> OBJECTS =
      Set.of("metrics", "performanceConfig", "serviceTier", "usage");

  private final List<StreamText> found = new ArrayList<>();

  private ConverseTexts() {}

  /// All texts of a whole answer.
  static List<StreamText> answer(JsonValue root) {
    ConverseTexts texts = new ConverseTexts();
    for (JsonValue.Member member : root.members()) {
      if (member.name().is("output") && member.value().isObject()) {
        texts.output(member.value());
      } else {
        texts.beside(member);
      }
    }
    return texts.found;
  }

  private void output(JsonValue output) {
    for (JsonValue.Member member : output.members()) {
      JsonValue message = member.value();
      if (!member.name().is("message") || !message.isObject()) {
        everything(message, Location.ASSISTANT);
        continue;
      }
      for (JsonValue.Member part : message.members()) {
        if (part.name().is("content") && part.value().isArray()) {
          int index = 0;
          for (JsonValue block : part.value().items()) {
            block(block, index);
            index++;
          }
        } else if (part.name().is("content")) {
          everything(part.value(), Location.ASSISTANT);
        } else {
          beside(part);
        }
      }
    }
  }

  /// The texts of an event of a stream.
  ///
  /// @param type of the event; of an exception anything that is no event's
  static List<StreamText> event(JsonValue event, String type, int index) {
    ConverseTexts texts = new ConverseTexts();
    for (JsonValue.Member member : event.members()) {
      JsonValue value = member.value();
      String name = member.name().text().string();
      switch (name) {
        case "p" -> {
          if (!isPadding(value)) {
            texts.everything(value, Location.METADATA);
          }
        }
        case "contentBlockIndex" -> {
          if (!value.isNumber()) {
            texts.everything(value, Location.METADATA);
          }
        }
        default -> {
          switch (type + "." + name) {
            case "contentBlockStart.start" -> texts.block(value, index);
            case "contentBlockDelta.delta" -> texts.delta(value, index);
            default -> texts.beside(member);
          }
        }
      }
    }
    return texts.found;
  }

  /// Texts that stand in no JSON of the answer; none of them can be masked.
  static List<StreamText> fixed(List<JsonValue> values) {
    ConverseTexts texts = new ConverseTexts();
    Pieces pieces = new Pieces();
    values.forEach(value -> pieces.fixed(value, Location.METADATA));
    texts.singles(pieces);
    return texts.found;
  }

  private static boolean isPadding(JsonValue value) {
    if (!value.isString()) {
      return value.isNull();
    }
    JsonText text = value.text();
    for (int i = 0; i < text.length(); i++) {
      if (text.bytes()[text.from() + i] != PADDING[i % PADDING.length]) {
        return false;
      }
    }
    return true;
  }

  /// A member beside the content. What a guardrail's trace says that the model said is the
  /// assistant's.
  private void beside(JsonValue.Member member) {
    String name = member.name().text().string();
    JsonValue value = member.value();
    if (name.equals("trace")) {
      trace(value);
    } else if (!(WORDS.contains(name) && NestedTexts.isId(value))
        && !(OBJECTS.contains(name) && value.isObject())) {
      everything(value, Location.METADATA);
    } else if (value.isObject()) {
      strings(value);
    }
  }

  /// Counts and settings: words of the protocol are passed over, longer texts are not.
  private void strings(JsonValue value) {
    if (value.isObject()) {
      value.members().forEach(member -> strings(member.value()));
    } else if (value.isArray()) {
      value.items().forEach(this::strings);
    } else if (value.isString() && !NestedTexts.isId(value)) {
      everything(value, Location.METADATA);
    }
  }

  private void trace(JsonValue value) {
    if (value.isArray()) {
      value.items().forEach(this::trace);
    } else if (value.isObject()) {
      for (JsonValue.Member member : value.members()) {
        if (member.name().is("modelOutput")) {
          everything(member.value(), Location.ASSISTANT);
        } else {
          single(Location.METADATA, TextPiece.Form.FIXED, member.name());
          trace(member.value());
        }
      }
    } else {
      everything(value, Location.METADATA);
    }
  }

  /// A block as it begins, or as it is whole.
  private void block(JsonValue block, int index) {
    if (!block.isObject()) {
      everything(block, Location.ASSISTANT);
    }
    for (JsonValue.Member member : block.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "text" -> running(value, TEXT, index, Location.ASSISTANT);
        case "toolUse" -> call(value, index);
        case "toolResult" -> nested(value, Location.TOOL_RESULT);
        case "reasoningContent" -> reasoning(value, index);
        case "citationsContent" -> cited(value);
        default -> nested(value, Location.ASSISTANT);
      }
    }
  }

  private void delta(JsonValue delta, int index) {
    if (!delta.isObject()) {
      everything(delta, Location.ASSISTANT);
    }
    for (JsonValue.Member member : delta.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "text" -> running(value, TEXT, index, Location.ASSISTANT);
        case "toolUse" -> call(value, index);
        case "toolResult" -> nested(value, Location.TOOL_RESULT);
        case "reasoningContent" -> reasoning(value, index);
        case "citation" -> nested(value, Location.DOCUMENT);
        default -> nested(value, Location.ASSISTANT);
      }
    }
  }

  /// A call, or its beginning, or more of its arguments: in streams these are fragments of JSON.
  private void call(JsonValue call, int index) {
    if (!call.isObject()) {
      everything(call, Location.TOOL_CALL);
    }
    for (JsonValue.Member member : call.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "name" -> {
          if (value.isString()) {
            single(Location.TOOL_CALL, TextPiece.Form.FIXED, value);
          } else {
            everything(value, Location.METADATA);
          }
        }
        case "input" -> {
          if (value.isString()) {
            Channel channel = Channel.running(0, INPUT, index, Location.TOOL_CALL);
            add(channel, TextPiece.Form.JSON, value);
          } else {
            arguments(value);
          }
        }
        case "toolUseId", "type" -> {
          if (!NestedTexts.isId(value)) {
            fixed(value);
          }
        }
        default -> nested(value, Location.METADATA);
      }
    }
  }

  /// Arguments that come whole. Their names are found at `metadata`, because a fixed text at
  /// `tool_call` is the name of a tool.
  private void arguments(JsonValue value) {
    if (value.isArray()) {
      value.items().forEach(this::arguments);
    } else if (value.isObject()) {
      for (JsonValue.Member member : value.members()) {
        single(Location.METADATA, TextPiece.Form.FIXED, member.name());
        arguments(member.value());
      }
    } else {
      everything(value, Location.TOOL_CALL);
    }
  }

  /// Whole thoughts stand one deeper than those of streams.
  private void reasoning(JsonValue content, int index) {
    if (!content.isObject()) {
      everything(content, Location.REASONING);
    }
    for (JsonValue.Member member : content.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "reasoningText" -> reasoning(value, index);
        case "text" -> running(value, REASONING, index, Location.REASONING);
        case "signature", "redactedContent" -> {
          if (!isSealed(value)) {
            everything(value, Location.METADATA);
          }
        }
        default -> nested(value, Location.METADATA);
      }
    }
  }

  /// What the service sealed for itself: letters, digits and signs without a blank.
  private static boolean isSealed(JsonValue value) {
    if (!value.isString()) {
      return value.isNull();
    }
    JsonText text = value.text();
    for (int i = text.from(); i < text.to(); i++) {
      byte b = text.bytes()[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (!letter && b != '+' && b != '/' && b != '=' && b != '-' && b != '_') {
        return false;
      }
    }
    return true;
  }

  private void cited(JsonValue content) {
    if (!content.isObject()) {
      everything(content, Location.ASSISTANT);
    }
    for (JsonValue.Member member : content.members()) {
      boolean sources = member.name().is("citations");
      nested(member.value(), sources ? Location.DOCUMENT : Location.ASSISTANT);
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

  private void fixed(JsonValue value) {
    Pieces pieces = new Pieces();
    pieces.walkFixed(value, Location.METADATA);
    singles(pieces);
  }

  private void singles(Pieces pieces) {
    for (TextPiece piece : pieces.list()) {
      found.add(new StreamText(Channel.single(0, piece.location()), piece));
    }
  }

  private void single(Location location, TextPiece.Form form, JsonValue value) {
    if (value.end() - value.start() > 2) {
      add(Channel.single(0, location), form, value);
    }
  }

  private void add(Channel channel, TextPiece.Form form, JsonValue value) {
    found.add(new StreamText(channel, TextPiece.of(channel.location(), false, form, value)));
  }
}
