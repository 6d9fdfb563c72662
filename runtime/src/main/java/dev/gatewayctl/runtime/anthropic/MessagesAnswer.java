package dev.gatewayctl.runtime.anthropic;

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

/// A whole answer of the messages protocol, or of counting tokens.
final class MessagesAnswer implements AnswerBody.Content {
  private static final OptionalLong NONE = OptionalLong.of(0);

  private final JsonValue root;
  private final List<TextPiece> pieces;

  MessagesAnswer(JsonValue root) {
    this.root = root;
    this.pieces = AnswerTexts.message(root).stream().map(StreamText::piece).toList();
  }

  @Override
  public List<TextPiece> pieces() {
    return pieces;
  }

  /// Of a count nothing was used.
  @Override
  public Usage usage() {
    if (root.find("usage") == null && root.find("input_tokens") != null) {
      return new Usage(NONE, NONE, NONE, NONE, NONE, NONE, false);
    }
    MessagesUsage usage = new MessagesUsage();
    usage.report(root.find("usage"));
    return usage.usage();
  }

  @Override
  public Optional<String> model() {
    JsonValue model = root.find("model");
    return model == null ? Optional.empty() : model.string();
  }

  @Override
  public List<String> finishReasons() {
    JsonValue reason = root.find("stop_reason");
    return reason == null
        ? List.of()
        : reason.string().map(MessagesUsage::finishReason).stream().toList();
  }

  @Override
  public List<AnswerBody.ToolCall> toolCalls() {
    List<AnswerBody.ToolCall> calls = new ArrayList<>();
    JsonValue content = root.find("content");
    for (JsonValue block : content == null ? List.<JsonValue>of() : content.items()) {
      JsonValue type = block.find("type");
      boolean calling =
          type != null
              && (type.is("tool_use") || type.is("server_tool_use") || type.is("mcp_tool_use"));
      if (calling) {
        calls.add(
            new AnswerBody.ToolCall(spelled(block.find("name")), spelled(block.find("input"))));
      }
    }
    return calls;
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
