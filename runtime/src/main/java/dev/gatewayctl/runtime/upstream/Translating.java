package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.runtime.conversation.ProviderProtocol;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import dev.gatewayctl.runtime.translation.TranslatedAnswer;
import dev.gatewayctl.runtime.wire.Dialect;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// Hears a provider and tells it on in the caller's protocol: streams as they come, whole answers
/// and errors once they are there. What cannot be read is a failure of the attempt.
final class Translating implements Upstream.Listener {
  private static final int CLIENT_ERRORS = 400;

  private final TranslatedAnswer answer;
  private final Upstream.Listener listener;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private int status;
  private Headers headers = Headers.empty();
  private boolean streams;
  private boolean over;

  Translating(TranslatedAnswer answer, Upstream.Listener listener) {
    this.answer = answer;
    this.listener = listener;
  }

  @Override
  public void head(int newStatus, Headers received) {
    status = newStatus;
    headers = Headers.empty();
    for (int i = 0; i < received.size(); i++) {
      headers.copy(received, i);
    }
    streams = newStatus < CLIENT_ERRORS && Streams.isOne(received.first("content-type"));
    if (newStatus < CLIENT_ERRORS) {
      headers.set("content-type", streams ? answer.streamType() : "application/json");
      listener.head(newStatus, headers);
    }
  }

  @Override
  public void data(byte[] bytes, int from, int to) {
    if (over) {
      return;
    }
    if (!streams) {
      if (held.size() + (to - from) > Dispatch.MAX_ANSWER_BYTES) {
        unreadable("it is longer than " + Dispatch.MAX_ANSWER_BYTES + " bytes");
      } else {
        held.write(bytes, from, to - from);
      }
      return;
    }
    byte @Nullable [] out = null;
    try {
      out = answer.feed(bytes, from, to);
    } catch (ProviderProtocol.Unreadable e) {
      unreadable(e.getMessage());
    }
    tell(out);
  }

  private void tell(byte @Nullable [] out) {
    if (out != null && out.length > 0) {
      listener.data(out, 0, out.length);
    }
  }

  private void unreadable(@Nullable String why) {
    over = true;
    listener.failed(
        new Upstream.Failure(
            Upstream.Failure.Kind.PROTOCOL, true, "the answer cannot be translated: " + why));
  }

  @Override
  public void end() {
    if (over) {
      return;
    }
    try {
      if (streams) {
        tell(answer.finish());
      } else if (status < CLIENT_ERRORS) {
        tell(answer.whole(held.toByteArray()));
      } else {
        error();
      }
    } catch (ProviderProtocol.Unreadable e) {
      unreadable(e.getMessage());
      return;
    }
    listener.end();
  }

  /// The head of an error is told with its body: in some protocols it names the kind.
  private void error() {
    Dialect.ErrorAnswer shaped = answer.error(status, held.toByteArray());
    for (int i = 0; i < shaped.head().size(); i++) {
      headers.set(shaped.head().name(i), shaped.head().value(i));
    }
    listener.head(status, headers);
    tell(shaped.body());
  }

  @Override
  public void failed(Upstream.Failure failure) {
    if (!over) {
      listener.failed(failure);
    }
  }
}
