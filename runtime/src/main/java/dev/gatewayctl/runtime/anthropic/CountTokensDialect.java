package dev.gatewayctl.runtime.anthropic;

import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;

/// Counting the tokens of a request of the Anthropic messages protocol: `POST
/// /v1/messages/count_tokens`. The request is that of messages without `max_tokens` and `stream`;
/// the answer is `{"input_tokens":N}`, and nothing is billed for it.
public final class CountTokensDialect implements Dialect {
  /// The only one.
  public static final CountTokensDialect INSTANCE = new CountTokensDialect();

  private CountTokensDialect() {}

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return MessagesRequest.read(body, MessagesRequest.Purpose.COUNT);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(body, MessagesAnswer::new);
  }

  /// Counts are not streamed; what a provider streams all the same is read like any answer.
  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new MessagesEvents();
  }

  @Override
  public ErrorAnswer error(ProtocolError error) {
    return AnthropicBody.error(error);
  }
}
