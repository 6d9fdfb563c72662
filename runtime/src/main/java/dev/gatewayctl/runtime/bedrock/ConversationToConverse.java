package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.anthropic.ClaudeModels;
import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A conversation as a request of the converse protocol. What single vendors' models take beyond it
/// stands in `additionalModelRequestFields`, for the models that are known to take it.
final class ConversationToConverse {
  /// The most pairs of `requestMetadata`, and what they may be spelled with.
  private static final int MAX_METADATA = 16;

  private static final int MAX_METADATA_CHARACTERS = 256;
  private static final String METADATA_SIGNS = " \t:_@$#=/+,-.";

  private final Conversation conversation;
  private final Losses losses;
  private final boolean claude;
  private final ClaudeModels.Model model;
  private final List<Turn> turns;
  private final List<Part.Text> system;
  private final TurnsToConverse blocks;
  private final ThoughtSettings thoughts;
  private final JsonWriter json = new JsonWriter();

  private ConversationToConverse(Conversation conversation, Asking asking, Losses losses) {
    this.conversation = conversation;
    this.losses = losses;
    this.claude = conversation.model().contains("claude");
    this.model = ClaudeModels.of(conversation.model());
    this.blocks = new TurnsToConverse(conversation, losses);
    List<Part.Text> said =
        conversation.system().stream().filter(text -> !text.text().isBlank()).toList();
    List<Turn> united = blocks.united(conversation.turns());
    boolean alone = united.isEmpty() && !said.isEmpty();
    if (alone) {
      losses.lost("instructions without a turn of the user");
    }
    this.turns = alone ? List.of(new Turn(Role.USER, List.copyOf(said))) : united;
    this.system = alone ? List.of() : said;
    this.thoughts = ThoughtSettings.of(conversation, turns, asking, losses);
  }

