package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.RawJson;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Schemas. This protocol knows two languages: JSON Schema in members whose names say so, and in
/// `parameters` and `responseSchema` a subset of OpenAPI's with types in capitals, `nullable`, and
/// counts that may be strings.
final class SchemaJson {
  private static final Set<String> COUNTS =
      Set.of("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties");

  private SchemaJson() {}

  /// The root of a schema that came in a body.
  static @Nullable JsonValue root(RawJson schema) {
    byte[] own = Arrays.copyOfRange(schema.bytes(), schema.from(), schema.to());
    return JsonDocument.read(own) instanceof JsonDocument.Reading.Read(JsonDocument document)
        ? document.root()
        : null;
  }

  /// Whether a schema describes an object, which parameters must be.
  static boolean isObject(JsonValue schema) {
    JsonValue type = schema.present("type");
    return schema.isObject() && (type == null || type.is("object"));
  }

  /// Writes a JSON Schema as the next value, without the mark of its dialect, which is refused.
  static void write(JsonValue schema, JsonWriter json) {
    if (schema.find("$schema") == null) {
      ObjectJson.raw(schema, json);
      return;
    }
    json.beginObject();
    for (JsonValue.Member member : schema.members()) {
      if (!member.name().is("$schema")) {
        json.name(member.name().text().string());
        ObjectJson.raw(member.value(), json);
      }
    }
    json.endObject();
  }

  /// A schema of OpenAPI's language as JSON Schema.
  static RawJson fromOpenApi(JsonValue schema) {
    JsonWriter json = new JsonWriter();
    convert(schema, json);
    return RawJson.of(json.text());
  }

  private static void convert(JsonValue schema, JsonWriter json) {
    if (!schema.isObject()) {
      ObjectJson.raw(schema, json);
      return;
    }
    JsonValue nullable = schema.find("nullable");
    boolean nulls = nullable != null && nullable.isTrue();
    json.beginObject();
    for (JsonValue.Member member : schema.members()) {
      String name = Names.canonical(member.name());
      JsonValue value = member.value();
      switch (name) {
        case "nullable", "propertyOrdering" -> {}
        case "type" -> type(json.name("type"), value, nulls);
        case "properties" -> {
          json.name(name).beginObject();
          for (JsonValue.Member property : value.members()) {
            convert(property.value(), json.name(property.name().text().string()));
          }
          json.endObject();
        }
        case "anyOf" -> {
          json.name(name).beginArray();
          value.items().forEach(item -> convert(item, json));
          json.endArray();
        }
        case "items" -> convert(value, json.name(name));
        default -> other(name, value, json);
      }
    }
    json.endObject();
  }

  private static void type(JsonWriter json, JsonValue type, boolean nulls) {
    String word = type.text().string().toLowerCase(Locale.ROOT);
    if (nulls) {
      json.beginArray().value(word).value("null").endArray();
    } else {
      json.value(word);
    }
  }

  private static void other(String name, JsonValue value, JsonWriter json) {
    json.name(name);
    boolean spelled = COUNTS.contains(name) && value.isString();
    JsonValue number = spelled ? ObjectJson.parsed(value.text().string()) : null;
    ObjectJson.raw(number != null && number.isNumber() ? number : value, json);
  }
}
