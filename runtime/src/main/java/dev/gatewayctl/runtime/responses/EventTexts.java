package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Channel;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;

/// The texts of one event: fragments with the channel they run in, whole texts as repetitions when
/// their fragments came before.
final class EventTexts {
  private final List<StreamText> found = new ArrayList<>();
  private final ResponseEvent event;
  private final StreamedOutput output;

  private EventTexts(ResponseEvent event, StreamedOutput output) {
    this.event = event;
    this.output = output;
  }

  static List<StreamText> of(ResponseEvent event, StreamedOutput output) {
    EventTexts texts = new EventTexts(event, output);
    for (JsonValue.Member member : event.root().members()) {
      texts.member(member);
    }
    return texts.found;
  }

  private void member(JsonValue.Member member) {
    JsonValue value = member.value();
    String name = member.name().text().string();
    switch (name) {
      case "type", "item_id", "obfuscation" -> plain(value, value.isString());
      case "sequence_number", "output_index", "content_index", "summary_index" ->
          plain(value, value.isNumber());
      case "annotation_index", "command_index", "partial_image_index" ->
          plain(value, value.isNumber());
      case "partial_image_b64" -> plain(value, value.isString());
      case "delta" -> delta(value);
      case "text", "refusal", "arguments", "input", "code", "transcript", "command", "diff" ->
          whole(value);
      case "name" -> name(value);
      case "logprobs" -> {}
      case "annotation" -> nested(false, content -> new Items(content, false).annotation(value));
      case "part" ->
          nested(
              event.isDone() && output.said(event.output()),
              content -> new Items(content, false).part(value, part(value)));
      case "item" -> item(value, event.output(), event.isDone());
      case "response" -> response(value);
      default -> {
        Location location = name.equals("output") ? Location.TOOL_RESULT : Location.METADATA;
        nested(false, content -> content.pieces().walk(value, location));
      }
    }
  }

  /// What has its own type says nothing; anything else in its place is text.
  private void plain(JsonValue value, boolean isPlain) {
    if (!isPlain) {
      nested(false, content -> content.pieces().walk(value, Location.METADATA));
    }
  }

  private void delta(JsonValue value) {
    if (event.stem().equals("audio") && value.isString()) {
      return;
    }
    if (!value.isString()) {
      nested(false, content -> content.pieces().walk(value, event.location()));
      return;
    }
    output.say(event.output());
    add(output.text(event).channel(), event.form(), value);
  }

  /// A text that comes as a whole now.
  private void whole(JsonValue value) {
    if (!value.isString()) {
      nested(false, content -> content.pieces().walk(value, event.location()));
      return;
    }
    add(channel(output.said(event.output()), event.location()), event.form(), value);
    output.say(event.output());
  }

  private void name(JsonValue value) {
    if (event.location() == Location.TOOL_CALL && value.isString()) {
      add(channel(output.named(event.output()), Location.TOOL_CALL), TextPiece.Form.FIXED, value);
    } else {
      plain(value, false);
    }
  }

  private Location part(JsonValue part) {
    return ResponseEvent.stemOf(part).startsWith("reasoning")
        ? Location.REASONING
        : Location.ASSISTANT;
  }

  /// An item at a place of the output.
  private void item(JsonValue item, int place, boolean isDone) {
    RequestContent content = new RequestContent();
    new Items(content, false).item(item);
    for (TextPiece piece : content.texts()) {
      boolean name = piece.form() == TextPiece.Form.FIXED && piece.location() == Location.TOOL_CALL;
      boolean repeats = name ? output.named(place) : isDone && output.said(place);
      found.add(new StreamText(channel(repeats, piece.location()), piece));
    }
    output.name(place);
    if (isDone) {
      output.say(place);
    }
  }

  /// The response as it stands: what was asked is told again in each, the output so far as well.
  private void response(JsonValue response) {
    boolean echoed = output.echoed();
    for (JsonValue.Member member : response.members()) {
      if (member.name().is("output") && member.value().isArray()) {
        int place = 0;
        for (JsonValue item : member.value().items()) {
          item(item, place, true);
          place++;
        }
      } else {
        nested(
            echoed,
            content -> {
              ResponsesAnswer.echo(member, content);
              ResponsesAnswer.output(member, content);
            });
      }
    }
    if (!response.isObject()) {
      plain(response, false);
    }
    output.echo();
  }

  private interface Walk {
    void into(RequestContent content);
  }

  private void nested(boolean repeats, Walk walk) {
    RequestContent content = new RequestContent();
    walk.into(content);
    for (TextPiece piece : content.texts()) {
      found.add(new StreamText(channel(repeats, piece.location()), piece));
    }
  }

  private static Channel channel(boolean repeats, Location location) {
    return repeats ? Channel.repeated(0, location) : Channel.single(0, location);
  }

  private void add(Channel channel, TextPiece.Form form, JsonValue value) {
    found.add(new StreamText(channel, TextPiece.of(channel.location(), false, form, value)));
  }
}
