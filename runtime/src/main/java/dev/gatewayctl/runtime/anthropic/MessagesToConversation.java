package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A request of the messages protocol as a conversation.
final class MessagesToConversation {
  /// Members that are read, or that say nothing about the answer.
  private static final Set<String> READ =
      Set.of(
          "cache_control",
          "max_tokens",
          "messages",
          "metadata",
          "model",
          "output_config",
          "stop_sequences",
          "stream",
          "system",
          "temperature",
          "thinking",
          "tool_choice",
          "tools",
          "top_k",
          "top_p");

  /// Members that no other protocol has, by the name under which they are lost.
  private static final Set<String> LOST =
      Set.of(
          "container",
          "context_management",
          "inference_geo",
          "mcp_servers",
          "service_tier",
          "speed");

  /// The name of a schema for protocols that want one.
  private static final String SCHEMA_NAME = "answer";

  private final JsonValue root;
  private final Losses losses;
  private final BlocksToParts blocks;

  private MessagesToConversation(JsonValue root, Losses losses) {
    this.root = root;
    this.losses = losses;
    this.blocks = new BlocksToParts(losses);
  }

  static Conversation read(JsonValue root, Losses losses) throws Unfit {
    return new MessagesToConversation(root, losses).conversation();
  }

  private Conversation conversation() throws Unfit {
    for (JsonValue.Member member : root.members()) {
      String name = member.name().text().string();
      boolean usual = name.equals("service_tier") && member.value().is("auto");
      if (!READ.contains(name) && !member.value().isNull() && !usual) {
        losses.lost(LOST.contains(name) ? name : "unknown members");
      }
    }
    List<Part.Text> system = new ArrayList<>(blocks.texts(root.find("system"), "system"));
    List<Turn> turns = turns(system);
    JsonValue stream = root.find("stream");
    Map<String, String> metadata = metadata();
    Optional<String> user = Optional.ofNullable(metadata.remove("user_id"));
    return new Conversation(
        BlocksToParts.text(root, "model").orElse(""),
        stream != null && stream.isTrue(),
        system,
        turns,
        tools(),
        toolChoice(),
        sampling(),
        format(),
        thinking(),
        user,
        metadata);
  }

  /// The turns; instructions among them go to the others, where their place is lost.
  private List<Turn> turns(List<Part.Text> system) throws Unfit {
    List<Turn> turns = new ArrayList<>();
    JsonValue messages = root.find("messages");
    int index = 0;
    for (JsonValue message : messages == null ? List.<JsonValue>of() : messages.items()) {
      String place = "messages[" + index + "]";
      JsonValue role = message.find("role");
      if (role != null && role.is("system")) {
        if (!turns.isEmpty()) {
          losses.lost("place of a system message between turns");
        }
        system.addAll(blocks.texts(message.find("content"), place + ".content"));
      } else {
        boolean assistant = role != null && role.is("assistant");
        List<Part> parts = blocks.parts(message.find("content"), place + ".content");
        turns.add(new Turn(assistant ? Role.ASSISTANT : Role.USER, parts));
      }
      index++;
    }
    Optional<Part.CacheMark> mark = BlocksToParts.mark(root);
    if (mark.isPresent() && !turns.isEmpty()) {
      turns.add(marked(turns.removeLast(), mark));
    }
    return turns;
  }

  /// The mark at the root stands for one at the end of the last turn.
  private static Turn marked(Turn turn, Optional<Part.CacheMark> mark) {
    if (turn.parts().isEmpty()) {
      return turn;
    }
    List<Part> parts = new ArrayList<>(turn.parts());
    parts.add(marked(parts.removeLast(), mark));
    return new Turn(turn.role(), parts);
  }

  private static Part marked(Part part, Optional<Part.CacheMark> mark) {
    return switch (part) {
      case Part.Text text -> new Part.Text(text.text(), text.cache().or(() -> mark));
      case Part.ToolResult result ->
          new Part.ToolResult(
              result.callId(),
              result.name(),
              result.content(),
              result.failed(),
              result.cache().or(() -> mark));
      case Part.Media media ->
          new Part.Media(
              media.kind(),
              media.mediaType(),
              media.source(),
              media.name(),
              media.detail(),
              media.cache().or(() -> mark));
      case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _, Part.ToolCall _ -> part;
    };
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    JsonValue list = root.find("tools");
    for (JsonValue tool : list == null ? List.<JsonValue>of() : list.items()) {
      JsonValue type = tool.present("type");
      if (type != null && !type.is("custom")) {
        losses.lost("tools of the provider");
        continue;
      }
      JsonValue deferred = tool.find("defer_loading");
      if (deferred != null && deferred.isTrue()) {
        losses.lost("tools that are added later");
      }
      if (tool.present("input_examples") != null) {
        losses.lost("examples of a tool's input");
      }
      JsonValue schema = tool.present("input_schema");
      JsonValue strict = tool.present("strict");
      tools.add(
          new Tool(
              BlocksToParts.text(tool, "name").orElse(""),
              BlocksToParts.text(tool, "description"),
              Optional.ofNullable(schema).map(RawJson::of),
              Optional.ofNullable(strict).map(JsonValue::isTrue),
              BlocksToParts.mark(tool)));
    }
    return tools;
  }

