package dev.gatewayctl.runtime.gemini;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.util.OptionalLong;

/// The protocol of Google's Gemini: `POST /v1beta/models/MODEL:METHOD`. The path names the model
/// and what is asked, and the query says how a stream is framed ([RequestPath]).
public final class GeminiDialect implements Dialect {
  /// `generateContent`, `streamGenerateContent` and `countTokens`.
  public static final GeminiDialect CONTENT = new GeminiDialect(false);

  /// `embedContent` and `batchEmbedContents`.
  public static final GeminiDialect EMBED = new GeminiDialect(true);

  private final boolean embeds;

  private GeminiDialect(boolean embeds) {
    this.embeds = embeds;
  }

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return embeds ? EmbedRequest.read(body, path) : GeminiRequest.read(body, path);
  }

  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.read(body, GeminiAnswer::new);
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new GeminiEvents(settings);
  }

  @Override
  public ErrorAnswer error(ProtocolError error) {
    return new ErrorAnswer(
        error.status(),
        Headers.of("content-type", "application/json; charset=UTF-8"),
        GeminiBody.error(error.status(), error.code(), error.message(), OptionalLong.empty()));
  }
}
