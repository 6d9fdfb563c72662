package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.graph.ScriptNode;
import dev.gatewayctl.policy.graph.ScriptNode.Step;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import dev.gatewayctl.runtime.meter.TokenCounter;
import dev.gatewayctl.runtime.openai.ChatDialect;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The built-in provider: it answers what the policy scripts, as a vendor of the OpenAI protocol
/// would, and keeps what it received. For tours, tests and rehearsals of failures.
final class ScriptProvider implements Provider {
  /// How many received bodies are kept.
  static final int KEPT = 100;

  private static final int CLIENT_ERRORS = 400;

  /// The time that built answers carry: scripted answers are the same on every run.
  private static final long CREATED = 1_767_225_600;

  private final ScriptNode script;
  private final ScheduledExecutorService timer;
  private final ArrayDeque<byte[]> received = new ArrayDeque<>();
  private long answers;

  private ScriptProvider(ScriptNode script, ScheduledExecutorService timer) {
    this.script = script;
    this.timer = timer;
  }

  static ScriptProvider of(ScriptNode script, ScheduledExecutorService timer) {
    return new ScriptProvider(script, timer);
  }

  /// The last bodies received, oldest first.
  synchronized List<byte[]> received() {
    return List.copyOf(received);
  }

  @Override
  public Upstream.Call send(Outgoing outgoing, Upstream.Listener listener) {
    long number;
    synchronized (this) {
      if (received.size() == KEPT) {
        received.removeFirst();
      }
      received.addLast(outgoing.body());
      number = answers++;
    }
    Step step = script.steps().get((int) Math.min(number, script.steps().size() - 1));
    Playing playing = new Playing(step, parts(step, outgoing, number), outgoing, listener);
    playing.start();
    return playing;
  }

  /// The body in the parts in which it is sent.
  private static List<byte[]> parts(Step step, Outgoing outgoing, long number) {
    if (step.body().isPresent()) {
      return List.of(step.body().get().getBytes(StandardCharsets.UTF_8));
    }
    if (step.status() >= CLIENT_ERRORS) {
      String message = step.text().isEmpty() ? "scripted failure" : step.text();
      return List.of(OpenAiBody.error(step.status(), "scripted", message));
    }
    RequestBody request =
        ChatDialect.INSTANCE.request(outgoing.body(), RequestPath.PLAIN)
                instanceof RequestBody.Reading.Read read
            ? read.request()
            : null;
    String text = step.echo() && request != null ? request.lastUser() : step.text();
    Optional<Usage> usage =
        step.reportUsage() ? Optional.of(usage(step, request, text)) : Optional.empty();
    OpenAiBody.Answer answer =
        new OpenAiBody.Answer(
            "chatcmpl-script-" + number,
            CREATED,
            outgoing.model(),
            text,
            request == null ? 1 : Math.clamp(request.choices(), 1, 16),
            "stop",
            usage);
    boolean includeUsage = request != null && request.includeUsage();
    return outgoing.stream()
        ? OpenAiBody.events(answer, step.cuts(), includeUsage)
        : List.of(OpenAiBody.whole(answer));
  }

  private static Usage usage(Step step, @Nullable RequestBody request, String text) {
    long input =
        step.inputTokens().isPresent()
            ? step.inputTokens().getAsInt()
            : request == null ? 0 : TokenCounter.count(request.text());
    long output =
        step.outputTokens().isPresent() ? step.outputTokens().getAsInt() : TokenCounter.count(text);
    return new Usage(
        OptionalLong.of(input),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.of(output),
        OptionalLong.empty(),
        false);
  }

  /// One answer on its way.
  private final class Playing implements Upstream.Call {
    private final Step step;
    private final List<byte[]> parts;
    private final Outgoing outgoing;
    private final Upstream.Listener listener;
    private int next = -1;
    private boolean paused;
    private boolean waiting;
    private boolean over;

    Playing(Step step, List<byte[]> parts, Outgoing outgoing, Upstream.Listener listener) {
      this.step = step;
      this.parts = new ArrayList<>(parts);
      this.outgoing = outgoing;
      this.listener = listener;
    }

    void start() {
      Duration patience = outgoing.patience().answer();
      if (step.delay().compareTo(patience) > 0) {
        later(patience, this::timeOut);
      } else {
        later(step.delay(), this::advance);
      }
    }

    private void later(Duration wait, Runnable action) {
      try {
        var _ = timer.schedule(action, wait.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        over = true;
        listener.failed(
            new Upstream.Failure(Upstream.Failure.Kind.STOPPED, true, "the gateway stops"));
      }
    }

    private void timeOut() {
      synchronized (this) {
        if (over) {
          return;
        }
        over = true;
      }
      listener.failed(
          new Upstream.Failure(Upstream.Failure.Kind.TIMEOUT, true, "no answer in time"));
    }

    /// Tells the head, then one part after the other, then the end.
    private void advance() {
      int at;
      synchronized (this) {
        if (over) {
          return;
        }
        if (paused) {
          waiting = true;
          return;
        }
        at = next++;
        over = dies(at) || at == parts.size();
      }
      if (dies(at)) {
        listener.failed(
            new Upstream.Failure(Upstream.Failure.Kind.RESET, true, "the connection was lost"));
      } else if (at < 0) {
        listener.head(step.status(), head());
        later(Duration.ZERO, this::advance);
      } else if (at == parts.size()) {
        listener.end();
      } else {
        byte[] part = parts.get(at);
        listener.data(part, 0, part.length);
        later(at + 1 < parts.size() ? step.eventDelay() : Duration.ZERO, this::advance);
      }
    }

    private boolean dies(int at) {
      return step.dieAfterEvents().isPresent() && at == step.dieAfterEvents().getAsInt();
    }

    private Headers head() {
      boolean stream = outgoing.stream() && step.status() < CLIENT_ERRORS;
      Headers headers =
          Headers.of("content-type", stream ? "text/event-stream" : "application/json");
      step.retryAfter()
          .ifPresent(wait -> headers.add("retry-after", Long.toString(wait.toSeconds())));
      return headers;
    }

    @Override
    public synchronized void cancel() {
      over = true;
    }

    @Override
    public synchronized void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      boolean goOn;
      synchronized (this) {
        paused = false;
        goOn = waiting;
        waiting = false;
      }
      if (goOn) {
        later(Duration.ZERO, this::advance);
      }
    }
  }
}
