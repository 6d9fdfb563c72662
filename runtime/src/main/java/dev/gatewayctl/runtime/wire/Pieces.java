package dev.gatewayctl.runtime.wire;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The texts of a body as they are found, in order. A walk is as deep as the document, which is
/// bounded where it is read.
public final class Pieces {
  /// Schema keywords whose value is a constraint: changing it changes what is valid.
  private static final Set<String> CONSTRAINTS =
      Set.of(
          "$anchor",
          "$dynamicRef",
          "$id",
          "$ref",
          "$schema",
          "const",
          "contentEncoding",
          "contentMediaType",
          "dependentRequired",
          "enum",
          "exclusiveMaximum",
          "exclusiveMinimum",
          "format",
          "maximum",
          "maxItems",
          "maxLength",
          "maxProperties",
          "minimum",
          "minItems",
          "minLength",
          "minProperties",
          "multipleOf",
          "pattern",
          "required",
          "type");

  /// Schema keywords that hold schemas by name.
  private static final Set<String> NAMED_SCHEMAS =
      Set.of("$defs", "definitions", "dependentSchemas", "patternProperties", "properties");

  /// Schema keywords that hold a schema or a list of them.
  private static final Set<String> SCHEMAS =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "allOf",
          "anyOf",
          "contains",
          "else",
          "if",
          "items",
          "not",
          "oneOf",
          "prefixItems",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");

  private final List<TextPiece> list = new ArrayList<>();
  private boolean latest;

  public List<TextPiece> list() {
    return list;
  }

  public int size() {
    return list.size();
  }

  /// Whether what follows stands after the last turn of the assistant.
  public void latest(boolean isLatest) {
    latest = isLatest;
  }

  public void text(JsonValue value, Location location) {
    add(value, location, TextPiece.Form.TEXT);
  }

  public void json(JsonValue value, Location location) {
    add(value, location, TextPiece.Form.JSON);
  }

  public void fixed(JsonValue value, Location location) {
    add(value, location, TextPiece.Form.FIXED);
  }

  /// Everything in a value: strings and numbers can be masked, names cannot.
  public void walk(JsonValue value, Location location) {
    if (value.isString()) {
      text(value, location);
    } else if (value.isNumber()) {
      add(value, location, TextPiece.Form.NUMBER);
    } else if (value.isArray()) {
      for (JsonValue item : value.items()) {
        walk(item, location);
      }
    } else {
      for (JsonValue.Member member : value.members()) {
        fixed(member.name(), location);
        walk(member.value(), location);
      }
    }
  }

  /// Everything in a value, none of it to be masked.
  public void walkFixed(JsonValue value, Location location) {
    if (value.isString() || value.isNumber()) {
      fixed(value, location);
    } else if (value.isArray()) {
      for (JsonValue item : value.items()) {
        walkFixed(item, location);
      }
    } else {
      for (JsonValue.Member member : value.members()) {
        fixed(member.name(), location);
        walkFixed(member.value(), location);
      }
    }
  }

  /// A JSON schema: descriptions, defaults and examples can be masked, names and constraints
  /// cannot.
  public void schema(JsonValue schema, Location location) {
    if (!schema.isObject()) {
      walkFixed(schema, location);
      return;
    }
    for (JsonValue.Member member : schema.members()) {
      String keyword = member.name().text().string();
      JsonValue value = member.value();
      if (CONSTRAINTS.contains(keyword)) {
        walkFixed(value, location);
      } else if (SCHEMAS.contains(keyword)) {
        schemas(value, location);
      } else if (NAMED_SCHEMAS.contains(keyword) && value.isObject()) {
        for (JsonValue.Member named : value.members()) {
          fixed(named.name(), location);
          schema(named.value(), location);
        }
      } else {
        fixed(member.name(), location);
        walk(value, location);
      }
    }
  }

  private void schemas(JsonValue value, Location location) {
    if (value.isArray()) {
      for (JsonValue item : value.items()) {
        schema(item, location);
      }
    } else {
      schema(value, location);
    }
  }

  private void add(JsonValue value, Location location, TextPiece.Form form) {
    if (value.end() - value.start() > (value.isString() ? 2 : 0)) {
      list.add(TextPiece.of(location, latest, form, value));
    }
  }
}
