package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.conversation.Conversation.Role;
import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Kind;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes instructions and turns as items: texts and media of a side as a message, everything else
/// as an item of its own, in the order of the turn.
final class TurnsToItems {
  private final JsonWriter json;
  private final Losses losses;
  private int thoughts;

  TurnsToItems(JsonWriter json, Losses losses) {
    this.json = json;
    this.losses = losses;
  }

  void system(List<Part.Text> system) {
    if (!system.isEmpty()) {
      message("system", system);
    }
  }

  void turn(Turn turn) {
    boolean user = turn.role() == Role.USER;
    String role = user ? "user" : "assistant";
    List<Part> said = new ArrayList<>();
    for (Part part : turn.parts()) {
      switch (part) {
        case Part.Text _ -> said.add(part);
        case Media media -> {
          if (user && isSpoken(media)) {
            said.add(media);
          } else {
            losses.lost(user ? "audio and video" : "media of the assistant");
          }
        }
        case Part.Refusal _ -> said.add(part);
        case Part.Reasoning _, Part.HiddenReasoning _, Part.ToolCall _, Part.ToolResult _ -> {
          flush(role, said);
          item(part);
        }
      }
    }
    flush(role, said);
  }

  private void flush(String role, List<Part> said) {
    if (!said.isEmpty()) {
      message(role, said);
      said.clear();
    }
  }

  private static boolean isSpoken(Media media) {
    return media.kind() == Kind.IMAGE || media.kind() == Kind.DOCUMENT;
  }

  private void message(String role, List<? extends Part> parts) {
    json.beginObject().name("type").value("message").name("role").value(role);
    json.name("content").beginArray();
    for (Part part : parts) {
      part(part, role.equals("assistant") ? "output_text" : "input_text");
    }
    json.endArray().endObject();
  }

  private void part(Part part, String textType) {
    switch (part) {
      case Part.Text(String text, Optional<Part.CacheMark> cache) -> {
        if (cache.isPresent()) {
          losses.lost("cache_control");
        }
        json.beginObject().name("type").value(textType).name("text").value(text);
        if (textType.equals("output_text")) {
          json.name("annotations").beginArray().endArray();
        }
        json.endObject();
      }
      case Part.Refusal(String text) ->
          json.beginObject().name("type").value("refusal").name("refusal").value(text).endObject();
      case Media media -> media(media);
      case Part.Reasoning _, Part.HiddenReasoning _, Part.ToolCall _, Part.ToolResult _ ->
          losses.lost("parts of a tool's result");
    }
  }

  private void media(Media media) {
    if (media.source() instanceof Source.PlainText(String text)) {
      part(Part.Text.of(text), "input_text");
      return;
    }
    boolean image = media.kind() == Kind.IMAGE;
    json.beginObject().name("type").value(image ? "input_image" : "input_file");
    switch (media.source()) {
      case Source.Inline(String base64) -> {
        String type = media.mediaType().orElse(image ? "image/png" : "application/pdf");
        if (!image) {
          json.name("filename").value(media.name().orElse("document"));
        }
        json.name(image ? "image_url" : "file_data").value("data:" + type + ";base64," + base64);
      }
      case Source.Url(String url) -> json.name(image ? "image_url" : "file_url").value(url);
      case Source.Stored(String id) -> json.name("file_id").value(id);
      case Source.PlainText _ -> {}
    }
    if (image) {
      json.name("detail").value(media.detail().orElse("auto"));
    }
    json.endObject();
  }

  private void item(Part part) {
    switch (part) {
      case Part.Reasoning(String text, Optional<String> signature, Optional<String> id) ->
          thought(id, Optional.of(text), signature);
      case Part.HiddenReasoning(String data, Optional<String> id) ->
          thought(id, Optional.empty(), Optional.of(data));
      case Part.ToolCall call -> {
        json.beginObject().name("type").value("function_call");
        json.name("call_id").value(call.id()).name("name").value(call.name());
        json.name("arguments").value(call.arguments()).endObject();
        if (call.signature().isPresent()) {
          losses.lost("signature of a call");
        }
      }
      case Part.ToolResult result -> result(result);
      case Part.Text _, Part.Refusal _, Media _ ->
          throw new IllegalStateException("a part that stands in a message");
    }
  }

  /// A thought that is not sealed could only be found under its id, and nothing is stored.
  private void thought(Optional<String> id, Optional<String> text, Optional<String> sealed) {
    if (sealed.isEmpty()) {
      losses.lost("thoughts of earlier turns");
      return;
    }
    String name = id.orElse("rs_" + thoughts);
    thoughts++;
    json.beginObject().name("type").value("reasoning").name("id").value(name);
    json.name("summary").beginArray();
    text.ifPresent(
        value ->
            json.beginObject()
                .name("type")
                .value("summary_text")
                .name("text")
                .value(value)
                .endObject());
    json.endArray().name("encrypted_content").value(sealed.orElseThrow()).endObject();
  }

  private void result(Part.ToolResult result) {
    if (result.failed()) {
      losses.lost("mark of a failed tool");
    }
    json.beginObject().name("type").value("function_call_output");
    json.name("call_id").value(result.callId()).name("output");
    List<Part> content = result.content();
    if (content.isEmpty()) {
      json.value("");
    } else if (content.size() == 1 && content.getFirst() instanceof Part.Text text) {
      json.value(text.text());
    } else {
      json.beginArray();
      for (Part part : content) {
        if (part instanceof Media media && !isSpoken(media)) {
          losses.lost("audio and video");
        } else {
          part(part, "input_text");
        }
      }
      json.endArray();
    }
    json.endObject();
  }
}
