package dev.gatewayctl.runtime.mcp;

import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.List;
import java.util.Optional;

/// One message of a server as a whole answer. It says nothing that a model's answer says but texts.
record McpAnswer(McpTexts texts) implements AnswerBody.Content {
  @Override
  public List<TextPiece> pieces() {
    return texts.pieces().list();
  }

  @Override
  public Usage usage() {
    return Usage.UNKNOWN;
  }

  @Override
  public Optional<String> model() {
    return Optional.empty();
  }

  @Override
  public List<String> finishReasons() {
    return List.of();
  }

  @Override
  public List<AnswerBody.ToolCall> toolCalls() {
    return List.of();
  }

  @Override
  public List<JsonValue.Member> sideChannels() {
    return List.of();
  }
}
