package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.ProviderProtocol.Unreadable;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Arguments that come in fragments, each with the path of the value that it belongs to, such as
/// `$.recipe.steps[0].text`. Only all of them together are the arguments.
final class PartialArguments {
  /// The most values of one call, and the longest list.
  private static final int MAX_VALUES = 10_000;

  /// The most characters of one call.
  private static final int MAX_CHARACTERS = 16 * 1024 * 1024;

  /// The deepest path.
  private static final int MAX_DEPTH = 100;

  private final Node root = new Node();
  private int values;
  private int characters;

  /// A value: members, items, or a leaf.
  private static final class Node {
    private final Map<String, Node> members = new LinkedHashMap<>();
    private final List<Node> items = new ArrayList<>();
    private @Nullable StringBuilder text;
    private @Nullable String spelled;
  }

  /// Takes one entry of `partialArgs`.
  void add(JsonValue fragment) throws Unreadable {
    JsonValue path = fragment.find("jsonPath");
    if (path == null || !path.isString()) {
      throw new Unreadable("a fragment of arguments has no path");
    }
    Node node = at(path.text().string());
    for (JsonValue.Member member : fragment.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "stringValue" -> {
          StringBuilder text = node.text == null ? new StringBuilder() : node.text;
          node.text = text.append(value.text().string());
          characters += value.end() - value.start();
        }
        case "numberValue", "boolValue" -> node.spelled = value.text().string();
        case "nullValue" -> node.spelled = "null";
        default -> {}
      }
    }
    if (characters > MAX_CHARACTERS) {
      throw new Unreadable("the arguments of a call are too long");
    }
  }

  private Node at(String path) throws Unreadable {
    if (!path.startsWith("$")) {
      throw unknown();
    }
    Node node = root;
    int at = 1;
    int depth = 0;
    while (at < path.length()) {
      if (++depth > MAX_DEPTH) {
        throw unknown();
      }
      int from = at + 1;
      if (path.charAt(at) == '.') {
        int end = from;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
          end++;
        }
        node = member(node, path.substring(from, end));
        at = end;
      } else if (path.charAt(at) == '[' && from < path.length()) {
        char quote = path.charAt(from);
        boolean quoted = quote == '\'' || quote == '"';
        int end = quoted ? path.indexOf(quote + "]", from + 1) : path.indexOf(']', from);
        if (end < 0) {
          throw unknown();
        }
        node = quoted ? member(node, path.substring(from + 1, end)) : item(node, path, from, end);
        at = end + (quoted ? 2 : 1);
      } else {
        throw unknown();
      }
    }
    return node;
  }

  private static Unreadable unknown() {
    return new Unreadable("a fragment of arguments has a path that is not understood");
  }

  private Node member(Node node, String name) throws Unreadable {
    Node known = node.members.get(name);
    if (known != null) {
      return known;
    }
    Node fresh = fresh();
    node.members.put(name, fresh);
    return fresh;
  }

  private Node item(Node node, String path, int from, int end) throws Unreadable {
    int index;
    try {
      index = Integer.parseInt(path, from, end, 10);
    } catch (NumberFormatException notNumber) {
      throw unknown();
    }
    if (index < 0 || index >= MAX_VALUES) {
      throw unknown();
    }
    while (node.items.size() <= index) {
      node.items.add(fresh());
    }
    return node.items.get(index);
  }

  private Node fresh() throws Unreadable {
    if (++values > MAX_VALUES) {
      throw new Unreadable("a call has more than " + MAX_VALUES + " arguments");
    }
    return new Node();
  }

  /// All arguments as an object.
  String json() {
    JsonWriter json = new JsonWriter();
    if (root.members.isEmpty()) {
      return "{}";
    }
    write(root, json);
    return json.text();
  }

  private static void write(Node node, JsonWriter json) {
    if (!node.members.isEmpty()) {
      json.beginObject();
      node.members.forEach((name, value) -> write(value, json.name(name)));
      json.endObject();
    } else if (!node.items.isEmpty()) {
      json.beginArray();
      node.items.forEach(item -> write(item, json));
      json.endArray();
    } else if (node.text != null) {
      json.value(node.text.toString());
    } else if (node.spelled != null) {
      byte[] spelled = node.spelled.getBytes(StandardCharsets.UTF_8);
      json.raw(spelled, 0, spelled.length);
    } else {
      json.nullValue();
    }
  }
}
