package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.engine.Arrival;
import dev.gatewayctl.runtime.engine.Candidate;
import dev.gatewayctl.runtime.engine.Ending;
import dev.gatewayctl.runtime.engine.GovernedAnswer;
import dev.gatewayctl.runtime.engine.GovernedExchange;
import dev.gatewayctl.runtime.engine.RecordWriting;
import dev.gatewayctl.runtime.engine.Refusal;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpEdge;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.http.Upstream;
import dev.gatewayctl.runtime.mcp.McpHead;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.upstream.Dispatch;
import dev.gatewayctl.runtime.upstream.Errand;
import dev.gatewayctl.runtime.upstream.Passage;
import dev.gatewayctl.runtime.upstream.Sending;
import dev.gatewayctl.runtime.wire.Dialect;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One live exchange with a model, on any surface: from the parsed request to the one record that
/// is kept of it. Everything after the decisions happens in callbacks, one at a time under this
/// object's lock.
final class CallExchange implements Exchange, Dispatch.Receiver {
  static final Refusal NO_EVIDENCE =
      Refusal.by("audit", 503, "overloaded", "the audit log cannot be written");

  private static final int OK = 200;

  /// More than so much after the end of a stream breaks it off.
  private static final int MOST_TAIL_BYTES = 64 << 20;

  private final Services services;
  private final Policy policy;
  private final HttpService.Request request;
  private final HttpService.Responder responder;
  private final GovernedExchange governed;
  private final long begunNanos;

  private @Nullable Sending dispatch;
  private @Nullable GovernedAnswer answer;
  private Optional<Duration> firstToken = Optional.empty();
  private Headers answerHead = Headers.empty();
  private int answerStatus = OK;
  private boolean headSent;

  /// The end of a stream, from its `[DONE]` on.
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();

  private boolean settled;
  private boolean recorded;

  CallExchange(
      Services services,
      Policy policy,
      HttpService.Request request,
      HttpService.Responder responder,
      Spoken spoken) {
    this.services = services;
    this.policy = policy;
    this.request = request;
    this.responder = responder;
    this.begunNanos = services.nanoTime().getAsLong();
    Instant now = services.clock().instant();
    Arrival arrival =
        new Arrival(
            services.ids().next(now),
            now,
            spoken,
            request.method(),
            request.path(),
            RequestFacts.headers(request.headers(), policy.engine()),
            RequestFacts.address(request.remoteAddress()));
    this.governed = GovernedExchange.begin(policy.engine(), arrival, Map.of());
    services.telemetry().began();
  }

  /// The walk of an exchange.
  @Override
  public synchronized void run() {
    try {
      Optional<Refusal> refusal =
          unauthenticated()
              .or(governed::connect)
              .or(this::unsupported)
              .or(() -> governed.read(request.body()))
              .or(governed::request)
              .or(governed::targets)
              .or(this::unauditable)
              .or(() -> governed.limits(services.limits()));
      if (refusal.isPresent()) {
        refuse(refusal.get());
      } else {
        send();
      }
    } catch (Throwable bug) {
      fault(bug);
    }
  }

  /// Refuses before anything is read, for a reason of the transport.
  @Override
  public synchronized void refuseAtOnce(Refusal refusal) {
    guarded(() -> refuse(unauthenticated().orElse(refusal)));
  }

  private Optional<Refusal> unauthenticated() {
    Optional<Principal> principal = policy.authentication().identify(request, governed.arrival());
    principal.ifPresent(governed::identified);
    return principal.isPresent()
        ? Optional.empty()
        : Optional.of(Refusal.of(401, "invalid_api_key", "no valid API key was given"));
  }

