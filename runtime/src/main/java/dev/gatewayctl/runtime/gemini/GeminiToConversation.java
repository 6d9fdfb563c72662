package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.ToolChoice;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a request for content into a conversation.
final class GeminiToConversation {
  /// Members of `generationConfig` that are read.
  private static final Set<String> READ =
      Set.of(
          "candidateCount",
          "frequencyPenalty",
          "maxOutputTokens",
          "presencePenalty",
          "responseJsonSchema",
          "_responseJsonSchema",
          "responseMimeType",
          "responseSchema",
          "seed",
          "stopSequences",
          "temperature",
          "thinkingConfig",
          "topK",
          "topP");

  private final JsonValue root;
  private final @Nullable JsonValue config;
  private final Losses losses;

  private GeminiToConversation(JsonValue root, Losses losses) {
    this.root = root;
    this.config = Names.present(root, "generationConfig");
    this.losses = losses;
  }

  static Conversation read(JsonValue root, RequestPath path, Losses losses) throws Unfit {
    if (path.method().equals("countTokens") || root.find("generateContentRequest") != null) {
      throw new Unfit("contents", "cannot be counted by a provider of another protocol");
    }
    return new GeminiToConversation(root, losses).conversation(path);
  }

  private Conversation conversation(RequestPath path) throws Unfit {
    GeminiToTurns turns = new GeminiToTurns(losses);
    turns.instructions(Names.present(root, "systemInstruction"), "systemInstruction");
    for (JsonValue.Member member : Names.members(root, "")) {
      String name = Names.canonical(member.name());
      if (member.value().isNull()) {
        continue;
      }
      switch (name) {
        case "contents" -> turns.contents(member.value(), name);
        case "cachedContent" ->
            throw new Unfit(name, "is known to Google only and cannot be translated");
        case "model", "systemInstruction", "tools", "toolConfig", "generationConfig", "labels" -> {}
        case "safetySettings", "serviceTier" -> losses.lost(name);
        default -> losses.lost("unknown members");
      }
    }
    if (config != null) {
      for (JsonValue.Member member : Names.members(config, "generationConfig")) {
        lose(Names.canonical(member.name()), member.value());
      }
    }
    return new Conversation(
        Names.Model.of(path).name(),
        path.stream(),
        turns.system(),
        turns.turns(),
        tools(),
        toolChoice(),
        sampling(),
        format(),
        thinking(),
        Optional.empty(),
        labels());
  }

  /// What is asked for in vain; what says only what holds anyway is not lost.
  private void lose(String name, JsonValue value) {
    boolean nothing = value.isNull() || (value.isBoolean() && !value.isTrue());
    boolean usual =
        name.equals("responseModalities")
            && value.items().stream().allMatch(item -> item.is("TEXT") || item.is("Text"));
    if (!READ.contains(name) && !nothing && !usual) {
      losses.lost(name);
    }
  }

  private Sampling sampling() throws Unfit {
    return new Sampling(
        whole("maxOutputTokens"),
        number("temperature"),
        number("topP"),
        number("topK"),
        number("presencePenalty"),
        number("frequencyPenalty"),
        number("seed"),
        stop(),
        whole("candidateCount"),
        Optional.empty());
  }

  private @Nullable JsonValue setting(String name) {
    return config == null ? null : Names.present(config, name);
  }

