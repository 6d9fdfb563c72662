package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads a chat request into a conversation.
final class ChatToConversation {
  /// Members that are read, or that shape only how the answer is sent.
  private static final Set<String> READ =
      Set.of(
          "frequency_penalty",
          "function_call",
          "functions",
          "max_completion_tokens",
          "max_tokens",
          "messages",
          "metadata",
          "model",
          "n",
          "parallel_tool_calls",
          "presence_penalty",
          "reasoning",
          "reasoning_effort",
          "response_format",
          "safety_identifier",
          "seed",
          "stop",
          "stream",
          "stream_options",
          "temperature",
          "tool_choice",
          "tools",
          "top_k",
          "top_p",
          "user");

  /// Members of the chat protocol that mean nothing elsewhere.
  private static final Set<String> LOST =
      Set.of(
          "audio",
          "logit_bias",
          "logprobs",
          "modalities",
          "moderation",
          "prediction",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention",
          "service_tier",
          "store",
          "top_logprobs",
          "verbosity",
          "web_search_options");

  private final JsonValue root;
  private final Losses losses;

  private ChatToConversation(JsonValue root, Losses losses) {
    this.root = root;
    this.losses = losses;
  }

  static Conversation read(JsonValue root, Losses losses) throws Unfit {
    return new ChatToConversation(root, losses).conversation();
  }

  private Conversation conversation() throws Unfit {
    for (JsonValue.Member member : root.members()) {
      lose(member.name().text().string(), member.value());
    }
    ChatTurns messages = new ChatTurns(losses);
    messages.read(root.find("messages"));
    return new Conversation(
        model(),
        isTrue("stream"),
        messages.system(),
        messages.turns(),
        tools(),
        toolChoice(),
        sampling(),
        format(),
        thinking(),
        text("safety_identifier").or(() -> text("user")),
        metadata());
  }

  private String model() throws Unfit {
    JsonValue model = root.present("model");
    if (model == null || !model.isString()) {
      throw new Unfit("model", model == null ? "is missing" : "is not a string");
    }
    return model.text().string();
  }

  /// What is asked for in vain; what says only what holds anyway is not lost.
  private void lose(String name, JsonValue value) {
    boolean nothing = value.isNull() || (value.isBoolean() && !value.isTrue());
    if (READ.contains(name) || nothing) {
      return;
    }
    boolean usual =
        switch (name) {
          case "modalities" -> value.items().stream().allMatch(item -> item.is("text"));
          case "service_tier" -> value.is("auto") || value.is("default");
          case "top_logprobs" -> value.wholeNumber().equals(OptionalLong.of(0));
          case "verbosity" -> value.is("medium");
          case "logit_bias" -> value.isObject() && value.members().isEmpty();
          default -> false;
        };
    if (!usual) {
      losses.lost(LOST.contains(name) ? name : "unknown members");
    }
  }

  private boolean isTrue(String name) {
    JsonValue value = root.find(name);
    return value != null && value.isTrue();
  }

  private Optional<String> text(String name) {
    return ChatParts.text(root, name);
  }

  private Sampling sampling() throws Unfit {
    return new Sampling(
        maxTokens(),
        number("temperature"),
        number("top_p"),
        number("top_k"),
        number("presence_penalty"),
        number("frequency_penalty"),
        number("seed"),
        stop(),
        whole("n"),
        truth(root, "parallel_tool_calls"));
  }

  /// The larger of both members, as the chat dialect counts them; a negative number is no limit.
  private OptionalLong maxTokens() throws Unfit {
    OptionalLong modern = whole("max_completion_tokens");
    OptionalLong old = whole("max_tokens");
    if (modern.orElse(0) < 0 || old.orElse(0) < 0) {
      return OptionalLong.empty();
    }
    return modern.orElse(-1) >= old.orElse(-1) ? modern : old;
  }

