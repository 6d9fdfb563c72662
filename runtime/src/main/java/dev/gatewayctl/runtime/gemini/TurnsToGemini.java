package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes turns as contents. Neighbours of one role are one content, because all results of one
/// turn's calls must stand together; results stand in a content of their own, right after the
/// calls. A result must name its function, which is found by the id of the call.
final class TurnsToGemini {
  /// What Google takes in place of a signature where a call was made by another model. Without one,
  /// its third generation refuses the conversation.
  private static final String NO_SIGNATURE = "skip_thought_signature_validator";

  private final JsonWriter json;
  private final boolean vertex;
  private final boolean signs;
  private final Losses losses;
  private final Map<String, String> names = new HashMap<>();

  /// A writer of contents.
  ///
  /// @param vertex whether the provider is Vertex, which knows no ids of calls
  /// @param signs whether the model refuses calls without a signature
  TurnsToGemini(JsonWriter json, boolean vertex, boolean signs, Losses losses) {
    this.json = json;
    this.vertex = vertex;
    this.signs = signs;
    this.losses = losses;
  }

  void turns(List<Turn> turns) {
    for (Turn turn : turns) {
      for (Part part : turn.parts()) {
        if (part instanceof Part.ToolCall call) {
          names.putIfAbsent(call.id(), call.name());
        }
      }
    }
    int at = 0;
    while (at < turns.size()) {
      Role role = turns.get(at).role();
      List<Part> parts = new ArrayList<>();
      while (at < turns.size() && turns.get(at).role() == role) {
        parts.addAll(turns.get(at).parts());
        at++;
      }
      switch (role) {
        case USER -> user(parts);
        case ASSISTANT -> assistant(parts);
      }
    }
  }

  void instructions(List<Part.Text> system) {
    json.beginObject().name("parts").beginArray();
    for (Part.Text text : system) {
      text(text);
    }
    json.endArray().endObject();
  }

