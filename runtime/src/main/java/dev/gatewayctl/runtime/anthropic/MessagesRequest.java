package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.MaskWriter;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A request of the Anthropic messages protocol as it was received: what it asks for, which texts
/// it holds, and its bytes with chosen stretches changed.
final class MessagesRequest implements RequestBody {
  /// The smallest budget for thoughts that the protocol takes.
  static final long LEAST_THINKING = 1_024;

  private final byte[] body;
  private final JsonValue root;
  private final JsonValue model;
  private final RequestContent content;
  private final Purpose purpose;

  private MessagesRequest(
      JsonValue root, JsonValue model, RequestContent content, Purpose purpose) {
    this.body = root.bytes();
    this.root = root;
    this.model = model;
    this.content = content;
    this.purpose = purpose;
  }

  /// What a request is for.
  enum Purpose {
    /// An answer of the model.
    ANSWER,
    /// The number of its tokens.
    COUNT
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body, Purpose purpose) {
    return RequestBody.read(
        body,
        root -> {
          JsonValue model = root.find("model");
          if (model == null || !model.isString()) {
            throw new Unfit("model", model == null ? "is missing" : "is not a string");
          }
          check(root, purpose);
          MessagesReading reading = new MessagesReading();
          reading.root(root);
          return new MessagesRequest(root, model, reading.content(), purpose);
        });
  }

  private static void check(JsonValue root, Purpose purpose) throws Unfit {
    if (root.find("messages") == null) {
      throw new Unfit("messages", "is missing");
    }
    JsonValue stream = root.present("stream");
    if (stream != null && !stream.isBoolean()) {
      throw new Unfit("stream", "is neither true nor false");
    }
    JsonValue most = root.present("max_tokens");
    if (most == null) {
      if (purpose == Purpose.ANSWER) {
        throw new Unfit("max_tokens", "is missing");
      }
    } else {
      OptionalLong number = most.wholeNumber();
      if (number.isEmpty() || number.getAsLong() < 0) {
        throw new Unfit("max_tokens", "is not a whole number from 0");
      }
    }
    JsonValue temperature = root.present("temperature");
    if (temperature != null && temperature.number().isEmpty()) {
      throw new Unfit("temperature", "is not a number");
    }
  }

  @Override
  public String model() {
    return model.text().string();
  }

  @Override
  public boolean stream() {
    JsonValue stream = root.find("stream");
    return purpose == Purpose.ANSWER && stream != null && stream.isTrue();
  }

  /// Usage is always part of the protocol's streams.
  @Override
  public boolean includeUsage() {
    return true;
  }

  /// Of a count none: it has no output.
  @Override
  public OptionalLong maxTokens() {
    JsonValue most = root.present("max_tokens");
    return purpose == Purpose.COUNT
        ? OptionalLong.of(0)
        : most == null ? OptionalLong.empty() : most.wholeNumber();
  }

  @Override
  public OptionalDouble temperature() {
    JsonValue value = root.present("temperature");
    return value == null ? OptionalDouble.empty() : value.number();
  }

  /// The protocol has only one.
  @Override
  public long choices() {
    return 1;
  }

  /// `output_config.effort`, else `thinking.type`.
  @Override
  public Optional<String> reasoning() {
    JsonValue output = root.present("output_config");
    JsonValue effort = output == null ? null : output.present("effort");
    JsonValue thinking = root.present("thinking");
    if (effort == null && thinking != null) {
      effort = thinking.present("type");
    }
    return effort == null ? Optional.empty() : effort.string();
  }

  @Override
  public RequestContent content() {
    return content;
  }

  @Override
  public byte[] body() {
    return body;
  }

  @Override
  public byte[] write(RequestEdits edits) {
    Splices splices = new Splices();
    String target = edits.model().orElse(model());
    if (!target.equals(model())) {
      replace(model, new JsonWriter().value(target).toBytes(), splices);
    }
    if (purpose == Purpose.ANSWER) {
      edits.maxTokens().ifPresent(cap -> maxTokens(cap, splices));
      temperature(edits, target, splices);
    }
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(body);
  }

  private void maxTokens(long cap, Splices splices) {
    JsonValue most = root.find("max_tokens");
    if (most != null && most.wholeNumber().orElse(Long.MAX_VALUE) > cap) {
      replace(most, ascii(Long.toString(cap)), splices);
      thinking(cap, splices);
    }
  }

  /// Thoughts are part of the output, and the protocol refuses a budget for them that is not below
  /// the cap: it is lowered to half of it, or where that is too small for any, taken away.
  private void thinking(long cap, Splices splices) {
    JsonValue thinking = root.present("thinking");
    JsonValue budget = thinking == null ? null : thinking.find("budget_tokens");
    if (thinking == null || budget == null || budget.wholeNumber().orElse(0) < cap) {
      return;
    }
    if (cap > LEAST_THINKING) {
      replace(budget, ascii(Long.toString(Math.max(LEAST_THINKING, cap / 2))), splices);
    } else {
      replace(thinking, ascii("{\"type\":\"disabled\"}"), splices);
    }
  }

  /// A model that refuses the member gets none; it has no temperature to be clamped.
  private void temperature(RequestEdits edits, String target, Splices splices) {
    JsonValue old = root.find("temperature");
    double asked = temperature().orElse(1);
    double clamped =
        Math.max(
            edits.temperatureMin().orElse(Double.NEGATIVE_INFINITY),
            Math.min(asked, edits.temperatureMax().orElse(asked)));
    if (clamped == asked || (old == null && ClaudeModels.of(target).refusesSampling())) {
      return;
    }
    String spelled = new JsonWriter().value(clamped).text();
    if (old == null) {
      byte[] member = ascii(",\"temperature\":" + spelled);
      splices.replace(root.end() - 1, root.end() - 1, member);
    } else {
      replace(old, ascii(spelled), splices);
    }
  }

  private static void replace(JsonValue value, byte[] json, Splices splices) {
    splices.replace(value.start(), value.end(), json);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "MessagesRequest(" + body.length + " bytes)";
  }
}
