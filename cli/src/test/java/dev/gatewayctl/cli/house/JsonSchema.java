package dev.gatewayctl.cli.house;

import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of JSON Schema that our own schemas use: `type enum const pattern minimum maximum
/// required properties additionalProperties items` and `$ref` to `$defs`. Any other word is an
/// error, so that no schema asks for what nobody checks.
final class JsonSchema {
  private static final Set<String> WORDS =
      Set.of(
          "$schema",
          "title",
          "$defs",
          "$ref",
          "type",
          "enum",
          "const",
          "pattern",
          "minimum",
          "maximum",
          "required",
          "properties",
          "additionalProperties",
          "items");

  private final JsonValue root;
  private final List<String> problems = new ArrayList<>();

  private JsonSchema(JsonValue root) {
    this.root = root;
  }

  static JsonSchema of(Path file) throws IOException {
    return new JsonSchema(parse(Files.readString(file)));
  }

  /// What of a document is not as the schema says, each with its path.
  List<String> problems(String document) {
    problems.clear();
    check(root, parse(document), "$");
    return List.copyOf(problems);
  }

  private static JsonValue parse(String text) {
    return switch (JsonDocument.read(text.getBytes(StandardCharsets.UTF_8))) {
      case JsonDocument.Reading.Read read -> read.document().root();
      case JsonDocument.Reading.Malformed malformed ->
          throw new IllegalArgumentException(malformed.reason());
    };
  }

  private void check(JsonValue schema, JsonValue value, String path) {
    for (JsonValue.Member member : schema.members()) {
      String word = member.name().string().orElseThrow();
      if (!WORDS.contains(word)) {
        throw new IllegalArgumentException("the checker does not know `" + word + "`");
      }
    }
    JsonValue reference = schema.find("$ref");
    if (reference != null) {
      String name = reference.string().orElseThrow().replace("#/$defs/", "");
      check(member(member(root, "$defs"), name), value, path);
      return;
    }
    type(schema, value, path);
    constants(schema, value, path);
    numbers(schema, value, path);
    JsonValue items = schema.find("items");
    if (items != null && value.isArray()) {
      int index = 0;
      for (JsonValue item : value.items()) {
        check(items, item, path + "[" + index++ + "]");
      }
    }
    if (value.isObject()) {
      members(schema, value, path);
    }
  }

  private void type(JsonValue schema, JsonValue value, String path) {
    JsonValue type = schema.find("type");
    if (type == null) {
      return;
    }
    String wanted = type.string().orElseThrow();
    boolean fits =
        switch (wanted) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isString();
          case "integer" -> value.isNumber() && value.wholeNumber().isPresent();
          case "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          default -> throw new IllegalArgumentException("no type " + wanted);
        };
    if (!fits) {
      problems.add(path + " is no " + wanted);
    }
  }

  private void constants(JsonValue schema, JsonValue value, String path) {
    JsonValue constant = schema.find("const");
    if (constant != null && !text(constant).equals(text(value))) {
      problems.add(path + " is not " + text(constant));
    }
    JsonValue choice = schema.find("enum");
    if (choice != null
        && choice.items().stream().noneMatch(each -> text(each).equals(text(value)))) {
      problems.add(path + " is none of " + text(choice));
    }
    JsonValue pattern = schema.find("pattern");
    if (pattern != null
        && value.isString()
        && !Pattern.compile(pattern.string().orElseThrow())
            .matcher(value.string().orElseThrow())
            .find()) {
      problems.add(path + " does not match " + text(pattern));
    }
  }

  private void numbers(JsonValue schema, JsonValue value, String path) {
    JsonValue least = schema.find("minimum");
    JsonValue most = schema.find("maximum");
    if (!value.isNumber()) {
      return;
    }
    double number = value.number().orElseThrow();
    if (least != null && number < least.number().orElseThrow()) {
      problems.add(path + " is too small");
    }
    if (most != null && number > most.number().orElseThrow()) {
      problems.add(path + " is too large");
    }
  }

  private void members(JsonValue schema, JsonValue value, String path) {
    JsonValue required = schema.find("required");
    for (JsonValue name : required == null ? List.<JsonValue>of() : required.items()) {
      if (value.find(name.string().orElseThrow()) == null) {
        problems.add(path + " has no " + text(name));
      }
    }
    JsonValue properties = schema.find("properties");
    JsonValue others = schema.find("additionalProperties");
    for (JsonValue.Member member : value.members()) {
      String name = member.name().string().orElseThrow();
      JsonValue known = properties == null ? null : properties.find(name);
      if (known != null) {
        check(known, member.value(), path + "." + name);
      } else if (others != null && others.isObject()) {
        check(others, member.value(), path + "." + name);
      } else if (others != null && others.isBoolean() && !others.isTrue()) {
        problems.add(path + " has a member `" + name + "` that the schema does not know");
      }
    }
  }

  private static JsonValue member(@Nullable JsonValue object, String name) {
    JsonValue value = object == null ? null : object.find(name);
    if (value == null) {
      throw new IllegalArgumentException("the schema has no " + name);
    }
    return value;
  }

  private static String text(JsonValue value) {
    return value.plain().map(String::valueOf).orElse("null");
  }
}
