package dev.gatewayctl.runtime.upstream;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.runtime.conversation.AnswerEvent;
import dev.gatewayctl.runtime.engine.Candidate;
import dev.gatewayctl.runtime.engine.Leaving;
import dev.gatewayctl.runtime.exchange.Attempt;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.Upstream;
import dev.gatewayctl.runtime.surface.Surfaces;
import dev.gatewayctl.runtime.translation.TranslatedAnswer;
import dev.gatewayctl.runtime.wire.Framing;
import dev.gatewayctl.runtime.wire.SseReader;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Sends one exchange to its candidates until one of them answers: retries and fallbacks happen
/// here, and only while the caller has seen nothing. A whole answer is held until it is complete, a
/// stream until its first event; from then on the answer is told to its [Receiver] as it comes.
///
/// Every callback runs under [#lock], so an exchange is never told two things at once.
public final class Dispatch implements Sending {
  /// The longest whole answer that is held.
  public static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int CLIENT_ERRORS = 400;

  private final Providers providers;
  private final ModelNode model;
  private final AttemptPlan plan;
  private final Function<Candidate, Leaving> leaving;
  private final Call call;
  private final List<Attempt> over = new ArrayList<>();
  private final Object lock;

  private Upstream.@Nullable Call running;

  /// The next attempt, while it is waited for.
  private @Nullable ScheduledFuture<?> waiting;

  private @Nullable Try current;
  private @Nullable LastAnswer lastAnswer;
  private boolean done;

  /// What is the same for every attempt of an exchange.
  ///
  /// @param errand what the caller asks, for providers that take it as it is
  /// @param lock held while the receiver is told something
  public record Call(
      Errand errand,
      Headers callerHeaders,
      boolean stream,
      Receiver receiver,
      ScheduledExecutorService timer,
      java.util.function.LongSupplier nanoTime,
      Object lock) {}

  /// Who is told the answer.
  public interface Receiver {
    /// The answer as a whole: a success, a status that is not retried, or the last provider's
    /// error.
    void whole(Candidate from, int status, Headers headers, byte[] body);

    /// An answer that comes event by event; its first bytes follow at once.
    void begin(Candidate from, int status, Headers headers);

    /// Bytes of it, valid until this returns.
    void data(byte[] bytes, int from, int to);

    /// The stream is complete.
    void end();

    /// The stream broke off.
    void broken(Upstream.Failure failure);

    /// No provider gave any answer.
    void unanswered(Candidate last, Upstream.Failure failure);

    /// A bug of ours kept the next attempt from being made; nothing else is told.
    void fault(Throwable bug);
  }

  /// An error that a provider answered, kept in case nobody answers better.
  private static final class LastAnswer {
    private final Candidate from;
    private final int status;
    private final Headers headers;
    private final byte[] body;
    private final boolean stream;

    LastAnswer(Try heard, byte[] body) {
      this.from = heard.candidate;
      this.status = heard.status;
      this.headers = heard.headers;
      this.body = body;
      this.stream = heard.streams();
    }
  }

  private Dispatch(
      Providers providers,
      ModelNode model,
      List<Candidate> candidates,
      Function<Candidate, Leaving> leaving,
      Call call) {
    this.providers = providers;
    this.model = model;
    this.plan = new AttemptPlan(candidates, model.attempts(), model.retryOn());
    this.leaving = leaving;
    this.call = call;
    this.lock = call.lock();
  }

  /// Ready to begin with the first candidate.
  ///
  /// @param leaving what leaves for a candidate, asked anew for each attempt
  public static Dispatch of(
      Providers providers,
      ModelNode model,
      List<Candidate> candidates,
      Function<Candidate, Leaving> leaving,
      Call call) {
    return new Dispatch(providers, model, candidates, leaving, call);
  }

  @Override
  public void start() {
    synchronized (lock) {
      attempt();
    }
  }

  @Override
  public List<Attempt> attempts() {
    synchronized (lock) {
      List<Attempt> all = new ArrayList<>(over);
      if (current != null && !current.over) {
        all.add(current.attempt());
      }
      return all;
    }
  }

  @Override
  public void cancel() {
    synchronized (lock) {
      done = true;
      if (running != null) {
        running.cancel();
      }
      if (waiting != null) {
        waiting.cancel(false);
        waiting = null;
      }
      if (current != null) {
        current.stopWaiting();
      }
    }
  }

  @Override
  public void pause() {
    synchronized (lock) {
      if (running != null) {
        running.pause();
      }
    }
  }

