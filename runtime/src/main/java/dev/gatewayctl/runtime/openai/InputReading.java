package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.List;

/// One walk over a request whose texts stand in one member: a string, or a list of strings, of
/// tokens, or of lists of tokens. Tokens are no text to us: which they are depends on the model.
/// Every other member is read as in a chat request.
final class InputReading {
  private final ChatReading rest = new ChatReading();
  private final RequestContent content = rest.content();
  private final Pieces pieces = content.pieces();
  private final String member;
  private final Location location;

  /// A walk.
  ///
  /// @param member `prompt` or `input`
  InputReading(String member, Location location) {
    this.member = member;
    this.location = location;
  }

  /// What was found.
  RequestContent content() {
    return content;
  }

  void root(JsonValue root) throws Unfit {
    if (root.present(member) == null) {
      throw new Unfit(member, "is missing");
    }
    content.addTurn();
    for (JsonValue.Member found : root.members()) {
      JsonValue value = found.value();
      switch (found.name().text().string()) {
        case "prompt", "input" -> input(found.name().text().string(), value);
        case "suffix" -> text(value, "suffix");
        case "best_of", "dimensions", "echo" -> number(value);
        case "encoding_format" -> {
          if (!value.is("float") && !value.is("base64")) {
            pieces.walk(value, Location.METADATA);
          }
        }
        default -> rest.member(found.name().text().string(), found);
      }
    }
  }

  /// A member that only the other protocol has is text like any unknown one.
  private void input(String name, JsonValue value) throws Unfit {
    if (!name.equals(member)) {
      pieces.walk(value, Location.METADATA);
      return;
    }
    int before = pieces.size();
    pieces.latest(true);
    if (value.isArray()) {
      items(value, name);
    } else if (value.isString()) {
      item(value, name);
    } else {
      throw new Unfit(name, "is neither a text nor a list");
    }
    pieces.latest(false);
    content.lastUserSince(before);
  }

  private void items(JsonValue list, String place) throws Unfit {
    List<JsonValue> items = list.items();
    if (!items.isEmpty() && items.getFirst().isNumber()) {
      tokens(items, place);
      return;
    }
    int index = 0;
    for (JsonValue item : items) {
      item(item, place + "[" + index + "]");
      index++;
    }
  }

  private void item(JsonValue item, String place) throws Unfit {
    if (item.isString()) {
      content.addModality("text");
      pieces.text(item, location);
    } else if (item.isArray()) {
      tokens(item.items(), place);
    } else if (item.isObject()) {
      new ChatMessages(content).part(item, location, place);
    } else {
      throw new Unfit(place, "is neither text nor tokens");
    }
  }

  private void tokens(List<JsonValue> items, String place) throws Unfit {
    for (JsonValue item : items) {
      if (!item.isNumber()) {
        throw new Unfit(place, "holds other values among its tokens");
      }
    }
    content.addOpaque(new Opaque("opaque", false));
  }

  private void text(JsonValue value, String place) throws Unfit {
    if (value.isString()) {
      pieces.text(value, location);
    } else if (!value.isNull()) {
      throw new Unfit(place, "is not a string");
    }
  }

  private void number(JsonValue value) {
    if (!value.isNumber() && !value.isBoolean()) {
      pieces.walk(value, Location.METADATA);
    }
  }
}
