package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedSet;

/// A request of some protocol as it was received: what it asks for, which texts it holds, and its
/// bytes with chosen stretches changed.
public interface RequestBody {
  /// What came of reading.
  sealed interface Reading {
    /// It is a request.
    record Read(RequestBody request) implements Reading {}

    /// It is none, or one that two readers could understand differently.
    ///
    /// @param message in plain words, without any of the text
    /// @param place such as `messages[2].content`; empty when the body is no JSON
    record Refused(String message, String place) implements Reading {}
  }

  /// Makes a request of a protocol out of the root of its body.
  @FunctionalInterface
  interface Walk {
    RequestBody walk(JsonValue root) throws Unfit;
  }

  /// Reads a JSON body; it is kept, not copied, and may not be changed afterwards.
  static Reading read(byte[] body, Walk walk) {
    return switch (JsonDocument.read(body)) {
      case JsonDocument.Reading.Malformed(String reason, int offset) ->
          new Reading.Refused("the body is not JSON: " + reason + " (byte " + offset + ")", "");
      case JsonDocument.Reading.Read(JsonDocument document) -> read(document, walk);
    };
  }

  private static Reading read(JsonDocument document, Walk walk) {
    if (document.loneSurrogate() >= 0) {
      return new Reading.Refused(
          "the body is not JSON: half of a surrogate pair is escaped (byte "
              + document.loneSurrogate()
              + ")",
          "");
    }
    if (!document.root().isObject()) {
      return new Reading.Refused("the body is not an object", "");
    }
    try {
      return new Reading.Read(walk.walk(document.root()));
    } catch (Unfit unfit) {
      return new Reading.Refused("`" + unfit.place() + "` " + unfit.problem(), unfit.place());
    }
  }

  /// The model as the caller names it.
  String model();

  /// Whether the answer shall be a stream.
  boolean stream();

  /// Whether a stream's usage is for the caller: asked for, or always part of the protocol.
  boolean includeUsage();

  /// The most output tokens per choice; empty when nothing limits them.
  OptionalLong maxTokens();

  OptionalDouble temperature();

  /// How many answers are asked for.
  long choices();

  /// How hard the model shall think, in the protocol's own word.
  Optional<String> reasoning();

  /// What it holds.
  RequestContent content();

  /// The body as received; not to be changed.
  byte[] body();

  /// The body with the edits; the received array itself when nothing changes.
  ///
  /// @throws IllegalArgumentException when a mask lies on what is never rewritten
  byte[] write(RequestEdits edits);

  /// What the caller says about the request.
  default Map<String, Object> metadata() {
    return content().metadata();
  }

  /// The names of the tools offered, in order; of a tool without a name its type.
  default List<String> toolNames() {
    return content().toolNames();
  }

  /// `text image audio video document opaque` as far as messages hold them.
  default SortedSet<String> modalities() {
    return content().modalities();
  }

  /// What is no text to us.
  default List<Opaque> opaque() {
    return content().opaque();
  }

  /// The number of messages of the user.
  default int turns() {
    return content().turns();
  }

  /// Every text in the order of the body.
  default List<TextPiece> pieces() {
    return content().texts();
  }

  /// All text but that at location `metadata`, in order, one line break between pieces.
  default String text() {
    return content().text();
  }

  /// The text of system and developer messages.
  default String system() {
    return content().system();
  }

  /// The text of the user's last message.
  default String lastUser() {
    return content().lastUser();
  }
}