  @Override
  public void resume() {
    synchronized (lock) {
      if (running != null) {
        running.resume();
      }
    }
  }

  /// The next attempt; what goes wrong in making it ends the exchange, never just this thread.
  private void attempt() {
    try {
      send();
    } catch (Throwable bug) {
      done = true;
      call.receiver().fault(bug);
    }
  }

  private void send() {
    Candidate candidate = plan.current();
    Upstream.Patience patience =
        new Upstream.Patience(CONNECT, model.timeout(), model.idleTimeout(), !call.stream());
    Leaving leaves = leaving.apply(candidate);
    Provider.Outgoing outgoing =
        new Provider.Outgoing(
            leaves.answer().isPresent() ? new Errand.Conversation() : call.errand(),
            candidate.target().model(),
            leaves.body(),
            call.callerHeaders(),
            call.stream(),
            patience);
    Try made = new Try(candidate, leaves.answer());
    current = made;
    running = null;
    Upstream.Listener heard =
        leaves
            .answer()
            .<Upstream.Listener>map(answer -> new Translating(answer, made))
            .orElse(made);
    Upstream.Call sent = providers.of(candidate.provider().name()).send(outgoing, heard);
    if (done || made.givenUp) {
      sent.cancel();
    } else if (made.equals(current)) {
      // Otherwise it failed before it was sent, and the next one runs already.
      running = sent;
    }
  }

  /// Goes on after a failure that the policy retries; false when nothing is left to try.
  private boolean next(Candidate candidate, Optional<Duration> retryAfter) {
    Optional<AttemptPlan.Next> next = plan.after(retryAfter);
    next.ifPresent(planned -> follow(candidate, planned));
    return next.isPresent();
  }

