package dev.gatewayctl.runtime.anthropic;

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
import java.util.List;
import java.util.Optional;

/// A conversation as a request of the messages protocol.
///
/// The protocol must be told the most output tokens: the caller's number, no higher than what the
/// model can; else what the model can; else [#DEFAULT_MAX_TOKENS], which every model takes.
final class ConversationToMessages {
  /// The cap of a caller who says none, of a model of which nothing is known.
  static final long DEFAULT_MAX_TOKENS = 4_096;

  private final Conversation conversation;
  private final Losses losses;
  private final ClaudeModels.Model model;
  private final List<Turn> turns;
  private final List<Part.Text> system;
  private final ThinkingChoice thinking;
  private final TurnsToBlocks.CacheMarks marks;
  private final TurnsToBlocks blocks;
  private final JsonWriter json = new JsonWriter();

  private ConversationToMessages(Conversation conversation, Asking asking, Losses losses) {
    this.conversation = conversation;
    this.losses = losses;
    this.model = ClaudeModels.of(conversation.model());
    List<Part.Text> said =
        conversation.system().stream().filter(text -> !text.text().isBlank()).toList();
    List<Turn> united = TurnsToBlocks.united(conversation.turns(), losses);
    boolean alone = united.isEmpty() && !said.isEmpty();
    if (alone) {
      losses.lost("instructions without a turn of the user");
    }
    this.turns = alone ? List.of(new Turn(Role.USER, List.copyOf(said))) : united;
    this.system = alone ? List.of() : said;
    this.thinking = ThinkingChoice.of(conversation, turns, model, asking, losses);
    this.marks = new TurnsToBlocks.CacheMarks(countMarks(), losses);
    this.blocks = new TurnsToBlocks(conversation, marks, losses);
  }

  static byte[] write(Conversation conversation, Asking asking, Losses losses) {
    return new ConversationToMessages(conversation, asking, losses).request();
  }

  private byte[] request() {
    json.beginObject().name("model").value(conversation.model());
    json.name("max_tokens").value(thinking.maxTokens());
    tools();
    system();
    json.name("messages").beginArray();
    turns.forEach(turn -> blocks.message(turn, json));
    json.endArray();
    toolChoice();
    sampling(conversation.sampling());
    thinking.write(json);
    outputConfig();
    conversation
        .user()
        .ifPresent(
            user -> json.name("metadata").beginObject().name("user_id").value(user).endObject());
    if (!conversation.metadata().isEmpty()) {
      losses.lost("metadata");
    }
    if (conversation.stream()) {
      json.name("stream").value(true);
    }
    return json.endObject().toBytes();
  }

  private int countMarks() {
    long count = conversation.tools().stream().filter(tool -> tool.cache().isPresent()).count();
    count += system.stream().filter(text -> text.cache().isPresent()).count();
    for (Turn turn : turns) {
      count += turn.parts().stream().mapToInt(ConversationToMessages::marks).sum();
    }
    return (int) count;
  }

  private static int marks(Part part) {
    return switch (part) {
      case Part.Text text -> text.cache().isPresent() ? 1 : 0;
      case Part.Media media -> media.cache().isPresent() ? 1 : 0;
      case Part.ToolCall call -> call.cache().isPresent() ? 1 : 0;
      case Part.ToolResult result ->
          (result.cache().isPresent() ? 1 : 0)
              + result.content().stream().mapToInt(ConversationToMessages::marks).sum();
      case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _ -> 0;
    };
  }

  private void system() {
    if (system.isEmpty()) {
      return;
    }
    json.name("system");
    if (system.size() == 1 && system.getFirst().cache().isEmpty()) {
      json.value(system.getFirst().text());
      return;
    }
    json.beginArray();
    for (Part.Text text : system) {
      blocks.text(text.text(), text.cache(), json);
    }
    json.endArray();
  }

  private void tools() {
    if (conversation.tools().isEmpty()) {
      return;
    }
    json.name("tools").beginArray();
    for (Tool tool : conversation.tools()) {
      json.beginObject().name("name").value(tool.name());
      tool.description()
          .filter(text -> !text.isEmpty())
          .ifPresent(text -> json.name("description").value(text));
      json.name("input_schema");
      schema(tool.schema());
      if (tool.strict().orElse(false)) {
        strict();
      }
      marks.write(tool.cache(), json);
      json.endObject();
    }
    json.endArray();
  }

  /// Models that know no schemas of answers know no strict tools either.
  private void strict() {
    if (model.schema()) {
      json.name("strict").value(true);
    } else {
      losses.lost("strict tools");
    }
  }

