package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The model of a request: the path names it. Some bodies name it once more, as `models/NAME`; such
/// a name must be that of the path, or the provider could be led to another model than the one that
/// was decided on.
final class ModelName {
  private final String name;
  private final List<JsonValue> repeated = new ArrayList<>();

  private ModelName(String name) {
    this.name = name;
  }

  /// What the path says.
  static ModelName of(RequestPath path) throws Unfit {
    if (path.model().isEmpty()) {
      throw new Unfit("model", "is missing from the path");
    }
    return new ModelName(last(path.model().get()));
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
