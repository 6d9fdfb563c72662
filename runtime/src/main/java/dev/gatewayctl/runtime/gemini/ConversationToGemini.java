package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Writes a conversation as a request for content. The model and whether a stream is asked for
/// stand in the path, not here.
final class ConversationToGemini {
  /// The most stop sequences that are taken.
  private static final int MOST_STOPS = 5;

  /// Models of the third generation and later: they think by levels and want signatures.
  private static final Pattern LEVELS = Pattern.compile("gemini-(?:[3-9]|[1-9][0-9])(?![0-9]).*");

  /// What labels of Vertex may hold.
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_-]{1,63}");

  private final JsonWriter json = new JsonWriter();
  private final Conversation conversation;
  private final boolean vertex;
  private final boolean levels;
  private final Losses losses;

  private ConversationToGemini(Conversation conversation, boolean vertex, Losses losses) {
    this.conversation = conversation;
    this.vertex = vertex;
    this.levels = LEVELS.matcher(conversation.model()).matches();
    this.losses = losses;
  }

  static byte[] write(Conversation conversation, boolean vertex, Losses losses) {
    return new ConversationToGemini(conversation, vertex, losses).body();
  }

  private byte[] body() {
    json.beginObject();
    TurnsToGemini contents = new TurnsToGemini(json, vertex, levels, losses);
    if (!conversation.system().isEmpty()) {
      json.name("systemInstruction");
      contents.instructions(conversation.system());
    }
    json.name("contents").beginArray();
    contents.turns(conversation.turns());
    json.endArray();
    if (!conversation.tools().isEmpty()) {
      tools();
    }
    generationConfig();
    labels(conversation.metadata());
    if (conversation.user().isPresent()) {
      losses.lost("user");
    }
    return json.endObject().toBytes();
  }

  private void tools() {
    json.name("tools").beginArray().beginObject().name("functionDeclarations").beginArray();
    for (Tool tool : conversation.tools()) {
      json.beginObject().name("name").value(tool.name());
      tool.description().ifPresent(text -> json.name("description").value(text));
      tool.schema().map(SchemaJson::root).ifPresent(this::parameters);
      json.endObject();
      if (tool.strict().orElse(false)) {
        losses.lost("strict schemas of tools");
      }
      if (tool.cache().isPresent()) {
        losses.lost("marks of prefixes to cache");
      }
    }
    json.endArray().endObject().endArray();
    conversation.toolChoice().ifPresent(this::toolChoice);
    if (conversation.sampling().parallelCalls().equals(Optional.of(false))) {
      losses.lost("parallel_tool_calls");
    }
  }

  private void parameters(JsonValue schema) {
    if (!SchemaJson.isObject(schema)) {
      losses.lost("parameters that are no object");
    } else if (!schema.members().isEmpty()) {
      SchemaJson.write(schema, json.name("parametersJsonSchema"));
    }
  }

  private void toolChoice(ToolChoice choice) {
    json.name("toolConfig").beginObject().name("functionCallingConfig").beginObject();
    json.name("mode");
    switch (choice) {
      case ToolChoice.Auto _ -> json.value("AUTO");
      case ToolChoice.None _ -> json.value("NONE");
      case ToolChoice.Required _ -> json.value("ANY");
      case ToolChoice.Named(String name) ->
          json.value("ANY").name("allowedFunctionNames").beginArray().value(name).endArray();
    }
    json.endObject().endObject();
  }

  private void generationConfig() {
    Sampling sampling = conversation.sampling();
    JsonWriter config = new JsonWriter().beginObject();
    whole(config, "maxOutputTokens", sampling.maxTokens());
    number(config, "temperature", sampling.temperature());
    number(config, "topP", sampling.topP());
    number(config, "topK", sampling.topK());
    number(config, "presencePenalty", sampling.presencePenalty());
    number(config, "frequencyPenalty", sampling.frequencyPenalty());
    number(config, "seed", sampling.seed());
    stops(config, sampling.stop());
    whole(config, "candidateCount", sampling.choices());
    conversation.format().ifPresent(format -> format(config, format));
    conversation.thinking().ifPresent(thinking -> thinking(config, thinking));
    byte[] spelled = config.endObject().toBytes();
    if (spelled.length > 2) {
      json.name("generationConfig").raw(spelled, 0, spelled.length);
    }
  }

  private void stops(JsonWriter config, List<String> stops) {
    if (stops.isEmpty()) {
      return;
    }
    if (stops.size() > MOST_STOPS) {
      losses.lost("stop sequences beyond " + MOST_STOPS);
    }
    config.name("stopSequences").beginArray();
    stops.subList(0, Math.min(stops.size(), MOST_STOPS)).forEach(config::value);
    config.endArray();
  }

  private static void format(JsonWriter config, OutputFormat format) {
    config.name("responseMimeType").value("application/json");
    if (format instanceof OutputFormat.Schema schema) {
      JsonValue root = SchemaJson.root(schema.schema());
      if (root != null) {
        SchemaJson.write(root, config.name("responseJsonSchema"));
      }
    }
  }

  /// A level for models that have them, else a budget: the numbers are those of Google's own chat
  /// surface.
  private void thinking(JsonWriter config, Thinking thinking) {
    config.name("thinkingConfig").beginObject();
    if (thinking.budget().isPresent()) {
      config.name("thinkingBudget").value(thinking.budget().getAsLong());
    } else if (thinking.effort().isPresent()) {
      effort(config, thinking.effort().get());
    }
    thinking.show().ifPresent(show -> config.name("includeThoughts").value(show));
    config.endObject();
  }

  private void effort(JsonWriter config, String effort) {
    switch (effort) {
      case "none" -> {
        if (levels) {
          losses.lost("answers without thinking");
          config.name("thinkingLevel").value("MINIMAL");
        } else {
          config.name("thinkingBudget").value(0);
        }
      }
      case "minimal" -> level(config, "MINIMAL", 1_024);
      case "low" -> level(config, "LOW", 1_024);
      case "medium" -> level(config, "MEDIUM", 8_192);
      case "high" -> level(config, "HIGH", 24_576);
      default -> {
        losses.lost("reasoning effort beyond high");
        level(config, "HIGH", 24_576);
      }
    }
  }

  private void level(JsonWriter config, String level, long budget) {
    if (levels) {
      config.name("thinkingLevel").value(level);
    } else {
      config.name("thinkingBudget").value(budget);
    }
  }

  /// Only Vertex knows labels.
  private void labels(Map<String, String> metadata) {
    Map<String, String> labels = new TreeMap<>();
    metadata.forEach(
        (name, value) -> {
          if (vertex && LABEL.matcher(name).matches() && LABEL.matcher(value).matches()) {
            labels.put(name, value);
          } else {
            losses.lost("metadata");
          }
        });
    if (!labels.isEmpty()) {
      json.name("labels").beginObject();
      labels.forEach((name, value) -> json.name(name).value(value));
      json.endObject();
    }
  }

  private static void whole(JsonWriter config, String name, OptionalLong number) {
    number.ifPresent(value -> config.name(name).value(value));
  }

  /// A number as it was spelled.
  private static void number(JsonWriter config, String name, Optional<String> spelled) {
    spelled.ifPresent(
        number -> {
          byte[] bytes = number.getBytes(StandardCharsets.US_ASCII);
          config.name(name).raw(bytes, 0, bytes.length);
        });
  }
}
