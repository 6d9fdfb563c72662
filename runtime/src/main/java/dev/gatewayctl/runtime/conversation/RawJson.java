package dev.gatewayctl.runtime.conversation;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;

/// A JSON value as it was spelled: number spelling, order and white space survive.
///
/// @param bytes the body that holds it; not to be changed
@SuppressWarnings("ArrayRecordComponent") // one value of a body that has one owner
public record RawJson(byte[] bytes, int from, int to) {
  /// The value where it stands.
  public static RawJson of(JsonValue value) {
    return new RawJson(value.bytes(), value.start(), value.end());
  }

  /// A value that we spell; it must be valid JSON.
  public static RawJson of(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new RawJson(bytes, 0, bytes.length);
  }

  /// Writes it as the next value.
  public void writeTo(JsonWriter json) {
    json.raw(bytes, from, to);
  }

  /// The value as it was spelled.
  public String text() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /// Size only: it may be callers' content.
  @Override
  public String toString() {
    return "RawJson(" + (to - from) + " bytes)";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawJson that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }
}
