package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The content blocks of a request as parts of a turn. What only this protocol has (tools that the
/// provider runs, search results, citations) is told to the losses.
final class BlocksToParts {
  private final Losses losses;

  BlocksToParts(Losses losses) {
    this.losses = losses;
  }

  /// The parts of a turn or of a tool's result.
  List<Part> parts(@Nullable JsonValue content, String place) throws Unfit {
    List<Part> parts = new ArrayList<>();
    if (content == null || content.isNull()) {
      return parts;
    }
    if (content.isString()) {
      parts.add(Part.Text.of(content.text().string()));
      return parts;
    }
    if (!content.isArray()) {
      throw new Unfit(place, "is neither a string nor a list of blocks");
    }
    int index = 0;
    for (JsonValue block : content.items()) {
      block(block, place + "[" + index + "]", parts);
      index++;
    }
    return parts;
  }

  /// Only the texts of blocks; other blocks are losses.
  List<Part.Text> texts(@Nullable JsonValue content, String place) throws Unfit {
    List<Part.Text> texts = new ArrayList<>();
    for (Part part : parts(content, place)) {
      if (part instanceof Part.Text text) {
        texts.add(text);
      } else {
        losses.lost("media of the system");
      }
    }
    return texts;
  }

  private void block(JsonValue block, String place, List<Part> parts) throws Unfit {
    String type = word(block, "type", place);
    switch (type) {
      case "text" -> {
        if (block.present("citations") != null) {
          losses.lost("citations");
        }
        parts.add(new Part.Text(word(block, "text", place), mark(block)));
      }
      case "image", "document" -> parts.add(media(block, type.equals("image"), place));
      case "search_result" -> parts.add(searchResult(block, place));
      case "thinking" -> {
        Optional<String> signature = text(block, "signature").filter(s -> !s.isEmpty());
        parts.add(
            new Part.Reasoning(text(block, "thinking").orElse(""), signature, Optional.empty()));
      }
      case "redacted_thinking" ->
          parts.add(new Part.HiddenReasoning(word(block, "data", place), Optional.empty()));
      case "tool_use" -> {
        JsonValue input = block.present("input");
        parts.add(
            new Part.ToolCall(
                word(block, "id", place),
                word(block, "name", place),
                input == null ? "{}" : input.text().string(),
                Optional.empty(),
                mark(block)));
      }
      case "tool_result" -> {
        JsonValue failed = block.find("is_error");
        parts.add(
            new Part.ToolResult(
                word(block, "tool_use_id", place),
                Optional.empty(),
                parts(block.find("content"), place + ".content"),
                failed != null && failed.isTrue(),
                mark(block)));
      }
      case "server_tool_use" -> losses.lost("tools of the provider");
      case "container_upload" -> losses.lost("container_upload");
      case "tool_reference", "tool_addition" -> losses.lost("tools that are added later");
      default ->
          losses.lost(
              type.endsWith("_tool_result") || type.equals("mcp_tool_use")
                  ? "tools of the provider"
                  : "unknown blocks");
    }
  }

  private Part media(JsonValue block, boolean image, String place) throws Unfit {
    JsonValue source = block.find("source");
    if (source == null || !source.isObject()) {
      throw new Unfit(place + ".source", source == null ? "is missing" : "is not an object");
    }
    if (block.present("context") != null) {
      losses.lost("context of a document");
    }
    JsonValue citations = block.present("citations");
    JsonValue cites = citations == null ? null : citations.find("enabled");
    if (cites != null && cites.isTrue()) {
      losses.lost("citations");
    }
    return new Part.Media(
        image ? Part.Media.Kind.IMAGE : Part.Media.Kind.DOCUMENT,
        text(source, "media_type"),
        source(source, place + ".source"),
        text(block, "title"),
        Optional.empty(),
        mark(block));
  }

  private Part.Media.Source source(JsonValue source, String place) throws Unfit {
    return switch (word(source, "type", place)) {
      case "base64" -> new Part.Media.Source.Inline(word(source, "data", place));
      case "text" -> new Part.Media.Source.PlainText(word(source, "data", place));
      case "url" -> new Part.Media.Source.Url(word(source, "url", place));
      case "file" -> new Part.Media.Source.Stored(word(source, "file_id", place));
      case "content" ->
          new Part.Media.Source.PlainText(joined(source.find("content"), place + ".content"));
      default -> throw new Unfit(place + ".type", "is no kind of source that is known");
    };
  }

  private Part searchResult(JsonValue block, String place) throws Unfit {
    losses.lost("source of a search result");
    return new Part.Media(
        Part.Media.Kind.DOCUMENT,
        Optional.of("text/plain"),
        new Part.Media.Source.PlainText(joined(block.find("content"), place + ".content")),
        text(block, "title"),
        Optional.empty(),
        mark(block));
  }

  private String joined(@Nullable JsonValue content, String place) throws Unfit {
    StringBuilder text = new StringBuilder();
    for (Part part : parts(content, place)) {
      if (part instanceof Part.Text(String said, Optional<Part.CacheMark> _)) {
        text.append(text.isEmpty() ? "" : "\n").append(said);
      } else {
        losses.lost("media inside of a document");
      }
    }
    return text.toString();
  }

  /// A mark of the cache, if one stands there.
  static Optional<Part.CacheMark> mark(JsonValue block) {
    JsonValue mark = block.present("cache_control");
    return mark == null ? Optional.empty() : Optional.of(new Part.CacheMark(text(mark, "ttl")));
  }

  /// A string, if one stands there.
  static Optional<String> text(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string();
  }

  private static String word(JsonValue object, String name, String place) throws Unfit {
    JsonValue value = object.find(name);
    if (value == null || !value.isString()) {
      throw new Unfit(place + "." + name, value == null ? "is missing" : "is not a string");
    }
    return value.text().string();
  }
}
