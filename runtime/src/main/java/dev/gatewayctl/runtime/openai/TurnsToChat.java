package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.conversation.Conversation.Turn;
import dev.gatewayctl.runtime.conversation.Losses;
import dev.gatewayctl.runtime.conversation.Part;
import dev.gatewayctl.runtime.conversation.Part.CacheMark;
import dev.gatewayctl.runtime.conversation.Part.Media;
import dev.gatewayctl.runtime.conversation.Part.Media.Source;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Writes instructions and turns as the messages of a chat request. Results of tools come first in
/// a turn, each a message of its own, because they must follow the calls at once; what they hold
/// besides text follows them as the user's.
final class TurnsToChat {
  /// The longest id of a call that OpenAI takes.
  private static final int LONGEST_ID = 40;

  private final JsonWriter json;
  private final boolean extended;
  private final Losses losses;

  TurnsToChat(JsonWriter json, boolean extended, Losses losses) {
    this.json = json;
    this.extended = extended;
    this.losses = losses;
  }

  void system(List<Part.Text> system) {
    if (!system.isEmpty()) {
      json.beginObject().name("role").value("system").name("content");
      content(system);
      json.endObject();
    }
  }

  void turn(Turn turn) {
    switch (turn.role()) {
      case USER -> user(turn.parts());
      case ASSISTANT -> assistant(turn.parts());
    }
  }

