package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.CacheMark;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Turns as messages with content blocks. Neighbours of one role become one message, results of
/// tools stand first in it, and nothing is written that the provider refuses: blank texts, ids of
/// other vendors, thoughts that it did not sign.
final class TurnsToBlocks {
  private final Losses losses;
  private final ToolIds ids;
  private final CacheMarks marks;

  TurnsToBlocks(Conversation conversation, CacheMarks marks, Losses losses) {
    this.losses = losses;
    this.ids = new ToolIds(conversation);
    this.marks = marks;
  }

  /// The marks of prefixes to cache. The provider takes four; of more the last count, which cover
  /// the longest prefixes.
  static final class CacheMarks {
    private static final int MOST = 4;

    private int skipped;

    CacheMarks(int all, Losses losses) {
      this.skipped = Math.max(0, all - MOST);
      if (skipped > 0) {
        losses.lost("cache marks beyond " + MOST);
      }
    }

    /// Writes the next mark, if there is one.
    void write(Optional<CacheMark> mark, JsonWriter json) {
      if (mark.isEmpty()) {
        return;
      }
      if (skipped > 0) {
        skipped--;
        return;
      }
      json.name("cache_control").beginObject().name("type").value("ephemeral");
      mark.get().ttl().ifPresent(ttl -> json.name("ttl").value(ttl));
      json.endObject();
    }
  }

  /// The turns as they can be written: what cannot is lost, and neighbours are united.
  static List<Turn> united(List<Turn> turns, Losses losses) {
    List<Turn> united = new ArrayList<>();
    for (Turn turn : turns) {
      List<Part> parts = new ArrayList<>();
      for (Part part : turn.parts()) {
        if (stays(part, turn.role(), losses)) {
          parts.add(part);
        }
      }
      if (parts.isEmpty()) {
        continue;
      }
      if (!united.isEmpty() && united.getLast().role() == turn.role()) {
        parts.addAll(0, united.removeLast().parts());
      }
      united.add(new Turn(turn.role(), parts));
    }
    if (!united.isEmpty() && united.getLast().role() == Role.ASSISTANT) {
      united.add(stripped(united.removeLast()));
    }
    return united.stream().map(TurnsToBlocks::resultsFirst).toList();
  }

  /// A turn of the assistant that stands last begins the answer and may not end in white space.
  private static Turn stripped(Turn turn) {
    List<Part> parts = new ArrayList<>(turn.parts());
    if (parts.getLast() instanceof Part.Text(String text, Optional<CacheMark> mark)) {
      parts.set(parts.size() - 1, new Part.Text(text.stripTrailing(), mark));
    }
    return new Turn(turn.role(), parts);
  }

  private static Turn resultsFirst(Turn turn) {
    List<Part> parts = new ArrayList<>();
    turn.parts().stream().filter(Part.ToolResult.class::isInstance).forEach(parts::add);
    turn.parts().stream().filter(part -> !(part instanceof Part.ToolResult)).forEach(parts::add);
    return new Turn(turn.role(), parts);
  }

  private static boolean stays(Part part, Role role, Losses losses) {
    boolean user = role == Role.USER;
    return switch (part) {
      case Part.Text text -> !text.text().isBlank();
      case Part.Refusal refusal -> ofAssistant(user, losses) && !refusal.text().isBlank();
      case Part.Reasoning thought -> {
        boolean signed = thought.signature().isPresent() && thought.id().isEmpty();
        if (!signed) {
          losses.lost("thoughts of earlier turns");
        }
        yield signed && ofAssistant(user, losses);
      }
      case Part.HiddenReasoning thought -> {
        if (thought.id().isPresent()) {
          losses.lost("thoughts of earlier turns");
        }
        yield thought.id().isEmpty() && ofAssistant(user, losses);
      }
      case Part.ToolCall _ -> ofAssistant(user, losses);
      case Part.ToolResult _ -> {
        if (!user) {
          losses.lost("results in a turn of the assistant");
        }
        yield user;
      }
      case Media media -> {
        if (!user) {
          losses.lost("media of the assistant");
        }
        yield user && carries(media, losses);
      }
    };
  }

  private static boolean ofAssistant(boolean user, Losses losses) {
    if (user) {
      losses.lost("parts of the assistant in a turn of the user");
    }
    return !user;
  }

  /// Whether there is a block for it.
  private static boolean carries(Media media, Losses losses) {
    String lost =
        switch (media.kind()) {
          case AUDIO -> "audio";
          case VIDEO -> "video";
          case IMAGE ->
              media.source() instanceof Media.Source.PlainText ? "images of an unknown kind" : "";
          case DOCUMENT -> {
            boolean inline = media.source() instanceof Media.Source.Inline;
            String type = media.mediaType().orElse(PDF).toLowerCase(Locale.ROOT);
            boolean known = type.equals(PDF) || type.startsWith("text/");
            yield inline && !known ? "documents that are neither PDF nor text" : "";
          }
        };
    if (!lost.isEmpty()) {
      losses.lost(lost);
    }
    if (media.detail().isPresent() && !media.detail().get().equals("auto")) {
      losses.lost("detail of an image");
    }
    return lost.isEmpty();
  }

