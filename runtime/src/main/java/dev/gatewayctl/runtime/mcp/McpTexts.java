package dev.gatewayctl.runtime.mcp;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.Splices;
import dev.gatewayctl.runtime.wire.Pieces;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The texts of a message of a server: a result, an error, a notification, or what it asks of the
/// caller. All of it may come before a model.
final class McpTexts {
  private static final byte[] NOTHING = {};

  private final Pieces pieces = new Pieces();
  private final Splices removed = new Splices();
  private final Predicate<String> callable;

  private McpTexts(Predicate<String> callable) {
    this.callable = callable;
  }

  /// Reads a message.
  ///
  /// @param callable which tools the caller may call; others are taken out of lists
  static McpTexts of(JsonValue root, Predicate<String> callable) {
    McpTexts texts = new McpTexts(callable);
    for (JsonValue.Member member : root.members()) {
      switch (member.name().text().string()) {
        case "jsonrpc", "id" -> {}
        case "method" -> texts.pieces.fixed(member.value(), Location.METADATA);
        case "result" -> texts.result(member.value());
        default -> {
          texts.pieces.fixed(member.name(), Location.METADATA);
          texts.all(member.value());
        }
      }
    }
    return texts;
  }

  Pieces pieces() {
    return pieces;
  }

  /// What is taken out of the message: the tools that the caller may not call.
  Splices removed() {
    return removed;
  }

  private void result(JsonValue result) {
    if (!result.isObject()) {
      all(result);
      return;
    }
    for (JsonValue.Member member : result.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "_meta" -> pieces.walk(value, Location.METADATA);
        case "tools" -> tools(value);
        case "resultType", "nextCursor", "cacheScope", "protocolVersion", "requestState" ->
            pieces.walkFixed(value, Location.METADATA);
        default -> {
          pieces.fixed(member.name(), Location.METADATA);
          all(value);
        }
      }
    }
  }

  /// Everything in a value, where words of the protocol cannot be masked and media are no text.
  private void all(JsonValue value) {
    if (value.isArray()) {
      value.items().forEach(this::all);
    } else if (value.isObject()) {
      boolean media = isMedia(value);
      for (JsonValue.Member member : value.members()) {
        String name = member.name().text().string();
        if (media && (name.equals("data") || name.equals("blob"))) {
          continue;
        }
        pieces.fixed(member.name(), Location.TOOL_RESULT);
        if (name.equals("type") || name.equals("mimeType") || name.equals("uri")) {
          pieces.walkFixed(member.value(), Location.TOOL_RESULT);
        } else {
          all(member.value());
        }
      }
    } else {
      pieces.walk(value, Location.TOOL_RESULT);
    }
  }

  /// Whether `data` or `blob` is the base64 of a picture, a sound or a file.
  private static boolean isMedia(JsonValue object) {
    JsonValue kind = object.find("mimeType");
    JsonValue bytes = object.find("data") != null ? object.find("data") : object.find("blob");
    if (kind == null || !kind.isString() || bytes == null || !bytes.isString()) {
      return false;
    }
    byte[] all = bytes.bytes();
    for (int i = bytes.start() + 1; i < bytes.end() - 1; i++) {
      byte b = all[i];
      boolean letter = (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
      boolean digit = b >= '0' && b <= '9';
      if (!letter && !digit && b != '+' && b != '/' && b != '=' && b != '\\') {
        return false;
      }
    }
    return true;
  }

  private void tools(JsonValue list) {
    if (!list.isArray()) {
      all(list);
      return;
    }
    List<JsonValue> items = list.items();
    List<Boolean> kept = new ArrayList<>();
    for (JsonValue item : items) {
      JsonValue name = item.find("name");
      Optional<String> named = name == null ? Optional.empty() : name.string();
      boolean keeps = named.isEmpty() || callable.test(named.get());
      kept.add(keeps);
      if (keeps) {
        tool(item);
      }
    }
    remove(items, kept);
  }

  /// Takes items out with the commas that part them; what is kept stays byte for byte.
  private void remove(List<JsonValue> items, List<Boolean> kept) {
    int lastKept = kept.lastIndexOf(true);
    for (int i = 0; i < lastKept; i++) {
      if (!kept.get(i)) {
        removed.replace(items.get(i).start(), items.get(i + 1).start(), NOTHING);
      }
    }
    if (lastKept + 1 < items.size()) {
      int from = lastKept < 0 ? items.getFirst().start() : items.get(lastKept).end();
      removed.replace(from, items.getLast().end(), NOTHING);
    }
  }

  private void tool(JsonValue tool) {
    if (!tool.isObject()) {
      pieces.walk(tool, Location.TOOL_DEFINITION);
    }
    for (JsonValue.Member member : tool.members()) {
      switch (member.name().text().string()) {
        case "name" -> pieces.walkFixed(member.value(), Location.TOOL_DEFINITION);
        case "inputSchema", "outputSchema" ->
            pieces.schema(member.value(), Location.TOOL_DEFINITION);
        default -> {
          pieces.fixed(member.name(), Location.TOOL_DEFINITION);
          pieces.walk(member.value(), Location.TOOL_DEFINITION);
        }
      }
    }
  }
}