  static byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return new ConversationToConverse(conversation, asking, losses).request();
  }

  private byte[] request() {
    json.beginObject();
    if (!system.isEmpty()) {
      json.name("system").beginArray();
      system.forEach(text -> blocks.text(text, json));
      json.endArray();
    }
    json.name("messages").beginArray();
    turns.forEach(turn -> blocks.message(turn, json));
    json.endArray();
    sampling(conversation.sampling());
    tools();
    outputConfig();
    additional();
    metadata();
    return json.endObject().toBytes();
  }

  private void sampling(Sampling sampling) {
    lost(sampling.presencePenalty().isPresent(), "presence_penalty");
    lost(sampling.frequencyPenalty().isPresent(), "frequency_penalty");
    lost(sampling.seed().isPresent(), "seed");
    lost(sampling.choices().orElse(1) > 1, "n");
    lost(!sampling.parallelCalls().orElse(true), "parallel_tool_calls");
    boolean free = !(claude && (model.refusesSampling() || thoughts.thinks()));
    lost(!free && sampling.temperature().isPresent(), "temperature");
    boolean both = claude && model.oneSampling() && sampling.temperature().isPresent();
    lost((!free || both) && sampling.topP().isPresent(), "top_p");
    List<String> stops = sampling.stop().stream().filter(stop -> !stop.isBlank()).toList();
    lost(stops.size() < sampling.stop().size(), "stop sequences of white space");
    json.name("inferenceConfig").beginObject();
    thoughts.maxTokens().ifPresent(most -> json.name("maxTokens").value(most));
    if (free) {
      sampling.temperature().ifPresent(this::temperature);
      if (!both) {
        sampling.topP().ifPresent(spelled -> raw("topP", spelled));
      }
    }
    if (!stops.isEmpty()) {
      json.name("stopSequences").beginArray();
      stops.forEach(json::value);
      json.endArray();
    }
    json.endObject();
  }

  private void lost(boolean lost, String name) {
    if (lost) {
      losses.lost(name);
    }
  }

  /// The protocol takes none above 1.
  private void temperature(String spelled) {
    boolean high = Double.parseDouble(spelled) > 1;
    lost(high, "temperature above 1");
    raw("temperature", high ? "1" : spelled);
  }

  private void raw(String name, String number) {
    byte[] bytes = number.getBytes(StandardCharsets.US_ASCII);
    json.name(name).raw(bytes, 0, bytes.length);
  }

  /// The tools. A conversation with calls in it is refused without any: then those that were called
  /// are offered, without a word about them.
  private void tools() {
    List<Tool> tools = new ArrayList<>(conversation.tools());
    Set<String> called = called();
    Optional<ToolChoice> choice = conversation.toolChoice();
    boolean none = choice.filter(ToolChoice.None.class::isInstance).isPresent();
    if (none && called.isEmpty()) {
      return;
    }
    lost(none && !tools.isEmpty(), "tool_choice none after calls");
    if (tools.isEmpty() && !called.isEmpty()) {
      losses.lost("calls of tools that are not offered");
      for (String name : called) {
        tools.add(
            new Tool(name, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
      }
    }
    if (tools.isEmpty()) {
      return;
    }
    json.name("toolConfig").beginObject().name("tools").beginArray();
    tools.forEach(this::tool);
    json.endArray();
    if (choice.isPresent() && !conversation.tools().isEmpty()) {
      toolChoice(choice.get());
    }
    json.endObject();
    lost(blocks.renamed(), "names of tools that Amazon refuses");
  }

  private Set<String> called() {
    Set<String> names = new LinkedHashSet<>();
    boolean results = false;
    for (Turn turn : turns) {
      for (Part part : turn.parts()) {
        if (part instanceof Part.ToolCall call) {
          names.add(call.name());
        }
        results |= part instanceof Part.ToolResult;
      }
    }
    if (results && names.isEmpty()) {
      names.add("unknown");
    }
    return names;
  }

  private void tool(Tool tool) {
    json.beginObject().name("toolSpec").beginObject();
    json.name("name").value(blocks.toolName(tool.name()));
    tool.description()
        .filter(text -> !text.isBlank())
        .ifPresent(text -> json.name("description").value(text));
    json.name("inputSchema").beginObject().name("json");
    schema(tool.schema());
    json.endObject();
    if (tool.strict().orElse(false)) {
      json.name("strict").value(true);
    }
    json.endObject().endObject();
    blocks.mark(tool.cache(), json);
  }

  /// A schema of arguments; this protocol wants it to say that it is one of an object.
  private void schema(Optional<RawJson> schema) {
    byte[] spelled = schema.map(RawJson::text).orElse("{}").getBytes(StandardCharsets.UTF_8);
    if (!(JsonDocument.read(spelled) instanceof JsonDocument.Reading.Read(JsonDocument read))
        || read.root().find("type") != null) {
      json.raw(spelled, 0, spelled.length);
      return;
    }
    json.beginObject().name("type").value("object");
    if (read.root().find("properties") == null) {
      json.name("properties").beginObject().endObject();
    }
    for (JsonValue.Member member : read.root().members()) {
      json.name(member.name().text().string());
      json.raw(spelled, member.value().start(), member.value().end());
    }
    json.endObject();
  }

  private void toolChoice(ToolChoice choice) {
    json.name("toolChoice").beginObject();
    switch (choice) {
      case ToolChoice.Auto(), ToolChoice.None() -> json.name("auto").beginObject().endObject();
      case ToolChoice.Required() -> json.name("any").beginObject().endObject();
      case ToolChoice.Named(String name) ->
          json.name("tool").beginObject().name("name").value(blocks.toolName(name)).endObject();
    }
    json.endObject();
  }

  private void outputConfig() {
    Optional<OutputFormat.Schema> schema = Optional.empty();
    if (conversation.format().isPresent()) {
      switch (conversation.format().get()) {
        case OutputFormat.AnyJson() -> losses.lost("answer as any JSON object");
        case OutputFormat.Schema wanted -> {
          boolean taken = !claude || model.schema();
          lost(!taken, "answer by a schema");
          schema = taken ? Optional.of(wanted) : Optional.empty();
        }
      }
    }
    if (schema.isEmpty() && thoughts.effort().isEmpty()) {
      return;
    }
    json.name("outputConfig").beginObject();
    if (schema.isPresent()) {
      json.name("textFormat").beginObject().name("type").value("json_schema");
      json.name("structure").beginObject().name("jsonSchema").beginObject();
      json.name("schema").value(schema.get().schema().text());
      if (CallIds.fits(schema.get().name())) {
        json.name("name").value(schema.get().name());
      }
      json.endObject().endObject().endObject();
    }
    thoughts.effort().ifPresent(word -> json.name("effort").value(word));
    json.endObject();
  }

  private void additional() {
    Optional<String> topK = conversation.sampling().topK();
    boolean nova = conversation.model().contains("nova");
    boolean free = claude && !model.refusesSampling() && !thoughts.thinks();
    lost(topK.isPresent() && !free && !nova, "top_k");
    topK = free || nova ? topK : Optional.empty();
    if (topK.isEmpty() && !thoughts.additional()) {
      return;
    }
    json.name("additionalModelRequestFields").beginObject();
    if (topK.isPresent() && nova) {
      json.name("inferenceConfig").beginObject();
      raw("topK", topK.get());
      json.endObject();
    } else {
      topK.ifPresent(spelled -> raw("top_k", spelled));
    }
    thoughts.write(json);
    json.endObject();
  }

  private void metadata() {
    List<String> pairs = new ArrayList<>();
    conversation.user().ifPresent(user -> pair(ConverseToConversation.USER, user, pairs));
    conversation.metadata().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> pair(entry.getKey(), entry.getValue(), pairs));
    if (pairs.isEmpty()) {
      return;
    }
    json.name("requestMetadata").beginObject();
    for (int i = 0; i < pairs.size(); i += 2) {
      json.name(pairs.get(i)).value(pairs.get(i + 1));
    }
    json.endObject();
  }

  private void pair(String name, String value, List<String> pairs) {
    if (pairs.size() == 2 * MAX_METADATA || !isPlain(name) || name.isEmpty() || !isPlain(value)) {
      losses.lost("metadata that Amazon refuses");
    } else if (!pairs.contains(name)) {
      pairs.add(name);
      pairs.add(value);
    }
  }

  private static boolean isPlain(String said) {
    return said.length() <= MAX_METADATA_CHARACTERS
        && said.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || METADATA_SIGNS.indexOf(c) >= 0);
  }

  /// How many tokens an answer may have.
  static OptionalLong cap(Conversation conversation, Asking asking) {
    OptionalLong asked = conversation.sampling().maxTokens();
    if (asked.isEmpty()) {
      return asking.maxOutput();
    }
    long most = Math.min(asked.getAsLong(), asking.maxOutput().orElse(Long.MAX_VALUE));
    return OptionalLong.of(Math.max(1, most));
  }
}
