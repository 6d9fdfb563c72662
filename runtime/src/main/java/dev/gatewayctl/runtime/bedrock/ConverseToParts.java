package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.CacheMark;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The content blocks of a request as parts of a turn. A cache point belongs to the part before it.
/// What only this protocol has (guarded content, search results, citations) is told to the losses.
final class ConverseToParts {
  private final Losses losses;

  ConverseToParts(Losses losses) {
    this.losses = losses;
  }

  /// The parts of a turn or of a tool's result.
  List<Part> parts(@Nullable JsonValue content, String place) throws Unfit {
    List<Part> parts = new ArrayList<>();
    int index = 0;
    for (JsonValue block : content == null ? List.<JsonValue>of() : content.items()) {
      String here = place + "[" + index + "]";
      for (JsonValue.Member member : block.members()) {
        if (!member.value().isNull()) {
          block(member, here, parts);
        }
      }
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

  private void block(JsonValue.Member member, String place, List<Part> parts) throws Unfit {
    JsonValue value = member.value();
    String kind = member.name().text().string();
    String here = place + "." + kind;
    switch (kind) {
      case "text" -> parts.add(Part.Text.of(string(value, here)));
      case "json" -> parts.add(Part.Text.of(value.text().string()));
      case "image" -> parts.add(media(value, Media.Kind.IMAGE, "image/", here));
      case "video" -> parts.add(media(value, Media.Kind.VIDEO, "video/", here));
      case "audio" -> parts.add(media(value, Media.Kind.AUDIO, "audio/", here));
      case "document" -> parts.add(media(value, Media.Kind.DOCUMENT, "application/", here));
      case "toolUse" -> {
        JsonValue input = value.present("input");
        parts.add(
            new Part.ToolCall(
                word(value, "toolUseId", here),
                word(value, "name", here),
                input == null ? "{}" : input.text().string(),
                Optional.empty(),
                Optional.empty()));
      }
      case "toolResult" -> {
        JsonValue status = value.find("status");
        parts.add(
            new Part.ToolResult(
                word(value, "toolUseId", here),
                Optional.empty(),
                parts(value.find("content"), here + ".content"),
                status != null && status.is("error"),
                Optional.empty()));
      }
      case "reasoningContent" -> thought(value, here, parts);
      case "guardContent" -> {
        losses.lost("guardContent");
        JsonValue text = value.present("text");
        if (text != null) {
          parts.add(Part.Text.of(word(text, "text", here + ".text")));
        }
      }
      case "citationsContent" -> {
        losses.lost("citations");
        parts.addAll(parts(value.find("content"), here + ".content"));
      }
      case "searchResult" -> {
        losses.lost("source of a search result");
        parts.add(
            new Media(
                Media.Kind.DOCUMENT,
                Optional.of("text/plain"),
                new Media.Source.PlainText(joined(value.find("content"), here + ".content")),
                text(value, "title"),
                Optional.empty(),
                Optional.empty()));
      }
      case "cachePoint" -> mark(parts, Optional.of(mark(value)));
      default -> losses.lost("unknown blocks");
    }
  }

  private static void thought(JsonValue value, String place, List<Part> parts) throws Unfit {
    JsonValue said = value.present("reasoningText");
    if (said != null) {
      parts.add(
          new Part.Reasoning(
              text(said, "text").orElse(""),
              text(said, "signature").filter(s -> !s.isEmpty()),
              Optional.empty()));
    } else {
      parts.add(new Part.HiddenReasoning(word(value, "redactedContent", place), Optional.empty()));
    }
  }

  private void mark(List<Part> parts, Optional<CacheMark> mark) {
    Part last = parts.isEmpty() ? null : parts.removeLast();
    switch (last) {
      case null -> losses.lost("cache marks");
      case Part.Text text -> parts.add(new Part.Text(text.text(), mark));
      case Media media ->
          parts.add(
              new Media(
                  media.kind(),
                  media.mediaType(),
                  media.source(),
                  media.name(),
                  media.detail(),
                  mark));
      case Part.ToolCall call ->
          parts.add(
              new Part.ToolCall(call.id(), call.name(), call.arguments(), call.signature(), mark));
      case Part.ToolResult result ->
          parts.add(
              new Part.ToolResult(
                  result.callId(), result.name(), result.content(), result.failed(), mark));
      case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _ -> {
        losses.lost("cache marks");
        parts.add(last);
      }
    }
  }

  static CacheMark mark(JsonValue point) {
    return new CacheMark(text(point, "ttl"));
  }

  private Media media(JsonValue value, Media.Kind kind, String family, String place) throws Unfit {
    JsonValue source = value.present("source");
    if (source == null) {
      throw new Unfit(place + ".source", "is missing");
    }
    if (value.present("context") != null) {
      losses.lost("context of a document");
    }
    JsonValue citations = value.present("citations");
    JsonValue cites = citations == null ? null : citations.find("enabled");
    if (cites != null && cites.isTrue()) {
      losses.lost("citations");
    }
    Optional<String> format = text(value, "format");
    return new Media(
        kind,
        format.map(word -> MediaFormats.type(kind, word, family + word)),
        source(source, place + ".source"),
        text(value, "name"),
        Optional.empty(),
        Optional.empty());
  }

  private Media.Source source(JsonValue source, String place) throws Unfit {
    JsonValue stored = source.present("s3Location");
    if (stored != null) {
      return new Media.Source.Url(word(stored, "uri", place + ".s3Location"));
    }
    JsonValue content = source.present("content");
    if (content != null) {
      return new Media.Source.PlainText(joined(content, place + ".content"));
    }
    return source.present("text") == null
        ? new Media.Source.Inline(word(source, "bytes", place))
        : new Media.Source.PlainText(word(source, "text", place));
  }

  private String joined(@Nullable JsonValue content, String place) throws Unfit {
    StringBuilder text = new StringBuilder();
    for (Part.Text said : texts(content, place)) {
      text.append(text.isEmpty() ? "" : "\n").append(said.text());
    }
    return text.toString();
  }

  /// A string, if one stands there.
  static Optional<String> text(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string();
  }

  static String word(JsonValue object, String name, String place) throws Unfit {
    JsonValue value = object.find(name);
    if (value == null) {
      throw new Unfit(place + "." + name, "is missing");
    }
    return string(value, place + "." + name);
  }

  private static String string(JsonValue value, String place) throws Unfit {
    if (!value.isString()) {
      throw new Unfit(place, "is not a string");
    }
    return value.text().string();
  }
}
