package dev.gatewayctl.runtime.responses;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;

/// The OpenAI responses protocol: `POST /v1/responses`.
public final class ResponsesDialect implements Dialect {
  /// The only one.
  public static final ResponsesDialect INSTANCE = new ResponsesDialect();

  private ResponsesDialect() {}

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return ResponsesRequest.read(body);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(body, ResponsesAnswer::new);
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new ResponsesEvents(settings);
  }

  /// The same shape as in all of OpenAI's protocols.
  @Override
  public ErrorAnswer error(ProtocolError error) {
    return new ErrorAnswer(
        error.status(),
        Headers.of("content-type", "application/json", "x-request-id", error.exchange()),
        OpenAiBody.error(error.status(), error.code(), error.message()));
  }
}
