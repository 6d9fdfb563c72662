package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.MaskWriter;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A request for content, or for a count of its tokens, as it was received.
final class GeminiRequest implements RequestBody {
  private final JsonValue root;

  /// What is asked: the root, or for a count of tokens perhaps a member of it.
  private final JsonValue request;

  /// Whether tokens are counted and nothing is written.
  private final boolean counts;

  private final Names.Model model;
  private final boolean stream;
  private final RequestContent content;

  private GeminiRequest(
      JsonValue root, RequestPath path, Names.Model model, RequestContent content) {
    JsonValue nested = Names.present(root, "generateContentRequest");
    this.root = root;
    this.request = nested == null ? root : nested;
    this.counts = nested != null || path.method().equals("countTokens");
    this.stream = path.stream();
    this.model = model;
    this.content = content;
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body, RequestPath path) {
    return RequestBody.read(
        body,
        root -> {
          Names.Model model = Names.Model.of(path);
          JsonValue nested = Names.present(root, "generateContentRequest");
          GeminiReading reading = new GeminiReading();
          reading.request(root, "");
          model.repeated(root.find("model"), "model");
          if (nested != null) {
            if (!path.method().equals("countTokens")) {
              throw new Unfit("generateContentRequest", "stands there only to count tokens");
            }
            if (Names.present(root, "contents") != null) {
              throw new Unfit("contents", "stands beside `generateContentRequest`");
            }
            model.repeated(nested.find("model"), "generateContentRequest.model");
          }
          check(nested == null ? root : nested);
          return new GeminiRequest(root, path, model, reading.content());
        });
  }

  private static void check(JsonValue request) throws Unfit {
    if (Names.present(request, "contents") == null) {
      throw new Unfit("contents", "is missing");
    }
    JsonValue config = Names.present(request, "generationConfig");
    if (config == null) {
      return;
    }
    whole(config, "maxOutputTokens");
    OptionalLong candidates = whole(config, "candidateCount");
    if (candidates.isPresent() && candidates.getAsLong() < 1) {
      throw new Unfit("generationConfig.candidateCount", "is less than 1");
    }
    JsonValue temperature = config.present("temperature");
    if (temperature != null && temperature.number().isEmpty()) {
      throw new Unfit("generationConfig.temperature", "is not a number");
    }
  }

  private static OptionalLong whole(JsonValue config, String name) throws Unfit {
    JsonValue value = Names.present(config, name);
    if (value == null) {
      return OptionalLong.empty();
    }
    OptionalLong number = value.wholeNumber();
    if (number.isEmpty()) {
      throw new Unfit("generationConfig." + name, "is not a whole number");
    }
    return number;
  }

  private @Nullable JsonValue config() {
    return Names.present(request, "generationConfig");
  }

  private @Nullable JsonValue setting(String name) {
    JsonValue config = config();
    return config == null ? null : Names.present(config, name);
  }

  @Override
  public String model() {
    return model.name();
  }

  @Override
  public boolean stream() {
    return stream;
  }

  /// Usage is part of every answer.
  @Override
  public boolean includeUsage() {
    return true;
  }

  @Override
  public OptionalLong maxTokens() {
    if (counts) {
      return OptionalLong.of(0);
    }
    JsonValue most = setting("maxOutputTokens");
    OptionalLong number = most == null ? OptionalLong.empty() : most.wholeNumber();
    return number.isPresent() && number.getAsLong() > 0 ? number : OptionalLong.empty();
  }

  @Override
  public OptionalDouble temperature() {
    JsonValue value = setting("temperature");
    return value == null ? OptionalDouble.empty() : value.number();
  }

  @Override
  public long choices() {
    JsonValue value = setting("candidateCount");
    return value == null ? 1 : value.wholeNumber().orElse(1);
  }

  /// `thinkingLevel`, else `thinkingBudget` as it is spelled.
  @Override
  public Optional<String> reasoning() {
    JsonValue thinking = setting("thinkingConfig");
    if (thinking == null) {
      return Optional.empty();
    }
    JsonValue level = Names.present(thinking, "thinkingLevel");
    JsonValue said = level == null ? Names.present(thinking, "thinkingBudget") : level;
    return said == null || said.isObject() || said.isArray()
        ? Optional.empty()
        : Optional.of(said.text().string());
  }

  @Override
  public RequestContent content() {
    return content;
  }

  @Override
  public byte[] body() {
    return root.bytes();
  }

  @Override
  public byte[] write(RequestEdits edits) {
    Splices splices = new Splices();
    edits.model().ifPresent(name -> model.replace(name, splices));
    if (!counts) {
      Map<String, String> added = new LinkedHashMap<>();
      edits.maxTokens().ifPresent(cap -> maxTokens(cap, added, splices));
      temperature(edits, added, splices);
      edits.choicesMax().ifPresent(cap -> choices(cap, splices));
      add(added, splices);
    }
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(root.bytes());
  }

  private void maxTokens(long cap, Map<String, String> added, Splices splices) {
    OptionalLong asked = maxTokens();
    if (asked.isEmpty() || asked.getAsLong() > cap) {
      set("maxOutputTokens", Long.toString(cap), added, splices);
    }
  }

  private void temperature(RequestEdits edits, Map<String, String> added, Splices splices) {
    double asked = temperature().orElse(1);
    double clamped =
        Math.max(
            edits.temperatureMin().orElse(Double.NEGATIVE_INFINITY),
            Math.min(asked, edits.temperatureMax().orElse(asked)));
    if (clamped != asked) {
      set("temperature", new JsonWriter().value(clamped).text(), added, splices);
    }
  }

  private void choices(long cap, Splices splices) {
    JsonValue value = setting("candidateCount");
    if (value != null && choices() > cap) {
      splices.replace(value.start(), value.end(), ascii(Long.toString(cap)));
    }
  }

  /// Changes a setting where it stands, or takes note that it must be added.
  private void set(String name, String json, Map<String, String> added, Splices splices) {
    JsonValue config = config();
    JsonValue old = config == null ? null : Names.find(config, name);
    if (old == null) {
      added.put(name, json);
    } else {
      splices.replace(old.start(), old.end(), ascii(json));
    }
  }

  private void add(Map<String, String> added, Splices splices) {
    if (added.isEmpty()) {
      return;
    }
    String members =
        added.entrySet().stream()
            .map(setting -> "\"" + setting.getKey() + "\":" + setting.getValue())
            .collect(Collectors.joining(","));
    JsonValue config = Names.find(request, "generationConfig");
    if (config == null) {
      insert(request, ",\"generationConfig\":{" + members + "}", splices);
    } else if (config.isNull()) {
      splices.replace(config.start(), config.end(), ascii("{" + members + "}"));
    } else {
      insert(config, (config.members().isEmpty() ? "" : ",") + members, splices);
    }
  }

  private static void insert(JsonValue object, String members, Splices splices) {
    splices.replace(object.end() - 1, object.end() - 1, ascii(members));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "GeminiRequest(" + root.bytes().length + " bytes)";
  }
}
