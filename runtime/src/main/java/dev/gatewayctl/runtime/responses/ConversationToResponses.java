package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;

/// Writes a conversation as a request of the responses protocol. The provider is told to store
/// nothing, because no other protocol expects that it does.
final class ConversationToResponses {
  private final JsonWriter json = new JsonWriter();
  private final Conversation conversation;
  private final Losses losses;

  private ConversationToResponses(Conversation conversation, Losses losses) {
    this.conversation = conversation;
    this.losses = losses;
  }

  static byte[] write(Conversation conversation, Losses losses) {
    return new ConversationToResponses(conversation, losses).body();
  }

  private byte[] body() {
    json.beginObject().name("model").value(conversation.model());
    boolean one = conversation.system().size() == 1;
    if (one) {
      json.name("instructions").value(conversation.system().getFirst().text());
    }
    json.name("input").beginArray();
    TurnsToItems items = new TurnsToItems(json, losses);
    if (!one) {
      items.system(conversation.system());
    }
    for (Turn turn : conversation.turns()) {
      items.turn(turn);
    }
    json.endArray();
    if (conversation.system().stream().map(Part.Text::cache).anyMatch(Optional::isPresent)) {
      losses.lost("cache_control");
    }
    if (conversation.stream()) {
      json.name("stream").value(true);
    }
    json.name("store").value(false);
    tools();
    sampling(conversation.sampling());
    conversation.format().ifPresent(this::format);
    conversation.thinking().ifPresent(this::thinking);
    conversation.user().ifPresent(user -> json.name("safety_identifier").value(user));
    if (!conversation.metadata().isEmpty()) {
      json.name("metadata").beginObject();
      new TreeMap<>(conversation.metadata()).forEach((name, value) -> json.name(name).value(value));
      json.endObject();
    }
    return json.endObject().toBytes();
  }

  /// A function is strict here unless it is told otherwise, and must have a schema.
  private void tools() {
    if (conversation.tools().isEmpty()) {
      return;
    }
    json.name("tools").beginArray();
    for (Tool tool : conversation.tools()) {
      json.beginObject().name("type").value("function").name("name").value(tool.name());
      tool.description().ifPresent(text -> json.name("description").value(text));
      json.name("parameters");
      if (tool.schema().isPresent()) {
        tool.schema().orElseThrow().writeTo(json);
      } else {
        json.beginObject().name("type").value("object");
        json.name("properties").beginObject().endObject().endObject();
      }
      json.name("strict").value(tool.strict().orElse(false)).endObject();
      if (tool.cache().isPresent()) {
        losses.lost("cache_control");
      }
    }
    json.endArray();
    conversation.toolChoice().ifPresent(this::toolChoice);
    conversation
        .sampling()
        .parallelCalls()
        .ifPresent(parallel -> json.name("parallel_tool_calls").value(parallel));
  }

  private void toolChoice(ToolChoice choice) {
    json.name("tool_choice");
    switch (choice) {
      case ToolChoice.Auto _ -> json.value("auto");
      case ToolChoice.None _ -> json.value("none");
      case ToolChoice.Required _ -> json.value("required");
      case ToolChoice.Named(String name) ->
          json.beginObject().name("type").value("function").name("name").value(name).endObject();
    }
  }

  private void sampling(Sampling sampling) {
    if (sampling.maxTokens().isPresent()) {
      json.name("max_output_tokens").value(sampling.maxTokens().getAsLong());
    }
    number("temperature", sampling.temperature());
    number("top_p", sampling.topP());
    lost("top_k", sampling.topK().isPresent());
    lost("presence_penalty", sampling.presencePenalty().isPresent());
    lost("frequency_penalty", sampling.frequencyPenalty().isPresent());
    lost("seed", sampling.seed().isPresent());
    lost("stop", !sampling.stop().isEmpty());
    lost("n", sampling.choices().orElse(1) != 1);
  }

  private void lost(String name, boolean asked) {
    if (asked) {
      losses.lost(name);
    }
  }

  /// A number as it was spelled.
  private void number(String name, Optional<String> spelled) {
    spelled.ifPresent(
        number -> {
          byte[] bytes = number.getBytes(StandardCharsets.US_ASCII);
          json.name(name).raw(bytes, 0, bytes.length);
        });
  }

  private void format(OutputFormat format) {
    json.name("text").beginObject().name("format").beginObject().name("type");
    switch (format) {
      case OutputFormat.AnyJson _ -> json.value("json_object");
      case OutputFormat.Schema schema -> {
        json.value("json_schema");
        json.name("name").value(schema.name().isEmpty() ? "answer" : schema.name());
        schema.schema().writeTo(json.name("schema"));
        schema.strict().ifPresent(strict -> json.name("strict").value(strict));
      }
    }
    json.endObject().endObject();
  }

  /// Thoughts come back sealed, so that they can be given again with the next request.
  private void thinking(Thinking thinking) {
    Optional<String> effort = thinking.effort();
    if (thinking.budget().isPresent()) {
      losses.lost("budget of tokens for thinking");
      effort = effort.or(() -> Optional.of(thinking.budget().getAsLong() == 0 ? "none" : "medium"));
    }
    json.name("reasoning").beginObject();
    effort.ifPresent(word -> json.name("effort").value(word));
    if (thinking.show().orElse(false)) {
      json.name("summary").value("auto");
    }
    json.endObject();
    if (!effort.equals(Optional.of("none"))) {
      json.name("include").beginArray().value("reasoning.encrypted_content").endArray();
    }
  }
}
