package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// The main listener: finds the surface of a request and hands it on. The steps of an exchange are
/// in [ChatExchange#run].
final class ExchangeHandler implements HttpService, AutoCloseable {
  private static final String CHAT = "/v1/chat/completions";

  /// A longer body is decided away from the reactor's threads.
  static final int OFFLOAD_BYTES = 64 << 10;

  /// How many such bodies are decided at a time; one more is answered 503.
  static final int MOST_OFFLOADED = 64;

  private final Services services;
  private final Supplier<Policy> policy;
  private final Health health;
  private final ExecutorService slow = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(MOST_OFFLOADED);

  ExchangeHandler(Services services, Supplier<Policy> policy, Health health) {
    this.services = services;
    this.policy = policy;
    this.health = health;
  }

  @Override
  public void handle(Request request, Responder responder) {
    String path = request.path();
    switch (path) {
      case "/healthz" -> health.alive(responder);
      case "/readyz" -> health.ready(responder);
      default -> {
        if (health.isStarting()) {
          starting(responder);
        } else if (path.equals(CHAT)) {
          chat(request, responder);
        } else if (isModels(path)) {
          models(request, responder);
        } else {
          unknownPath(responder);
        }
      }
    }
  }

  private static boolean isModels(String path) {
    return path.equals("/v1/models") || path.startsWith(ModelsExchange.PREFIX);
  }

  private void chat(Request request, Responder responder) {
    ChatExchange exchange =
        new ChatExchange(services, policy.get(), request, responder, Surface.CHAT);
    if (!request.method().equals("POST")) {
      exchange.refuseAtOnce(refusal(405, "invalid_request", "this path is asked with POST"));
    } else if (request.body().length <= OFFLOAD_BYTES) {
      exchange.run();
    } else if (places.tryAcquire()) {
      try {
        slow.execute(
            () -> {
              try {
                exchange.run();
              } finally {
                places.release();
              }
            });
      } catch (RejectedExecutionException stopping) {
        places.release();
        exchange.refuseAtOnce(refusal(503, "overloaded", "the gateway stops"));
      }
    } else {
      exchange.refuseAtOnce(
          new dev.gatewayctl.runtime.engine.Refusal(
              503,
              "overloaded",
              "too many long requests at once",
              Optional.empty(),
              Optional.of(Duration.ofSeconds(1))));
    }
  }

  /// The gateway's refusals, not those of the edge whose name this class inherits.
  private static dev.gatewayctl.runtime.engine.Refusal refusal(
      int status, String code, String reason) {
    return dev.gatewayctl.runtime.engine.Refusal.of(status, code, reason);
  }

  private void models(Request request, Responder responder) {
    new ModelsExchange(services, policy.get(), request, responder).run();
  }

  /// Sockets listen before the first policy is in force; without one nothing is an exchange yet.
  private static void starting(Responder responder) {
    responder.respond(
        503,
        Headers.of("content-type", "application/json", "retry-after", "1"),
        OpenAiBody.error(503, "overloaded", "the gateway is starting"));
  }

  private static void unknownPath(Responder responder) {
    responder.respond(
        404,
        Headers.of("content-type", "application/json"),
        OpenAiBody.error(404, "not_found", "there is nothing at this path"));
  }

  @Override
  public void refused(Request head, Refusal refusal, Responder responder) {
    dev.gatewayctl.runtime.engine.Refusal shown =
        switch (refusal) {
          case BODY_TOO_LARGE ->
              refusal(413, "request_too_large", "the request is longer than server.max_body");
          case BODY_TIMEOUT ->
              refusal(408, "invalid_request", "the request did not arrive in time");
          case BODY_MALFORMED ->
              refusal(400, "invalid_request", "the request's chunks are malformed");
        };
    if (health.isStarting()) {
      starting(responder);
    } else if (head.path().equals(CHAT)) {
      new ChatExchange(services, policy.get(), head, responder, Surface.CHAT).refuseAtOnce(shown);
    } else if (isModels(head.path())) {
      new ModelsExchange(services, policy.get(), head, responder).refuseAtOnce(shown);
    } else {
      responder.respond(
          shown.status(),
          Headers.of("content-type", "application/json"),
          OpenAiBody.error(shown.status(), shown.code(), shown.reason()));
    }
  }

  /// How many more long bodies would be taken now.
  int freePlaces() {
    return places.availablePermits();
  }

  @Override
  public void close() {
    slow.close();
  }
}