  /// A schema of arguments; this protocol wants it to say that it is one of an object.
  private void schema(Optional<RawJson> schema) {
    byte[] spelled = schema.map(RawJson::text).orElse("{}").getBytes(StandardCharsets.UTF_8);
    boolean known =
        JsonDocument.read(spelled) instanceof JsonDocument.Reading.Read(JsonDocument document)
            && document.root().isObject()
            && document.root().find("type") != null;
    if (known) {
      json.raw(spelled, 0, spelled.length);
      return;
    }
    json.beginObject().name("type").value("object");
    if (JsonDocument.read(spelled) instanceof JsonDocument.Reading.Read(JsonDocument document)) {
      JsonValue root = document.root();
      if (root.find("properties") == null) {
        json.name("properties").beginObject().endObject();
      }
      for (JsonValue.Member member : root.members()) {
        json.name(member.name().text().string());
        json.raw(spelled, member.value().start(), member.value().end());
      }
    }
    json.endObject();
  }

  private void toolChoice() {
    boolean single = !conversation.sampling().parallelCalls().orElse(true);
    if (conversation.tools().isEmpty() || (conversation.toolChoice().isEmpty() && !single)) {
      return;
    }
    ToolChoice choice = conversation.toolChoice().orElse(new ToolChoice.Auto());
    json.name("tool_choice").beginObject().name("type");
    switch (choice) {
      case ToolChoice.Auto() -> json.value("auto");
      case ToolChoice.None() -> json.value("none");
      case ToolChoice.Required() -> json.value("any");
      case ToolChoice.Named(String name) -> json.value("tool").name("name").value(name);
    }
    if (single && !(choice instanceof ToolChoice.None)) {
      json.name("disable_parallel_tool_use").value(true);
    }
    json.endObject();
  }

  private void sampling(Sampling sampling) {
    lost(sampling.presencePenalty(), "presence_penalty");
    lost(sampling.frequencyPenalty(), "frequency_penalty");
    lost(sampling.seed(), "seed");
    if (sampling.choices().orElse(1) > 1) {
      losses.lost("n");
    }
    // While it thinks, a model takes no other temperature than 1, which is also its own.
    boolean free = !model.refusesSampling() && !thinking.thinks();
    if (free) {
      sampling.temperature().ifPresent(this::temperature);
    } else {
      lost(sampling.temperature(), "temperature");
    }
    boolean both = model.oneSampling() && sampling.temperature().isPresent();
    write("top_p", sampling.topP(), free && !both);
    write("top_k", sampling.topK(), free);
    List<String> stops = sampling.stop().stream().filter(stop -> !stop.isBlank()).toList();
    if (stops.size() < sampling.stop().size()) {
      losses.lost("stop sequences of white space");
    }
    if (!stops.isEmpty()) {
      json.name("stop_sequences").beginArray();
      stops.forEach(json::value);
      json.endArray();
    }
  }

  private void lost(Optional<String> value, String name) {
    if (value.isPresent()) {
      losses.lost(name);
    }
  }

  private void write(String name, Optional<String> number, boolean taken) {
    if (number.isEmpty()) {
      return;
    }
    if (taken) {
      raw(name, number.get());
    } else {
      losses.lost(name);
    }
  }

  private void temperature(String spelled) {
    if (Double.parseDouble(spelled) > 1) {
      losses.lost("temperature above 1");
      raw("temperature", "1");
    } else {
      raw("temperature", spelled);
    }
  }

  private void raw(String name, String number) {
    byte[] bytes = number.getBytes(StandardCharsets.US_ASCII);
    json.name(name).raw(bytes, 0, bytes.length);
  }

  private void outputConfig() {
    Optional<RawJson> schema = Optional.empty();
    if (conversation.format().isPresent()) {
      switch (conversation.format().get()) {
        case OutputFormat.AnyJson() -> losses.lost("answer as any JSON object");
        case OutputFormat.Schema(String _, RawJson wanted, Optional<Boolean> _) -> {
          if (model.schema()) {
            schema = Optional.of(wanted);
          } else {
            losses.lost("answer by a schema");
          }
        }
      }
    }
    if (schema.isEmpty() && thinking.effort().isEmpty()) {
      return;
    }
    json.name("output_config").beginObject();
    thinking.effort().ifPresent(word -> json.name("effort").value(word));
    if (schema.isPresent()) {
      json.name("format").beginObject().name("type").value("json_schema").name("schema");
      schema.get().writeTo(json);
      json.endObject();
    }
    json.endObject();
  }
}
