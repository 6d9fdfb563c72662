package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.json.JsonText;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Opaque;
import dev.gatewayctl.runtime.wire.Pieces;
import dev.gatewayctl.runtime.wire.RequestContent;
import java.util.List;
import java.util.Set;

/// The texts of items, which are a request's input and an answer's output: messages, calls and
/// their results, thoughts. What no text is told of is text at location `metadata`, and an item or
/// a part of a kind that is not known is opaque besides.
final class Items {
  /// Kinds of items that are known; each of their texts has its member below.
  private static final Set<String> TYPES =
      Set.of(
          "additional_tools",
          "apply_patch_call",
          "apply_patch_call_output",
          "code_interpreter_call",
          "compaction",
          "compaction_summary",
          "compaction_trigger",
          "computer_call",
          "computer_call_output",
          "custom_tool_call",
          "custom_tool_call_output",
          "file_search_call",
          "function_call",
          "function_call_output",
          "image_generation_call",
          "item_reference",
          "local_shell_call",
          "local_shell_call_output",
          "mcp_approval_request",
          "mcp_approval_response",
          "mcp_call",
          "mcp_list_tools",
          "message",
          "program",
          "program_output",
          "reasoning",
          "shell_call",
          "shell_call_output",
          "tool_search_call",
          "tool_search_output",
          "web_search_call");

  private static final Set<String> ROLES =
      Set.of("assistant", "developer", "system", "tool", "user");

  private static final Set<String> WORDS =
      Set.of(
          "auto",
          "client",
          "commentary",
          "completed",
          "failed",
          "final_answer",
          "high",
          "in_progress",
          "incomplete",
          "interpreting",
          "low",
          "original",
          "searching",
          "server");

  /// Places in a text: nothing that could hide one.
  private static final Set<String> PLACES =
      Set.of("end_index", "index", "score", "start_index", "type");

  private final RequestContent content;
  private final Pieces pieces;
  private final boolean asked;
  private final ToolTexts tools;

  /// @param content takes what is found
  /// @param asked whether the items are a request's: then ids are text that a caller wrote, and the
  ///   tokens of a text are looked at; in an answer they are side channels
  Items(RequestContent content, boolean asked) {
    this.content = content;
    this.pieces = content.pieces();
    this.asked = asked;
    this.tools = new ToolTexts(content, false);
  }

  /// The kind of an item: what `type` says, else what an item without one is.
  static String type(JsonValue item) {
    JsonValue type = item.present("type");
    if (type != null) {
      return type.isString() ? type.text().string() : "";
    }
    return item.find("role") == null && item.find("id") != null ? "item_reference" : "message";
  }

  /// Whether a message of the user is it.
  static boolean isOfUser(JsonValue item) {
    return type(item).equals("message") && location(item) == Location.USER;
  }

  /// Whether a model wrote it.
  static boolean isOfModel(JsonValue item) {
    String type = type(item);
    return type.endsWith("_call")
        || type.equals("reasoning")
        || type.equals("mcp_approval_request")
        || (type.equals("message") && location(item) == Location.ASSISTANT);
  }

  /// A role that the protocol does not know counts as the user's: the least trusted.
  static Location location(JsonValue message) {
    JsonValue role = message.find("role");
    return switch (role == null ? "" : role.text().string()) {
      case "system", "developer" -> Location.SYSTEM;
      case "assistant" -> Location.ASSISTANT;
      case "tool" -> Location.TOOL_RESULT;
      default -> Location.USER;
    };
  }

  /// An item.
  void item(JsonValue item) {
    if (!item.isObject()) {
      pieces.walk(item, Location.METADATA);
      return;
    }
    String type = type(item);
    switch (type) {
      case "item_reference" -> opaque("opaque", true);
      case "compaction", "compaction_summary", "message", "reasoning" -> {}
      default -> {
        if (!TYPES.contains(type)) {
          opaque("opaque", false);
        }
      }
    }
    for (JsonValue.Member member : item.members()) {
      member(member, item, type);
    }
  }

