package dev.gatewayctl.runtime.json;

/// A JSON document inside a byte array: where each value begins and ends, nothing decoded.
///
/// Strict: RFC 8259 and no more. Refused as well: a member twice in one object (names compared
/// after unescaping: two parsers that keep the first and the last one disagree about such a body),
/// bytes that are no UTF-8, anything but white space after the document, a byte order mark. An
/// escaped surrogate without its partner is read as U+FFFD and its place kept in [#loneSurrogate]:
/// requests that hold one are refused, answers are not, because a provider may cut a pair between
/// two events.
public final class JsonDocument {
  /// The deepest nesting of objects and arrays.
  public static final int MAX_DEPTH = 200;

  /// The largest number of values and member names in one document.
  public static final int MAX_VALUES = 1_000_000;

  /// Integers per value in the table: kind and flags, start, end, index after the subtree.
  static final int STRIDE = 4;

  private final byte[] bytes;
  private final int[] table;
  private final int loneSurrogate;

  JsonDocument(byte[] bytes, int[] table, int loneSurrogate) {
    this.bytes = bytes;
    this.table = table;
    this.loneSurrogate = loneSurrogate;
  }

  /// What came of reading.
  public sealed interface Reading {
    /// It is a document.
    record Read(JsonDocument document) implements Reading {}

    /// It is none.
    ///
    /// @param reason in plain words, without any of the text
    /// @param offset of the byte at which it went wrong
    record Malformed(String reason, int offset) implements Reading {}
  }

  /// Reads all bytes.
  public static Reading read(byte[] bytes) {
    return read(bytes, 0, bytes.length);
  }

  /// Reads the bytes from `from` up to `to`; all offsets of values are those of the array.
  public static Reading read(byte[] bytes, int from, int to) {
    return new JsonScanner(bytes, from, to).read();
  }

  /// The value that the document is.
  public JsonValue root() {
    return new JsonValue(this, 0);
  }

  /// The offset of the first escaped surrogate without a partner, or -1.
  public int loneSurrogate() {
    return loneSurrogate;
  }

  /// The array that holds the document; not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  int cell(int index, int column) {
    return table[index * STRIDE + column];
  }

  int size() {
    return table.length / STRIDE;
  }
}
