package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.MaskWriter;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A request of Ollama's chat protocol as it was received: what it asks for, which texts it holds,
/// and its bytes with chosen stretches changed.
final class OllamaRequest implements RequestBody {
  private final JsonValue root;
  private final JsonValue model;
  private final @Nullable JsonValue options;
  private final RequestContent content;

  private OllamaRequest(JsonValue root, JsonValue model, RequestContent content) {
    this.root = root;
    this.model = model;
    this.options = root.present("options");
    this.content = content;
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body) {
    return RequestBody.read(
        body,
        root -> {
          JsonValue model = root.find("model");
          if (model == null || !model.isString()) {
            throw new Unfit("model", model == null ? "is missing" : "is not a string");
          }
          if (root.find("messages") == null) {
            throw new Unfit("messages", "is missing");
          }
          JsonValue stream = root.present("stream");
          if (stream != null && !stream.isBoolean()) {
            throw new Unfit("stream", "is neither true nor false");
          }
          OllamaReading reading = new OllamaReading();
          reading.root(root);
          check(root.present("options"));
          return new OllamaRequest(root, model, reading.content());
        });
  }

  private static void check(@Nullable JsonValue options) throws Unfit {
    JsonValue most = options == null ? null : options.present("num_predict");
    if (most != null && most.wholeNumber().isEmpty()) {
      throw new Unfit("options.num_predict", "is not a whole number");
    }
    JsonValue temperature = options == null ? null : options.present("temperature");
    if (temperature != null && temperature.number().isEmpty()) {
      throw new Unfit("options.temperature", "is not a number");
    }
  }

  @Override
  public String model() {
    return model.text().string();
  }

  /// Streams unless it says no.
  @Override
  public boolean stream() {
    JsonValue stream = root.present("stream");
    return stream == null || stream.isTrue();
  }

  /// Usage is always part of the protocol's streams.
  @Override
  public boolean includeUsage() {
    return true;
  }

  private @Nullable JsonValue option(String name) {
    return options == null ? null : options.present(name);
  }

  /// A negative number is no limit.
  @Override
  public OptionalLong maxTokens() {
    JsonValue most = option("num_predict");
    OptionalLong number = most == null ? OptionalLong.empty() : most.wholeNumber();
    return number.orElse(-1) < 0 ? OptionalLong.empty() : number;
  }

  @Override
  public OptionalDouble temperature() {
    JsonValue value = option("temperature");
    return value == null ? OptionalDouble.empty() : value.number();
  }

  /// The protocol has only one.
  @Override
  public long choices() {
    return 1;
  }

  @Override
  public Optional<String> reasoning() {
    JsonValue think = root.present("think");
    return think == null ? Optional.empty() : Optional.of(think.text().string());
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
    edits
        .model()
        .filter(name -> !name.equals(model()))
        .ifPresent(name -> replace(model, new JsonWriter().value(name).text(), splices));
    List<String> added = new ArrayList<>();
    if (edits.maxTokens().isPresent()) {
      long cap = edits.maxTokens().getAsLong();
      if (maxTokens().orElse(Long.MAX_VALUE) > cap) {
        set("num_predict", Long.toString(cap), splices, added);
      }
    }
    double asked = temperature().orElse(1);
    double clamped =
        Math.max(
            edits.temperatureMin().orElse(Double.NEGATIVE_INFINITY),
            Math.min(asked, edits.temperatureMax().orElse(asked)));
    if (clamped != asked) {
      set("temperature", new JsonWriter().value(clamped).text(), splices, added);
    }
    add(String.join(",", added), splices);
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(root.bytes());
  }

  private void set(String name, String spelled, Splices splices, List<String> added) {
    JsonValue old = options == null ? null : options.find(name);
    if (old == null) {
      added.add("\"" + name + "\":" + spelled);
    } else {
      replace(old, spelled, splices);
    }
  }

  private void add(String members, Splices splices) {
    if (members.isEmpty()) {
      return;
    }
    JsonValue nothing = root.find("options");
    if (options != null) {
      int at = options.end() - 1;
      String comma = options.members().isEmpty() ? "" : ",";
      splices.replace(at, at, utf8(comma + members));
    } else if (nothing != null) {
      replace(nothing, "{" + members + "}", splices);
    } else {
      int at = root.end() - 1;
      splices.replace(at, at, utf8(",\"options\":{" + members + "}"));
    }
  }

  private static void replace(JsonValue value, String json, Splices splices) {
    splices.replace(value.start(), value.end(), utf8(json));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "OllamaRequest(" + root.bytes().length + " bytes)";
  }
}
