package dev.gatewayctl.runtime.cohere;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Writes a conversation as a request of Cohere's.
final class ConversationToCohere {
  /// The most stop sequences that the service takes.
  private static final int MOST_STOPS = 5;

  private final JsonWriter json = new JsonWriter();
  private final Conversation conversation;
  private final Losses losses;

  private ConversationToCohere(Conversation conversation, Losses losses) {
    this.conversation = conversation;
    this.losses = losses;
  }

  static byte[] write(Conversation conversation, Losses losses) {
    return new ConversationToCohere(conversation, losses).body();
  }

  private byte[] body() {
    json.beginObject().name("model").value(conversation.model());
    new TurnsToCohere(json, losses).write(conversation);
    json.name("stream").value(conversation.stream());
    tools();
    sampling(conversation.sampling());
    conversation.format().ifPresent(this::format);
    conversation.thinking().ifPresent(this::thinking);
    if (conversation.user().isPresent()) {
      losses.lost("user");
    }
    if (!conversation.metadata().isEmpty()) {
      losses.lost("metadata");
    }
    return json.endObject().toBytes();
  }

  /// A call of one tool is had by offering it alone.
  private void tools() {
    Optional<ToolChoice> choice = conversation.toolChoice();
    List<Tool> tools = conversation.tools();
    if (choice.isPresent() && choice.orElseThrow() instanceof ToolChoice.Named(String name)) {
      tools = tools.stream().filter(tool -> tool.name().equals(name)).toList();
    }
    if (tools.isEmpty()) {
      return;
    }
    json.name("tools").beginArray();
    tools.forEach(this::tool);
    json.endArray();
    if (choice.isPresent()) {
      switch (choice.orElseThrow()) {
        case ToolChoice.Auto _ -> {}
        case ToolChoice.None _ -> json.name("tool_choice").value("NONE");
        case ToolChoice.Required _, ToolChoice.Named _ ->
            json.name("tool_choice").value("REQUIRED");
      }
    }
    if (tools.stream().allMatch(tool -> tool.strict().orElse(false))) {
      json.name("strict_tools").value(true);
    } else if (tools.stream().anyMatch(tool -> tool.strict().orElse(false))) {
      losses.lost("strict");
    }
    if (conversation.sampling().parallelCalls().equals(Optional.of(false))) {
      losses.lost("parallel_tool_calls");
    }
  }

  private void tool(Tool tool) {
    json.beginObject().name("type").value("function").name("function").beginObject();
    json.name("name").value(tool.name());
    tool.description().ifPresent(text -> json.name("description").value(text));
    json.name("parameters");
    if (tool.schema().isPresent()) {
      tool.schema().orElseThrow().writeTo(json);
    } else {
      json.beginObject().name("type").value("object");
      json.name("properties").beginObject().endObject().endObject();
    }
    json.endObject().endObject();
    if (tool.cache().isPresent()) {
      losses.lost("cache_control");
    }
  }

  private void sampling(Sampling sampling) {
    sampling.maxTokens().ifPresent(most -> json.name("max_tokens").value(most));
    number("temperature", sampling.temperature());
    number("p", sampling.topP());
    number("k", sampling.topK());
    number("presence_penalty", sampling.presencePenalty());
    number("frequency_penalty", sampling.frequencyPenalty());
    number("seed", sampling.seed());
    List<String> stops = sampling.stop();
    if (stops.size() > MOST_STOPS) {
      losses.lost("stop sequences beyond " + MOST_STOPS);
      stops = stops.subList(0, MOST_STOPS);
    }
    if (!stops.isEmpty()) {
      json.name("stop_sequences").beginArray();
      stops.forEach(json::value);
      json.endArray();
    }
    if (sampling.choices().orElse(1) > 1) {
      losses.lost("n");
    }
  }

  /// A number as it was spelled.
  private void number(String name, Optional<String> spelled) {
    if (spelled.isPresent()) {
      byte[] bytes = spelled.orElseThrow().getBytes(StandardCharsets.US_ASCII);
      json.name(name).raw(bytes, 0, bytes.length);
    }
  }

  private void format(OutputFormat format) {
    json.name("response_format").beginObject().name("type").value("json_object");
    if (format instanceof OutputFormat.Schema schema) {
      schema.schema().writeTo(json.name("json_schema"));
    }
    json.endObject();
  }

  /// The service thinks or not, up to a budget; it knows no effort and tells its thoughts.
  private void thinking(Thinking thinking) {
    boolean off = thinking.effort().equals(Optional.of("none")) || thinking.budget().orElse(1) == 0;
    json.name("thinking").beginObject().name("type").value(off ? "disabled" : "enabled");
    if (!off && thinking.budget().orElse(-1) > 0) {
      json.name("token_budget").value(thinking.budget().getAsLong());
    }
    json.endObject();
    if (!off && thinking.effort().isPresent()) {
      losses.lost("effort of thinking");
    }
    if (!off && !thinking.show().orElse(true)) {
      losses.lost("answers without thoughts");
    }
  }
}
