package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Tool;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.CacheMark;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Turns as messages with content blocks. Neighbours of one role become one message, results of
/// tools stand first in it, and nothing is written that Amazon refuses: blank texts, ids and names
/// that it does not take, thoughts that the model did not sign, media by address.
final class TurnsToConverse {
  private static final int MAX_DOCUMENT_NAME = 200;

  /// The most cache points of a request. Of more the last count, which cover the longest prefixes.
  private static final int MAX_MARKS = 4;

  private final Losses losses;
  private final CallIds ids;
  private final CallIds names;
  private final Set<String> documents = new HashSet<>();
  private final boolean claude;
  private final boolean marks;
  private int skipped;

  TurnsToConverse(Conversation conversation, Losses losses) {
    this.losses = losses;
    this.claude = conversation.model().contains("claude");
    this.marks = claude || conversation.model().contains("nova");
    this.ids = new CallIds(calls(conversation).map(Part.ToolCall::id));
    this.names =
        new CallIds(
            Stream.concat(
                conversation.tools().stream().map(Tool::name),
                calls(conversation).map(Part.ToolCall::name)));
    long all =
        conversation.tools().stream().filter(tool -> tool.cache().isPresent()).count()
            + conversation.system().stream().filter(text -> text.cache().isPresent()).count()
            + conversation.turns().stream()
                .flatMap(turn -> turn.parts().stream())
                .filter(part -> mark(part).isPresent())
                .count();
    this.skipped = (int) Math.max(0, all - MAX_MARKS);
    if (marks ? skipped > 0 : all > 0) {
      losses.lost(marks ? "cache marks beyond " + MAX_MARKS : "cache marks");
    }
  }

  private static Stream<Part.ToolCall> calls(Conversation conversation) {
    return conversation.turns().stream()
        .flatMap(turn -> turn.parts().stream())
        .filter(Part.ToolCall.class::isInstance)
        .map(Part.ToolCall.class::cast);
  }

  private static Optional<CacheMark> mark(Part part) {
    return switch (part) {
      case Part.Text text -> text.cache();
      case Media media -> media.cache();
      case Part.ToolCall call -> call.cache();
      case Part.ToolResult result -> result.cache();
      case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _ -> Optional.empty();
    };
  }

  /// The name of a tool as it is written.
  String toolName(String name) {
    return names.of(name);
  }

  /// Whether a tool is called otherwise than the caller does.
  boolean renamed() {
    return names.changed();
  }

  /// Writes the next cache point behind what it ends, if there is one.
  void mark(Optional<CacheMark> mark, JsonWriter json) {
    if (mark.isEmpty() || !marks) {
      return;
    }
    if (skipped > 0) {
      skipped--;
      return;
    }
    json.beginObject().name("cachePoint").beginObject().name("type").value("default");
    if (claude) {
      mark.get().ttl().ifPresent(ttl -> json.name("ttl").value(ttl));
    }
    json.endObject().endObject();
  }

