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

/// A request of the OpenAI chat protocol, or of one of those beside it, as it was received: what it
/// asks for, which texts it holds, and its bytes with chosen stretches changed.
final class ChatRequest implements RequestBody {
  /// The model that moderates where none is named.
  private static final String MODERATION_MODEL = "omni-moderation-latest";

  /// More are as good as without end.
  private static final long MOST_CHOICES = Integer.MAX_VALUE;

  private final byte[] body;
  private final Kind kind;
  private final JsonValue root;
  private final RequestContent content;

  private ChatRequest(byte[] body, Kind kind, JsonValue root, RequestContent content) {
    this.body = body;
    this.kind = kind;
    this.root = root;
    this.content = content;
  }

  /// Which protocol; they share the members that they have.
  enum Kind {
    CHAT,
    /// Caps its output by `max_tokens` alone.
    COMPLETIONS,
    /// Writes no text, so that there is nothing to cap.
    EMBEDDINGS,
    /// The same, and may leave out its model.
    MODERATIONS;

    /// The members that ask for several answers.
    private List<String> counts() {
      return this == COMPLETIONS ? List.of("n", "best_of") : List.of("n");
    }

    /// The members that cap the output.
    private List<String> caps() {
      return switch (this) {
        case CHAT -> List.of("max_completion_tokens", "max_tokens");
        case COMPLETIONS -> List.of("max_tokens");
        case EMBEDDINGS, MODERATIONS -> List.of();
      };
    }

    private boolean writes() {
      return this == CHAT || this == COMPLETIONS;
    }
  }

  /// Collects the texts of a body.
  @FunctionalInterface
  interface Walk {
    RequestContent walk(JsonValue root) throws Unfit;
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body) {
    return read(
        body,
        Kind.CHAT,
        root -> {
          ChatReading reading = new ChatReading();
          reading.root(root);
          return reading.content();
        });
  }

  /// Reads a body of that kind.
  static RequestBody.Reading read(byte[] body, Kind kind, Walk walk) {
    return RequestBody.read(
        body,
        root -> {
          check(root, kind);
          return new ChatRequest(body, kind, root, walk.walk(root));
        });
  }

  private static void check(JsonValue root, Kind kind) throws Unfit {
    JsonValue model = root.find("model");
    if (model == null ? kind != Kind.MODERATIONS : !model.isString()) {
      throw new Unfit("model", model == null ? "is missing" : "is not a string");
    }
    if (kind == Kind.CHAT && root.find("messages") == null) {
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
    if (stream != null && stream.isTrue() && !kind.writes()) {
      throw new Unfit("stream", "is asked for where nothing can be streamed");
    }
    whole(root, "max_tokens");
    whole(root, "max_completion_tokens");
    for (String name : kind.counts()) {
      OptionalLong choices = whole(root, name);
      if (choices.isPresent() && choices.getAsLong() < 1) {
        throw new Unfit(name, "is less than 1");
      }
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
    JsonValue model = root.find("model");
    return model == null ? MODERATION_MODEL : model.text().string();
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
    for (String name : kind.caps()) {
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

  /// How many answers are written: for each prompt of completions as many as the best are chosen
  /// from.
  @Override
  public long choices() {
    if (kind != Kind.COMPLETIONS) {
      return asked("n");
    }
    long each = Math.min(MOST_CHOICES, Math.max(asked("n"), asked("best_of")));
    JsonValue prompt = root.find("prompt");
    List<JsonValue> prompts = prompt == null ? List.of() : prompt.items();
    boolean tokens = !prompts.isEmpty() && prompts.getFirst().isNumber();
    return each * (tokens ? 1 : Math.max(1, prompts.size()));
  }

  private long asked(String name) {
    JsonValue value = root.present(name);
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
    if (kind.writes()) {
      written(edits, splices);
    }
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(body);
  }

  /// What shapes a text that is written.
  private void written(RequestEdits edits, Splices splices) {
    if (edits.includeUsage() && !includeUsage()) {
      includeUsage(splices);
    }
    String addedAs = kind == Kind.CHAT ? edits.maxTokensMember() : "max_tokens";
    edits.maxTokens().ifPresent(cap -> maxTokens(cap, addedAs, splices));
    temperature(edits, splices);
    edits.choicesMax().ifPresent(cap -> choices(cap, splices));
  }

  private void choices(long cap, Splices splices) {
    for (String name : kind.counts()) {
      JsonValue value = root.present(name);
      if (value != null && value.wholeNumber().orElse(1) > cap) {
        replace(value, new JsonWriter().value(cap), splices);
      }
    }
  }

  private void model(String name, Splices splices) {
    set(root.find("model"), "model", new JsonWriter().value(name).text(), splices);
  }

  private void includeUsage(Splices splices) {
    JsonValue options = root.find("stream_options");
    JsonValue usage = options == null ? null : options.find("include_usage");
    if (usage != null) {
      splices.replace(usage.start(), usage.end(), utf8("true"));
    } else if (options != null && options.isObject()) {
      String comma = options.members().isEmpty() ? "" : ",";
      insert(options, comma + "\"include_usage\":true", splices);
    } else {
      set(options, "stream_options", "{\"include_usage\":true}", splices);
    }
  }

  private void maxTokens(long cap, String addedAs, Splices splices) {
    boolean limited = false;
    for (String name : kind.caps()) {
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
      splices.replace(old.start(), old.end(), utf8(json));
    }
  }

  private static void insert(JsonValue object, String member, Splices splices) {
    splices.replace(object.end() - 1, object.end() - 1, utf8(member));
  }

  private static void replace(JsonValue value, JsonWriter json, Splices splices) {
    splices.replace(value.start(), value.end(), json.toBytes());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "ChatRequest(" + body.length + " bytes)";
  }
}