  private OptionalLong whole(String name) throws Unfit {
    JsonValue value = setting(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    OptionalLong number = value.wholeNumber();
    if (number.isEmpty()) {
      throw new Unfit("generationConfig." + name, "is not a whole number");
    }
    return number.getAsLong() > 0 ? number : OptionalLong.empty();
  }

  /// A number as it is spelled.
  private Optional<String> number(String name) throws Unfit {
    JsonValue value = setting(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      throw new Unfit("generationConfig." + name, "is not a number");
    }
    return Optional.of(value.text().string());
  }

  private List<String> stop() throws Unfit {
    JsonValue value = setting("stopSequences");
    List<String> stops = new ArrayList<>();
    for (JsonValue item : value == null ? List.<JsonValue>of() : value.items()) {
      if (!item.isString()) {
        throw new Unfit("generationConfig.stopSequences", "is not a list of strings");
      }
      stops.add(item.text().string());
    }
    return stops;
  }

  private List<Tool> tools() throws Unfit {
    List<Tool> tools = new ArrayList<>();
    JsonValue list = Names.present(root, "tools");
    int index = 0;
    for (JsonValue tool : list == null ? List.<JsonValue>of() : Names.items(list, "tools")) {
      String place = "tools[" + index + "]";
      index++;
      for (JsonValue.Member member : Names.members(tool, place)) {
        String name = Names.canonical(member.name());
        if (!name.equals("functionDeclarations")) {
          losses.lost("tools of the provider");
          continue;
        }
        for (JsonValue function : Names.items(member.value(), place + "." + name)) {
          tools.add(function(function, place + "." + name));
        }
      }
    }
    return tools;
  }

  private Tool function(JsonValue function, String place) throws Unfit {
    if (Names.present(function, "response") != null
        || Names.present(function, "responseJsonSchema") != null) {
      losses.lost("schema of a tool's result");
    }
    return new Tool(
        GeminiToTurns.required(function, "name", place),
        GeminiToTurns.text(function, "description"),
        schema(function, "parametersJsonSchema", "parameters"),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<RawJson> schema(JsonValue object, String json, String openApi) {
    JsonValue plain = Names.present(object, json);
    JsonValue converted = Names.present(object, openApi);
    return plain != null
        ? Optional.of(RawJson.of(plain))
        : Optional.ofNullable(converted).map(SchemaJson::fromOpenApi);
  }

  private Optional<ToolChoice> toolChoice() throws Unfit {
    JsonValue tools = Names.present(root, "toolConfig");
    JsonValue calling = tools == null ? null : Names.present(tools, "functionCallingConfig");
    if (calling == null) {
      return Optional.empty();
    }
    JsonValue allowed = Names.present(calling, "allowedFunctionNames");
    List<JsonValue> names = allowed == null ? List.of() : allowed.items();
    String mode = GeminiToTurns.text(calling, "mode").orElse("AUTO").toUpperCase(Locale.ROOT);
    if (mode.equals("ANY") && names.size() == 1) {
      return Optional.of(new ToolChoice.Named(names.getFirst().text().string()));
    }
    if (!names.isEmpty()) {
      losses.lost("toolConfig by allowedFunctionNames");
    }
    return Optional.of(
        switch (mode) {
          case "AUTO", "MODE_UNSPECIFIED" -> new ToolChoice.Auto();
          case "NONE" -> new ToolChoice.None();
          case "ANY" -> new ToolChoice.Required();
          case "VALIDATED" -> {
            losses.lost("mode VALIDATED of function calls");
            yield new ToolChoice.Auto();
          }
          default ->
              throw new Unfit("toolConfig.functionCallingConfig.mode", "is no choice of tools");
        });
  }

  private Optional<OutputFormat> format() {
    String type =
        config == null
            ? "text/plain"
            : GeminiToTurns.text(config, "responseMimeType").orElse("text/plain");
    if (config == null || type.equals("text/plain")) {
      return Optional.empty();
    }
    if (!type.equals("application/json")) {
      losses.lost("responseMimeType");
      return Optional.empty();
    }
    JsonValue internal = config.present("_responseJsonSchema");
    Optional<RawJson> schema =
        internal == null
            ? schema(config, "responseJsonSchema", "responseSchema")
            : Optional.of(RawJson.of(internal));
    return Optional.of(
        schema.isEmpty()
            ? new OutputFormat.AnyJson()
            : new OutputFormat.Schema("", schema.get(), Optional.empty()));
  }

  /// A budget of -1 leaves it to the model.
  private Optional<Thinking> thinking() {
    JsonValue thinking = setting("thinkingConfig");
    if (thinking == null) {
      return Optional.empty();
    }
    JsonValue budget = Names.present(thinking, "thinkingBudget");
    OptionalLong tokens = budget == null ? OptionalLong.empty() : budget.wholeNumber();
    JsonValue show = Names.present(thinking, "includeThoughts");
    return Optional.of(
        new Thinking(
            GeminiToTurns.text(thinking, "thinkingLevel")
                .map(level -> level.toLowerCase(Locale.ROOT))
                .filter(level -> !level.equals("thinking_level_unspecified")),
            tokens.orElse(-1) < 0 ? OptionalLong.empty() : tokens,
            show == null ? Optional.empty() : Optional.of(show.isTrue())));
  }

  private Map<String, String> labels() throws Unfit {
    JsonValue value = root.present("labels");
    Map<String, String> labels = new LinkedHashMap<>();
    if (value != null && !value.isObject()) {
      throw new Unfit("labels", "is not an object");
    }
    for (JsonValue.Member member : value == null ? List.<JsonValue.Member>of() : value.members()) {
      labels.put(member.name().text().string(), member.value().text().string());
    }
    return labels;
  }
}
