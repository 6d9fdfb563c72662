package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.anthropic.AnthropicBody;
import dev.gatewayctl.runtime.engine.Arrival;
import dev.gatewayctl.runtime.engine.Ending;
import dev.gatewayctl.runtime.engine.GovernedExchange;
import dev.gatewayctl.runtime.engine.RecordWriting;
import dev.gatewayctl.runtime.engine.Refusal;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.gemini.GeminiBody;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.surface.Surfaces;
import dev.gatewayctl.runtime.wire.Dialect;
import dev.gatewayctl.runtime.wire.RequestPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request for the list of models, or for one of them: those that the caller may ask for.
final class ModelsExchange implements Exchange {
  private static final Refusal STRANGER =
      Refusal.of(401, "invalid_api_key", "no valid API key was given");

  private static final String OWNER = "gatewayctl";

  private final Services services;
  private final Policy policy;
  private final HttpService.Request request;
  private final HttpService.Responder responder;
  private final GovernedExchange governed;
  private final long begunNanos;
  private final String asked;
  private final Shape shape;
  private boolean recorded;

  ModelsExchange(
      Services services,
      Policy policy,
      HttpService.Request request,
      HttpService.Responder responder,
      String asked) {
    this.services = services;
    this.policy = policy;
    this.request = request;
    this.responder = responder;
    this.asked = asked;
    this.shape = Shape.of(request);
    this.begunNanos = services.nanoTime().getAsLong();
    Instant now = services.clock().instant();
    this.governed =
        GovernedExchange.begin(
            policy.engine(),
            new Arrival(
                services.ids().next(now),
                now,
                spoken(shape),
                request.method(),
                request.path(),
                RequestFacts.headers(request.headers(), policy.engine()),
                RequestFacts.address(request.remoteAddress())),
            Map.of());
    services.telemetry().began();
  }

  /// The list is one surface; its shape is that of the protocol that the head shows.
  private static Spoken spoken(Shape shape) {
    return new Spoken(Surface.MODELS, shape.dialect(), "", RequestPath.PLAIN);
  }

  /// The shapes of the list.
  private enum Shape {
    OPENAI(Surface.CHAT),
    ANTHROPIC(Surface.MESSAGES),
    GEMINI(Surface.GEMINI);

    private final Surface surface;

    Shape(Surface surface) {
      this.surface = surface;
    }

    Dialect dialect() {
      return Surfaces.dialect(surface);
    }

    static Shape of(HttpService.Request request) {
      Headers head = request.headers();
      String query = request.query();
      if (head.first("anthropic-version") != null || head.first("x-api-key") != null) {
        return ANTHROPIC;
      }
      boolean google =
          head.first("x-goog-api-key") != null
              || request.path().startsWith("/v1beta/")
              || (query != null && Authentication.namesKey(query));
      return google ? GEMINI : OPENAI;
    }

    byte[] list(List<String> names, Instant created) {
      return switch (this) {
        case OPENAI -> OpenAiBody.models(names, created.getEpochSecond(), OWNER);
        case ANTHROPIC -> AnthropicBody.models(names, created);
        case GEMINI -> GeminiBody.models(names);
      };
    }

    byte[] one(String name, Instant created) {
      return switch (this) {
        case OPENAI -> OpenAiBody.model(name, created.getEpochSecond(), OWNER);
        case ANTHROPIC -> AnthropicBody.model(name, created);
        case GEMINI -> GeminiBody.model(name);
      };
    }
  }

  @Override
  public void run() {
    guarded(
        () -> {
          if (isStranger()) {
            refuse(STRANGER);
          } else {
            governed.connect().ifPresentOrElse(this::refuse, this::answer);
          }
        });
  }

  /// Refuses before anything is read, for a reason of the transport.
  @Override
  public void refuseAtOnce(Refusal refusal) {
    guarded(() -> refuse(isStranger() ? STRANGER : refusal));
  }

  /// Runs the exchange; a bug of ours ends it as a fault, with a record.
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable bug) {
      services.fault(governed.arrival().id(), bug);
      Refusal shown = Refusal.of(500, "internal_error", "a fault of the gateway");
      if (!recorded) {
        recorded = true;
        ExchangeRecord done =
            RecordWriting.withoutRules(governed, ending(shown.status(), "failed", shown));
        services.telemetry().ended(done);
        services.keep(done, policy);
      }
      tell(shown);
    }
  }

  private boolean isStranger() {
    Optional<Principal> principal = policy.authentication().identify(request, governed.arrival());
    principal.ifPresent(governed::identified);
    return principal.isEmpty();
  }

  private void answer() {
    List<String> visible = governed.visibleModels();
    Instant created = governed.arrival().time();
    if (!asked.isEmpty()) {
      if (visible.contains(asked)) {
        respond(200, shape.one(asked, created));
      } else {
        refuse(Refusal.of(404, "model_not_found", "the model is not declared in the policy"));
      }
    } else {
      respond(200, shape.list(visible, created));
    }
  }

  private void respond(int status, byte[] body) {
    if (record(RecordWriting.settle(governed, ending(status, "complete", null)))) {
      responder.respond(
          status,
          Headers.of(
              "content-type", "application/json", "x-gatewayctl-exchange", governed.arrival().id()),
          body);
    }
  }

  private void refuse(Refusal refusal) {
    if (record(RecordWriting.settle(governed, ending(refusal.status(), "denied", refusal)))) {
      tell(refusal);
    }
  }

  private void tell(Refusal refusal) {
    Dialect.ErrorAnswer shaped =
        AnswerHead.refusal(governed.arrival().dialect(), governed.arrival().id(), refusal);
    responder.respond(shaped.status(), shaped.head(), shaped.body());
  }

  private Ending ending(int status, String outcome, @Nullable Refusal refusal) {
    return new Ending(
        status,
        outcome,
        Optional.ofNullable(refusal),
        List.of(),
        Optional.empty(),
        services.clock().instant(),
        Duration.ofNanos(services.nanoTime().getAsLong() - begunNanos),
        Optional.empty(),
        RequestFacts.digest(request.body()));
  }

  /// Writes the record; false when for want of evidence the caller was told something else.
  private boolean record(ExchangeRecord done) {
    recorded = true;
    if (services.keep(done, policy)) {
      services.telemetry().ended(done);
      return true;
    }
    Refusal silent = CallExchange.NO_EVIDENCE;
    services
        .telemetry()
        .ended(RecordWriting.withoutRules(governed, ending(silent.status(), "denied", silent)));
    tell(silent);
    return false;
  }
}
