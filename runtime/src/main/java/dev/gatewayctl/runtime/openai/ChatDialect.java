package dev.gatewayctl.runtime.openai;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;

/// The OpenAI chat protocol: `POST /v1/chat/completions`.
public final class ChatDialect implements Dialect {
  /// The only one.
  public static final ChatDialect INSTANCE = new ChatDialect();

  private ChatDialect() {}

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return ChatRequest.read(body);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(body, ChatAnswer::new);
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new ChatEvents(settings);
  }

  @Override
  public ErrorAnswer error(ProtocolError error) {
    return new ErrorAnswer(
        error.status(),
        Headers.of("content-type", "application/json", "x-request-id", error.exchange()),
        OpenAiBody.error(error.status(), error.code(), error.message()));
  }
}
