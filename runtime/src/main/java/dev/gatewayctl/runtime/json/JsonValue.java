package dev.gatewayctl.runtime.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One value of a document: its kind, its place, and what it says, decoded when asked.
public final class JsonValue {
  private final JsonDocument document;
  private final int index;

  JsonValue(JsonDocument document, int index) {
    this.document = document;
    this.index = index;
  }

  /// A member of an object.
  ///
  /// @param name its name as a string value
  public record Member(JsonValue name, JsonValue value) {}

  private int kind() {
    return document.cell(index, 0) & JsonScanner.KIND_MASK;
  }

  public boolean isObject() {
    return kind() == JsonScanner.OBJECT;
  }

  public boolean isArray() {
    return kind() == JsonScanner.ARRAY;
  }

  public boolean isString() {
    return kind() == JsonScanner.STRING;
  }

  public boolean isNumber() {
    return kind() == JsonScanner.NUMBER;
  }

  public boolean isBoolean() {
    return kind() == JsonScanner.TRUE || kind() == JsonScanner.FALSE;
  }

  public boolean isTrue() {
    return kind() == JsonScanner.TRUE;
  }

  public boolean isNull() {
    return kind() == JsonScanner.NULL;
  }

  /// Where it begins in the bytes of the document, quotes and braces included.
  public int start() {
    return document.cell(index, 1);
  }

  /// Where it ends.
  public int end() {
    return document.cell(index, 2);
  }

  /// The array that holds it; not to be changed.
  public byte[] bytes() {
    return document.bytes();
  }

  /// The value of that member, if this is an object that has it.
  public @Nullable JsonValue find(String name) {
    if (!isObject()) {
      return null;
    }
    int stop = document.cell(index, 3);
    for (int at = index + 1; at < stop; at = document.cell(at + 1, 3)) {
      if (isAt(at, name)) {
        return new JsonValue(document, at + 1);
      }
    }
    return null;
  }

  /// The value of that member unless it is absent or null.
  public @Nullable JsonValue present(String name) {
    JsonValue value = find(name);
    return value == null || value.isNull() ? null : value;
  }

  /// The members in order; none when this is no object.
  public List<Member> members() {
    if (!isObject()) {
      return List.of();
    }
    List<Member> members = new ArrayList<>();
    int stop = document.cell(index, 3);
    for (int at = index + 1; at < stop; at = document.cell(at + 1, 3)) {
      members.add(new Member(new JsonValue(document, at), new JsonValue(document, at + 1)));
    }
    return members;
  }

  /// The items in order; none when this is no array.
  public List<JsonValue> items() {
    if (!isArray()) {
      return List.of();
    }
    List<JsonValue> items = new ArrayList<>();
    int stop = document.cell(index, 3);
    for (int at = index + 1; at < stop; at = document.cell(at, 3)) {
      items.add(new JsonValue(document, at));
    }
    return items;
  }

  /// Whether this is a string of exactly that text.
  public boolean is(String text) {
    return isString() && isAt(index, text);
  }

  /// Whether the string of that index is exactly that text. Nothing is decoded as long as both are
  /// plain ASCII.
  private boolean isAt(int string, String text) {
    int from = document.cell(string, 1) + 1;
    int length = document.cell(string, 2) - 1 - from;
    if (length < text.length()) {
      return false;
    }
    boolean escaped = (document.cell(string, 0) & JsonScanner.ESCAPED) != 0;
    byte[] bytes = document.bytes();
    for (int i = 0; i < text.length(); i++) {
      char wanted = text.charAt(i);
      if (wanted >= 0x80 || (escaped && bytes[from + i] == '\\')) {
        return new JsonValue(document, string).text().string().equals(text);
      }
      if (bytes[from + i] != wanted) {
        return false;
      }
    }
    return length == text.length();
  }

  /// The text of a string, decoded now; of anything else the bytes that spell it.
  public JsonText text() {
    if (!isString()) {
      return JsonText.plain(document.bytes(), start(), end());
    }
    int from = start() + 1;
    int to = end() - 1;
    return (document.cell(index, 0) & JsonScanner.ESCAPED) == 0
        ? JsonText.plain(document.bytes(), from, to)
        : JsonText.of(document.bytes(), from, to);
  }

  /// The string, if it is one.
  public Optional<String> string() {
    return isString() ? Optional.of(text().string()) : Optional.empty();
  }

  /// The number, if it is a whole one within `long`; `12.0` and `1e3` are whole.
  public OptionalLong wholeNumber() {
    if (!isNumber()) {
      return OptionalLong.empty();
    }
    byte[] bytes = document.bytes();
    int at = bytes[start()] == '-' ? start() + 1 : start();
    if (end() - at > 18) {
      return slowWholeNumber();
    }
    long number = 0;
    for (int i = at; i < end(); i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return slowWholeNumber();
      }
      number = number * 10 + (bytes[i] - '0');
    }
    return OptionalLong.of(at > start() ? -number : number);
  }

  /// Spellings with a fraction or an exponent, or too long for the short way.
  private OptionalLong slowWholeNumber() {
    String spelled = text().string();
    try {
      return OptionalLong.of(Long.parseLong(spelled));
    } catch (NumberFormatException notPlain) {
      double number = Double.parseDouble(spelled);
      boolean exact = number == Math.rint(number) && Math.abs(number) <= 1L << 53;
      return exact ? OptionalLong.of((long) number) : OptionalLong.empty();
    }
  }

  /// The number, if it is one within `double`.
  public OptionalDouble number() {
    if (!isNumber()) {
      return OptionalDouble.empty();
    }
    double number = Double.parseDouble(text().string());
    return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
  }

  /// The value as `String`, `Long`, `Double`, `Boolean`, `List` or `Map`; members that are null are
  /// left out, null itself and numbers beyond `double` are empty.
  public Optional<Object> plain() {
    return switch (kind()) {
      case JsonScanner.OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Member member : members()) {
          member.value().plain().ifPresent(v -> map.put(member.name().text().string(), v));
        }
        yield Optional.of(map);
      }
      case JsonScanner.ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (JsonValue item : items()) {
          item.plain().ifPresent(list::add);
        }
        yield Optional.of(list);
      }
      case JsonScanner.STRING -> Optional.of(text().string());
      case JsonScanner.NUMBER -> {
        OptionalLong whole = wholeNumber();
        if (whole.isPresent()) {
          yield Optional.of(whole.getAsLong());
        }
        OptionalDouble number = number();
        yield number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty();
      }
      case JsonScanner.TRUE -> Optional.of(true);
      case JsonScanner.FALSE -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /// The place only: values are callers' content.
  @Override
  public String toString() {
    return "JsonValue(" + start() + ".." + end() + ")";
  }
}
