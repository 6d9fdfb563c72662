package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A whole answer, or what the last line of a stream says of one.
final class OllamaAnswer implements AnswerBody.Content {
  private final JsonValue root;
  private final List<TextPiece> pieces;

  OllamaAnswer(JsonValue root) {
    this.root = root;
    this.pieces = OllamaTexts.of(root).stream().map(StreamText::piece).toList();
  }

  @Override
  public List<TextPiece> pieces() {
    return pieces;
  }

  @Override
  public Usage usage() {
    return usage(root);
  }

  /// The counts of a line; unknown where it has none. Of a prompt that was cached the server may
  /// tell no count.
  static Usage usage(JsonValue root) {
    return new Usage(
        count(root, "prompt_eval_count"),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        count(root, "eval_count"),
        OptionalLong.empty(),
        false);
  }

  private static OptionalLong count(JsonValue root, String name) {
    JsonValue value = root.find(name);
    OptionalLong number = value == null ? OptionalLong.empty() : value.wholeNumber();
    return number.isPresent() && number.getAsLong() >= 0 ? number : OptionalLong.empty();
  }

  @Override
  public Optional<String> model() {
    JsonValue model = root.find("model");
    return model == null ? Optional.empty() : model.string();
  }

  @Override
  public List<String> finishReasons() {
    return reason(root, !calls(root).isEmpty()).stream().toList();
  }

  /// Why an answer ended, in the chat protocol's words. The server has no word for calls.
  static Optional<String> reason(JsonValue root, boolean called) {
    JsonValue reason = root.present("done_reason");
    return reason == null
        ? Optional.empty()
        : reason.string().map(word -> word.equals("stop") && called ? "tool_calls" : word);
  }

  /// The calls of an answer or a line.
  static List<JsonValue> calls(JsonValue root) {
    JsonValue message = root.find("message");
    JsonValue calls = message == null ? null : message.find("tool_calls");
    return calls == null ? List.of() : calls.items();
  }

  @Override
  public List<AnswerBody.ToolCall> toolCalls() {
    List<AnswerBody.ToolCall> calls = new ArrayList<>();
    for (JsonValue call : calls(root)) {
      JsonValue function = call.find("function");
      if (function != null) {
        calls.add(
            new AnswerBody.ToolCall(
                spelled(function.find("name")), spelled(function.find("arguments"))));
      }
    }
    return calls;
  }

  private static String spelled(@Nullable JsonValue value) {
    return value == null || value.isNull() ? "" : value.text().string();
  }

  @Override
  public List<JsonValue.Member> sideChannels() {
    return sideChannels(root);
  }

  static List<JsonValue.Member> sideChannels(JsonValue root) {
    return root.members().stream()
        .filter(member -> member.name().is("logprobs") && !member.value().isNull())
        .toList();
  }
}
