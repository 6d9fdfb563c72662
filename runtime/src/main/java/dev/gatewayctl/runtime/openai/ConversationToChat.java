package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.ProviderProtocol.Asking;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Writes a conversation as a chat request.
final class ConversationToChat {
  /// The most stop sequences that OpenAI takes.
  private static final int MOST_STOPS = 4;

  /// Up to which budget of tokens for thinking an effort is called low, and medium.
  private static final long LOW_BUDGET = 2_048;

  private static final long MEDIUM_BUDGET = 8_192;

  private final JsonWriter json = new JsonWriter();
  private final Conversation conversation;
  private final Asking asking;
  private final boolean extended;
  private final Losses losses;

  private ConversationToChat(
      Conversation conversation, Asking asking, boolean extended, Losses losses) {
    this.conversation = conversation;
    this.asking = asking;
    this.extended = extended;
    this.losses = losses;
  }

  /// The body.
  ///
  /// @param extended whether the provider takes members that OpenAI refuses
  static byte[] write(Conversation conversation, Asking asking, boolean extended, Losses losses) {
    return new ConversationToChat(conversation, asking, extended, losses).body();
  }

  private byte[] body() {
    json.beginObject().name("model").value(conversation.model());
    json.name("messages").beginArray();
    TurnsToChat messages = new TurnsToChat(json, extended, losses);
    messages.system(conversation.system());
    for (Turn turn : conversation.turns()) {
      messages.turn(turn);
    }
    json.endArray();
    if (conversation.stream()) {
      json.name("stream").value(true);
      if (asking.usageOnStreams()) {
        json.name("stream_options").beginObject();
        json.name("include_usage").value(true).endObject();
      }
    }
    if (!conversation.tools().isEmpty()) {
      tools();
    }
    sampling(conversation.sampling());
    conversation.format().ifPresent(this::format);
    conversation.thinking().ifPresent(this::thinking);
    text("user", conversation.user());
    metadata(conversation.metadata());
    return json.endObject().toBytes();
  }

  private void tools() {
    json.name("tools").beginArray();
    for (Tool tool : conversation.tools()) {
      json.beginObject().name("type").value("function").name("function").beginObject();
      json.name("name").value(tool.name());
      text("description", tool.description());
      tool.schema().ifPresent(schema -> schema.writeTo(json.name("parameters")));
      tool.strict().ifPresent(strict -> json.name("strict").value(strict));
      json.endObject();
      TurnsToChat.cache(tool.cache(), json, extended, losses);
      json.endObject();
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
      case ToolChoice.Named(String name) -> {
        json.beginObject().name("type").value("function").name("function").beginObject();
        json.name("name").value(name).endObject().endObject();
      }
    }
  }

  private void sampling(Sampling sampling) {
    whole(asking.maxTokensMember(), sampling.maxTokens());
    number("temperature", sampling.temperature());
    number("top_p", sampling.topP());
    if (extended) {
      number("top_k", sampling.topK());
    } else if (sampling.topK().isPresent()) {
      losses.lost("top_k");
    }
    number("presence_penalty", sampling.presencePenalty());
    number("frequency_penalty", sampling.frequencyPenalty());
    number("seed", sampling.seed());
    stop(sampling.stop());
    whole("n", sampling.choices());
  }

  private void stop(List<String> stops) {
    if (stops.isEmpty()) {
      return;
    }
    boolean tooMany = !extended && stops.size() > MOST_STOPS;
    if (tooMany) {
      losses.lost("stop sequences beyond " + MOST_STOPS);
    }
    json.name("stop").beginArray();
    stops.subList(0, tooMany ? MOST_STOPS : stops.size()).forEach(json::value);
    json.endArray();
  }

  private void format(OutputFormat format) {
    json.name("response_format").beginObject().name("type");
    switch (format) {
      case OutputFormat.AnyJson _ -> json.value("json_object");
      case OutputFormat.Schema schema -> {
        json.value("json_schema").name("json_schema").beginObject();
        json.name("name").value(schema.name().isEmpty() ? "answer" : schema.name());
        schema.schema().writeTo(json.name("schema"));
        schema.strict().ifPresent(strict -> json.name("strict").value(strict));
        json.endObject();
      }
    }
    json.endObject();
  }

  private void thinking(Thinking thinking) {
    Optional<String> effort = thinking.effort();
    if (thinking.budget().isPresent()) {
      losses.lost("budget of tokens for thinking");
      if (effort.isEmpty()) {
        effort = Optional.of(effort(thinking.budget().getAsLong()));
      }
    }
    text("reasoning_effort", effort);
    if (thinking.show().orElse(false)) {
      losses.lost("thoughts in the answer");
    }
  }

  private static String effort(long budget) {
    if (budget <= 0) {
      return budget == 0 ? "none" : "medium";
    }
    if (budget <= LOW_BUDGET) {
      return "low";
    }
    return budget <= MEDIUM_BUDGET ? "medium" : "high";
  }

  /// OpenAI takes metadata only with requests that it stores.
  private void metadata(Map<String, String> metadata) {
    if (metadata.isEmpty()) {
      return;
    }
    if (!extended) {
      losses.lost("metadata");
      return;
    }
    json.name("metadata").beginObject();
    new TreeMap<>(metadata).forEach((name, value) -> json.name(name).value(value));
    json.endObject();
  }

  private void text(String name, Optional<String> text) {
    text.ifPresent(value -> json.name(name).value(value));
  }

  private void whole(String name, OptionalLong number) {
    number.ifPresent(value -> json.name(name).value(value));
  }

  /// A number as it was spelled.
  private void number(String name, Optional<String> spelled) {
    spelled.ifPresent(
        number -> {
          byte[] bytes = number.getBytes(StandardCharsets.US_ASCII);
          json.name(name).raw(bytes, 0, bytes.length);
        });
  }
}
