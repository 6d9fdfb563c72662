package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Writes a conversation as a request of Ollama's.
final class ConversationToOllama {
  private final JsonWriter json = new JsonWriter();
  private final Conversation conversation;
  private final Losses losses;

  private ConversationToOllama(Conversation conversation, Losses losses) {
    this.conversation = conversation;
    this.losses = losses;
  }

  static byte[] write(Conversation conversation, Losses losses) {
    return new ConversationToOllama(conversation, losses).body();
  }

  private byte[] body() {
    json.beginObject().name("model").value(conversation.model());
    new TurnsToOllama(json, losses).write(conversation);
    // Without the word the server streams.
    json.name("stream").value(conversation.stream());
    tools();
    options(conversation.sampling());
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

  /// The model decides what it calls; only that it calls nothing can be had, without tools.
  private void tools() {
    Optional<ToolChoice> choice = conversation.toolChoice();
    if (conversation.tools().isEmpty()
        || choice.filter(ToolChoice.None.class::isInstance).isPresent()) {
      return;
    }
    if (choice.isPresent() && !(choice.orElseThrow() instanceof ToolChoice.Auto)) {
      losses.lost("tool_choice");
    }
    if (conversation.sampling().parallelCalls().equals(Optional.of(false))) {
      losses.lost("parallel_tool_calls");
    }
    json.name("tools").beginArray();
    for (Tool tool : conversation.tools()) {
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
      if (tool.strict().orElse(false)) {
        losses.lost("strict");
      }
      if (tool.cache().isPresent()) {
        losses.lost("cache_control");
      }
    }
    json.endArray();
  }

  private void options(Sampling sampling) {
    JsonWriter options = new JsonWriter().beginObject();
    sampling.maxTokens().ifPresent(most -> options.name("num_predict").value(most));
    number(options, "temperature", sampling.temperature());
    number(options, "top_p", sampling.topP());
    number(options, "top_k", sampling.topK());
    number(options, "presence_penalty", sampling.presencePenalty());
    number(options, "frequency_penalty", sampling.frequencyPenalty());
    number(options, "seed", sampling.seed());
    if (!sampling.stop().isEmpty()) {
      options.name("stop").beginArray();
      sampling.stop().forEach(options::value);
      options.endArray();
    }
    byte[] spelled = options.endObject().toBytes();
    if (spelled.length > 2) {
      json.name("options").raw(spelled, 0, spelled.length);
    }
    if (sampling.choices().orElse(1) > 1) {
      losses.lost("n");
    }
  }

  /// A number as it was spelled.
  private static void number(JsonWriter options, String name, Optional<String> spelled) {
    if (spelled.isPresent()) {
      byte[] bytes = spelled.orElseThrow().getBytes(StandardCharsets.US_ASCII);
      options.name(name).raw(bytes, 0, bytes.length);
    }
  }

  private void format(OutputFormat format) {
    json.name("format");
    switch (format) {
      case OutputFormat.AnyJson _ -> json.value("json");
      case OutputFormat.Schema schema -> schema.schema().writeTo(json);
    }
  }

  private void thinking(Thinking thinking) {
    Optional<String> effort = thinking.effort();
    if (effort.isPresent()) {
      switch (effort.orElseThrow()) {
        case "none" -> json.name("think").value(false);
        case "low", "medium", "high", "max" -> json.name("think").value(effort.orElseThrow());
        case "minimal" -> nearest("low");
        case "xhigh" -> nearest("high");
        default -> {
          losses.lost("effort of thinking");
          json.name("think").value(true);
        }
      }
    } else if (thinking.budget().isPresent()) {
      json.name("think").value(thinking.budget().getAsLong() != 0);
    } else if (thinking.show().orElse(false)) {
      json.name("think").value(true);
    }
    if (thinking.budget().orElse(0) > 0) {
      losses.lost("budget of tokens for thinking");
    }
  }

  private void nearest(String effort) {
    losses.lost("effort of thinking");
    json.name("think").value(effort);
  }
}