  private OptionalLong whole(String name) throws Unfit {
    JsonValue value = root.present(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    OptionalLong number = value.wholeNumber();
    if (number.isEmpty()) {
      throw new Unfit(name, "is not a whole number");
    }
    return number;
  }

  /// A number as it is spelled.
  private Optional<String> number(String name) throws Unfit {
    JsonValue value = root.present(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      throw new Unfit(name, "is not a number");
    }
    return Optional.of(value.text().string());
  }

  private static Optional<Boolean> truth(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value != null && value.isBoolean() ? Optional.of(value.isTrue()) : Optional.empty();
  }

  private List<String> stop() throws Unfit {
    JsonValue value = root.present("stop");
    if (value == null) {
      return List.of();
    }
    List<String> stops = new ArrayList<>();
    for (JsonValue item : value.isArray() ? value.items() : List.of(value)) {
      if (!item.isString()) {
        throw new Unfit("stop", "is neither a string nor a list of strings");
      }
      stops.add(item.text().string());
    }
    return stops;
  }

  private List<Tool> tools() throws Unfit {
    List<Tool> tools = new ArrayList<>();
    for (String list : List.of("tools", "functions")) {
      JsonValue value = root.present(list);
      if (value != null && !value.isArray()) {
        throw new Unfit(list, "is not a list");
      }
      int index = 0;
      for (JsonValue tool : value == null ? List.<JsonValue>of() : value.items()) {
        String place = list + "[" + index + "]";
        index++;
        if (!tool.isObject()) {
          throw new Unfit(place, "is not an object");
        }
        if (list.equals("functions")) {
          tools.add(function(tool, tool, place));
        } else if (tool.present("function") == null && tool.present("type") != null) {
          losses.lost(tool.present("custom") == null ? "tools of the provider" : "custom tools");
        } else {
          JsonValue function = ChatParts.object(tool, "function", place);
          tools.add(function(function, tool, place + ".function"));
        }
      }
    }
    return tools;
  }

  private static Tool function(JsonValue function, JsonValue tool, String place) throws Unfit {
    return new Tool(
        ChatParts.required(function, "name", place),
        ChatParts.text(function, "description"),
        Optional.ofNullable(function.present("parameters")).map(RawJson::of),
        truth(function, "strict"),
        ChatParts.cache(tool).or(() -> ChatParts.cache(function)));
  }

  private Optional<ToolChoice> toolChoice() throws Unfit {
    String name = root.present("tool_choice") == null ? "function_call" : "tool_choice";
    JsonValue choice = root.present(name);
    if (choice == null) {
      return Optional.empty();
    }
    if (choice.isString()) {
      return Optional.of(mode(choice, name));
    }
    JsonValue allowed = choice.present("allowed_tools");
    if (allowed != null || choice.present("mode") != null) {
      losses.lost("tool_choice by allowed_tools");
      JsonValue mode = (allowed == null ? choice : allowed).present("mode");
      return mode == null ? Optional.empty() : Optional.of(mode(mode, name));
    }
    if (choice.present("custom") != null) {
      losses.lost("custom tools");
      return Optional.empty();
    }
    JsonValue function = choice.present("function");
    return Optional.of(
        new ToolChoice.Named(
            ChatParts.required(function == null ? choice : function, "name", name)));
  }

  private static ToolChoice mode(JsonValue word, String place) throws Unfit {
    return switch (word.text().string()) {
      case "auto" -> new ToolChoice.Auto();
      case "none" -> new ToolChoice.None();
      case "required", "any" -> new ToolChoice.Required();
      default -> throw new Unfit(place, "is no choice of tools");
    };
  }

  private Optional<OutputFormat> format() throws Unfit {
    JsonValue format = root.present("response_format");
    if (format == null) {
      return Optional.empty();
    }
    return switch (ChatParts.required(format, "type", "response_format")) {
      case "text" -> Optional.empty();
      case "json_object" -> Optional.of(new OutputFormat.AnyJson());
      case "json_schema" -> Optional.of(schema(format));
      default -> throw new Unfit("response_format.type", "is no format that can be translated");
    };
  }

  private OutputFormat schema(JsonValue format) throws Unfit {
    JsonValue named = ChatParts.object(format, "json_schema", "response_format");
    JsonValue schema = named.present("schema");
    if (schema == null) {
      return new OutputFormat.AnyJson();
    }
    if (named.present("description") != null) {
      losses.lost("description of the output's schema");
    }
    return new OutputFormat.Schema(
        ChatParts.text(named, "name").orElse(""), RawJson.of(schema), truth(named, "strict"));
  }

  /// `reasoning_effort`, or OpenRouter's object `reasoning`.
  private Optional<Thinking> thinking() {
    JsonValue object = root.present("reasoning");
    Optional<String> effort = text("reasoning_effort");
    if (object == null || !object.isObject()) {
      return effort.map(
          word -> new Thinking(Optional.of(word), OptionalLong.empty(), Optional.empty()));
    }
    JsonValue budget = object.present("max_tokens");
    Optional<String> off =
        truth(object, "enabled").equals(Optional.of(false))
            ? Optional.of("none")
            : Optional.empty();
    return Optional.of(
        new Thinking(
            effort.or(() -> ChatParts.text(object, "effort")).or(() -> off),
            budget == null ? OptionalLong.empty() : budget.wholeNumber(),
            truth(object, "exclude").map(excluded -> !excluded)));
  }

  private Map<String, String> metadata() throws Unfit {
    JsonValue value = root.present("metadata");
    if (value == null) {
      return Map.of();
    }
    if (!value.isObject()) {
      throw new Unfit("metadata", "is not an object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (JsonValue.Member member : value.members()) {
      if (!member.value().isNull()) {
        metadata.put(member.name().text().string(), member.value().text().string());
      }
    }
    return metadata;
  }
}
