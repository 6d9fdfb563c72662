package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.syntax.ScalarText;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// YAML as JSON: plain `true`, `false`, `null` and numbers are what they look like, everything else
/// is text.
final class YamlJson {
  private YamlJson() {}

  /// The node as JSON text.
  ///
  /// @param streams whether an object without `stream` gets `stream: true`
  static String write(SyntaxNode node, boolean streams) {
    JsonWriter json = new JsonWriter();
    if (streams && node instanceof SyntaxNode.Mapping mapping && mapping.find("stream") == null) {
      json.beginObject();
      members(json, mapping);
      return json.name("stream").value(true).endObject().text();
    }
    write(json, node);
    return json.text();
  }

  private static void members(JsonWriter json, SyntaxNode.Mapping mapping) {
    for (SyntaxNode.Entry entry : mapping.entries()) {
      json.name(entry.name());
      write(json, entry.value());
    }
  }

  private static void write(JsonWriter json, SyntaxNode node) {
    switch (node) {
      case SyntaxNode.Mapping mapping -> {
        json.beginObject();
        members(json, mapping);
        json.endObject();
      }
      case SyntaxNode.Sequence sequence -> {
        json.beginArray();
        sequence.items().forEach(item -> write(json, item));
        json.endArray();
      }
      case SyntaxNode.Scalar scalar -> {
        switch (value(scalar)) {
          case null -> json.nullValue();
          case Boolean truth -> json.value(truth);
          case Long whole -> json.value(whole);
          case Double number -> json.value(number);
          case Object text -> json.value(text.toString());
        }
      }
    }
  }

  /// `Boolean`, `Long`, `Double`, null or the text.
  static @Nullable Object value(SyntaxNode.Scalar scalar) {
    String text = scalar.value();
    if (scalar.text().style() != ScalarText.Style.PLAIN) {
      return text;
    }
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      case "null", "" -> null;
      default -> text.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?") ? number(text) : text;
    };
  }

  private static Object number(String text) {
    return text.contains(".") ? (Object) new BigDecimal(text).doubleValue() : Long.valueOf(text);
  }

  /// A scalar's value, or the texts of a list; null for anything else.
  static @Nullable Object plain(SyntaxNode node) {
    return switch (node) {
      case SyntaxNode.Scalar scalar -> value(scalar);
      case SyntaxNode.Sequence sequence -> {
        List<String> texts = new ArrayList<>();
        for (SyntaxNode item : sequence.items()) {
          if (item instanceof SyntaxNode.Scalar scalar) {
            texts.add(scalar.value());
          }
        }
        yield texts.size() == sequence.items().size() ? List.copyOf(texts) : null;
      }
      case SyntaxNode.Mapping _ -> null;
    };
  }
}
