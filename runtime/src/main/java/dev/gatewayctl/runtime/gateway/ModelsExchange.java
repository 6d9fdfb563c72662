package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.engine.Arrival;
import dev.gatewayctl.runtime.engine.Ending;
import dev.gatewayctl.runtime.engine.GovernedExchange;
import dev.gatewayctl.runtime.engine.RecordWriting;
import dev.gatewayctl.runtime.engine.Refusal;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.wire.OpenAiBody;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request for the list of models: those that the caller may ask for.
final class ModelsExchange {
  static final String PREFIX = "/v1/models/";

  private static final Refusal STRANGER =
      Refusal.of(401, "invalid_api_key", "no valid API key was given");

  private static final String OWNER = "gatewayctl";

  private final Services services;
  private final Policy policy;
  private final HttpService.Request request;
  private final HttpService.Responder responder;
  private final GovernedExchange governed;
  private final long begunNanos;

  ModelsExchange(
      Services services,
      Policy policy,
      HttpService.Request request,
      HttpService.Responder responder) {
    this.services = services;
    this.policy = policy;
    this.request = request;
    this.responder = responder;
    this.begunNanos = services.nanoTime().getAsLong();
    Instant now = services.clock().instant();
    this.governed =
        GovernedExchange.begin(
            policy.engine(),
            new Arrival(
                services.ids().next(now),
                now,
                Surface.MODELS,
                request.method(),
                request.path(),
                RequestFacts.headers(request.headers()),
                RequestFacts.address(request.remoteAddress())),
            Map.of());
    services.telemetry().began();
  }

  void run() {
    if (isStranger()) {
      refuse(STRANGER);
    } else if (!request.method().equals("GET")) {
      refuse(Refusal.of(405, "invalid_request", "this path is asked with GET"));
    } else {
      governed.connect().ifPresentOrElse(this::refuse, this::answer);
    }
  }

  /// Refuses before anything is read, for a reason of the transport.
  void refuseAtOnce(Refusal refusal) {
    refuse(isStranger() ? STRANGER : refusal);
  }

  private boolean isStranger() {
    Optional<Principal> principal =
        policy
            .authentication()
            .identify(request.headers(), request.remoteAddress(), governed.arrival().time());
    principal.ifPresent(governed::identified);
    return principal.isEmpty();
  }

  private void answer() {
    List<String> visible = governed.visibleModels();
    long created = governed.arrival().time().getEpochSecond();
    if (request.path().startsWith(PREFIX)) {
      String asked = request.path().substring(PREFIX.length());
      if (visible.contains(asked)) {
        respond(200, OpenAiBody.model(asked, created, OWNER));
      } else {
        refuse(Refusal.of(404, "model_not_found", "the model is not declared in the policy"));
      }
    } else {
      respond(200, OpenAiBody.models(visible, created, OWNER));
    }
  }

  private void respond(int status, byte[] body) {
    if (!record(status, Optional.empty())) {
      Refusal silent = Refusal.by("audit", 503, "overloaded", "the audit log cannot be written");
      responder.respond(
          silent.status(),
          AnswerHead.refusal(governed.arrival().id(), silent),
          AnswerHead.body(silent));
      return;
    }
    responder.respond(
        status,
        Headers.of(
            "content-type", "application/json", "x-gatewayctl-exchange", governed.arrival().id()),
        body);
  }

  private void refuse(Refusal refusal) {
    record(refusal.status(), Optional.of(refusal));
    responder.respond(
        refusal.status(),
        AnswerHead.refusal(governed.arrival().id(), refusal),
        AnswerHead.body(refusal));
  }

  /// Writes the record; false when nothing may be answered for want of evidence.
  private boolean record(int status, Optional<Refusal> refusal) {
    ExchangeRecord done =
        RecordWriting.settle(
            governed,
            new Ending(
                status,
                refusal.isPresent() ? "denied" : "complete",
                refusal,
                List.of(),
                Optional.empty(),
                services.clock().instant(),
                Duration.ofNanos(services.nanoTime().getAsLong() - begunNanos),
                Optional.empty(),
                RequestFacts.digest(request.body())));
    services.telemetry().ended(done);
    if (services.audit().isPresent()
        && services.audit().get().append(done) instanceof AuditLog.Appended.Failed failed) {
      services.auditFailed(done.id(), failed.reason());
      return !policy.engine().graph().audit().denyOnFailure();
    }
    return true;
  }
}
