package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.MaskWriter;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A request of the OpenAI chat protocol as it was received: what it asks for, which texts it
/// holds, and its bytes with chosen stretches changed.
final class ChatRequest implements RequestBody {
  private final byte[] body;
  private final JsonValue root;
  private final RequestContent content;

  private ChatRequest(byte[] body, JsonValue root, RequestContent content) {
    this.body = body;
    this.root = root;
    this.content = content;
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body) {
    return RequestBody.read(
        body,
        root -> {
          check(root);
          ChatReading reading = new ChatReading();
          reading.root(root);
          return new ChatRequest(body, root, reading.content());
        });
  }

  private static void check(JsonValue root) throws Unfit {
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
    JsonValue options = root.present("stream_options");
    if (options != null) {
      if (!options.isObject()) {
        throw new Unfit("stream_options", "is not an object");
      }
      JsonValue usage = options.present("include_usage");
      if (usage != null && !usage.isBoolean()) {
        throw new Unfit("stream_options.include_usage", "is neither true nor false");
      }
    }
    whole(root, "max_tokens");
    whole(root, "max_completion_tokens");
    OptionalLong choices = whole(root, "n");
    if (choices.isPresent() && choices.getAsLong() < 1) {
      throw new Unfit("n", "is less than 1");
    }
    JsonValue temperature = root.present("temperature");
    if (temperature != null && temperature.number().isEmpty()) {
      throw new Unfit("temperature", "is not a number");
    }
  }

  private static OptionalLong whole(JsonValue root, String name) throws Unfit {
    JsonValue value = root.present(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    OptionalLong number = value.wholeNumber();
    if (number.isEmpty()) {
      throw new Unfit(name, "is not a whole number");
    }
    return number;
  }

  /// The model as the caller names it.
  @Override
  public String model() {
    return member("model").text().string();
  }

  private JsonValue member(String name) {
    JsonValue value = root.find(name);
    if (value == null) {
      throw new IllegalStateException("a member that was checked is gone");
    }
    return value;
  }

  /// Whether the answer shall be a stream.
  @Override
  public boolean stream() {
    JsonValue stream = root.find("stream");
    return stream != null && stream.isTrue();
  }

  /// Whether the caller asked for usage on the stream.
  @Override
  public boolean includeUsage() {
    JsonValue options = root.find("stream_options");
    JsonValue usage = options == null ? null : options.find("include_usage");
    return usage != null && usage.isTrue();
  }

  /// The most output tokens per choice: the larger of `max_completion_tokens` and `max_tokens`;
  /// empty when neither limits (a negative number means no limit where it means anything).
  @Override
  public OptionalLong maxTokens() {
    long most = -1;
    for (String name : List.of("max_completion_tokens", "max_tokens")) {
      JsonValue value = root.present(name);
      if (value != null) {
        long number = value.wholeNumber().orElse(-1);
        if (number < 0) {
          return OptionalLong.empty();
        }
        most = Math.max(most, number);
      }
    }
    return most < 0 ? OptionalLong.empty() : OptionalLong.of(most);
  }

  @Override
  public OptionalDouble temperature() {
    JsonValue value = root.present("temperature");
    return value == null ? OptionalDouble.empty() : value.number();
  }

  /// How many answers are asked for.
  @Override
  public long choices() {
    JsonValue value = root.present("n");
    return value == null ? 1 : value.wholeNumber().orElse(1);
  }

  /// `reasoning_effort`, or `reasoning.effort` of other dialects.
  @Override
  public Optional<String> reasoning() {
    JsonValue effort = root.present("reasoning_effort");
    JsonValue nested = root.present("reasoning");
    if (effort == null && nested != null) {
      effort = nested.present("effort");
    }
    return effort == null ? Optional.empty() : effort.string();
  }

  @Override
  public RequestContent content() {
    return content;
  }

  /// The body as received; not to be changed.
  @Override
  public byte[] body() {
    return body;
  }

  /// The body with the edits; the received array itself when nothing changes.
  ///
  /// @throws IllegalArgumentException when a mask lies on what is never rewritten
  @Override
  public byte[] write(RequestEdits edits) {
    Splices splices = new Splices();
    edits.model().filter(name -> !name.equals(model())).ifPresent(n -> model(n, splices));
    if (edits.includeUsage() && !includeUsage()) {
      includeUsage(splices);
    }
    edits.maxTokens().ifPresent(cap -> maxTokens(cap, edits.maxTokensMember(), splices));
    temperature(edits, splices);
    edits
        .choicesMax()
        .ifPresent(
            cap -> {
              if (choices() > cap) {
                replace(member("n"), new JsonWriter().value(cap), splices);
              }
            });
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(body);
  }

  private void model(String name, Splices splices) {
    replace(member("model"), new JsonWriter().value(name), splices);
  }

  private void includeUsage(Splices splices) {
    JsonValue options = root.find("stream_options");
    JsonValue usage = options == null ? null : options.find("include_usage");
    if (usage != null) {
      splices.replace(usage.start(), usage.end(), ascii("true"));
    } else if (options != null && options.isObject()) {
      String comma = options.members().isEmpty() ? "" : ",";
      insert(options, comma + "\"include_usage\":true", splices);
    } else {
      set(options, "stream_options", "{\"include_usage\":true}", splices);
    }
  }

  private void maxTokens(long cap, String addedAs, Splices splices) {
    boolean limited = false;
    for (String name : List.of("max_completion_tokens", "max_tokens")) {
      JsonValue value = root.present(name);
      if (value != null) {
        limited = true;
        long asked = value.wholeNumber().orElse(-1);
        if (asked < 0 || asked > cap) {
          replace(value, new JsonWriter().value(cap), splices);
        }
      }
    }
    if (!limited) {
      set(root.find(addedAs), addedAs, Long.toString(cap), splices);
    }
  }

  private void temperature(RequestEdits edits, Splices splices) {
    double asked = temperature().orElse(1);
    double clamped =
        Math.max(
            edits.temperatureMin().orElse(Double.NEGATIVE_INFINITY),
            Math.min(asked, edits.temperatureMax().orElse(asked)));
    if (clamped != asked) {
      String spelled = new JsonWriter().value(clamped).text();
      set(root.find("temperature"), "temperature", spelled, splices);
    }
  }

  /// Sets a member of the root that may stand there already.
  private void set(@Nullable JsonValue old, String name, String json, Splices splices) {
    if (old == null) {
      insert(root, ",\"" + name + "\":" + json, splices);
    } else {
      splices.replace(old.start(), old.end(), ascii(json));
    }
  }

  private static void insert(JsonValue object, String member, Splices splices) {
    splices.replace(object.end() - 1, object.end() - 1, ascii(member));
  }

  private static void replace(JsonValue value, JsonWriter json, Splices splices) {
    splices.replace(value.start(), value.end(), json.toBytes());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "ChatRequest(" + body.length + " bytes)";
  }
}
