package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.RequestContent;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A response object: a whole answer, or the state of one within a stream. It says again what was
/// asked, which is no text of the model and so stands at location `metadata`.
final class ResponsesAnswer implements AnswerBody.Content {
  /// Numbers, switches, ids and words that the protocol defines.
  private static final Set<String> PLAIN =
      Set.of(
          "background",
          "billing",
          "completed_at",
          "created_at",
          "frequency_penalty",
          "id",
          "max_output_tokens",
          "max_tool_calls",
          "model",
          "object",
          "parallel_tool_calls",
          "presence_penalty",
          "service_tier",
          "status",
          "store",
          "temperature",
          "tool_usage",
          "top_logprobs",
          "top_p",
          "truncation",
          "usage");

  private final JsonValue root;
  private final List<TextPiece> pieces;

  ResponsesAnswer(JsonValue root) {
    this.root = root;
    this.pieces = List.copyOf(pieces(root));
  }

  /// Every text of a response object.
  private static List<TextPiece> pieces(JsonValue root) {
    RequestContent found = new RequestContent();
    for (JsonValue.Member member : root.members()) {
      echo(member, found);
      output(member, found);
    }
    return found.texts();
  }

  /// A member's texts unless it is the output.
  static void echo(JsonValue.Member member, RequestContent found) {
    String name = member.name().text().string();
    JsonValue value = member.value();
    boolean told = name.equals("output") || name.equals("output_text");
    if (!told && !(PLAIN.contains(name) && isPlain(name, value))) {
      found.pieces().walk(value, Location.METADATA);
    }
  }

  private static boolean isPlain(String name, JsonValue value) {
    return !value.isArray()
        && (!value.isObject()
            || name.equals("usage")
            || name.equals("tool_usage")
            || name.equals("billing"));
  }

  /// A member's texts if it is the output: items, or what some add besides, all text as one.
  static void output(JsonValue.Member member, RequestContent found) {
    JsonValue value = member.value();
    if (member.name().is("output_text")) {
      found.pieces().walk(value, Location.ASSISTANT);
    } else if (member.name().is("output")) {
      Items items = new Items(found, false);
      value.items().forEach(items::item);
      if (!value.isArray()) {
        found.pieces().walk(value, Location.METADATA);
      }
    }
  }

  @Override
  public List<TextPiece> pieces() {
    return pieces;
  }

  @Override
  public Usage usage() {
    return ResponsesUsage.of(root);
  }

  @Override
  public Optional<String> model() {
    return text(root, "model");
  }

  @Override
  public List<String> finishReasons() {
    return finishReason(root).stream().toList();
  }

  /// Why a response ended, in the chat protocol's words; empty while it has not.
  static Optional<String> finishReason(JsonValue response) {
    return switch (text(response, "status").orElse("")) {
      case "completed", "complete" -> Optional.of(calls(response) ? "tool_calls" : "stop");
      case "incomplete" -> {
        JsonValue details = response.present("incomplete_details");
        String reason = details == null ? "" : text(details, "reason").orElse("");
        yield Optional.of(
            switch (reason) {
              case "max_output_tokens" -> "length";
              case "" -> "incomplete";
              default -> reason;
            });
      }
      case "", "in_progress", "queued" -> Optional.empty();
      case String other -> Optional.of(other);
    };
  }

  /// Whether it waits for the results of tools.
  private static boolean calls(JsonValue response) {
    for (JsonValue item : output(response)) {
      String type = Items.type(item);
      if (type.equals("function_call") || type.equals("custom_tool_call")) {
        return true;
      }
    }
    return false;
  }

  private static List<JsonValue> output(JsonValue response) {
    JsonValue output = response.find("output");
    return output == null ? List.of() : output.items();
  }

  @Override
  public List<AnswerBody.ToolCall> toolCalls() {
    List<AnswerBody.ToolCall> calls = new ArrayList<>();
    for (JsonValue item : output(root)) {
      JsonValue name = item.present("name");
      if (name != null && Items.type(item).endsWith("_call")) {
        JsonValue arguments = item.present("arguments");
        JsonValue said = arguments == null ? item.present("input") : arguments;
        calls.add(new AnswerBody.ToolCall(name.text().string(), spelled(said)));
      }
    }
    return calls;
  }

  private static String spelled(@Nullable JsonValue value) {
    return value == null ? "" : value.text().string();
  }

  @Override
  public List<JsonValue.Member> sideChannels() {
    List<JsonValue.Member> members = new ArrayList<>();
    for (JsonValue item : output(root)) {
      Items.addSideChannels(item, members);
    }
    return members;
  }

  private static Optional<String> text(JsonValue object, String name) {
    JsonValue value = object.find(name);
    return value == null ? Optional.empty() : value.string();
  }
}
