package dev.gatewayctl.runtime.responses;

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

/// Reads a request of the responses protocol as a conversation.
final class ResponsesToConversation {
  /// Members that are read, or that say nothing about the answer.
  private static final Set<String> READ =
      Set.of(
          "include",
          "input",
          "instructions",
          "max_output_tokens",
          "metadata",
          "model",
          "parallel_tool_calls",
          "prompt_cache_key",
          "reasoning",
          "safety_identifier",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_p",
          "user");

  /// Members of which nobody else has what they name.
  private static final List<String> STORED =
      List.of("previous_response_id", "conversation", "prompt");

  /// Members that are asked for in vain elsewhere.
  private static final Set<String> LOST =
      Set.of(
          "background",
          "context_management",
          "max_tool_calls",
          "moderation",
          "prompt_cache_options",
          "prompt_cache_retention",
          "service_tier",
          "top_logprobs",
          "truncation");

  private final JsonValue root;
  private final Losses losses;

  private ResponsesToConversation(JsonValue root, Losses losses) {
    this.root = root;
    this.losses = losses;
  }

  static Conversation read(JsonValue root, Losses losses) throws Unfit {
    return new ResponsesToConversation(root, losses).conversation();
  }

  private Conversation conversation() throws Unfit {
    for (String name : STORED) {
      if (root.present(name) != null) {
        throw new Unfit(name, "names what only OpenAI keeps; it cannot be translated");
      }
    }
    for (JsonValue.Member member : root.members()) {
      lose(member.name().text().string(), member.value());
    }
    ItemsToTurns items = new ItemsToTurns(losses);
    text(root, "instructions").ifPresent(items::instructions);
    items.read(root.find("input"));
    JsonValue stream = root.find("stream");
    return new Conversation(
        ItemsToTurns.required(root, "model", ""),
        stream != null && stream.isTrue(),
        items.system(),
        items.turns(),
        tools(),
        toolChoice(),
        sampling(),
        format(),
        thinking(),
        text(root, "safety_identifier").or(() -> text(root, "user")),
        metadata());
  }

  private void lose(String name, JsonValue value) {
    boolean nothing = value.isNull() || (value.isBoolean() && !value.isTrue());
    boolean usual =
        (value.is("auto") && name.equals("service_tier"))
            || value.is("default")
            || value.is("disabled")
            || (name.equals("top_logprobs") && value.wholeNumber().equals(OptionalLong.of(0)));
    if (!READ.contains(name) && !nothing && !usual) {
      losses.lost(LOST.contains(name) ? name : "unknown members");
    }
  }

  private static Optional<String> text(JsonValue object, String name) {
    return ResponsesToEvents.text(object, name);
  }

  private List<Tool> tools() throws Unfit {
    List<Tool> tools = new ArrayList<>();
    JsonValue list = root.present("tools");
    if (list != null && !list.isArray()) {
      throw new Unfit("tools", "is not a list");
    }
    int index = 0;
    for (JsonValue tool : list == null ? List.<JsonValue>of() : list.items()) {
      String place = "tools[" + index + "]";
      index++;
      switch (ItemsToTurns.required(tool, "type", place)) {
        case "function" ->
            tools.add(
                new Tool(
                    ItemsToTurns.required(tool, "name", place),
                    text(tool, "description"),
                    Optional.ofNullable(tool.present("parameters")).map(RawJson::of),
                    truth(tool, "strict"),
                    Optional.empty()));
        case "custom" -> losses.lost("custom tools");
        default -> losses.lost("tools of the provider");
      }
    }
    return tools;
  }

  private Optional<ToolChoice> toolChoice() throws Unfit {
    JsonValue choice = root.present("tool_choice");
    if (choice == null) {
      return Optional.empty();
    }
    if (choice.isString()) {
      return Optional.of(mode(choice));
    }
    if (text(choice, "type").equals(Optional.of("function"))) {
      return Optional.of(
          new ToolChoice.Named(ItemsToTurns.required(choice, "name", "tool_choice")));
    }
    JsonValue mode = choice.present("mode");
    losses.lost(mode == null ? "tool_choice" : "tool_choice by allowed_tools");
    return mode == null ? Optional.empty() : Optional.of(mode(mode));
  }

  private static ToolChoice mode(JsonValue word) throws Unfit {
    return switch (word.text().string()) {
      case "auto" -> new ToolChoice.Auto();
      case "none" -> new ToolChoice.None();
      case "required" -> new ToolChoice.Required();
      default -> throw new Unfit("tool_choice", "is no choice of tools");
    };
  }

  private Sampling sampling() throws Unfit {
    JsonValue most = root.present("max_output_tokens");
    if (most != null && most.wholeNumber().isEmpty()) {
      throw new Unfit("max_output_tokens", "is not a whole number");
    }
    return new Sampling(
        most == null ? OptionalLong.empty() : most.wholeNumber(),
        number("temperature"),
        number("top_p"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        OptionalLong.empty(),
        truth(root, "parallel_tool_calls"));
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
    return value == null || !value.isBoolean() ? Optional.empty() : Optional.of(value.isTrue());
  }

  private Optional<OutputFormat> format() throws Unfit {
    JsonValue text = root.present("text");
    if (text != null
        && text(text, "verbosity").filter(word -> !word.equals("medium")).isPresent()) {
      losses.lost("verbosity");
    }
    JsonValue format = text == null ? null : text.present("format");
    if (format == null) {
      return Optional.empty();
    }
    return switch (ItemsToTurns.required(format, "type", "text.format")) {
      case "text" -> Optional.empty();
      case "json_object" -> Optional.of(new OutputFormat.AnyJson());
      case "json_schema" -> {
        JsonValue schema = format.present("schema");
        if (text(format, "description").isPresent()) {
          losses.lost("description of the output's schema");
        }
        yield Optional.of(
            schema == null
                ? new OutputFormat.AnyJson()
                : new OutputFormat.Schema(
                    text(format, "name").orElse(""), RawJson.of(schema), truth(format, "strict")));
      }
      default -> throw new Unfit("text.format.type", "is no format that can be translated");
    };
  }

  private Optional<Thinking> thinking() {
    JsonValue reasoning = root.present("reasoning");
    if (reasoning == null) {
      return Optional.empty();
    }
    Optional<String> effort = text(reasoning, "effort");
    Optional<Boolean> show = text(reasoning, "summary").map(_ -> true);
    return effort.isEmpty() && show.isEmpty()
        ? Optional.empty()
        : Optional.of(new Thinking(effort, OptionalLong.empty(), show));
  }

  private Map<String, String> metadata() throws Unfit {
    JsonValue value = root.present("metadata");
    if (value != null && !value.isObject()) {
      throw new Unfit("metadata", "is not an object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (JsonValue.Member member : value == null ? List.<JsonValue.Member>of() : value.members()) {
      if (!member.value().isNull()) {
        metadata.put(member.name().text().string(), member.value().text().string());
      }
    }
    return metadata;
  }
}