  private void member(JsonValue.Member member, JsonValue item, String type) {
    JsonValue value = member.value();
    String name = member.name().text().string();
    switch (name) {
      case "type" -> known(value, TYPES);
      case "role" -> known(value, ROLES);
      case "status", "phase", "execution" -> known(value, WORDS);
      case "id", "call_id", "approval_request_id", "container_id", "created_by" -> id(value);
      case "content" -> content(value, ofContent(item, type));
      case "summary" -> content(value, Location.REASONING);
      case "arguments" -> arguments(value);
      case "name" -> pieces.walkFixed(value, type.endsWith("_call") ? CALL : Location.METADATA);
      case "namespace", "server_label" -> pieces.walkFixed(value, Location.METADATA);
      case "input", "code", "action", "actions", "operation", "queries" -> said(value, CALL);
      case "output", "outputs", "error" -> output(value);
      case "results" -> said(value, Location.DOCUMENT);
      case "tools" -> tools.definitions(value);
      case "reason" -> said(value, Location.USER);
      case "encrypted_content" -> sealed(value);
      case "result" -> image(value, type);
      default -> other(member);
    }
  }

  private static final Location CALL = Location.TOOL_CALL;

  private static Location ofContent(JsonValue item, String type) {
    return switch (type) {
      case "message" -> location(item);
      case "reasoning" -> Location.REASONING;
      default -> Location.METADATA;
    };
  }

  /// A word of the protocol, or a text in its place.
  private void known(JsonValue value, Set<String> words) {
    if (!value.isString() || !words.contains(value.text().string())) {
      pieces.walkFixed(value, Location.METADATA);
    }
  }

  private void id(JsonValue value) {
    if (asked || !value.isString()) {
      pieces.walkFixed(value, Location.METADATA);
    }
  }

  private void other(JsonValue.Member member) {
    pieces.fixed(member.name(), Location.METADATA);
    pieces.walk(member.value(), Location.METADATA);
  }

  /// The arguments of a call: JSON in a string, for some calls JSON itself.
  private void arguments(JsonValue value) {
    if (value.isString()) {
      pieces.json(value, CALL);
    } else {
      said(value, CALL);
    }
  }

  /// Every string and number in a value; the names of its members are no speech.
  private void said(JsonValue value, Location location) {
    for (JsonValue item : value.items()) {
      said(item, location);
    }
    for (JsonValue.Member member : value.members()) {
      String name = member.name().text().string();
      JsonValue inner = member.value();
      boolean place = PLACES.contains(name) && (inner.isNumber() || name.equals("type"));
      if (!place) {
        pieces.fixed(member.name(), Location.METADATA);
        said(inner, location);
      }
    }
    if (!value.isArray() && !value.isObject()) {
      pieces.walk(value, location);
    }
  }

  /// The image that a call made, as base64.
  private void image(JsonValue value, String type) {
    if (type.equals("image_generation_call") && value.isString()) {
      opaque("image", false);
    } else {
      said(value, Location.TOOL_RESULT);
    }
  }

  /// What a tool gave back: text, parts, or an object of the tool's own.
  private void output(JsonValue value) {
    if (value.isArray()) {
      for (JsonValue part : value.items()) {
        output(part);
      }
      return;
    }
    JsonValue type = value.present("type");
    if (type != null && PARTS.contains(type.text().string())) {
      part(value, Location.TOOL_RESULT);
    } else {
      said(value, Location.TOOL_RESULT);
    }
  }

  /// What only the provider can read, and the model through it.
  private void sealed(JsonValue value) {
    if (value.isString()) {
      opaque("opaque", false);
    } else {
      pieces.walk(value, Location.METADATA);
    }
  }

  /// A string or a list of parts.
  void content(JsonValue value, Location location) {
    if (!value.isArray()) {
      if (value.isString()) {
        content.addModality("text");
      }
      pieces.walk(value, location);
    }
    for (JsonValue part : value.items()) {
      part(part, location);
    }
  }

  private static final Set<String> PARTS =
      Set.of(
          "computer_screenshot",
          "image",
          "input_audio",
          "input_file",
          "input_image",
          "input_text",
          "input_video",
          "output_audio",
          "output_text",
          "reasoning_text",
          "refusal",
          "summary_text",
          "text");

