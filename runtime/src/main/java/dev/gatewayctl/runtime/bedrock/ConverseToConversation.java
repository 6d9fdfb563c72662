package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request of the converse protocol as a conversation.
final class ConverseToConversation {
  /// The member of `requestMetadata` that names the end user.
  static final String USER = "user_id";

  /// Members that are read.
  private static final Set<String> READ =
      Set.of(
          "additionalModelRequestFields",
          "inferenceConfig",
          "messages",
          "outputConfig",
          "requestMetadata",
          "system",
          "toolConfig");

  /// Members that no other protocol has, by the name under which they are lost.
  private static final Set<String> LOST =
      Set.of(
          "additionalModelResponseFieldPaths",
          "guardrailConfig",
          "performanceConfig",
          "promptVariables",
          "serviceTier");

  /// Settings of single models that others know too.
  private static final Set<String> SETTINGS =
      Set.of("reasoning_config", "reasoning_effort", "thinking", "top_k");

  private final JsonValue root;
  private final Losses losses;
  private final ConverseToParts blocks;
  private final @Nullable JsonValue inference;
  private final @Nullable JsonValue more;

  private ConverseToConversation(JsonValue root, Losses losses) {
    this.root = root;
    this.losses = losses;
    this.blocks = new ConverseToParts(losses);
    this.inference = root.present("inferenceConfig");
    this.more = root.present("additionalModelRequestFields");
  }