  private void user(List<Part> parts) {
    List<Part> rest = new ArrayList<>();
    List<Part> shown = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.ToolResult result -> {
          if (!rest.isEmpty()) {
            losses.lost("order of results and texts");
          }
          result(result, shown);
        }
        case Part.Text text -> rest.add(text);
        case Media media -> rest.add(media);
        case Part.Refusal _, Part.Reasoning _, Part.HiddenReasoning _, Part.ToolCall _ ->
            losses.lost("parts of the assistant in a turn of the user");
      }
    }
    shown.addAll(rest);
    List<Part> spelled = shown.stream().filter(part -> !isLost(part)).toList();
    if (!spelled.isEmpty()) {
      json.beginObject().name("role").value("user").name("content");
      content(spelled);
      json.endObject();
    }
  }

  private void result(Part.ToolResult result, List<Part> shown) {
    List<Part.Text> texts = new ArrayList<>();
    for (Part part : result.content()) {
      switch (part) {
        case Part.Text text -> texts.add(text);
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
    if (result.failed()) {
      losses.lost("mark of a failed tool");
    }
    json.beginObject().name("role").value("tool");
    json.name("tool_call_id").value(id(result.callId()));
    if (extended) {
      result.name().ifPresent(name -> json.name("name").value(name));
    }
    json.name("content");
    content(texts);
    cache(result.cache());
    json.endObject();
  }

  private void assistant(List<Part> parts) {
    List<Part> said = new ArrayList<>();
    List<Part> thoughts = new ArrayList<>();
    List<Part.ToolCall> calls = new ArrayList<>();
    StringBuilder refusal = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> {
          if (!calls.isEmpty()) {
            losses.lost("order of texts and calls");
          }
          said.add(text);
        }
        case Part.Refusal(String text) -> refusal.append(text);
        case Part.Reasoning thought -> thoughts.add(thought);
        case Part.HiddenReasoning thought -> thoughts.add(thought);
        case Part.ToolCall call -> calls.add(call);
        case Media _ -> losses.lost("media of the assistant");
        case Part.ToolResult _ -> losses.lost("results in a turn of the assistant");
      }
    }
    if (!extended && !thoughts.isEmpty()) {
      losses.lost("thoughts of earlier turns");
      thoughts.clear();
    }
    if (said.isEmpty() && thoughts.isEmpty() && calls.isEmpty() && refusal.isEmpty()) {
      return;
    }
    json.beginObject().name("role").value("assistant").name("content");
    if (said.isEmpty()) {
      json.nullValue();
    } else {
      content(said);
    }
    if (!refusal.isEmpty()) {
      json.name("refusal").value(refusal.toString());
    }
    thoughts(thoughts);
    calls(calls);
    json.endObject();
  }

  /// As one text, which many providers know, and with what belongs to each where there is such.
  private void thoughts(List<Part> thoughts) {
    StringBuilder text = new StringBuilder();
    boolean detailed = thoughts.size() > 1;
    for (Part thought : thoughts) {
      if (thought instanceof Part.Reasoning reasoning) {
        text.append(reasoning.text());
        detailed |= reasoning.signature().isPresent() || reasoning.id().isPresent();
      } else {
        detailed = true;
      }
    }
    if (!text.isEmpty()) {
      json.name("reasoning_content").value(text.toString());
    }
    if (!detailed) {
      return;
    }
    json.name("reasoning_details").beginArray();
    for (Part thought : thoughts) {
      switch (thought) {
        case Part.Reasoning reasoning ->
            ThoughtDetails.told(
                json, Optional.of(reasoning.text()), reasoning.signature(), reasoning.id());
        case Part.HiddenReasoning hidden -> ThoughtDetails.hidden(json, hidden.data(), hidden.id());
        case Part.Text _, Part.Refusal _, Media _, Part.ToolCall _, Part.ToolResult _ ->
            throw new IllegalStateException("a part that is no thought");
      }
    }
    json.endArray();
  }

  private void calls(List<Part.ToolCall> calls) {
    if (calls.isEmpty()) {
      return;
    }
    json.name("tool_calls").beginArray();
    for (Part.ToolCall call : calls) {
      json.beginObject().name("id").value(id(call.id())).name("type").value("function");
      json.name("function").beginObject().name("name").value(call.name());
      json.name("arguments").value(call.arguments()).endObject();
      if (call.signature().isPresent()) {
        if (extended) {
          ThoughtDetails.signature(json, call.signature().orElseThrow());
        } else {
          losses.lost("signature of a call");
        }
      }
      cache(call.cache());
      json.endObject();
    }
    json.endArray();
  }

  /// A call and its result have the same id, however long it is.
  private static String id(String id) {
    if (id.length() <= LONGEST_ID) {
      return id;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return "call_" + HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// One unmarked text as a string, which every provider reads; else a list of parts.
  private void content(List<? extends Part> parts) {
    if (parts.isEmpty()) {
      json.value("");
      return;
    }
    boolean marked =
        parts.stream().anyMatch(part -> part instanceof Part.Text text && text.cache().isPresent());
    if (marked && !extended) {
      losses.lost("cache_control");
    }
    if (parts.size() == 1
        && parts.getFirst() instanceof Part.Text(String text, Optional<CacheMark> mark)
        && (mark.isEmpty() || !extended)) {
      json.value(text);
      return;
    }
    json.beginArray();
    for (Part part : parts) {
      json.beginObject();
      switch (part) {
        case Part.Text text -> {
          json.name("type").value("text").name("text").value(text.text());
          cache(text.cache());
        }
        case Media media -> {
          media(media);
          cache(media.cache());
        }
        case Part.Refusal _,
            Part.Reasoning _,
            Part.HiddenReasoning _,
            Part.ToolCall _,
            Part.ToolResult _ ->
            throw new IllegalStateException("a part that has a place of its own");
      }
      json.endObject();
    }
    json.endArray();
  }

  /// Whether the chat protocol has no word for a part.
  private boolean isLost(Part part) {
    if (!(part instanceof Media media)) {
      return false;
    }
    boolean url = media.source() instanceof Source.Url;
    boolean stored = media.source() instanceof Source.Stored;
    Optional<String> lost =
        switch (media.kind()) {
          case IMAGE -> stored ? Optional.of("image by id") : Optional.empty();
          case AUDIO -> {
            if (url && !extended) {
              yield Optional.of("audio by url");
            }
            yield stored ? Optional.of("audio by id") : Optional.empty();
          }
          case VIDEO -> !extended || stored ? Optional.of("video") : Optional.empty();
          case DOCUMENT ->
              url && !extended ? Optional.of("document by url") : Optional.<String>empty();
        };
    lost.ifPresent(losses::lost);
    return lost.isPresent();
  }

  private void media(Media media) {
    switch (media.source()) {
      case Source.PlainText(String text) -> {
        if (media.name().isPresent()) {
          losses.lost("title of a document");
        }
        json.name("type").value("text").name("text").value(text);
      }
      case Source.Stored(String id) -> {
        json.name("type").value("file").name("file").beginObject();
        json.name("file_id").value(id);
        media.name().ifPresent(name -> json.name("filename").value(name));
        json.endObject();
      }
      case Source.Url(String url) -> addressed(media, url);
      case Source.Inline(String base64) -> inline(media, base64);
    }
  }

  private void inline(Media media, String base64) {
    String type = media.mediaType().orElseGet(() -> ChatParts.seenType(base64));
    String address = "data:" + type + ";base64," + base64;
    switch (media.kind()) {
      case IMAGE, VIDEO -> addressed(media, address);
      case AUDIO -> {
        json.name("type").value("input_audio").name("input_audio").beginObject();
        json.name("data").value(base64).name("format").value(ChatParts.audioFormat(type));
        json.endObject();
      }
      case DOCUMENT -> {
        json.name("type").value("file").name("file").beginObject();
        String name = type.equals("application/pdf") ? "document.pdf" : "document";
        json.name("filename").value(media.name().orElse(name));
        json.name("file_data").value(address).endObject();
      }
    }
  }

  private void addressed(Media media, String address) {
    String member =
        switch (media.kind()) {
          case IMAGE -> "image_url";
          case AUDIO -> "audio_url";
          case VIDEO -> "video_url";
          case DOCUMENT -> "document_url";
        };
    json.name("type").value(member).name(member);
    if (media.kind() == Media.Kind.DOCUMENT) {
      json.value(address);
      media.name().ifPresent(name -> json.name("document_name").value(name));
      return;
    }
    json.beginObject().name("url").value(address);
    media.detail().ifPresent(detail -> json.name("detail").value(detail));
    json.endObject();
  }

  private void cache(Optional<CacheMark> mark) {
    cache(mark, json, extended, losses);
  }

  /// The mark of a prefix to cache, as many providers took it over from Anthropic.
  static void cache(Optional<CacheMark> mark, JsonWriter json, boolean extended, Losses losses) {
    if (mark.isEmpty()) {
      return;
    }
    if (!extended) {
      losses.lost("cache_control");
      return;
    }
    json.name("cache_control").beginObject().name("type").value("ephemeral");
    mark.orElseThrow().ttl().ifPresent(ttl -> json.name("ttl").value(ttl));
    json.endObject();
  }
}
