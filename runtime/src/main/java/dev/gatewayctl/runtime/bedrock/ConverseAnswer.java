package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.StreamDialect.StreamText;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A whole answer of the converse protocol.
final class ConverseAnswer implements AnswerBody.Content {
  private final JsonValue root;
  private final List<TextPiece> pieces;

  ConverseAnswer(JsonValue root) {
    this.root = root;
    this.pieces = ConverseTexts.answer(root).stream().map(StreamText::piece).toList();
  }

  @Override
  public List<TextPiece> pieces() {
    return pieces;
  }

  @Override
  public Usage usage() {
    return ConverseUsage.of(root.find("usage"));
  }

  /// Answers do not name it.
  @Override
  public Optional<String> model() {
    return Optional.empty();
  }

  @Override
  public List<String> finishReasons() {
    JsonValue reason = root.find("stopReason");
    return reason == null
        ? List.of()
        : reason.string().map(StopReasons::chatWord).stream().toList();
  }

  @Override
  public List<AnswerBody.ToolCall> toolCalls() {
    List<AnswerBody.ToolCall> calls = new ArrayList<>();
    for (JsonValue block : blocks(root)) {
      JsonValue call = block.present("toolUse");
      if (call != null) {
        calls.add(new AnswerBody.ToolCall(spelled(call.find("name")), spelled(call.find("input"))));
      }
    }
    return calls;
  }

  /// The blocks of the answer's message.
  static List<JsonValue> blocks(JsonValue root) {
    JsonValue output = root.find("output");
    JsonValue message = output == null ? null : output.find("message");
    JsonValue content = message == null ? null : message.find("content");
    return content == null ? List.of() : content.items();
  }

  private static String spelled(@Nullable JsonValue value) {
    return value == null || value.isNull() ? "" : value.text().string();
  }

  /// The protocol has none.
  @Override
  public List<JsonValue.Member> sideChannels() {
    return List.of();
  }
}