  /// The turns as they can be written: what cannot is lost, and neighbours are united.
  List<Turn> united(List<Turn> turns) {
    List<Turn> united = new ArrayList<>();
    for (Turn turn : turns) {
      List<Part> parts = new ArrayList<>();
      turn.parts().stream().filter(part -> stays(part, turn.role())).forEach(parts::add);
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
    return united.stream().map(TurnsToConverse::resultsFirst).toList();
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

  private boolean stays(Part part, Role role) {
    boolean user = role == Role.USER;
    return switch (part) {
      case Part.Text text -> !text.text().isBlank();
      case Part.Refusal refusal -> !refusal.text().isBlank();
      case Part.Reasoning thought ->
          kept(
              !user && claude && thought.signature().isPresent() && thought.id().isEmpty(),
              "thoughts of earlier turns");
      case Part.HiddenReasoning thought ->
          kept(
              !user
                  && claude
                  && thought.id().isEmpty()
                  && NestedTexts.isBase64(EventStreamFrame.literal(thought.data())),
              "thoughts of earlier turns");
      case Part.ToolCall _ -> kept(!user, "parts of the assistant in a turn of the user");
      case Part.ToolResult _ -> kept(user, "results in a turn of the assistant");
      case Media media -> kept(user, "media of the assistant") && carries(media);
    };
  }

  private boolean kept(boolean kept, String loss) {
    if (!kept) {
      losses.lost(loss);
    }
    return kept;
  }

  /// Whether there is a block for it.
  private boolean carries(Media media) {
    String kind = media.kind().name().toLowerCase(Locale.ROOT);
    if (media.detail().filter(detail -> !detail.equals("auto")).isPresent()) {
      losses.lost("detail of an image");
    }
    return switch (media.source()) {
      case Media.Source.Inline(String base64) ->
          kept(
              MediaFormats.word(media, base64).isPresent()
                  && NestedTexts.isBase64(EventStreamFrame.literal(base64)),
              kind + " of a kind that Amazon does not take");
      case Media.Source.Url(String url) ->
          kept(url.startsWith("s3://") && stored(media).isPresent(), kind + " by url");
      case Media.Source.Stored _ -> kept(false, kind + " by id");
      case Media.Source.PlainText text ->
          kept(media.kind() == Media.Kind.DOCUMENT, kind + " as text") && !text.text().isBlank();
    };
  }

  private static Optional<String> stored(Media media) {
    return media.mediaType().flatMap(type -> MediaFormats.word(media.kind(), type));
  }

  /// Writes a turn that came from [#united].
  void message(Turn turn, JsonWriter json) {
    json.beginObject().name("role");
    json.value(turn.role() == Role.ASSISTANT ? "assistant" : "user");
    json.name("content").beginArray();
    for (Part part : turn.parts()) {
      part(part, json);
      mark(mark(part), json);
    }
    json.endArray().endObject();
  }

  private void part(Part part, JsonWriter json) {
    json.beginObject();
    switch (part) {
      case Part.Text text -> json.name("text").value(text.text());
      case Part.Refusal(String text) -> json.name("text").value(text);
      case Part.Reasoning thought -> {
        json.name("reasoningContent").beginObject().name("reasoningText").beginObject();
        json.name("text").value(thought.text());
        thought.signature().ifPresent(signature -> json.name("signature").value(signature));
        json.endObject().endObject();
      }
      case Part.HiddenReasoning thought -> {
        json.name("reasoningContent").beginObject();
        json.name("redactedContent").value(thought.data()).endObject();
      }
      case Part.ToolCall call -> {
        json.name("toolUse").beginObject().name("toolUseId").value(ids.of(call.id()));
        json.name("name").value(names.of(call.name())).name("input");
        if (!EventsToConverse.input(call.arguments(), json)) {
          losses.lost("arguments that are no JSON object");
        }
        json.endObject();
      }
      case Part.ToolResult result -> result(result, json);
      case Media media -> media(media, json);
    }
    json.endObject();
  }

  /// A text as a block, and its cache point.
  void text(Part.Text text, JsonWriter json) {
    part(text, json);
    mark(text.cache(), json);
  }

  /// A result without any text is the empty object: an empty text is refused.
  private void result(Part.ToolResult result, JsonWriter json) {
    json.name("toolResult").beginObject().name("toolUseId").value(ids.of(result.callId()));
    json.name("content").beginArray();
    boolean told = false;
    for (Part part : result.content()) {
      boolean fits =
          part instanceof Part.Text
              || (part instanceof Media media && media.kind() != Media.Kind.AUDIO);
      if (kept(fits, "parts of a tool's result") && stays(part, Role.USER)) {
        part(part, json);
        told = true;
      }
    }
    if (!told) {
      json.beginObject().name("json").beginObject().endObject().endObject();
    }
    json.endArray();
    if (result.failed()) {
      json.name("status").value("error");
    }
    json.endObject();
  }

  private void media(Media media, JsonWriter json) {
    json.name(media.kind().name().toLowerCase(Locale.ROOT)).beginObject();
    switch (media.source()) {
      case Media.Source.Inline(String base64) -> {
        json.name("format").value(MediaFormats.word(media, base64).orElse(""));
        name(media, json);
        json.name("source").beginObject().name("bytes").value(base64).endObject();
      }
      case Media.Source.PlainText(String text) -> {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        json.name("format").value("txt");
        name(media, json);
        json.name("source").beginObject().name("bytes");
        json.value(Base64.getEncoder().encodeToString(utf8)).endObject();
      }
      case Media.Source.Url(String uri) -> {
        json.name("format").value(stored(media).orElse(""));
        name(media, json);
        json.name("source").beginObject().name("s3Location").beginObject();
        json.name("uri").value(uri).endObject().endObject();
      }
      case Media.Source.Stored _ ->
          throw new IllegalStateException("media by id were left out before");
    }
    json.endObject();
  }

  /// The name that a document must have, spelled as Amazon takes it and once only.
  private void name(Media media, JsonWriter json) {
    if (media.kind() != Media.Kind.DOCUMENT) {
      return;
    }
    StringBuilder name = new StringBuilder();
    for (char c : media.name().orElse("document").toCharArray()) {
      boolean fits = (c < 0x80 && Character.isLetterOrDigit(c)) || "-()[]".indexOf(c) >= 0;
      boolean blank = !fits && (name.isEmpty() || name.charAt(name.length() - 1) == ' ');
      if (!blank && name.length() < MAX_DOCUMENT_NAME - 8) {
        name.append(fits ? c : ' ');
      }
    }
    String kept = name.toString().strip();
    String first = kept.isEmpty() ? "document" : kept;
    String unique = first;
    for (int count = 2; !documents.add(unique); count++) {
      unique = first + " " + count;
    }
    json.name("name").value(unique);
  }
}
