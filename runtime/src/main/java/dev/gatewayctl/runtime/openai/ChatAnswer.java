package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A whole answer of the OpenAI chat protocol, and of completions.
final class ChatAnswer implements AnswerBody.Content {
  private final JsonValue root;
  private final List<TextPiece> pieces;

  ChatAnswer(JsonValue root) {
    this.root = root;
    this.pieces = ChatTexts.of(root, "message").stream().map(StreamText::piece).toList();
  }

  @Override
  public List<TextPiece> pieces() {
    return pieces;
  }

  @Override
  public Usage usage() {
    Usage usage = ChatUsage.find(root);
    return usage == null ? Usage.UNKNOWN : usage;
  }

  @Override
  public Optional<String> model() {
    JsonValue model = root.find("model");
    return model == null ? Optional.empty() : model.string();
  }

  @Override
  public List<String> finishReasons() {
    List<String> reasons = new ArrayList<>();
    for (JsonValue choice : choices()) {
      JsonValue reason = choice.find("finish_reason");
      if (reason != null) {
        reason.string().ifPresent(reasons::add);
      }
    }
    return reasons;
  }

  @Override
  public List<AnswerBody.ToolCall> toolCalls() {
    List<AnswerBody.ToolCall> calls = new ArrayList<>();
    for (JsonValue choice : choices()) {
      JsonValue message = choice.find("message");
      if (message == null) {
        continue;
      }
      JsonValue list = message.find("tool_calls");
      for (JsonValue call : list == null ? List.<JsonValue>of() : list.items()) {
        add(calls, call.find("function"), "arguments");
        add(calls, call.find("custom"), "input");
      }
      add(calls, message.find("function_call"), "arguments");
    }
    return calls;
  }

  private static void add(
      List<AnswerBody.ToolCall> calls, @Nullable JsonValue function, String member) {
    if (function != null && function.isObject()) {
      calls.add(
          new AnswerBody.ToolCall(spelled(function.find("name")), spelled(function.find(member))));
    }
  }

  private static String spelled(@Nullable JsonValue value) {
    return value == null || value.isNull() ? "" : value.text().string();
  }

  private List<JsonValue> choices() {
    JsonValue choices = root.find("choices");
    return choices == null ? List.of() : choices.items();
  }

  @Override
  public List<JsonValue.Member> sideChannels() {
    return ChatTexts.sideChannels(root, "message");
  }
}
