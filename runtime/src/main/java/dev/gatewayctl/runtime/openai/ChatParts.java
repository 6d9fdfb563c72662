package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.CacheMark;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Kind;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Unfit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the `content` of a message into parts.
final class ChatParts {
  /// Members of a part that are read or that say nothing.
  private static final Set<String> MEMBERS =
      Set.of(
          "annotations",
          "audio",
          "audio_url",
          "cache_control",
          "data",
          "document",
          "document_name",
          "document_url",
          "file",
          "image",
          "image_url",
          "input_audio",
          "logprobs",
          "prompt_cache_breakpoint",
          "reasoning",
          "refusal",
          "signature",
          "text",
          "thinking",
          "type",
          "video",
          "video_url");

  private final Losses losses;

  ChatParts(Losses losses) {
    this.losses = losses;
  }

  /// A string is one text, null or nothing is no part.
  List<Part> read(@Nullable JsonValue content, String place) throws Unfit {
    List<Part> parts = new ArrayList<>();
    if (content == null || content.isNull()) {
      return parts;
    }
    if (content.isString()) {
      parts.add(Part.Text.of(content.text().string()));
      return parts;
    }
    if (!content.isArray()) {
      throw new Unfit(place, "is neither a string nor a list of parts");
    }
    int index = 0;
    for (JsonValue item : content.items()) {
      parts.add(part(item, place + "[" + index + "]"));
      index++;
    }
    return parts;
  }

  private Part part(JsonValue part, String place) throws Unfit {
    if (part.isString()) {
      return Part.Text.of(part.text().string());
    }
    if (!part.isObject()) {
      throw new Unfit(place, "is not an object");
    }
    for (JsonValue.Member member : part.members()) {
      if (!MEMBERS.contains(member.name().text().string())) {
        losses.lost("unknown members of parts");
      }
    }
    String type = required(part, "type", place);
    return switch (type) {
      case "text", "input_text", "output_text" ->
          new Part.Text(required(part, "text", place), cache(part));
      case "refusal" -> new Part.Refusal(required(part, "refusal", place));
      case "thinking", "reasoning" -> thought(part, type, place);
      case "redacted_thinking" ->
          new Part.HiddenReasoning(required(part, "data", place), Optional.empty());
      case "image_url", "input_image", "image" -> addressed(Kind.IMAGE, part, "image", place);
      case "audio_url", "audio" -> addressed(Kind.AUDIO, part, "audio", place);
      case "video_url", "input_video", "video" -> addressed(Kind.VIDEO, part, "video", place);
      case "document_url", "document" -> addressed(Kind.DOCUMENT, part, "document", place);
      case "input_audio" -> audio(part, place);
      case "file", "input_file" -> file(part, place);
      default -> throw new Unfit(place + ".type", "is a kind of part that cannot be translated");
    };
  }

  /// Thoughts as Mistral and others spell them: a string, or a list of texts.
  private static Part thought(JsonValue part, String type, String place) throws Unfit {
    JsonValue value = part.present(type);
    JsonValue thought = value == null ? part.present("text") : value;
    if (thought == null) {
      throw new Unfit(place + "." + type, "is missing");
    }
    return new Part.Reasoning(thoughtText(thought), text(part, "signature"), Optional.empty());
  }

  /// The text of a thought that is a string or a list of texts.
  static String thoughtText(JsonValue thought) {
    if (thought.isString()) {
      return thought.text().string();
    }
    StringBuilder joined = new StringBuilder();
    for (JsonValue item : thought.items()) {
      joined.append(item.isString() ? item.text().string() : text(item, "text").orElse(""));
    }
    return joined.toString();
  }

  /// A part whose address is the member `X_url` or `X`: a string, or an object with `url`.
  private Part addressed(Kind kind, JsonValue part, String word, String place) throws Unfit {
    String member = part.present(word + "_url") == null ? word : word + "_url";
    JsonValue value = part.present(member);
    if (value == null) {
      throw new Unfit(place + "." + word + "_url", "is missing");
    }
    JsonValue url = value.isObject() ? value.present("url") : value;
    if (url == null || !url.isString()) {
      throw new Unfit(place + "." + member, url == null ? "has no url" : "is no address");
    }
    String address = url.text().string();
    return new Media(
        kind,
        mediaType(address),
        source(address),
        text(part, "document_name"),
        text(value, "detail"),
        cache(part));
  }

