package dev.gatewayctl.runtime.openai;

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
final class ChatTexts {
  /// Members of the root that hold no text of a model.
  private static final Set<String> ROOT =
      Set.of(
          "choices",
          "created",
          "id",
          "model",
          "obfuscation",
          "object",
          "provider",
          "service_tier",
          "system_fingerprint",
          "usage",
          "usage_breakdown",
          "x_groq");

  /// Members of a choice that hold no text of a model.
  private static final Set<String> CHOICE =
      Set.of("finish_reason", "index", "logprobs", "native_finish_reason", "stop_reason");

  /// What gives away the tokens of a text: set to null where the text is masked.
  private static final Set<String> SIDE_CHANNELS =
      Set.of("logprobs", "prompt_logprobs", "prompt_token_ids", "token_ids");

  private final List<StreamText> found = new ArrayList<>();

  private ChatTexts() {}

  /// All texts below the root; `part` is `message` in answers and `delta` in events.
  static List<StreamText> of(JsonValue root, String part) {
    ChatTexts texts = new ChatTexts();
    for (JsonValue.Member member : root.members()) {
      String name = member.name().text().string();
      if (name.equals("choices") && member.value().isArray()) {
        int position = 0;
        for (JsonValue choice : member.value().items()) {
          texts.choice(choice, index(choice, position), part);
          position++;
        }
      } else if (name.equals("choices") || !(ROOT.contains(name) || sideChannel(name))) {
        texts.everything(member.value(), 0, Location.METADATA);
      }
    }
    return texts.found;
  }

  /// The `index` of a choice or a tool call, else its position.
  static int index(JsonValue value, int position) {
    JsonValue index = value.find("index");
    long number = index == null ? position : index.wholeNumber().orElse(position);
    return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : position;
  }

  /// The members of an answer or an event that give tokens away and are not null.
  static List<JsonValue.Member> sideChannels(JsonValue root, String part) {
    List<JsonValue.Member> members = new ArrayList<>();
    addSideChannels(root, members);
    JsonValue choices = root.find("choices");
    for (JsonValue choice : choices == null ? List.<JsonValue>of() : choices.items()) {
      addSideChannels(choice, members);
      JsonValue message = choice.find(part);
      if (message != null) {
        addSideChannels(message, members);
      }
    }
    return members;
  }

  private static void addSideChannels(JsonValue object, List<JsonValue.Member> members) {
    for (String name : SIDE_CHANNELS) {
      JsonValue value = object.find(name);
      if (value != null && !value.isNull()) {
        object.members().stream().filter(m -> m.name().is(name)).forEach(members::add);
      }
    }
  }

  static boolean sideChannel(String name) {
    return SIDE_CHANNELS.contains(name);
  }

  private void choice(JsonValue choice, int index, String part) {
    if (!choice.isObject()) {
      everything(choice, index, Location.METADATA);
    }
    for (JsonValue.Member member : choice.members()) {
      String name = member.name().text().string();
      if (name.equals(part) && member.value().isObject()) {
        for (JsonValue.Member inner : member.value().members()) {
          message(inner, index);
        }
      } else if (name.equals("text")) {
        running(member.value(), index, "text", Location.ASSISTANT);
      } else if (!CHOICE.contains(name) && !sideChannel(name)) {
        everything(member.value(), index, Location.METADATA);
      }
    }
  }

  private void message(JsonValue.Member member, int choice) {
    JsonValue value = member.value();
    String name = member.name().text().string();
    switch (name) {
      case "role", "logprobs", "token_ids" -> {}
      case "content" -> content(value, choice);
      case "refusal" -> running(value, choice, name, Location.ASSISTANT);
      case "reasoning", "reasoning_content" -> running(value, choice, name, Location.REASONING);
      case "reasoning_details" -> reasoningDetails(value, choice);
      case "tool_calls" -> toolCalls(value, choice);
      case "function_call" -> function(value, choice, name, 0);
      case "audio" -> audio(value, choice);
      default -> everything(value, choice, Location.METADATA);
    }
  }