  private Optional<ToolChoice> toolChoice() {
    JsonValue choice = root.present("tool_choice");
    if (choice == null) {
      return Optional.empty();
    }
    return switch (BlocksToParts.text(choice, "type").orElse("")) {
      case "auto" -> Optional.of(new ToolChoice.Auto());
      case "any" -> Optional.of(new ToolChoice.Required());
      case "none" -> Optional.of(new ToolChoice.None());
      case "tool" ->
          Optional.of(new ToolChoice.Named(BlocksToParts.text(choice, "name").orElse("")));
      default -> {
        losses.lost("tool_choice");
        yield Optional.empty();
      }
    };
  }

  private Conversation.Sampling sampling() {
    JsonValue most = root.present("max_tokens");
    List<String> stops = new ArrayList<>();
    JsonValue stop = root.find("stop_sequences");
    for (JsonValue sequence : stop == null ? List.<JsonValue>of() : stop.items()) {
      sequence.string().ifPresent(stops::add);
    }
    JsonValue choice = root.present("tool_choice");
    JsonValue single = choice == null ? null : choice.find("disable_parallel_tool_use");
    return new Conversation.Sampling(
        most == null ? OptionalLong.empty() : most.wholeNumber(),
        number("temperature"),
        number("top_p"),
        number("top_k"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        stops,
        OptionalLong.empty(),
        Optional.ofNullable(single).map(value -> !value.isTrue()));
  }

  private Optional<String> number(String name) {
    JsonValue value = root.find(name);
    return value != null && value.isNumber()
        ? Optional.of(value.text().string())
        : Optional.empty();
  }

  private Optional<OutputFormat> format() {
    JsonValue output = root.present("output_config");
    JsonValue format = output == null ? null : output.present("format");
    if (format == null) {
      return Optional.empty();
    }
    JsonValue schema = format.present("schema");
    JsonValue type = format.find("type");
    if (schema == null || type == null || !type.is("json_schema")) {
      losses.lost("output_config.format");
      return Optional.empty();
    }
    return Optional.of(new OutputFormat.Schema(SCHEMA_NAME, RawJson.of(schema), Optional.empty()));
  }

  private Optional<Thinking> thinking() {
    JsonValue output = root.present("output_config");
    Optional<String> effort =
        output == null ? Optional.empty() : BlocksToParts.text(output, "effort");
    JsonValue thinking = root.present("thinking");
    if (thinking == null) {
      return effort.map(word -> new Thinking(Optional.of(word), OptionalLong.empty(), NO_WORD));
    }
    JsonValue budget = thinking.present("budget_tokens");
    Optional<Boolean> show =
        BlocksToParts.text(thinking, "display").map(word -> !word.equals("omitted"));
    return switch (BlocksToParts.text(thinking, "type").orElse("")) {
      case "disabled" ->
          Optional.of(new Thinking(Optional.of("none"), OptionalLong.empty(), Optional.empty()));
      case "enabled" ->
          Optional.of(
              new Thinking(
                  effort, budget == null ? OptionalLong.empty() : budget.wholeNumber(), show));
      case "adaptive" -> Optional.of(new Thinking(effort, OptionalLong.empty(), show));
      default -> {
        losses.lost("thinking");
        yield Optional.empty();
      }
    };
  }

  private static final Optional<Boolean> NO_WORD = Optional.empty();

  private Map<String, String> metadata() {
    Map<String, String> said = new HashMap<>();
    JsonValue metadata = root.present("metadata");
    if (metadata != null) {
      for (JsonValue.Member member : metadata.members()) {
        if (!member.value().isNull()) {
          said.put(member.name().text().string(), member.value().text().string());
        }
      }
    }
    return said;
  }
}