  private Optional<Refusal> unsupported() {
    String encoding = request.headers().first("content-encoding");
    return encoding == null || encoding.equalsIgnoreCase("identity")
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                415, "invalid_request", "a request body with a content-encoding is not read"));
  }

  /// Without evidence nothing is sent, unless the policy says otherwise.
  private Optional<Refusal> unauditable() {
    boolean broken = services.audit().flatMap(AuditLog::failure).isPresent();
    return broken && policy.engine().graph().audit().denyOnFailure()
        ? Optional.of(NO_EVIDENCE)
        : Optional.empty();
  }

  private void send() {
    ModelNode model = governed.model().orElseThrow();
    boolean stream = governed.body().orElseThrow().stream();
    responder.onGone(this::gone);
    if (settled) {
      // The caller went away while the request was decided: nothing is sent for nobody.
      return;
    }
    Sending made = governed.isUnmodelled() ? passage(model) : dispatch(model, stream);
    dispatch = made;
    made.start();
  }

  private Sending dispatch(ModelNode model, boolean stream) {
    return Dispatch.of(
        policy.providers(),
        model,
        governed.candidates(),
        governed::leaving,
        call(Errand.Call.of(governed.arrival().spoken(), query()), request.headers(), stream));
  }

  /// To the provider that serves the surface.
  private Sending passage(ModelNode served) {
    Spoken spoken = governed.arrival().spoken();
    Candidate to = governed.candidates().getFirst();
    byte[] leaves = governed.leaving(to).body();
    Errand errand =
        new Errand.Pass(spoken.surface(), request.method(), spoken.path().method(), query());
    boolean unread = spoken.surface() != Surface.MCP;
    boolean asItCame = governed.maskedSoFar().isEmpty();
    Headers head = asItCame ? request.headers() : McpHead.masked(request.headers());
    return Passage.of(policy.providers(), served, to, leaves, call(errand, head, unread));
  }

  private Dispatch.Call call(Errand errand, Headers headers, boolean stream) {
    return new Dispatch.Call(
        errand, headers, stream, this, services.timer(), services.nanoTime(), this);
  }

  private String query() {
    String query = request.query();
    return query == null ? "" : query;
  }

  @Override
  public void whole(Candidate from, int status, Headers headers, byte[] body) {
    guarded(
        () -> {
          GovernedAnswer governedAnswer = GovernedAnswer.of(governed, from, status);
          answer = governedAnswer;
          Optional<byte[]> out = governedAnswer.whole(body);
          if (out.isEmpty()) {
            refuse(governedAnswer.refusal().orElseThrow());
            return;
          }
          Headers head = AnswerHead.relayed(headers);
          if (governedAnswer.replaced()) {
            head.set("content-type", "application/json");
          }
          ExchangeRecord done =
              settle(status, failed(status) ? "upstream_failed" : "complete", Optional.empty());
          if (record(done)) {
            explain(head, done);
            responder.respond(status, head, out.get());
          }
        });
  }

  @Override
  public void begin(Candidate from, int status, Headers headers) {
    guarded(
        () -> {
          GovernedAnswer governedAnswer = GovernedAnswer.of(governed, from, status);
          answer = governedAnswer;
          answerStatus = status;
          governedAnswer.begin();
          firstToken = Optional.of(elapsed());
          answerHead = AnswerHead.relayed(headers);
          if (!governedAnswer.holdsBack()) {
            sendHead();
          }
        });
  }

  private static boolean failed(int status) {
    return status == 429 || status >= 500;
  }

  private void sendHead() {
    headSent = true;
    Headers head = answerHead;
    head.set("x-gatewayctl-exchange", governed.arrival().id());
    if (policy.engine().graph().server().explainHeaders()) {
      AnswerHead.explainStream(head, governed.appliedRules(), governed.maskedSoFar());
    }
    responder.begin(answerStatus, head);
  }

  @Override
  public void data(byte[] bytes, int from, int to) {
    guarded(
        () -> {
          GovernedAnswer running = running();
          byte[] out = running.feed(bytes, from, to);
          if (running.complete() && headSent) {
            tail.writeBytes(out);
          } else {
            write(out);
          }
          if (running.failure().isPresent() || tail.size() > MOST_TAIL_BYTES) {
            breakOff();
          } else if (running.refusal().isPresent() && !running.holdsBack()) {
            cancel();
            running.broken();
            close(running);
          }
        });
  }

  private void write(byte[] out) {
    if (out.length > 0) {
      responder.write(out, 0, out.length);
      Sending running = dispatch;
      if (running != null && responder.pendingBytes() > HttpEdge.HIGH_WATER) {
        running.pause();
        responder.onDrained(running::resume);
      }
    }
  }

  @Override
  public void end() {
    guarded(
        () -> {
          GovernedAnswer running = running();
          byte[] rest = running.finish();
          if (!headSent) {
            endHeld(running, rest);
            return;
          }
          tail.writeBytes(rest);
          if (running.refusal().isPresent() || responder.pendingBytes() == 0) {
            close(running);
          } else {
            // `complete` is said of an answer that the caller took.
            responder.onDrained(() -> guarded(() -> close(running)));
          }
        });
  }

  /// Ends a stream: its last bytes wait for its record. A provider that ended without its end mark
  /// was cut, and nothing makes that up: the caller's connection is cut as well, unless the events
  /// themselves say that they are all.
  private void close(GovernedAnswer running) {
    boolean denied = running.refusal().isPresent();
    boolean good = running.complete() && !failed(answerStatus);
    String outcome = denied ? "denied" : good ? "complete" : "upstream_failed";
    boolean kept = record(settle(answerStatus, outcome, running.refusal()));
    if (!kept) {
      responder.abort();
      return;
    }
    responder.write(tail.toByteArray(), 0, tail.size());
    if (running.complete() || running.closesItself()) {
      responder.end();
    } else {
      responder.abort();
    }
  }

  private void endHeld(GovernedAnswer running, byte[] rest) {
    if (running.refusal().isPresent()) {
      refuse(running.refusal().get());
      return;
    }
    if (!running.complete() || running.failure().isPresent()) {
      fail(502, "upstream_error", "the provider's answer broke off");
      return;
    }
    ExchangeRecord done = settle(OK, "complete", Optional.empty());
    if (record(done)) {
      sendHead();
      write(rest);
      responder.end();
    }
  }

  private GovernedAnswer running() {
    if (answer == null) {
      throw new IllegalStateException("an event before the head");
    }
    return answer;
  }

  @Override
  public void broken(Upstream.Failure failure) {
    guarded(this::breakOff);
  }

  /// The stream broke off: the caller's connection is cut, so that it never looks complete.
  private void breakOff() {
    GovernedAnswer running = running();
    running.broken();
    cancel();
    if (headSent && running.complete() && running.failure().isEmpty()) {
      // All of it was there; only the connection did not end as it should.
      close(running);
    } else if (headSent) {
      record(settle(answerStatus, "upstream_failed", Optional.empty()));
      responder.abort();
    } else {
      fail(502, "upstream_error", "the provider's answer broke off");
    }
  }

  @Override
  public void unanswered(Candidate last, Upstream.Failure failure) {
    guarded(
        () -> {
          boolean late = failure.kind() == Upstream.Failure.Kind.TIMEOUT;
          fail(
              late ? 504 : 502,
              late ? "upstream_timeout" : "upstream_error",
              late ? "no provider answered in time" : "no provider could be reached");
        });
  }

  /// A failure that is not the policy's doing.
  private void fail(int status, String code, String message) {
    Refusal shown = Refusal.of(status, code, message);
    if (record(settle(status, "upstream_failed", Optional.of(shown)))) {
      respond(shown);
    }
  }

  private void gone() {
    guarded(
        () -> {
          cancel();
          if (answer != null) {
            answer.broken();
          }
          record(settle(headSent ? answerStatus : 0, "client_gone", Optional.empty()));
        });
  }

  private void cancel() {
    if (dispatch != null) {
      dispatch.cancel();
    }
  }

  private void refuse(Refusal refusal) {
    cancel();
    boolean upstreamFault = refusal.status() >= 500 && refusal.code().startsWith("upstream_");
    int told = shaped(refusal).status();
    ExchangeRecord done =
        settle(told, upstreamFault ? "upstream_failed" : "denied", Optional.of(refusal));
    if (record(done)) {
      respond(refusal);
    }
  }

  private void respond(Refusal refusal) {
    Dialect.ErrorAnswer shaped = shaped(refusal);
    responder.respond(shaped.status(), shaped.head(), shaped.body());
  }

  private Dialect.ErrorAnswer shaped(Refusal refusal) {
    return AnswerHead.refusal(governed.arrival().dialect(), governed.arrival().id(), refusal);
  }

  /// Runs a callback; nothing is heard after the end, and a bug of ours ends this exchange only.
  private synchronized void guarded(Runnable step) {
    if (settled) {
      return;
    }
    try {
      step.run();
    } catch (Throwable bug) {
      fault(bug);
    }
  }

  @Override
  public void fault(Throwable bug) {
    settled = true;
    services.fault(governed.arrival().id(), bug);
    cancel();
    Refusal shown = Refusal.of(500, "internal_error", "a fault of the gateway");
    if (!recorded) {
      recorded = true;
      Ending ending =
          ending(headSent ? answerStatus : shown.status(), "failed", Optional.of(shown));
      ExchangeRecord done = RecordWriting.withoutRules(governed, ending);
      services.telemetry().ended(done);
      services.keep(done, policy);
    }
    if (headSent) {
      responder.abort();
    } else {
      respond(shown);
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(services.nanoTime().getAsLong() - begunNanos);
  }

  private ExchangeRecord settle(int status, String outcome, Optional<Refusal> refusal) {
    settled = true;
    return RecordWriting.settle(governed, ending(status, outcome, refusal));
  }

  private Ending ending(int status, String outcome, Optional<Refusal> refusal) {
    return new Ending(
        status,
        outcome,
        refusal,
        dispatch == null ? List.of() : dispatch.attempts(),
        Optional.ofNullable(answer),
        services.clock().instant(),
        elapsed(),
        firstToken,
        services.audit().isPresent() ? RequestFacts.digest(request.body()) : Optional.empty());
  }

  /// Writes the record; false when the caller must not get an answer for want of evidence: then it
  /// is counted as what the caller saw.
  private boolean record(ExchangeRecord done) {
    recorded = true;
    if (services.keep(done, policy)) {
      services.telemetry().ended(done);
      return true;
    }
    if (done.outcome().equals("client_gone")) {
      services.telemetry().ended(done);
      return false;
    }
    Ending unkept =
        ending(headSent ? answerStatus : NO_EVIDENCE.status(), "denied", Optional.of(NO_EVIDENCE));
    services.telemetry().ended(RecordWriting.withoutRules(governed, unkept));
    if (!headSent) {
      respond(NO_EVIDENCE);
    }
    return false;
  }

  private void explain(Headers head, ExchangeRecord done) {
    head.set("x-gatewayctl-exchange", done.id());
    if (policy.engine().graph().server().explainHeaders()) {
      AnswerHead.explain(head, done);
    }
  }
}
