package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;

/// Amazon's converse protocol: `POST /model/MODEL/converse` and `/converse-stream`. The path names
/// the model and whether a stream is asked for ([RequestPath]).
public final class ConverseDialect implements Dialect {
  /// The only one.
  public static final ConverseDialect INSTANCE = new ConverseDialect();

  private ConverseDialect() {}

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return ConverseRequest.read(body, path);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(body, ConverseAnswer::new);
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new ConverseEvents();
  }

  @Override
  public ErrorAnswer error(ProtocolError error) {
    return ConverseErrors.write(error);
  }
}
