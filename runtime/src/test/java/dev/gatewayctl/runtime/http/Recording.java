package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A listener that remembers; its outcome reads like `200 body` or `failed TIMEOUT sent`.
final class Recording implements Upstream.Listener {
  final CompletableFuture<String> outcome = new CompletableFuture<>();
  final CompletableFuture<Headers> headers = new CompletableFuture<>();
  final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private int status;
  private Upstream.@Nullable Failure failure;

  @Override
  public void head(int received, Headers fields) {
    status = received;
    headers.complete(fields);
  }

  @Override
  public void data(byte[] bytes, int from, int to) {
    body.write(bytes, from, to - from);
  }

  @Override
  public void end() {
    finish(status + " " + body.toString(ISO_8859_1));
  }

  @Override
  public void failed(Upstream.Failure cause) {
    failure = cause;
    finish("failed " + cause.kind() + (cause.sent() ? " sent" : ""));
  }

  private void finish(String result) {
    if (!outcome.complete(result)) {
      throw new IllegalStateException(String.format(Locale.ROOT, "ended twice: %s", result));
    }
  }

  String await() throws InterruptedException, ExecutionException, TimeoutException {
    return outcome.get(10, TimeUnit.SECONDS);
  }

  Upstream.@Nullable Failure failure() {
    return failure;
  }
}
