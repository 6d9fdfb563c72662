package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Frame;
import dev.gatewayctl.runtime.wire.SseReader;
import java.util.OptionalLong;

/// Looks for the first event of a stream. Until it has come nothing is said: comments keep a
/// connection alive and are no event, and an error as the first event is a failed attempt.
final class FirstEvent {
  /// So many bytes without an event count as one: they are no answer that waiting makes better.
  static final int MOST_BYTES = 1 << 20;

  private static final int BAD_GATEWAY = 502;

  private final SseReader reader = new SseReader();
  private int bytes;
  private int status;

  /// What came first.
  enum Seen {
    NOTHING,
    EVENT,
    ERROR
  }

  /// Takes more bytes; after anything but `NOTHING` it is not called again.
  Seen feed(byte[] more, int from, int to) {
    bytes += to - from;
    reader.feed(more, from, to);
    for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
      if (frame.hasData()) {
        return isError(frame) ? Seen.ERROR : Seen.EVENT;
      }
    }
    return bytes > MOST_BYTES ? Seen.EVENT : Seen.NOTHING;
  }

  /// The status that the error names, 502 when it names none.
  int status() {
    return status;
  }

  private boolean isError(Frame frame) {
    JsonValue error =
        JsonDocument.read(frame.data(), frame.dataFrom(), frame.dataTo())
                    instanceof JsonDocument.Reading.Read(JsonDocument document)
                && document.root().isObject()
            ? document.root().present("error")
            : null;
    if (error == null && !frame.name().equals("error")) {
      return false;
    }
    JsonValue code = error != null && error.isObject() ? error.find("code") : null;
    OptionalLong number = code == null ? OptionalLong.empty() : code.wholeNumber();
    long named = number.orElse(0);
    status = named >= 400 && named <= 599 ? (int) named : BAD_GATEWAY;
    return true;
  }
}