  static Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    return new ConverseToConversation(root, losses).conversation(path);
  }

  private Conversation conversation(RequestPath path) throws Unfit {
    for (JsonValue.Member member : root.members()) {
      String name = member.name().text().string();
      if (!READ.contains(name) && !member.value().isNull()) {
        losses.lost(LOST.contains(name) ? name : "unknown members");
      }
    }
    for (JsonValue.Member member : more == null ? List.<JsonValue.Member>of() : more.members()) {
      if (!SETTINGS.contains(member.name().text().string())) {
        losses.lost("additionalModelRequestFields");
      }
    }
    List<Part.Text> system = new ArrayList<>(blocks.texts(root.present("system"), "system"));
    List<Turn> turns = turns(system);
    Map<String, String> metadata = metadata();
    Optional<String> user = Optional.ofNullable(metadata.remove(USER));
    return new Conversation(
        path.model().orElse(""),
        path.stream(),
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
    JsonValue messages = root.present("messages");
    int index = 0;
    for (JsonValue message : messages == null ? List.<JsonValue>of() : messages.items()) {
      String place = "messages[" + index + "]";
      Location role = ConverseReading.role(message, place);
      JsonValue content = message.present("content");
      if (role == Location.SYSTEM) {
        if (!turns.isEmpty()) {
          losses.lost("place of a system message between turns");
        }
        system.addAll(blocks.texts(content, place + ".content"));
      } else {
        turns.add(
            new Turn(
                role == Location.ASSISTANT ? Role.ASSISTANT : Role.USER,
                blocks.parts(content, place + ".content")));
      }
      index++;
    }
    return turns;
  }

  private List<Tool> tools() throws Unfit {
    List<Tool> tools = new ArrayList<>();
    JsonValue config = root.present("toolConfig");
    JsonValue list = config == null ? null : config.present("tools");
    int index = 0;
    for (JsonValue tool : list == null ? List.<JsonValue>of() : list.items()) {
      JsonValue spec = tool.present("toolSpec");
      JsonValue mark = tool.present("cachePoint");
      if (spec != null) {
        JsonValue schema = spec.present("inputSchema");
        JsonValue strict = spec.present("strict");
        tools.add(
            new Tool(
                ConverseToParts.word(spec, "name", "toolConfig.tools[" + index + "].toolSpec"),
                ConverseToParts.text(spec, "description"),
                Optional.ofNullable(schema == null ? null : schema.present("json"))
                    .map(RawJson::of),
                Optional.ofNullable(strict).map(JsonValue::isTrue),
                Optional.empty()));
      } else if (mark != null && !tools.isEmpty()) {
        Tool marked = tools.removeLast();
        tools.add(
            new Tool(
                marked.name(),
                marked.description(),
                marked.schema(),
                marked.strict(),
                Optional.of(ConverseToParts.mark(mark))));
      } else {
        losses.lost(mark == null ? "tools of the provider" : "cache marks");
      }
      index++;
    }
    return tools;
  }

  private Optional<ToolChoice> toolChoice() throws Unfit {
    JsonValue config = root.present("toolConfig");
    JsonValue choice = config == null ? null : config.present("toolChoice");
    if (choice == null) {
      return Optional.empty();
    }
    JsonValue tool = choice.present("tool");
    if (tool != null) {
      return Optional.of(
          new ToolChoice.Named(ConverseToParts.word(tool, "name", "toolConfig.toolChoice.tool")));
    }
    if (choice.present("any") != null) {
      return Optional.of(new ToolChoice.Required());
    }
    if (choice.present("auto") == null) {
      losses.lost("toolConfig.toolChoice");
      return Optional.empty();
    }
    return Optional.of(new ToolChoice.Auto());
  }

  private Sampling sampling() {
    JsonValue most = inference == null ? null : inference.present("maxTokens");
    JsonValue stop = inference == null ? null : inference.present("stopSequences");
    List<String> stops = new ArrayList<>();
    for (JsonValue sequence : stop == null ? List.<JsonValue>of() : stop.items()) {
      sequence.string().ifPresent(stops::add);
    }
    return new Sampling(
        most == null ? OptionalLong.empty() : most.wholeNumber(),
        number(inference, "temperature"),
        number(inference, "topP"),
        number(more, "top_k"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        stops,
        OptionalLong.empty(),
        Optional.empty());
  }

  private static Optional<String> number(@Nullable JsonValue object, String name) {
    JsonValue value = object == null ? null : object.find(name);
    return value != null && value.isNumber()
        ? Optional.of(value.text().string())
        : Optional.empty();
  }

  private Optional<OutputFormat> format() {
    JsonValue output = root.present("outputConfig");
    JsonValue format = output == null ? null : output.present("textFormat");
    if (format == null) {
      return Optional.empty();
    }
    JsonValue structure = format.present("structure");
    JsonValue named = structure == null ? null : structure.present("jsonSchema");
    JsonValue schema = named == null ? null : named.present("schema");
    if (named == null || schema == null || !schema.isString() || !isJson(schema.text().string())) {
      losses.lost("outputConfig.textFormat");
      return Optional.empty();
    }
    return Optional.of(
        new OutputFormat.Schema(
            ConverseToParts.text(named, "name").orElse("answer"),
            RawJson.of(schema.text().string()),
            Optional.empty()));
  }

  private static boolean isJson(String text) {
    return JsonDocument.read(text.getBytes(StandardCharsets.UTF_8))
        instanceof JsonDocument.Reading.Read;
  }

  private Optional<Thinking> thinking() {
    JsonValue output = root.present("outputConfig");
    Optional<String> effort =
        output == null ? Optional.empty() : ConverseToParts.text(output, "effort");
    if (more == null) {
      return effort.map(word -> new Thinking(Optional.of(word), OptionalLong.empty(), NO_WORD));
    }
    effort = effort.or(() -> ConverseToParts.text(more, "reasoning_effort"));
    effort = effort.or(() -> ConverseToParts.text(more, "reasoning_config"));
    JsonValue thinking = more.present("thinking");
    if (thinking == null) {
      thinking = more.present("reasoning_config");
    }
    if (thinking != null && thinking.isObject()) {
      JsonValue budget = thinking.present("budget_tokens");
      if (ConverseToParts.text(thinking, "type").orElse("").equals("disabled")) {
        effort = Optional.of("none");
      }
      return Optional.of(
          new Thinking(
              effort, budget == null ? OptionalLong.empty() : budget.wholeNumber(), NO_WORD));
    }
    return effort.map(word -> new Thinking(Optional.of(word), OptionalLong.empty(), NO_WORD));
  }

  private static final Optional<Boolean> NO_WORD = Optional.empty();

  private Map<String, String> metadata() {
    Map<String, String> said = new HashMap<>();
    JsonValue metadata = root.present("requestMetadata");
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
