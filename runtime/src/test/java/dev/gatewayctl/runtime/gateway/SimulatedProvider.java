package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;

/// A provider that answers as providers do on a bad day: late, never, with errors, cut, without
/// usage, without an end; and whose connection fails in every way, at once too.
final class SimulatedProvider implements Upstream {
  private static final Headers JSON = Headers.of("content-type", "application/json");
  private static final Headers EVENTS = Headers.of("content-type", "text/event-stream");
  private static final String TEXT = "write to jane@example.org or not, ";

  private final SimulatedTime time;
  private final Random random;
  private final boolean stream;
  private int calls;

  /// @param stream whether its answers come as streams
  SimulatedProvider(SimulatedTime time, Random random, boolean stream) {
    this.time = time;
    this.random = random;
    this.stream = stream;
  }

  int calls() {
    return calls;
  }

  @Override
  public Call send(Request request, Listener listener) {
    calls++;
    Answering answering = new Answering(listener);
    switch (random.nextInt(14)) {
      case 0 -> answering.fails(Failure.Kind.CONNECT);
      case 1 -> answering.fails(Failure.Kind.TLS);
      case 2 -> answering.fails(Failure.Kind.TIMEOUT);
      case 3 -> answering.says(429, error(), retryAfter());
      case 4 -> answering.says(503, error(), JSON);
      case 5 -> answering.says(400, error(), JSON);
      case 6 -> answering.says(500, "<html>broken</html>", Headers.of("content-type", "text/html"));
      case 7 -> listener.failed(new Failure(Failure.Kind.CONNECT, false, "at once"));
      case 8 -> answering.says(200, "", stream ? EVENTS : JSON);
      case 9 -> throw new IllegalStateException("a bug in making a call");
      default -> answering.answers();
    }
    answering.go();
    return answering;
  }

  private Headers retryAfter() {
    return random.nextBoolean()
        ? JSON
        : Headers.of(
            "content-type",
            "application/json",
            "retry-after",
            Integer.toString(random.nextInt(20)));
  }

  private static String error() {
    return "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,\"code\":\"x\"}}";
  }

  /// One answer, as a row of steps.
  private final class Answering implements Call {
    private final Listener listener;
    private final ArrayDeque<Runnable> steps = new ArrayDeque<>();
    private boolean cancelled;
    private boolean paused;
    private boolean waiting;

    Answering(Listener listener) {
      this.listener = listener;
    }

    void fails(Failure.Kind kind) {
      steps.add(() -> listener.failed(new Failure(kind, false, "simulated")));
    }

    void says(int status, String body, Headers headers) {
      steps.add(() -> listener.head(status, headers));
      data(body);
      steps.add(listener::end);
    }

    /// An answer that is well begun, and may be cut anywhere.
    void answers() {
      String usage =
          random.nextInt(3) == 0
              ? ""
              : "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}";
      String said = TEXT.repeat(1 + random.nextInt(5)) + (random.nextInt(4) == 0 ? IBAN : "");
      steps.add(() -> listener.head(200, stream ? EVENTS : JSON));
      if (stream) {
        events(said, usage);
      } else {
        data(
            "{\"id\":\"c\",\"model\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                + "\"assistant\",\"content\":\""
                + said
                + "\"},\"finish_reason\":\"stop\"}]"
                + (usage.isEmpty() ? "" : "," + usage)
                + "}");
      }
      if (random.nextInt(5) == 0) {
        while (steps.size() > 1 && random.nextInt(3) > 0) {
          steps.removeLast();
        }
        fails(Failure.Kind.RESET);
      } else {
        steps.add(listener::end);
      }
    }

    private void events(String said, String usage) {
      for (int at = 0; at < said.length(); ) {
        int to = Math.min(said.length(), at + 1 + random.nextInt(12));
        data(
            "data:"
                + " {\"id\":\"c\",\"model\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                + said.substring(at, to)
                + "\"}}]}\n\n");
        at = to;
      }
      data(
          "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
              + "\n\n");
      if (!usage.isEmpty()) {
        data("data: {\"id\":\"c\",\"choices\":[]," + usage + "}\n\n");
      }
      if (random.nextInt(8) > 0) {
        data("data: [DONE]\n\n");
      }
    }

    /// Bytes in one piece or two.
    private void data(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length == 0) {
        return;
      }
      int cut = random.nextInt(bytes.length);
      for (byte[] part :
          new byte[][] {
            Arrays.copyOfRange(bytes, 0, cut), Arrays.copyOfRange(bytes, cut, bytes.length)
          }) {
        if (part.length > 0) {
          steps.add(() -> listener.data(part, 0, part.length));
        }
      }
    }

    void go() {
      time.after(
          Duration.ofMillis(random.nextInt(random.nextInt(10) == 0 ? 8_000 : 200)), this::step);
    }

    private void step() {
      if (cancelled || steps.isEmpty()) {
        return;
      }
      if (paused) {
        waiting = true;
        return;
      }
      steps.removeFirst().run();
      go();
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
      if (waiting) {
        waiting = false;
        go();
      }
    }
  }

  private static final String IBAN = "pay DE89 3704 0044 0532 0130 00 now";
}