  /// A part of a message, of a thought, or of a tool's result.
  void part(JsonValue part, Location location) {
    if (!part.isObject()) {
      pieces.walk(part, location);
      return;
    }
    JsonValue type = part.find("type");
    switch (type == null ? "" : type.text().string()) {
      case "input_text", "output_text", "text" -> content.addModality("text");
      case "refusal", "summary_text", "reasoning_text" -> {}
      case "input_image", "computer_screenshot", "image" -> opaque("image", isReference(part));
      case "input_file" -> opaque("document", isReference(part));
      case "input_audio", "output_audio" -> opaque("audio", isReference(part));
      case "input_video" -> opaque("video", isReference(part));
      default -> opaque("opaque", isReference(part));
    }
    for (JsonValue.Member member : part.members()) {
      partMember(member, location);
    }
  }

  private void partMember(JsonValue.Member member, Location location) {
    JsonValue value = member.value();
    switch (member.name().text().string()) {
      case "type" -> known(value, PARTS);
      case "detail" -> known(value, WORDS);
      case "text", "transcript" -> pieces.walk(value, location);
      case "refusal" -> pieces.walk(value, Location.ASSISTANT);
      case "image_url", "file_url", "url", "video_url" -> address(value);
      case "file_id" -> pieces.walkFixed(value, Location.REFERENCE);
      case "file_data", "data" -> {
        if (!value.isString()) {
          pieces.walk(value, Location.METADATA);
        }
      }
      case "input_audio" -> audio(value, location);
      case "annotations" -> value.items().forEach(this::annotation);
      case "logprobs" -> {
        if (asked) {
          pieces.walk(value, Location.METADATA);
        }
      }
      default -> other(member);
    }
  }

  private void audio(JsonValue value, Location location) {
    if (!value.isObject()) {
      pieces.walk(value, Location.METADATA);
    }
    for (JsonValue.Member member : value.members()) {
      partMember(member, location);
    }
  }

  /// An address; base64 in a `data:` address is no text.
  private void address(JsonValue value) {
    if (!value.isString()) {
      pieces.walk(value, Location.METADATA);
    } else if (!isInline(value)) {
      pieces.text(value, Location.REFERENCE);
    }
  }

  /// A note at a stretch of text: what it cites.
  void annotation(JsonValue annotation) {
    if (!annotation.isObject()) {
      pieces.walk(annotation, Location.METADATA);
    }
    for (JsonValue.Member member : annotation.members()) {
      JsonValue value = member.value();
      switch (member.name().text().string()) {
        case "type", "start_index", "end_index", "index" -> {
          if (!value.isNumber() && !value.isString()) {
            pieces.walk(value, Location.METADATA);
          }
        }
        case "container_id", "file_id" -> id(value);
        case "url" -> address(value);
        default -> pieces.walk(value, Location.METADATA);
      }
    }
  }

  private static boolean isInline(JsonValue url) {
    byte[] scheme = {'d', 'a', 't', 'a', ':'};
    JsonText text = url.text();
    return text.length() >= scheme.length
        && java.util.Arrays.equals(
            text.bytes(), text.from(), text.from() + scheme.length, scheme, 0, scheme.length);
  }

  /// Whether the content of a part stands elsewhere: no member holds it.
  private static boolean isReference(JsonValue part) {
    for (JsonValue.Member member : part.members()) {
      JsonValue value = member.value();
      boolean bytes = member.name().is("data") || member.name().is("file_data");
      if (value.isString() && (bytes || isInline(value))) {
        return false;
      }
      if (value.isObject() && !isReference(value)) {
        return false;
      }
    }
    return true;
  }

  private void opaque(String modality, boolean reference) {
    content.addOpaque(new Opaque(modality, reference));
  }

  /// What in items gives their texts away token by token.
  static void addSideChannels(JsonValue item, List<JsonValue.Member> members) {
    JsonValue parts = item.find("content");
    for (JsonValue part : parts == null ? List.<JsonValue>of() : parts.items()) {
      addTokens(part, members);
    }
  }

  /// The tokens of one text, unless they are none.
  static void addTokens(JsonValue holder, List<JsonValue.Member> members) {
    JsonValue tokens = holder.present("logprobs");
    if (tokens != null && (!tokens.isArray() || !tokens.items().isEmpty())) {
      holder.members().stream().filter(m -> m.name().is("logprobs")).forEach(members::add);
    }
  }
}
