package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.MaskWriter;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A request for one embedding or for several, as it was received.
final class EmbedRequest implements RequestBody {
  private final byte[] body;
  private final Names.Model model;
  private final RequestContent content;

  private EmbedRequest(byte[] body, Names.Model model, RequestContent content) {
    this.body = body;
    this.model = model;
    this.content = content;
  }

  /// Reads a body; it is kept, not copied, and may not be changed afterwards.
  static RequestBody.Reading read(byte[] body, RequestPath path) {
    return RequestBody.read(
        body,
        root -> {
          Names.Model model = Names.Model.of(path);
          GeminiReading reading = new GeminiReading();
          JsonValue requests = root.present("requests");
          if (requests == null) {
            one(root, "", model, reading);
          } else {
            several(root, requests, model, reading);
          }
          return new EmbedRequest(body, model, reading.content());
        });
  }

  private static void several(
      JsonValue root, JsonValue requests, Names.Model model, GeminiReading reading) throws Unfit {
    for (JsonValue.Member member : root.members()) {
      if (!member.name().is("requests") && !member.name().is("model")) {
        throw new Unfit("requests", "does not stand alone");
      }
    }
    model.repeated(root.find("model"), "model");
    int index = 0;
    for (JsonValue request : Names.items(requests, "requests")) {
      one(request, "requests[" + index + "]", model, reading);
      index++;
    }
  }

  private static void one(JsonValue request, String place, Names.Model model, GeminiReading reading)
      throws Unfit {
    reading.embed(request, place);
    model.repeated(request.find("model"), Names.below(place, "model"));
    if (request.present("content") == null) {
      throw new Unfit(Names.below(place, "content"), "is missing");
    }
  }

  @Override
  public String model() {
    return model.name();
  }

  @Override
  public boolean stream() {
    return false;
  }

  @Override
  public boolean includeUsage() {
    return true;
  }

  /// No text is written.
  @Override
  public OptionalLong maxTokens() {
    return OptionalLong.of(0);
  }

  @Override
  public OptionalDouble temperature() {
    return OptionalDouble.empty();
  }

  @Override
  public long choices() {
    return 1;
  }

  @Override
  public Optional<String> reasoning() {
    return Optional.empty();
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
    edits.model().ifPresent(name -> model.replace(name, splices));
    MaskWriter.write(edits.masks(), splices);
    return splices.apply(body);
  }

  /// Size only: requests are callers' content.
  @Override
  public String toString() {
    return "EmbedRequest(" + body.length + " bytes)";
  }
}
