package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of an event stream: headers and a payload, normally JSON.
final class EventStreamFrame implements Frame {
  /// What a message is.
  enum Kind {
    /// An event of the answer.
    EVENT,
    /// An error of the service.
    EXCEPTION,
    /// An error that the service has no name for, told in headers.
    ERROR
  }

  private static final int STRING = 7;

  private final byte[] raw;
  private final int dataFrom;
  private Kind kind = Kind.EVENT;
  private String name = "";
  private String contentType = "";
  private String errorMessage = "";
  private final List<JsonValue> others = new ArrayList<>();

  private EventStreamFrame(byte[] raw, int dataFrom) {
    this.raw = raw;
    this.dataFrom = dataFrom;
  }

  /// Reads the headers of a message whose lengths and checksums are right; null when they cannot be
  /// read.
  static @Nullable EventStreamFrame read(byte[] raw, int dataFrom) {
    EventStreamFrame frame = new EventStreamFrame(raw, dataFrom);
    int at = EventStreamFraming.PRELUDE;
    while (at >= 0 && at < dataFrom) {
      at = frame.header(at);
    }
    return at == dataFrom ? frame : null;
  }

  /// Reads a header; where the next one begins, or -1.
  private int header(int at) {
    int type = at + 1 + (raw[at] & 0xff);
    if (type >= dataFrom) {
      return -1;
    }
    boolean counted = raw[type] == 6 || raw[type] == STRING;
    if (counted && type + 2 >= dataFrom) {
      return -1;
    }
    int value = type + (counted ? 3 : 1);
    int size =
        switch (raw[type]) {
          case 0, 1 -> 0;
          case 2 -> 1;
          case 3 -> 2;
          case 4 -> 4;
          case 5, 8 -> 8;
          case 6, STRING -> (raw[type + 1] & 0xff) << 8 | (raw[type + 2] & 0xff);
          case 9 -> 16;
          default -> -1;
        };
    if (size < 0 || value + size > dataFrom) {
      return -1;
    }
    if (counted) {
      String header = text(at + 1, type);
      if (raw[type] == STRING) {
        header(header, text(value, value + size));
      } else {
        others.add(literal(header));
        others.add(literal(text(value, value + size)));
      }
    }
    return value + size;
  }

  private String text(int from, int to) {
    return new String(raw, from, to - from, StandardCharsets.UTF_8);
  }

  private void header(String header, String value) {
    switch (header) {
      case ":message-type" ->
          kind =
              switch (value) {
                case "event" -> Kind.EVENT;
                case "exception" -> Kind.EXCEPTION;
                default -> Kind.ERROR;
              };
      case ":event-type", ":exception-type", ":error-code" -> name = value;
      case ":content-type" -> contentType = value;
      case ":error-message" -> {
        errorMessage = value;
        others.add(literal(value));
      }
      default -> {
        others.add(literal(header));
        others.add(literal(value));
      }
    }
  }

  /// A text that stands in no JSON, as if it did.
  static JsonValue literal(String text) {
    byte[] json = new JsonWriter().value(text).toBytes();
    return switch (JsonDocument.read(json)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> document.root();
      case JsonDocument.Reading.Malformed _ ->
          throw new IllegalStateException("a literal that was just written is no JSON");
    };
  }

  Kind kind() {
    return kind;
  }

  /// What `:error-message` says; else empty.
  String errorMessage() {
    return errorMessage;
  }

  /// Of the payload; empty when no header says.
  String contentType() {
    return contentType;
  }

  /// Texts in headers that are not words of the protocol. They cannot be masked: what names an
  /// event stays as it came.
  List<JsonValue> others() {
    return others;
  }

  @Override
  public byte[] raw() {
    return raw;
  }

  /// Also a message without a payload says something by its headers.
  @Override
  public boolean hasData() {
    return true;
  }

  @Override
  public byte[] data() {
    return raw;
  }

  @Override
  public int dataFrom() {
    return dataFrom;
  }

  @Override
  public int dataTo() {
    return raw.length - EventStreamFraming.CHECKSUM;
  }

  /// The type of the event or the exception, or the code of the error.
  @Override
  public String name() {
    return name;
  }

  /// The message with changes to its payload, with lengths and checksums that are right again.
  @Override
  public byte[] write(Splices changes) {
    if (changes.isEmpty()) {
      return raw;
    }
    byte[] changed = changes.apply(raw);
    seal(changed);
    return changed;
  }

  /// An event as the service writes them.
  static byte[] event(String type, JsonWriter payload) {
    return message(head(":event-type", type, "event"), payload.toBytes());
  }

  /// An exception as the service writes them.
  static byte[] exception(String type, JsonWriter payload) {
    return message(head(":exception-type", type, "exception"), payload.toBytes());
  }

  private static byte[] head(String named, String type, String kind) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    header(named, type, out);
    header(":content-type", "application/json", out);
    header(":message-type", kind, out);
    return out.toByteArray();
  }

  private static byte[] message(byte[] head, byte[] payload) {
    int size =
        EventStreamFraming.PRELUDE + head.length + payload.length + EventStreamFraming.CHECKSUM;
    byte[] message = new byte[size];
    put(message, 4, head.length);
    System.arraycopy(head, 0, message, EventStreamFraming.PRELUDE, head.length);
    System.arraycopy(payload, 0, message, EventStreamFraming.PRELUDE + head.length, payload.length);
    seal(message);
    return message;
  }

  private static void header(String name, String value, ByteArrayOutputStream out) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
    out.write(nameBytes.length);
    out.writeBytes(nameBytes);
    out.write(STRING);
    out.write(valueBytes.length >> 8);
    out.write(valueBytes.length);
    out.writeBytes(valueBytes);
  }

  private static void seal(byte[] message) {
    put(message, 0, message.length);
    put(message, 8, EventStreamFraming.checksum(message, 0, 8));
    int last = message.length - EventStreamFraming.CHECKSUM;
    put(message, last, EventStreamFraming.checksum(message, 0, last));
  }

  private static void put(byte[] bytes, int at, int number) {
    bytes[at] = (byte) (number >>> 24);
    bytes[at + 1] = (byte) (number >>> 16);
    bytes[at + 2] = (byte) (number >>> 8);
    bytes[at + 3] = (byte) number;
  }

  /// Sizes only: streams are callers' content.
  @Override
  public String toString() {
    return "EventStreamFrame(" + raw.length + " bytes)";
  }
}
