package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Member names of requests. Google's servers take each in two spellings, `maxOutputTokens` and
/// `max_output_tokens` (the JSON mapping of protocol buffers), and callers use both. Everything
/// here speaks of members in camel case.
final class Names {
  private Names() {}

  /// The name in camel case; one that is no spelling of a protocol buffer stays as it is.
  static String canonical(JsonValue name) {
    String spelled = name.text().string();
    if (spelled.indexOf('_') <= 0) {
      return spelled;
    }
    StringBuilder camel = new StringBuilder(spelled.length());
    for (int i = 0; i < spelled.length(); i++) {
      char c = spelled.charAt(i);
      if (c == '_' && i + 1 < spelled.length()) {
        i++;
        camel.append(Character.toUpperCase(spelled.charAt(i)));
      } else {
        camel.append(c);
      }
    }
    String canonical = camel.toString();
    return snake(canonical).equals(spelled) ? canonical : spelled;
  }

  private static String snake(String camel) {
    StringBuilder snake = new StringBuilder(camel.length() + 4);
    for (int i = 0; i < camel.length(); i++) {
      char c = camel.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        snake.append('_').append(Character.toLowerCase(c));
      } else {
        snake.append(c);
      }
    }
    return snake.toString();
  }

  /// The value of a member in either spelling, null or not.
  static @Nullable JsonValue find(JsonValue object, String camel) {
    JsonValue value = object.find(camel);
    if (value != null) {
      return value;
    }
    String snake = snake(camel);
    return snake.equals(camel) ? null : object.find(snake);
  }

  /// The value of a member in either spelling unless it is absent or null.
  static @Nullable JsonValue present(JsonValue object, String camel) {
    JsonValue value = find(object, camel);
    return value == null || value.isNull() ? null : value;
  }

  /// The members of an object.
  ///
  /// @param place of the object; empty for the root
  /// @throws Unfit when it is no object, or one that says something twice in two spellings: readers
  ///   could disagree about it
  static List<JsonValue.Member> members(JsonValue object, String place) throws Unfit {
    if (!object.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    List<JsonValue.Member> members = object.members();
    for (JsonValue.Member member : members) {
      String canonical = canonical(member.name());
      if (!member.name().is(canonical) && object.find(canonical) != null) {
        throw new Unfit(below(place, canonical), "stands there twice, in two spellings");
      }
    }
    return members;
  }

  /// The place of a member.
  static String below(String place, String member) {
    return place.isEmpty() ? member : place + "." + member;
  }

  /// The items of a list; an object alone stands for a list of one, as Google's servers take it.
  static List<JsonValue> items(JsonValue value, String place) throws Unfit {
    if (value.isNull()) {
      return List.of();
    }
    if (value.isObject()) {
      return List.of(value);
    }
    if (!value.isArray()) {
      throw new Unfit(place, "is not a list");
    }
    return value.items();
  }

  /// The model of a request: the path names it. Some bodies name it once more, as `models/NAME`;
  /// such a name must be that of the path, or the provider could be led to another model than the
  /// one that was decided on.
  static final class Model {
    private final String name;
    private final List<JsonValue> repeated = new ArrayList<>();

    private Model(String name) {
      this.name = name;
    }

    /// What the path says.
    static Model of(RequestPath path) throws Unfit {
      if (path.model().isEmpty()) {
        throw new Unfit("model", "is missing from the path");
      }
      return new Model(last(path.model().get()));
    }

    /// Takes note of a name in the body.
    void repeated(@Nullable JsonValue value, String place) throws Unfit {
      if (value == null || value.isNull()) {
        return;
      }
      if (!value.isString()) {
        throw new Unfit(place, "is not a string");
      }
      if (!last(value.text().string()).equals(name)) {
        throw new Unfit(place, "is not the model of the path");
      }
      repeated.add(value);
    }

    String name() {
      return name;
    }

    /// Writes another name wherever the body has one.
    void replace(String other, Splices splices) {
      if (other.equals(name)) {
        return;
      }
      for (JsonValue value : repeated) {
        String spelled = value.text().string();
        String head = spelled.substring(0, spelled.length() - last(spelled).length());
        splices.replace(
            value.start(), value.end(), new JsonWriter().value(head + last(other)).toBytes());
      }
    }

    /// What follows the last `models/`.
    private static String last(String resource) {
      return resource.substring(resource.lastIndexOf('/') + 1);
    }
  }
}