  private void user(List<Part> parts) {
    List<Part.ToolResult> results = new ArrayList<>();
    List<Part> said = new ArrayList<>();
    List<Part> shown = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.ToolResult result -> {
          if (!said.isEmpty()) {
            losses.lost("order of results and texts");
          }
          results.add(result);
        }
        case Part.Text text -> said.add(text);
        case Media media -> said.add(media);
        case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _, Part.ToolCall _ ->
            losses.lost("parts of the assistant in a turn of the user");
      }
    }
    if (!results.isEmpty()) {
      begin("user");
      results.forEach(result -> result(result, shown));
      end();
    }
    shown.addAll(said);
    content("user", shown);
  }

  private void result(Part.ToolResult result, List<Part> shown) {
    StringBuilder text = new StringBuilder();
    for (Part part : result.content()) {
      switch (part) {
        case Part.Text(String more, Optional<Part.CacheMark> _) ->
            text.append(text.isEmpty() || more.isEmpty() ? "" : "\n").append(more);
        case Media media -> {
          losses.lost("place of media in a tool's result");
          shown.add(media);
        }
        case Part.Refusal _,
            Part.Reasoning _,
            Part.HiddenReasoning _,
            Part.ToolCall _,
            Part.ToolResult _ ->
            losses.lost("parts of a tool's result");
      }
    }
    json.beginObject().name("functionResponse").beginObject();
    if (!vertex) {
      json.name("id").value(result.callId());
    }
    json.name("name").value(name(result)).name("response");
    ObjectJson.result(text.toString(), result.failed(), json);
    json.endObject().endObject();
    cache(result.cache());
  }

  private String name(Part.ToolResult result) {
    String called = names.get(result.callId());
    if (called != null) {
      return called;
    }
    if (result.name().isEmpty()) {
      losses.lost("name of a result without a call");
    }
    return result.name().orElse("unknown");
  }

  private void assistant(List<Part> parts) {
    List<Part> said = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.Text _, Part.Reasoning _, Part.ToolCall _ -> said.add(part);
        case Part.Refusal(String text) -> {
          losses.lost("mark of a refusal");
          said.add(Part.Text.of(text));
        }
        case Part.HiddenReasoning _ -> losses.lost("hidden thoughts");
        case Media media -> said.add(media);
        case Part.ToolResult _ -> losses.lost("results in a turn of the assistant");
      }
    }
    content("model", said);
  }

  private void begin(String role) {
    json.beginObject().name("role").value(role).name("parts").beginArray();
  }

  private void end() {
    json.endArray().endObject();
  }

  /// A content, unless nothing of it can be written: contents without parts are refused.
  private void content(String role, List<Part> parts) {
    List<Part> spelled = parts.stream().filter(this::isSpelled).toList();
    if (spelled.isEmpty()) {
      return;
    }
    boolean signed =
        spelled.stream()
            .anyMatch(part -> part instanceof Part.ToolCall call && call.signature().isPresent());
    boolean unsigned = signs && !signed;
    begin(role);
    for (Part part : spelled) {
      switch (part) {
        case Part.Text text -> text(text);
        case Media media -> media(media);
        case Part.Reasoning thought -> thought(thought);
        case Part.ToolCall call -> {
          call(call, unsigned);
          unsigned = false;
        }
        case Part.Refusal _, Part.HiddenReasoning _, Part.ToolResult _ ->
            throw new IllegalStateException("a part that was turned away before");
      }
    }
    end();
  }

  private boolean isSpelled(Part part) {
    if (part instanceof Part.Text text) {
      return !text.text().isEmpty();
    }
    if (part instanceof Media media && media.source() instanceof Media.Source.Stored) {
      losses.lost("file by id");
      return false;
    }
    return !(part instanceof Part.Reasoning thought
        && thought.text().isEmpty()
        && thought.signature().isEmpty());
  }

  private void text(Part.Text text) {
    json.beginObject().name("text").value(text.text()).endObject();
    cache(text.cache());
  }

  private void thought(Part.Reasoning thought) {
    json.beginObject().name("text").value(thought.text());
    if (!thought.text().isEmpty()) {
      json.name("thought").value(true);
    }
    signature(thought.signature());
    json.endObject();
  }

  private void signature(Optional<String> signature) {
    signature.ifPresent(sign -> json.name("thoughtSignature").value(sign));
  }

  private void call(Part.ToolCall call, boolean unsigned) {
    json.beginObject().name("functionCall").beginObject();
    if (!vertex) {
      json.name("id").value(call.id());
    }
    json.name("name").value(call.name()).name("args");
    if (!ObjectJson.arguments(call.arguments(), json)) {
      losses.lost("arguments that are no object");
    }
    json.endObject();
    signature(unsigned ? call.signature().or(() -> Optional.of(NO_SIGNATURE)) : call.signature());
    json.endObject();
    cache(call.cache());
  }

  private void media(Media media) {
    json.beginObject();
    switch (media.source()) {
      case Media.Source.Inline(String base64) -> {
        String type = media.mediaType().orElseGet(() -> seenType(media.kind(), base64));
        inline(type, base64);
      }
      case Media.Source.PlainText(String text) ->
          inline(
              "text/plain",
              Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
      case Media.Source.Url(String url) -> {
        json.name("fileData").beginObject();
        media.mediaType().ifPresent(type -> json.name("mimeType").value(type));
        json.name("fileUri").value(url).endObject();
      }
      case Media.Source.Stored _ -> throw new IllegalStateException("a file turned away before");
    }
    json.endObject();
    if (media.name().isPresent()) {
      losses.lost("name of a file");
    }
    if (media.detail().filter(word -> !word.equals("auto")).isPresent()) {
      losses.lost("detail of an image");
    }
    cache(media.cache());
  }

  private void inline(String type, String base64) {
    json.name("inlineData").beginObject().name("mimeType").value(type);
    json.name("data").value(base64).endObject();
  }

  /// The type of inline bytes by how they begin, else the usual one of their kind.
  private static String seenType(Media.Kind kind, String base64) {
    if (base64.startsWith("/9j/")) {
      return "image/jpeg";
    }
    if (base64.startsWith("R0lGOD")) {
      return "image/gif";
    }
    if (base64.startsWith("UklGR") && kind == Media.Kind.IMAGE) {
      return "image/webp";
    }
    return switch (kind) {
      case IMAGE -> "image/png";
      case AUDIO -> base64.startsWith("UklGR") ? "audio/wav" : "audio/mpeg";
      case VIDEO -> "video/mp4";
      case DOCUMENT -> "application/pdf";
    };
  }

  private void cache(Optional<Part.CacheMark> mark) {
    if (mark.isPresent()) {
      losses.lost("marks of prefixes to cache");
    }
  }
}
