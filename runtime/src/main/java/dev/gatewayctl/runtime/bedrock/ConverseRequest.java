package dev.gatewayctl.runtime.bedrock;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A request of the converse protocol as it was received: what it asks for, which texts it holds,
/// and its bytes with chosen stretches changed. Its model stands in the path.
final class ConverseRequest implements RequestBody {
  /// The smallest budget for thoughts that Anthropic's models take.
  private static final long LEAST_THINKING = 1_024;

  private final JsonValue root;
  private final @Nullable JsonValue inference;
  private final @Nullable JsonValue more;
  private final String model;
  private final boolean stream;
  private final RequestContent content;

  private ConverseRequest(JsonValue root, String model, boolean stream, RequestContent content) {
    this.root = root;
    this.inference = root.present("inferenceConfig");
    this.more = root.present("additionalModelRequestFields");
    this.model = model;
    this.stream = stream;
    this.content = content;
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body, RequestPath path) {
    return RequestBody.read(
        body,
        root -> {
          if (path.model().isEmpty()) {
            throw new Unfit("model", "is missing from the path");
          }
          ConverseReading reading = new ConverseReading();
          reading.root(root);
          check(root.present("inferenceConfig"));
          return new ConverseRequest(root, path.model().get(), path.stream(), reading.content());
        });
  }

  private static void check(@Nullable JsonValue inference) throws Unfit {
    JsonValue most = inference == null ? null : inference.present("maxTokens");
    if (most != null && most.wholeNumber().orElse(-1) < 0) {
      throw new Unfit("inferenceConfig.maxTokens", "is not a whole number from 0");
    }
    JsonValue temperature = inference == null ? null : inference.present("temperature");
    if (temperature != null && temperature.number().isEmpty()) {
      throw new Unfit("inferenceConfig.temperature", "is not a number");
    }
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public boolean stream() {
    return stream;
  }

  /// Usage is always part of the protocol's streams.
  @Override
  public boolean includeUsage() {
    return true;
  }

  private @Nullable JsonValue setting(String name) {
    return inference == null ? null : inference.present(name);
  }

  @Override
  public OptionalLong maxTokens() {
    JsonValue most = setting("maxTokens");
    return most == null ? OptionalLong.empty() : most.wholeNumber();
  }

  @Override
  public OptionalDouble temperature() {
    JsonValue value = setting("temperature");
    return value == null ? OptionalDouble.empty() : value.number();
  }

  /// The protocol has only one.
  @Override
  public long choices() {
    return 1;
  }

  /// `outputConfig.effort`, else what a model takes in `additionalModelRequestFields`.
  @Override
  public Optional<String> reasoning() {
    JsonValue output = root.present("outputConfig");
    JsonValue effort = output == null ? null : output.present("effort");
    if (effort == null && more != null) {
      effort = more.present("reasoning_effort");
      JsonValue thinking = thinking();
      if (effort == null && thinking != null) {
        effort = thinking.present("type");
      }
    }
    return effort == null ? Optional.empty() : effort.string();
  }

  /// Anthropic's own member, by either name.
  private @Nullable JsonValue thinking() {
    JsonValue thinking = more == null ? null : more.present("thinking");
    return thinking != null || more == null ? thinking : more.present("reasoning_config");
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
    List<String> added = new ArrayList<>();
    edits.maxTokens().ifPresent(cap -> maxTokens(cap, splices, added));
    temperature(edits, splices, added);
    add(added, splices);
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(root.bytes());
  }

  private void maxTokens(long cap, Splices splices, List<String> added) {
    OptionalLong asked = maxTokens();
    if (asked.isPresent() && asked.getAsLong() <= cap) {
      return;
    }
    set("maxTokens", Long.toString(cap), splices, added);
    JsonValue thinking = thinking();
    JsonValue budget = thinking == null ? null : thinking.find("budget_tokens");
    if (thinking == null || budget == null || budget.wholeNumber().orElse(0) < cap) {
      return;
    }
    // Thoughts are part of the output: a budget for them that is not below the cap is refused.
    if (cap > LEAST_THINKING) {
      replace(budget, Long.toString(Math.max(LEAST_THINKING, cap / 2)), splices);
    } else {
      replace(thinking, "{\"type\":\"disabled\"}", splices);
    }
  }

  private void temperature(RequestEdits edits, Splices splices, List<String> added) {
    double asked = temperature().orElse(1);
    double clamped =
        Math.max(
            edits.temperatureMin().orElse(Double.NEGATIVE_INFINITY),
            Math.min(asked, edits.temperatureMax().orElse(asked)));
    if (clamped != asked) {
      set("temperature", new JsonWriter().value(clamped).text(), splices, added);
    }
  }

  private void set(String name, String spelled, Splices splices, List<String> added) {
    JsonValue old = inference == null ? null : inference.find(name);
    if (old == null) {
      added.add("\"" + name + "\":" + spelled);
    } else {
      replace(old, spelled, splices);
    }
  }

  private void add(List<String> members, Splices splices) {
    if (members.isEmpty()) {
      return;
    }
    String all = String.join(",", members);
    JsonValue config = root.find("inferenceConfig");
    if (inference != null) {
      insert(inference, all, splices);
    } else if (config != null) {
      replace(config, "{" + all + "}", splices);
    } else {
      insert(root, "\"inferenceConfig\":{" + all + "}", splices);
    }
  }

  private static void insert(JsonValue object, String members, Splices splices) {
    int at = object.end() - 1;
    splices.replace(at, at, ascii(object.members().isEmpty() ? members : "," + members));
  }

  private static void replace(JsonValue value, String json, Splices splices) {
    splices.replace(value.start(), value.end(), ascii(json));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "ConverseRequest(" + root.bytes().length + " bytes)";
  }
}