  private static Part audio(JsonValue part, String place) throws Unfit {
    JsonValue audio = object(part, "input_audio", place);
    String format = required(audio, "format", place + ".input_audio");
    Optional<String> type =
        Optional.of("audio/" + (format.equals("mp3") ? "mpeg" : format.toLowerCase(Locale.ROOT)));
    Source source = new Source.Inline(required(audio, "data", place + ".input_audio"));
    return new Media(
        Kind.AUDIO, type, source, Optional.empty(), text(audio, "detail"), cache(part));
  }

  private static Part file(JsonValue part, String place) throws Unfit {
    JsonValue file = object(part, "file", place);
    Optional<String> name = text(file, "filename");
    Optional<String> id = text(file, "file_id");
    if (id.isPresent()) {
      Source stored = new Source.Stored(id.orElseThrow());
      return new Media(
          Kind.DOCUMENT, Optional.empty(), stored, name, text(file, "detail"), cache(part));
    }
    String content = required(file, "file_data", place + ".file");
    boolean bare = !content.startsWith("data:") && !content.contains(":");
    Source source = bare ? new Source.Inline(content) : source(content);
    return new Media(
        Kind.DOCUMENT, mediaType(content), source, name, text(file, "detail"), cache(part));
  }

  /// The type that a `data:` address names.
  private static Optional<String> mediaType(String address) {
    if (!address.startsWith("data:")) {
      return Optional.empty();
    }
    int comma = address.indexOf(',');
    int semicolon = address.indexOf(';');
    int end = semicolon >= 0 && semicolon < comma ? semicolon : comma;
    return end > 5 ? Optional.of(address.substring(5, end)) : Optional.empty();
  }

  private static Source source(String address) {
    int comma = address.indexOf(',');
    boolean inline =
        address.startsWith("data:") && comma > 0 && address.startsWith(";base64", comma - 7);
    return inline ? new Source.Inline(address.substring(comma + 1)) : new Source.Url(address);
  }

  /// The type of inline bytes by how they begin.
  static String seenType(String base64) {
    if (base64.startsWith("iVBORw0KGgo")) {
      return "image/png";
    }
    if (base64.startsWith("/9j/")) {
      return "image/jpeg";
    }
    if (base64.startsWith("R0lGOD")) {
      return "image/gif";
    }
    if (base64.startsWith("UklGR")) {
      return "image/webp";
    }
    return base64.startsWith("JVBERi0") ? "application/pdf" : "application/octet-stream";
  }

  /// The chat protocol's word for a type of audio.
  static String audioFormat(String mediaType) {
    String word = mediaType.substring(mediaType.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    return switch (word) {
      case "mpeg", "mp3" -> "mp3";
      case "wav", "wave", "x-wav", "vnd.wave" -> "wav";
      default -> word;
    };
  }

  /// The mark of a prefix to cache: `cache_control`, which many providers took over from Anthropic,
  /// or OpenAI's own `prompt_cache_breakpoint`.
  static Optional<CacheMark> cache(JsonValue holder) {
    JsonValue mark = holder.present("cache_control");
    if (mark != null && mark.isObject()) {
      return Optional.of(new CacheMark(text(mark, "ttl")));
    }
    JsonValue point = holder.present("prompt_cache_breakpoint");
    return point != null && point.isObject()
        ? Optional.of(new CacheMark(Optional.empty()))
        : Optional.empty();
  }

  /// A member that is a string.
  static Optional<String> text(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string();
  }

  /// A member that must be a string.
  static String required(JsonValue object, String name, String place) throws Unfit {
    JsonValue value = object.present(name);
    if (value == null || !value.isString()) {
      throw new Unfit(place + "." + name, value == null ? "is missing" : "is not a string");
    }
    return value.text().string();
  }

  /// A member that must be an object.
  static JsonValue object(JsonValue object, String name, String place) throws Unfit {
    JsonValue value = object.present(name);
    if (value == null || !value.isObject()) {
      throw new Unfit(place + "." + name, value == null ? "is missing" : "is not an object");
    }
    return value;
  }
}
