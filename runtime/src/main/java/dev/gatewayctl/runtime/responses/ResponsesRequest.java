package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.MaskWriter;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A request of the responses protocol as it was received: what it asks for, which texts it holds,
/// and its bytes with chosen stretches changed.
final class ResponsesRequest implements RequestBody {
  private final byte[] body;
  private final JsonValue root;
  private final JsonValue model;
  private final RequestContent content;

  private ResponsesRequest(byte[] body, JsonValue root, JsonValue model, RequestContent content) {
    this.body = body;
    this.root = root;
    this.model = model;
    this.content = content;
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body) {
    return RequestBody.read(
        body,
        root -> {
          JsonValue model = check(root);
          RequestReading reading = new RequestReading();
          reading.root(root);
          return new ResponsesRequest(body, root, model, reading.content());
        });
  }

  /// The model's name, when all that the gateway itself reads has the right type.
  private static JsonValue check(JsonValue root) throws Unfit {
    JsonValue model = root.find("model");
    if (model == null || !model.isString()) {
      throw new Unfit("model", model == null ? "is missing" : "is not a string");
    }
    if (root.present("input") == null && root.present("prompt") == null) {
      throw new Unfit("input", "is missing");
    }
    JsonValue stream = root.present("stream");
    if (stream != null && !stream.isBoolean()) {
      throw new Unfit("stream", "is neither true nor false");
    }
    JsonValue most = root.present("max_output_tokens");
    if (most != null && most.wholeNumber().isEmpty()) {
      throw new Unfit("max_output_tokens", "is not a whole number");
    }
    JsonValue temperature = root.present("temperature");
    if (temperature != null && temperature.number().isEmpty()) {
      throw new Unfit("temperature", "is not a number");
    }
    return model;
  }

  @Override
  public String model() {
    return model.text().string();
  }

  @Override
  public boolean stream() {
    JsonValue stream = root.find("stream");
    return stream != null && stream.isTrue();
  }

  /// The last event always tells it.
  @Override
  public boolean includeUsage() {
    return true;
  }

  @Override
  public OptionalLong maxTokens() {
    JsonValue most = root.present("max_output_tokens");
    OptionalLong number = most == null ? OptionalLong.empty() : most.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }

  @Override
  public OptionalDouble temperature() {
    JsonValue value = root.present("temperature");
    return value == null ? OptionalDouble.empty() : value.number();
  }

  /// The protocol knows no more than one.
  @Override
  public long choices() {
    return 1;
  }

  @Override
  public Optional<String> reasoning() {
    JsonValue reasoning = root.present("reasoning");
    JsonValue effort = reasoning == null ? null : reasoning.present("effort");
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
    edits
        .model()
        .filter(name -> !name.equals(model()))
        .ifPresent(
            name ->
                splices.replace(
                    model.start(), model.end(), new JsonWriter().value(name).toBytes()));
    edits.maxTokens().ifPresent(cap -> maxTokens(cap, splices));
    temperature(edits, splices);
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(body);
  }

  private void maxTokens(long cap, Splices splices) {
    OptionalLong asked = maxTokens();
    if (asked.isEmpty() || asked.getAsLong() > cap) {
      set("max_output_tokens", new JsonWriter().value(cap), splices);
    }
  }

  private void temperature(RequestEdits edits, Splices splices) {
    double asked = temperature().orElse(1);
    double clamped =
        Math.max(
            edits.temperatureMin().orElse(Double.NEGATIVE_INFINITY),
            Math.min(asked, edits.temperatureMax().orElse(asked)));
    if (clamped != asked) {
      set("temperature", new JsonWriter().value(clamped), splices);
    }
  }

  /// Sets a member of the root that may stand there already.
  private void set(String name, JsonWriter value, Splices splices) {
    JsonValue old = root.find(name);
    if (old == null) {
      byte[] json = value.toBytes();
      JsonWriter member = new JsonWriter().beginObject().name(name).raw(json, 0, json.length);
      byte[] added = member.toBytes();
      added[0] = ',';
      splices.replace(root.end() - 1, root.end() - 1, added);
    } else {
      splices.replace(old.start(), old.end(), value.toBytes());
    }
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "ResponsesRequest(" + body.length + " bytes)";
  }
}