  private void content(JsonValue content, int choice) {
    if (!content.isArray()) {
      running(content, choice, "content", Location.ASSISTANT);
      return;
    }
    for (JsonValue part : content.items()) {
      for (JsonValue.Member member : part.members()) {
        switch (member.name().text().string()) {
          case "type" -> {}
          case "text" -> running(member.value(), choice, "content", Location.ASSISTANT);
          case "thinking" -> thinking(member.value(), choice);
          default -> everything(member.value(), choice, Location.METADATA);
        }
      }
      if (part.isString()) {
        running(part, choice, "content", Location.ASSISTANT);
      }
    }
  }

  private void thinking(JsonValue value, int choice) {
    running(value, choice, "thinking", Location.REASONING);
    for (JsonValue part : value.items()) {
      JsonValue text = part.find("text");
      if (text != null) {
        running(text, choice, "thinking", Location.REASONING);
      }
    }
  }

  private void reasoningDetails(JsonValue value, int choice) {
    int position = 0;
    for (JsonValue detail : value.items()) {
      int index = index(detail, position);
      for (JsonValue.Member member : detail.members()) {
        String name = member.name().text().string();
        switch (name) {
          case "text", "summary" ->
              running(
                  member.value(), choice, "reasoning_details." + name, index, Location.REASONING);
          case "data", "format", "id", "index", "signature", "type" -> {}
          default -> everything(member.value(), choice, Location.METADATA);
        }
      }
      position++;
    }
    if (!value.isArray()) {
      everything(value, choice, Location.REASONING);
    }
  }

  private void toolCalls(JsonValue value, int choice) {
    int position = 0;
    for (JsonValue call : value.items()) {
      int index = index(call, position);
      for (JsonValue.Member member : call.members()) {
        switch (member.name().text().string()) {
          case "function" -> function(member.value(), choice, "tool_calls", index);
          case "custom" -> function(member.value(), choice, "tool_calls.custom", index);
          case "id", "index", "type" -> {}
          default -> everything(member.value(), choice, Location.METADATA);
        }
      }
      position++;
    }
    if (!value.isArray()) {
      everything(value, choice, Location.TOOL_CALL);
    }
  }

  private void function(JsonValue value, int choice, String carrier, int index) {
    for (JsonValue.Member member : value.members()) {
      JsonValue text = member.value();
      switch (member.name().text().string()) {
        case "name" -> {
          if (text.isString()) {
            add(Channel.single(choice, Location.TOOL_CALL), TextPiece.Form.FIXED, text);
          }
        }
        case "arguments" -> {
          if (text.isString()) {
            Channel channel = Channel.running(choice, carrier, index, Location.TOOL_CALL);
            add(channel, TextPiece.Form.JSON, text);
          } else {
            everything(text, choice, Location.TOOL_CALL);
          }
        }
        case "input" -> running(text, choice, carrier, index, Location.TOOL_CALL);
        default -> everything(text, choice, Location.TOOL_CALL);
      }
    }
  }

  private void audio(JsonValue audio, int choice) {
    for (JsonValue.Member member : audio.members()) {
      switch (member.name().text().string()) {
        case "data", "expires_at", "id" -> {}
        case "transcript" -> running(member.value(), choice, "audio", Location.ASSISTANT);
        default -> everything(member.value(), choice, Location.METADATA);
      }
    }
  }

  private void running(JsonValue value, int choice, String member, Location location) {
    running(value, choice, member, 0, location);
  }

  private void running(JsonValue value, int choice, String member, int index, Location location) {
    if (value.isString()) {
      add(Channel.running(choice, member, index, location), TextPiece.Form.TEXT, value);
    } else if (!(value.isArray() && member.equals("thinking"))) {
      everything(value, choice, location);
    }
  }

  /// Every string and number in a value, each a text of its own; names stay.
  private void everything(JsonValue value, int choice, Location location) {
    Pieces pieces = new Pieces();
    pieces.walk(value, location);
    for (TextPiece piece : pieces.list()) {
      found.add(new StreamText(Channel.single(choice, location), piece));
    }
  }

  private void add(Channel channel, TextPiece.Form form, JsonValue value) {
    found.add(new StreamText(channel, TextPiece.of(channel.location(), false, form, value)));
  }
}
