package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpEdge;
import dev.gatewayctl.runtime.http.HttpService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A caller that reads slowly at times, goes away at times, and notices what no caller may see: two
/// answers, bytes before a head or after an end.
final class SimulatedCaller implements HttpService.Responder {
  private final SimulatedTime time;
  private final Random random;
  private final StringBuilder text = new StringBuilder();
  private int status;
  private boolean over;
  private boolean gone;
  private boolean aborted;
  private boolean slow;
  private @Nullable Runnable onGone;

  private SimulatedCaller(SimulatedTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  /// One that waits for the end.
  static SimulatedCaller patient(SimulatedTime time) {
    return new SimulatedCaller(time, new Random(0));
  }

  /// One of which a sixth goes away early.
  static SimulatedCaller of(SimulatedTime time, Random random) {
    SimulatedCaller caller = new SimulatedCaller(time, random);
    if (random.nextInt(6) == 0) {
      time.after(Duration.ofMillis(random.nextInt(20_000)), caller::leave);
    }
    return caller;
  }

  private void leave() {
    if (!over) {
      over = true;
      gone = true;
      Runnable action = onGone;
      if (action != null) {
        action.run();
      }
    }
  }

  /// What was told first, 0 when nothing was.
  int status() {
    return status;
  }

  String text() {
    return text.toString();
  }

  boolean isOver() {
    return over;
  }

  boolean isGone() {
    return gone;
  }

  boolean wasCut() {
    return aborted;
  }

  @Override
  public void respond(int newStatus, Headers headers, byte[] body) {
    if (over) {
      return;
    }
    assertThat(status).as("one head").isZero();
    status = newStatus;
    text.append(new String(body, StandardCharsets.UTF_8));
    over = true;
  }

  @Override
  public void begin(int newStatus, Headers headers) {
    if (over) {
      return;
    }
    assertThat(status).as("one head").isZero();
    status = newStatus;
  }

  @Override
  public void write(byte[] bytes, int from, int to) {
    if (over || from == to) {
      return;
    }
    assertThat(status).as("a head before bytes").isNotZero();
    text.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    slow = random.nextInt(4) == 0;
  }

  @Override
  public void end() {
    assertThat(over || status != 0).as("a head before the end").isTrue();
    over = true;
  }

  @Override
  public void abort() {
    if (!over) {
      aborted = true;
      over = true;
    }
  }

  @Override
  public long pendingBytes() {
    return slow ? HttpEdge.HIGH_WATER + 1L : 0;
  }

  @Override
  public void onDrained(Runnable action) {
    time.after(
        Duration.ofMillis(random.nextInt(3_000)),
        () -> {
          slow = false;
          if (!gone) {
            action.run();
          }
        });
  }

  @Override
  public void onGone(Runnable action) {
    if (gone) {
      action.run();
    } else if (!over) {
      onGone = action;
    }
  }

  @Override
  public void execute(Runnable action) {
    action.run();
  }
}
