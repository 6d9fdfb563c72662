package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.conversation.Conversation;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes instructions and turns as messages. A message has one text: those of a turn are joined by
/// line ends. Results of tools come first in a turn, each a message of its own that names the tool.
final class TurnsToOllama {
  private final JsonWriter json;
  private final Losses losses;
  private final Map<String, String> tools = new HashMap<>();

  TurnsToOllama(JsonWriter json, Losses losses) {
    this.json = json;
    this.losses = losses;
  }

  void write(Conversation conversation) {
    json.name("messages").beginArray();
    for (Part.Text text : conversation.system()) {
      unmarked(text);
      json.beginObject().name("role").value("system");
      json.name("content").value(text.text()).endObject();
    }
    for (Turn turn : conversation.turns()) {
      switch (turn.role()) {
        case USER -> user(turn.parts());
        case ASSISTANT -> assistant(turn.parts());
      }
    }
    json.endArray();
  }

  private void unmarked(Part.Text text) {
    if (text.cache().isPresent()) {
      losses.lost("cache_control");
    }
  }

  private void user(List<Part> parts) {
    List<String> texts = new ArrayList<>();
    List<String> images = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.ToolResult result -> {
          if (!texts.isEmpty() || !images.isEmpty()) {
            losses.lost("order of results and texts");
          }
          result(result);
        }
        case Part.Text text -> {
          unmarked(text);
          texts.add(text.text());
        }
        case Media media -> media(media, texts, images);
        case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _, Part.ToolCall _ ->
            losses.lost("parts of the assistant in a turn of the user");
      }
    }
    if (!texts.isEmpty() || !images.isEmpty()) {
      json.beginObject().name("role").value("user");
      json.name("content").value(String.join("\n", texts));
      images(images);
      json.endObject();
    }
  }

  private void images(List<String> images) {
    if (!images.isEmpty()) {
      json.name("images").beginArray();
      images.forEach(json::value);
      json.endArray();
    }
  }

  private void media(Media media, List<String> texts, List<String> images) {
    if (media.cache().isPresent()) {
      losses.lost("cache_control");
    }
    switch (media.source()) {
      case Source.Inline(String base64) when media.kind() == Media.Kind.IMAGE -> {
        images.add(base64);
        if (media.detail().isPresent()) {
          losses.lost("detail of an image");
        }
      }
      case Source.PlainText(String text) -> {
        losses.lost("document as text");
        texts.add(text);
      }
      case Source.Inline _ -> losses.lost(kind(media));
      case Source.Url _ -> losses.lost(kind(media) + " by url");
      case Source.Stored _ -> losses.lost(kind(media) + " by id");
    }
  }

  private static String kind(Media media) {
    return switch (media.kind()) {
      case IMAGE -> "image";
      case AUDIO -> "audio";
      case VIDEO -> "video";
      case DOCUMENT -> "document";
    };
  }

  private void result(Part.ToolResult result) {
    List<String> texts = new ArrayList<>();
    List<String> images = new ArrayList<>();
    for (Part part : result.content()) {
      switch (part) {
        case Part.Text text -> {
          unmarked(text);
          texts.add(text.text());
        }
        case Media media -> media(media, texts, images);
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
    String name = tools.getOrDefault(result.callId(), result.name().orElse(""));
    if (name.isEmpty()) {
      losses.lost("name of a result's tool");
    } else {
      json.name("tool_name").value(name);
    }
    json.name("content").value(String.join("\n", texts));
    images(images);
    json.endObject();
  }

  private void assistant(List<Part> parts) {
    StringBuilder said = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    List<Part.ToolCall> calls = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> {
          unmarked(text);
          if (!calls.isEmpty()) {
            losses.lost("order of texts and calls");
          }
          said.append(text.text());
        }
        case Part.Refusal(String text) -> said.append(text);
        case Part.Reasoning thought -> {
          thoughts.append(thought.text());
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
    if (said.isEmpty() && thoughts.isEmpty() && calls.isEmpty()) {
      return;
    }
    json.beginObject().name("role").value("assistant").name("content").value(said.toString());
    if (!thoughts.isEmpty()) {
      json.name("thinking").value(thoughts.toString());
    }
    if (!calls.isEmpty()) {
      json.name("tool_calls").beginArray();
      calls.forEach(this::call);
      json.endArray();
    }
    json.endObject();
  }

  private void call(Part.ToolCall call) {
    tools.put(call.id(), call.name());
    json.beginObject().name("function").beginObject().name("name").value(call.name());
    json.name("arguments");
    if (!ObjectJson.arguments(call.arguments(), json)) {
      losses.lost("arguments that are no object");
    }
    json.endObject().endObject();
    if (call.signature().isPresent()) {
      losses.lost("signature of a call");
    }
    if (call.cache().isPresent()) {
      losses.lost("cache_control");
    }
  }
}
