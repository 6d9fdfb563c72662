package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The texts of an answer, whole or one line of a stream: both have the same shape. Whatever a
/// server sends is looked at; nothing here fails.
final class OllamaTexts {
  /// The members of channels.
  static final String CONTENT = "content";

  static final String THINKING = "thinking";

  /// Members that hold no text if they are strings of the protocol.
  private static final Set<String> WORDS =
      Set.of("created_at", "done_reason", "model", "remote_host", "remote_model");

  /// Members that hold none if they are numbers.
  private static final Set<String> NUMBERS =
      Set.of(
          "eval_count",
          "eval_duration",
          "load_duration",
          "prompt_eval_count",
          "prompt_eval_duration",
          "total_duration");

  private final List<StreamText> found = new ArrayList<>();

  private OllamaTexts() {}

  static List<StreamText> of(JsonValue root) {
    OllamaTexts texts = new OllamaTexts();
    for (JsonValue.Member member : root.members()) {
      String name = member.name().text().string();
      JsonValue value = member.value();
      boolean known =
          (WORDS.contains(name) && isWord(value)) || (NUMBERS.contains(name) && value.isNumber());
      if (name.equals("message") && value.isObject()) {
        texts.message(value);
      } else if (!known && !name.equals("logprobs")) {
        texts.everything(value, Location.METADATA);
      }
    }
    JsonValue logprobs = root.present("logprobs");
    if (logprobs != null) {
      texts.everything(logprobs, Location.METADATA);
    }
    return texts.found;
  }

  /// Whether a value is a string without blanks of at most 128 bytes.
  private static boolean isWord(JsonValue value) {
    if (!value.isString() || value.end() - value.start() > 130) {
      return value.isNull();
    }
    JsonText text = value.text();
    for (int i = text.from(); i < text.to(); i++) {
      if (text.bytes()[i] <= ' ') {
        return false;
      }
    }
    return true;
  }

  private void message(JsonValue message) {
    for (JsonValue.Member member : message.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "role" -> {
          if (!value.is("assistant")) {
            everything(value, Location.METADATA);
          }
        }
        case CONTENT -> running(value, CONTENT, Location.ASSISTANT);
        case THINKING -> running(value, THINKING, Location.REASONING);
        case "tool_calls" -> {
          if (!value.isArray()) {
            everything(value, Location.TOOL_CALL);
          }
          value.items().forEach(this::call);
        }
        case "images" -> {
          for (JsonValue image : value.items()) {
            if (!OllamaReading.isBase64(image)) {
              everything(image, Location.ASSISTANT);
            }
          }
          if (!value.isArray()) {
            everything(value, Location.ASSISTANT);
          }
        }
        default -> everything(value, Location.ASSISTANT);
      }
    }
  }

  private void call(JsonValue call) {
    JsonValue function = call.find("function");
    if (function == null || !function.isObject()) {
      everything(call, Location.TOOL_CALL);
      return;
    }
    for (JsonValue.Member member : call.members()) {
      boolean id = member.name().is("id") && isWord(member.value());
      if (!member.name().is("function") && !id) {
        everything(member.value(), Location.METADATA);
      }
    }
    for (JsonValue.Member member : function.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "name" -> {
          if (value.isString()) {
            single(Location.TOOL_CALL, TextPiece.Form.FIXED, value);
          } else {
            everything(value, Location.METADATA);
          }
        }
        case "arguments" -> arguments(value);
        case "index" -> {
          if (!value.isNumber()) {
            everything(value, Location.METADATA);
          }
        }
        default -> everything(value, Location.METADATA);
      }
    }
  }

  /// Their names are found at `metadata`, because a fixed text at `tool_call` is the name of a
  /// tool.
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

  private void running(JsonValue value, String member, Location location) {
    if (value.isString()) {
      Channel channel = Channel.running(0, member, 0, location);
      found.add(new StreamText(channel, TextPiece.of(location, false, TextPiece.Form.TEXT, value)));
    } else {
      everything(value, location);
    }
  }

  private void everything(JsonValue value, Location location) {
    Pieces pieces = new Pieces();
    pieces.walk(value, location);
    for (TextPiece piece : pieces.list()) {
      found.add(new StreamText(Channel.single(0, location), piece));
    }
  }

  private void single(Location location, TextPiece.Form form, JsonValue value) {
    if (value.end() - value.start() > 2) {
      found.add(
          new StreamText(Channel.single(0, location), TextPiece.of(location, false, form, value)));
    }
  }
}
