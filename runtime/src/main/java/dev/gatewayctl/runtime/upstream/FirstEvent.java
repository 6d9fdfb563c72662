package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.Framing;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks for the first event of a stream. Until it has come nothing is said: comments keep a
/// connection alive and are no event, and an error as the first event is a failed attempt.
final class FirstEvent {
  /// So many bytes without an event count as one: they are no answer that waiting makes better.
  static final int MOST_BYTES = 1 << 20;

  private static final int BAD_GATEWAY = 502;

  /// The status that an error would have had before the stream began, by the protocols' words.
  private static final Map<String, Integer> STATUS =
      Map.ofEntries(
          Map.entry("invalid_request_error", 400),
          Map.entry("authentication_error", 401),
          Map.entry("permission_error", 403),
          Map.entry("not_found_error", 404),
          Map.entry("request_too_large", 413),
          Map.entry("rate_limit_error", 429),
          Map.entry("rate_limit_exceeded", 429),
          Map.entry("throttlingException", 429),
          Map.entry("api_error", 500),
          Map.entry("server_error", 500),
          Map.entry("internalServerException", 500),
          Map.entry("serviceUnavailableException", 503),
          Map.entry("server_is_overloaded", 503),
          Map.entry("timeout_error", 504),
          Map.entry("overloaded_error", 529));

  private final Framing framing;
  private int bytes;
  private int status;

  FirstEvent(Framing framing) {
    this.framing = framing;
  }

  /// What came first.
  enum Seen {
    NOTHING,
    EVENT,
    ERROR
  }

  /// Takes more bytes; after anything but `NOTHING` it is not called again.
  Seen feed(byte[] more, int from, int to) {
    bytes += to - from;
    framing.feed(more, from, to);
    for (Frame frame = framing.next(); frame != null; frame = framing.next()) {
      if (frame.hasData()) {
        return isError(frame) ? Seen.ERROR : Seen.EVENT;
      }
    }
    return bytes > MOST_BYTES || framing.failure() != null ? Seen.EVENT : Seen.NOTHING;
  }

  /// The status that the error names, 502 when it names none.
  int status() {
    return status;
  }

  private boolean isError(Frame frame) {
    JsonValue root =
        JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())
                    instanceof JsonDocument.Reading.Read(JsonDocument document)
                && document.root().isObject()
            ? document.root()
            : null;
    JsonValue error = root == null ? null : root.present("error");
    boolean named = frame.name().equals("error") || frame.name().endsWith("Exception");
    if (error == null && !named) {
      return false;
    }
    JsonValue said = error != null && error.isObject() ? error : root;
    status =
        Stream.of(frame.name(), word(said, "type"), word(said, "code"))
            .filter(STATUS::containsKey)
            .map(STATUS::get)
            .findFirst()
            .orElseGet(() -> number(said));
    return true;
  }

  private static String word(@Nullable JsonValue object, String name) {
    JsonValue value = object == null ? null : object.find(name);
    return value == null ? "" : value.string().orElse("");
  }

  private static int number(@Nullable JsonValue object) {
    JsonValue code = object == null ? null : object.find("code");
    OptionalLong number = code == null ? OptionalLong.empty() : code.wholeNumber();
    long named = number.orElse(0);
    return named >= 400 && named <= 599 ? (int) named : BAD_GATEWAY;
  }
}
