package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.OutputFormat;
import dev.gatewayctl.runtime.conversation.Conversation.Sampling;
import dev.gatewayctl.runtime.conversation.Conversation.Thinking;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request of Ollama's chat protocol as a conversation.
final class OllamaToConversation {
  private static final Set<String> READ =
      Set.of("format", "messages", "model", "options", "stream", "think", "tools");

  private static final Set<String> OPTIONS =
      Set.of(
          "frequency_penalty",
          "num_predict",
          "presence_penalty",
          "seed",
          "stop",
          "temperature",
          "top_k",
          "top_p");

  /// Members and options that mean nothing elsewhere.
  private static final Set<String> LOST =
      Set.of(
          "keep_alive",
          "logprobs",
          "min_p",
          "num_ctx",
          "num_keep",
          "repeat_last_n",
          "repeat_penalty",
          "shift",
          "top_logprobs",
          "truncate",
          "typical_p");

  private final JsonValue root;
  private final Losses losses;

  private OllamaToConversation(JsonValue root, Losses losses) {
    this.root = root;
    this.losses = losses;
  }

  static Conversation read(JsonValue root, Losses losses) throws Unfit {
    return new OllamaToConversation(root, losses).conversation();
  }

  private Conversation conversation() throws Unfit {
    JsonValue model = root.find("model");
    if (model == null || !model.isString()) {
      throw new Unfit("model", model == null ? "is missing" : "is not a string");
    }
    JsonValue options = root.present("options");
    lose(root, READ, "");
    if (options != null) {
      lose(options, OPTIONS, "options.");
    }
    OllamaToTurns messages = new OllamaToTurns(losses);
    messages.read(root.find("messages"));
    JsonValue stream = root.present("stream");
    return new Conversation(
        model.text().string(),
        stream == null || stream.isTrue(),
        messages.system(),
        messages.turns(),
        tools(),
        Optional.empty(),
        sampling(options),
        format(),
        thinking(),
        Optional.empty(),
        Map.of());
  }

  private void lose(JsonValue object, Set<String> read, String prefix) {
    for (JsonValue.Member member : object.members()) {
      String name = member.name().text().string();
      JsonValue value = member.value();
      boolean nothing = value.isNull() || (value.isBoolean() && !value.isTrue());
      if (!read.contains(name) && !nothing) {
        losses.lost(LOST.contains(name) ? prefix + name : "unknown members");
      }
    }
  }

  private List<Tool> tools() throws Unfit {
    List<Tool> tools = new ArrayList<>();
    JsonValue list = root.present("tools");
    int index = 0;
    for (JsonValue tool : list == null ? List.<JsonValue>of() : list.items()) {
      String place = "tools[" + index + "].function";
      JsonValue function = tool.present("function");
      if (function == null || !function.isObject()) {
        throw new Unfit(place, function == null ? "is missing" : "is not an object");
      }
      tools.add(
          new Tool(
              OllamaToTurns.required(function, "name", place),
              OllamaToTurns.text(function, "description"),
              Optional.ofNullable(function.present("parameters")).map(RawJson::of),
              Optional.empty(),
              Optional.empty()));
      index++;
    }
    return tools;
  }

  private static Sampling sampling(@Nullable JsonValue options) throws Unfit {
    OptionalLong most = OptionalLong.empty();
    JsonValue said = options == null ? null : options.present("num_predict");
    if (said != null) {
      most = said.wholeNumber();
      // A negative number is no limit.
      most = most.orElse(-1) < 0 ? OptionalLong.empty() : most;
    }
    return new Sampling(
        most,
        number(options, "temperature"),
        number(options, "top_p"),
        number(options, "top_k"),
        number(options, "presence_penalty"),
        number(options, "frequency_penalty"),
        number(options, "seed"),
        stop(options == null ? null : options.present("stop")),
        OptionalLong.empty(),
        Optional.empty());
  }

  /// A number as it is spelled.
  private static Optional<String> number(@Nullable JsonValue options, String name) throws Unfit {
    JsonValue value = options == null ? null : options.present(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isNumber()) {
      throw new Unfit("options." + name, "is not a number");
    }
    return Optional.of(value.text().string());
  }

  private static List<String> stop(@Nullable JsonValue value) throws Unfit {
    List<String> stops = new ArrayList<>();
    if (value != null) {
      for (JsonValue item : value.isArray() ? value.items() : List.of(value)) {
        if (!item.isString()) {
          throw new Unfit("options.stop", "is neither a string nor a list of strings");
        }
        stops.add(item.text().string());
      }
    }
    return stops;
  }

  private Optional<OutputFormat> format() throws Unfit {
    JsonValue format = root.present("format");
    if (format == null || format.is("")) {
      return Optional.empty();
    }
    if (format.is("json")) {
      return Optional.of(new OutputFormat.AnyJson());
    }
    if (!format.isObject()) {
      throw new Unfit("format", "is neither `json` nor a schema");
    }
    return Optional.of(new OutputFormat.Schema("", RawJson.of(format), Optional.empty()));
  }

  private Optional<Thinking> thinking() throws Unfit {
    JsonValue think = root.present("think");
    if (think == null) {
      return Optional.empty();
    }
    if (think.isString()) {
      return Optional.of(new Thinking(think.string(), OptionalLong.empty(), Optional.of(true)));
    }
    if (!think.isBoolean()) {
      throw new Unfit("think", "is neither true, false nor a word");
    }
    Optional<String> effort = think.isTrue() ? Optional.empty() : Optional.of("none");
    return Optional.of(new Thinking(effort, OptionalLong.empty(), Optional.of(think.isTrue())));
  }
}
