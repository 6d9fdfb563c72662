package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import org.jspecify.annotations.Nullable;

/// One text of a body: where it stands, what it says, and whether it can be masked.
public final class TextPiece {
  /// How a text is spelled in the body, and so how a mask is written into it.
  public enum Form {
    /// A string literal.
    TEXT,
    /// A string literal whose text is itself JSON, such as the arguments of a call.
    JSON,
    /// A number; masked, it becomes a string.
    NUMBER,
    /// A member name, an id, a schema's constraint: found, never rewritten.
    FIXED,
    /// Bytes that are no JSON at all.
    PLAIN
  }

  private final Location location;
  private final boolean latest;
  private final Form form;
  private final int start;
  private final int end;
  private final @Nullable JsonValue value;

  /// Decoded when first asked for. Two threads may both decode; the results are equal.
  private @Nullable JsonText text;

  private TextPiece(Location location, boolean latest, Form form, JsonValue value) {
    this.location = location;
    this.latest = latest;
    this.form = form;
    this.start = value.start();
    this.end = value.end();
    this.value = value;
  }

  private TextPiece(Location location, byte[] bytes, int from, int to) {
    this.location = location;
    this.latest = false;
    this.form = Form.PLAIN;
    this.start = from;
    this.end = to;
    this.value = null;
    this.text = JsonText.plain(bytes, from, to);
  }

  public static TextPiece of(Location location, boolean latest, Form form, JsonValue value) {
    return new TextPiece(location, latest, form, value);
  }

  public static TextPiece plain(Location location, byte[] bytes, int from, int to) {
    return new TextPiece(location, bytes, from, to);
  }

  public Location location() {
    return location;
  }

  /// Whether it stands after the last turn of the assistant.
  public boolean latest() {
    return latest;
  }

  /// The text as UTF-8; offsets of findings and masks count its bytes from 0.
  public JsonText text() {
    JsonText known = text;
    if (known == null) {
      if (value == null) {
        throw new IllegalStateException("a piece without a value has its text");
      }
      known = value.text();
      text = known;
    }
    return known;
  }

  /// Whether a mask can be written over the bytes from `from` up to `to` of the text. Names, ids
  /// and schema constraints cannot be masked, nor member names inside the JSON of arguments: where
  /// a rule masks them, the exchange is denied.
  public boolean rewritable(int from, int to) {
    return switch (form) {
      case FIXED -> false;
      case JSON -> !MaskedJson.touchesName(text(), from, to);
      case TEXT, NUMBER, PLAIN -> true;
    };
  }

  public Form form() {
    return form;
  }

  /// Where the literal begins in the body, quotes included.
  public int start() {
    return start;
  }

  /// Where the literal ends in the body.
  public int end() {
    return end;
  }

  /// Place and size only: texts are callers' content.
  @Override
  public String toString() {
    return "TextPiece(" + location.word() + ", " + text().length() + " bytes)";
  }
}