  private void follow(Candidate candidate, AttemptPlan.Next next) {
    Duration wait = next.pause();
    if (wait.isZero()) {
      attempt();
    } else {
      running = null;
      try {
        waiting = call.timer().schedule(this::attemptLater, wait.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // Only while the gateway stops: the exchange ends as unanswered.
        done = true;
        call.receiver()
            .unanswered(
                candidate,
                new Upstream.Failure(Upstream.Failure.Kind.STOPPED, false, "the gateway stops"));
      }
    }
  }

  private void tell(LastAnswer last) {
    if (last.stream) {
      call.receiver().begin(last.from, last.status, last.headers);
      call.receiver().data(last.body, 0, last.body.length);
      call.receiver().end();
    } else {
      call.receiver().whole(last.from, last.status, last.headers, last.body);
    }
  }

  private void attemptLater() {
    synchronized (lock) {
      waiting = null;
      if (!done) {
        attempt();
      }
    }
  }

  /// Hears one attempt.
  private final class Try implements Upstream.Listener {
    private final Candidate candidate;
    private final long startedNanos = call.nanoTime().getAsLong();
    private int status;
    private Headers headers = Headers.empty();
    private boolean committed;
    private boolean over;
    private boolean givenUp;
    private final Optional<TranslatedAnswer> translated;
    private @Nullable FirstEvent first;
    private @Nullable ScheduledFuture<?> deadline;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    Try(Candidate candidate, Optional<TranslatedAnswer> translated) {
      this.candidate = candidate;
      this.translated = translated;
    }

    private Attempt attempt() {
      long millis = (call.nanoTime().getAsLong() - startedNanos) / 1_000_000;
      return new Attempt(candidate.id(), status, millis, Usage.UNKNOWN, OptionalLong.empty());
    }

    private void close() {
      over = true;
      stopWaiting();
      Dispatch.this.over.add(attempt());
    }

    @Override
    public void head(int newStatus, Headers newHeaders) {
      synchronized (lock) {
        status = newStatus;
        headers = newHeaders;
      }
    }

    private boolean streams() {
      // Without `alt=sse` Google streams the items of one JSON array.
      boolean items =
          call.errand() instanceof Errand.Call asked && asked.surface() == Surface.GEMINI_STREAM;
      return status < CLIENT_ERRORS && (items || Streams.isOne(headers.first("content-type")));
    }

    /// Looks for the first event in what the caller would get.
    private FirstEvent first() {
      FirstEvent known = first;
      if (known == null) {
        known = new FirstEvent(framing());
        first = known;
      }
      return known;
    }

    private Framing framing() {
      return call.errand() instanceof Errand.Call asked
          ? Surfaces.dialect(asked.surface()).stream(new StreamDialect.Settings(false, false, 1))
              .framing()
          : new SseReader();
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
      synchronized (lock) {
        if (done || over) {
          return;
        }
        if (committed) {
          call.receiver().data(bytes, from, to);
        } else if (streams()) {
          String encoding = headers.first("content-encoding");
          if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            giveUp(protocol("the answer is compressed although that was not asked for"));
            return;
          }
          held.write(bytes, from, to - from);
          switch (first().feed(bytes, from, to)) {
            case NOTHING -> waitForEvent();
            case EVENT -> commit();
            case ERROR -> firstIsError();
          }
        } else if (held.size() + (to - from) > MAX_ANSWER_BYTES) {
          giveUp(protocol("the answer is longer than " + MAX_ANSWER_BYTES + " bytes"));
        } else {
          held.write(bytes, from, to - from);
        }
      }
    }

    private static Upstream.Failure protocol(String why) {
      return new Upstream.Failure(Upstream.Failure.Kind.PROTOCOL, true, why);
    }

    private void giveUp(Upstream.Failure failure) {
      close();
      drop();
      fail(failure);
    }

    private void drop() {
      givenUp = true;
      if (running != null) {
        running.cancel();
      }
    }

    /// From now on the caller hears this attempt and no other.
    private void commit() {
      committed = true;
      stopWaiting();
      byte[] soFar = held.toByteArray();
      held.reset();
      call.receiver().begin(candidate, status, headers);
      call.receiver().data(soFar, 0, soFar.length);
    }

    /// The first event says that the attempt failed: the next one is made if there is one.
    private void firstIsError() {
      Optional<AttemptPlan.Next> next =
          plan.covers(Integer.toString(firstStatus()))
              ? plan.after(RetryAfter.of(headers))
              : Optional.empty();
      if (next.isEmpty()) {
        commit();
        return;
      }
      close();
      lastAnswer = new LastAnswer(this, held.toByteArray());
      drop();
      follow(candidate, next.get());
    }

    private int firstStatus() {
      return translated
          .flatMap(TranslatedAnswer::failure)
          .map(AnswerEvent.ProviderError::status)
          .orElseGet(() -> first().status());
    }

    /// The provider's first bytes came and are no event: the time for the first event runs on.
    private void waitForEvent() {
      if (deadline != null) {
        return;
      }
      long passed = call.nanoTime().getAsLong() - startedNanos;
      long left = Math.max(0, model.timeout().toNanos() - passed);
      try {
        deadline = call.timer().schedule(this::late, left, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        giveUp(new Upstream.Failure(Upstream.Failure.Kind.STOPPED, true, "the gateway stops"));
      }
    }

    private void late() {
      synchronized (lock) {
        if (!done && !over && !committed) {
          giveUp(
              new Upstream.Failure(Upstream.Failure.Kind.TIMEOUT, true, "no event came in time"));
        }
      }
    }

    private void stopWaiting() {
      if (deadline != null) {
        deadline.cancel(false);
        deadline = null;
      }
    }

    @Override
    public void end() {
      synchronized (lock) {
        if (done || over) {
          return;
        }
        close();
        if (committed) {
          done = true;
          call.receiver().end();
          return;
        }
        if (streams()) {
          fail(
              new Upstream.Failure(
                  Upstream.Failure.Kind.RESET, true, "the stream ended before its first event"));
          return;
        }
        byte[] body = held.toByteArray();
        String encoding = headers.first("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
          fail(
              new Upstream.Failure(
                  Upstream.Failure.Kind.PROTOCOL,
                  true,
                  "the answer is compressed although that was not asked for"));
          return;
        }
        if (plan.covers(Integer.toString(status))) {
          lastAnswer = new LastAnswer(this, body);
          if (next(candidate, RetryAfter.of(headers))) {
            return;
          }
        }
        done = true;
        call.receiver().whole(candidate, status, headers, body);
      }
    }

    @Override
    public void failed(Upstream.Failure failure) {
      synchronized (lock) {
        if (done || over) {
          return;
        }
        close();
        // An answer that cannot be translated still comes; nobody listens any more.
        drop();
        fail(failure);
      }
    }

    private void fail(Upstream.Failure failure) {
      if (committed) {
        done = true;
        call.receiver().broken(failure);
        return;
      }
      String name =
          switch (failure.kind()) {
            case CONNECT, TLS, RESET -> "connect";
            case TIMEOUT -> "timeout";
            case PROTOCOL, STOPPED -> "protocol";
          };
      if (plan.covers(name) && next(candidate, Optional.empty())) {
        return;
      }
      done = true;
      LastAnswer last = lastAnswer;
      if (last != null) {
        tell(last);
      } else {
        call.receiver().unanswered(candidate, failure);
      }
    }
  }
}