  private static final String PDF = "application/pdf";

  /// Writes a turn that came from [#united].
  void message(Turn turn, JsonWriter json) {
    json.beginObject().name("role");
    json.value(turn.role() == Role.ASSISTANT ? "assistant" : "user");
    json.name("content").beginArray();
    turn.parts().forEach(part -> part(part, json));
    json.endArray().endObject();
  }

  private void part(Part part, JsonWriter json) {
    switch (part) {
      case Part.Text(String text, Optional<CacheMark> mark) -> text(text, mark, json);
      case Part.Refusal(String text) -> text(text, Optional.empty(), json);
      case Part.Reasoning thought -> {
        json.beginObject().name("type").value("thinking").name("thinking").value(thought.text());
        json.name("signature").value(thought.signature().orElse("")).endObject();
      }
      case Part.HiddenReasoning thought -> {
        json.beginObject().name("type").value("redacted_thinking");
        json.name("data").value(thought.data()).endObject();
      }
      case Part.ToolCall call -> {
        json.beginObject().name("type").value("tool_use").name("id").value(ids.of(call.id()));
        json.name("name").value(call.name()).name("input");
        if (!input(call.arguments(), json)) {
          losses.lost("arguments that are no JSON object");
        }
        marks.write(call.cache(), json);
        json.endObject();
      }
      case Part.ToolResult result -> result(result, json);
      case Media media -> media(media, json);
    }
  }

  /// A text as a block.
  void text(String text, Optional<CacheMark> mark, JsonWriter json) {
    json.beginObject().name("type").value("text").name("text").value(text);
    marks.write(mark, json);
    json.endObject();
  }

  /// Arguments as the object that this protocol wants, as they were spelled; whether they were one.
  /// None are the empty object; others stand in one under `arguments`.
  static boolean input(String arguments, JsonWriter json) {
    byte[] bytes = arguments.getBytes(StandardCharsets.UTF_8);
    if (arguments.isBlank()) {
      json.beginObject().endObject();
      return true;
    }
    if (JsonDocument.read(bytes) instanceof JsonDocument.Reading.Read(JsonDocument document)
        && document.root().isObject()) {
      JsonValue root = document.root();
      json.raw(bytes, root.start(), root.end());
      return true;
    }
    json.beginObject().name("arguments").value(arguments).endObject();
    return false;
  }

  private void result(Part.ToolResult result, JsonWriter json) {
    json.beginObject().name("type").value("tool_result");
    json.name("tool_use_id").value(ids.of(result.callId()));
    List<Part> content = new ArrayList<>();
    for (Part part : result.content()) {
      if (part instanceof Part.Text || part instanceof Media) {
        if (stays(part, Role.USER, losses)) {
          content.add(part);
        }
      } else {
        losses.lost("parts of a tool's result");
      }
    }
    if (content.size() == 1
        && content.getFirst() instanceof Part.Text(String text, Optional<CacheMark> mark)
        && mark.isEmpty()) {
      json.name("content").value(text);
    } else if (!content.isEmpty()) {
      json.name("content").beginArray();
      content.forEach(part -> part(part, json));
      json.endArray();
    }
    if (result.failed() && content.isEmpty()) {
      // An error must say something, and we say nothing that the tool did not.
      losses.lost("mark of a failed tool");
    } else if (result.failed()) {
      json.name("is_error").value(true);
    }
    marks.write(result.cache(), json);
    json.endObject();
  }

  private void media(Media media, JsonWriter json) {
    boolean image = media.kind() == Media.Kind.IMAGE;
    json.beginObject().name("type").value(image ? "image" : "document");
    json.name("source").beginObject().name("type");
    switch (media.source()) {
      case Media.Source.Inline(String base64) -> {
        String type = media.mediaType().orElseGet(() -> image ? imageType(base64) : PDF);
        if (!image && type.toLowerCase(Locale.ROOT).startsWith("text/")) {
          json.value("text").name("media_type").value("text/plain");
          json.name("data").value(plain(base64));
        } else {
          json.value("base64").name("media_type").value(type).name("data").value(base64);
        }
      }
      case Media.Source.Url(String url) -> json.value("url").name("url").value(url);
      case Media.Source.Stored(String id) -> json.value("file").name("file_id").value(id);
      case Media.Source.PlainText(String text) ->
          json.value("text").name("media_type").value("text/plain").name("data").value(text);
    }
    json.endObject();
    if (!image) {
      media.name().ifPresent(name -> json.name("title").value(name));
    }
    marks.write(media.cache(), json);
    json.endObject();
  }

  /// By the first bytes of the four kinds that the provider takes.
  private static String imageType(String base64) {
    if (base64.startsWith("/9j/")) {
      return "image/jpeg";
    }
    if (base64.startsWith("R0lG")) {
      return "image/gif";
    }
    return base64.startsWith("UklGR") ? "image/webp" : "image/png";
  }

  private String plain(String base64) {
    try {
      return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      losses.lost("a document that is not base64");
      return "";
    }
  }
}
