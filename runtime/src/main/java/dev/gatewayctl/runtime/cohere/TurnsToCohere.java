package dev.gatewayctl.runtime.cohere;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes instructions and turns as messages. Results of tools come first in a turn, each a message
/// of its own. Thoughts beside calls are the model's plan for its tools, others stand with the
/// texts.
final class TurnsToCohere {
  private final JsonWriter json;
  private final Losses losses;

  TurnsToCohere(JsonWriter json, Losses losses) {
    this.json = json;
    this.losses = losses;
  }

  void write(Conversation conversation) {
    json.name("messages").beginArray();
    for (Part.Text text : conversation.system()) {
      json.beginObject().name("role").value("system").name("content").value(unmarked(text));
      json.endObject();
    }
    for (Turn turn : conversation.turns()) {
      switch (turn.role()) {
        case USER -> user(turn.parts());
        case ASSISTANT -> assistant(turn.parts());
      }
    }
    json.endArray();
  }

  private String unmarked(Part.Text text) {
    if (text.cache().isPresent()) {
      losses.lost("cache_control");
    }
    return text.text();
  }

  private void user(List<Part> parts) {
    List<Part> shown = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.ToolResult result -> {
          if (!shown.isEmpty()) {
            losses.lost("order of results and texts");
          }
          result(result);
        }
        case Part.Text text -> shown.add(text);
        case Media media -> media(media).ifPresent(shown::add);
        case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _, Part.ToolCall _ ->
            losses.lost("parts of the assistant in a turn of the user");
      }
    }
    if (shown.isEmpty()) {
      return;
    }
    json.beginObject().name("role").value("user").name("content");
    if (shown.size() == 1 && shown.getFirst() instanceof Part.Text text) {
      json.value(unmarked(text));
    } else {
      json.beginArray();
      shown.forEach(this::block);
      json.endArray();
    }
    json.endObject();
  }

  /// A text or an image, or what becomes of other media.
  private Optional<Part> media(Media media) {
    if (media.cache().isPresent()) {
      losses.lost("cache_control");
    }
    if (media.source() instanceof Source.PlainText(String text)) {
      losses.lost("document as text");
      return Optional.of(Part.Text.of(text));
    }
    if (media.kind() == Media.Kind.IMAGE && !(media.source() instanceof Source.Stored)) {
      return Optional.of(media);
    }
    losses.lost(
        switch (media.kind()) {
          case IMAGE -> "image by id";
          case AUDIO -> "audio";
          case VIDEO -> "video";
          case DOCUMENT -> "document";
        });
    return Optional.empty();
  }

  private void block(Part part) {
    json.beginObject().name("type");
    switch (part) {
      case Part.Text text -> json.value("text").name("text").value(unmarked(text));
      case Part.Reasoning thought -> json.value("thinking").name("thinking").value(thought.text());
      case Media media -> {
        json.value("image_url").name("image_url").beginObject().name("url");
        json.value(address(media));
        media.detail().ifPresent(detail -> json.name("detail").value(detail));
        json.endObject();
      }
      case Part.Refusal _, Part.HiddenReasoning _, Part.ToolCall _, Part.ToolResult _ ->
          throw new IllegalStateException("a part that has a place of its own");
    }
    json.endObject();
  }

  private static String address(Media media) {
    return switch (media.source()) {
      case Source.Inline(String base64) ->
          "data:" + media.mediaType().orElse("image/png") + ";base64," + base64;
      case Source.Url(String url) -> url;
      case Source.Stored _, Source.PlainText _ ->
          throw new IllegalStateException("an image without bytes or address");
    };
  }

  private void result(Part.ToolResult result) {
    List<String> texts = new ArrayList<>();
    for (Part part : result.content()) {
      switch (part) {
        case Part.Text text -> texts.add(unmarked(text));
        case Media _ -> losses.lost("media in a tool's result");
        case Part.Refusal _,
            Part.Reasoning _,
            Part.HiddenReasoning _,
            Part.ToolCall _,
            Part.ToolResult _ ->
            losses.lost("parts of a tool's result");
      }
    }
    if (result.failed()) {
      losses.lost("mark of a failed tool");
    }
    if (result.cache().isPresent()) {
      losses.lost("cache_control");
    }
    json.beginObject().name("role").value("tool");
    json.name("tool_call_id").value(result.callId());
    json.name("content").value(String.join("\n", texts)).endObject();
  }

  private void assistant(List<Part> parts) {
    List<Part> said = new ArrayList<>();
    List<Part.Reasoning> thoughts = new ArrayList<>();
    List<Part.ToolCall> calls = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> {
          if (!calls.isEmpty()) {
            losses.lost("order of texts and calls");
          }
          said.add(text);
        }
        case Part.Refusal(String text) -> said.add(Part.Text.of(text));
        case Part.Reasoning thought -> {
          thoughts.add(thought);
          if (thought.signature().isPresent()) {
            losses.lost("signature of a thought");
          }
        }
        case Part.HiddenReasoning _ -> losses.lost("hidden thoughts");
        case Part.ToolCall call -> calls.add(call);
        case Media _ -> losses.lost("media of the assistant");
        case Part.ToolResult _ -> losses.lost("results in a turn of the assistant");
      }
    }
    thoughts.removeIf(thought -> thought.text().isEmpty());
    said.removeIf(part -> part instanceof Part.Text text && text.text().isEmpty());
    if (said.isEmpty() && thoughts.isEmpty() && calls.isEmpty()) {
      return;
    }
    json.beginObject().name("role").value("assistant");
    if (calls.isEmpty()) {
      said.addAll(0, thoughts);
    } else {
      plan(thoughts);
    }
    spoken(said);
    calls(calls);
    json.endObject();
  }

  private void plan(List<Part.Reasoning> thoughts) {
    if (!thoughts.isEmpty()) {
      StringBuilder plan = new StringBuilder();
      thoughts.forEach(thought -> plan.append(thought.text()));
      json.name("tool_plan").value(plan.toString());
    }
  }

  private void spoken(List<Part> said) {
    if (said.size() == 1 && said.getFirst() instanceof Part.Text text) {
      json.name("content").value(unmarked(text));
    } else if (!said.isEmpty()) {
      json.name("content").beginArray();
      said.forEach(this::block);
      json.endArray();
    }
  }

  private void calls(List<Part.ToolCall> calls) {
    if (calls.isEmpty()) {
      return;
    }
    json.name("tool_calls").beginArray();
    for (Part.ToolCall call : calls) {
      json.beginObject().name("id").value(call.id()).name("type").value("function");
      json.name("function").beginObject().name("name").value(call.name());
      json.name("arguments").value(call.arguments().isBlank() ? "{}" : call.arguments());
      json.endObject().endObject();
      if (call.signature().isPresent()) {
        losses.lost("signature of a call");
      }
      if (call.cache().isPresent()) {
        losses.lost("cache_control");
      }
    }
    json.endArray();
  }
}
