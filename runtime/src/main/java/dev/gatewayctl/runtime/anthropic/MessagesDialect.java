package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;

/// The Anthropic messages protocol: `POST /v1/messages`.
public final class MessagesDialect implements Dialect {
  /// The only one.
  public static final MessagesDialect INSTANCE = new MessagesDialect();

  private MessagesDialect() {}

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return MessagesRequest.read(body, MessagesRequest.Purpose.ANSWER);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(body, MessagesAnswer::new);
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new MessagesEvents();
  }

  @Override
  public ErrorAnswer error(ProtocolError error) {
    return AnthropicBody.error(error);
  }
}
