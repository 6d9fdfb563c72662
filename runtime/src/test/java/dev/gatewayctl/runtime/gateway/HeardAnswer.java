package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A caller in memory that keeps what it is told, and may go away.
final class HeardAnswer implements HttpService.Responder {
  private final CountDownLatch over = new CountDownLatch(1);
  private final StringBuilder text = new StringBuilder();
  private volatile int status;
  private volatile boolean ended;
  private volatile boolean aborted;
  private volatile @Nullable Runnable onGone;

  /// Waits for the end of the answer.
  boolean isOver() throws InterruptedException {
    return over.await(5, TimeUnit.SECONDS);
  }

  int status() {
    return status;
  }

  boolean hasEnded() {
    return ended;
  }

  boolean wasCut() {
    return aborted;
  }

  synchronized String text() {
    return text.toString();
  }

  void leave() {
    Runnable action = onGone;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public synchronized void respond(int newStatus, Headers headers, byte[] body) {
    if (over.getCount() > 0) {
      status = newStatus;
      text.append(new String(body, StandardCharsets.UTF_8));
      over.countDown();
    }
  }

  @Override
  public synchronized void begin(int newStatus, Headers headers) {
    status = newStatus;
  }

  @Override
  public synchronized void write(byte[] bytes, int from, int to) {
    text.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public void end() {
    ended = true;
    over.countDown();
  }

  @Override
  public void abort() {
    aborted = true;
    over.countDown();
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void onDrained(Runnable action) {
    action.run();
  }

  @Override
  public void onGone(Runnable action) {
    onGone = action;
  }

  @Override
  public void execute(Runnable action) {
    action.run();
  }
}
