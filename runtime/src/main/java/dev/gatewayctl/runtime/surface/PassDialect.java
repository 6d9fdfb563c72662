package dev.gatewayctl.runtime.surface;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.anthropic.MessagesDialect;
import dev.gatewayctl.runtime.openai.ChatDialect;
import dev.gatewayctl.runtime.wire.AnswerBody;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import dev.gatewayctl.runtime.wire.StreamDialect;

/// What passes unread, in both directions and of whatever kind: multipart forms, lists, sound. Only
/// what an answer in JSON says of its model and its usage is looked at.
final class PassDialect implements Dialect {
  private final Dialect errors;
  private final boolean counts;

  private PassDialect(Dialect errors, boolean counts) {
    this.errors = errors;
    this.counts = counts;
  }

  /// The dialect of one request.
  ///
  /// @param path without the surface's prefix, such as `/files/file-1/content`
  static PassDialect of(Surface surface, String method, String path) {
    // What is asked for again, such as a stored response or a batch, would be counted again.
    boolean counts =
        method.equals("POST") && surface != Surface.RESPONSES && surface != Surface.BATCHES;
    return new PassDialect(
        path.startsWith("/messages/") ? MessagesDialect.INSTANCE : ChatDialect.INSTANCE, counts);
  }

  @Override
  public RequestBody.Reading request(byte[] body, RequestPath path) {
    return new RequestBody.Reading.Read(new UnreadRequest(body));
  }

  /// An answer that is whole because there is nothing in it.
  @Override
  public AnswerBody.Reading answer(byte[] body) {
    return AnswerBody.unread(body);
  }

  @Override
  public StreamDialect stream(StreamDialect.Settings settings) {
    return new UnreadAnswer(counts);
  }

  @Override
  public ErrorAnswer error(ProtocolError error) {
    return errors.error(error);
  }
}
