package dev.gatewayctl.runtime.ollama;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;

/// Ollama's chat protocol: `POST /api/chat`. It streams unless the request says that it shall not.
public final class OllamaDialect implements Dialect {
  /// The only one.
  public static final OllamaDialect INSTANCE = new OllamaDialect();

  private OllamaDialect() {}

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return OllamaRequest.read(body);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(body, OllamaAnswer::new);
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new OllamaEvents(settings);
  }

  /// Ollama's errors are one sentence; its clients tell them apart by the status.
  @Override
  public ErrorAnswer error(ProtocolError error) {
    byte[] body =
        new JsonWriter().beginObject().name("error").value(error.message()).endObject().toBytes();
    return new ErrorAnswer(
        error.status(), Headers.of("content-type", "application/json; charset=utf-8"), body);
  }
}
