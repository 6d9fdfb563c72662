package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.catalog.Protocol;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.SurfaceNode;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.mcp.McpHead;
import dev.gatewayctl.runtime.openai.OpenAiBody;
import dev.gatewayctl.runtime.surface.Route;
import dev.gatewayctl.runtime.surface.Routes;
import dev.gatewayctl.runtime.surface.Spoken;
import dev.gatewayctl.runtime.surface.Surfaces;
import dev.gatewayctl.runtime.wire.Dialect;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// The main listener: finds the surface of a request and hands it on. The steps of an exchange are
/// in [CallExchange#run].
final class ExchangeHandler implements HttpService, AutoCloseable {
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
        } else {
          exchange(request, responder);
        }
      }
    }
  }

  private void exchange(Request request, Responder responder) {
    switch (Routes.match(request.method(), request.path(), request.query())) {
      case Route.Call call -> run(call(call, request, responder), request, responder);
      case Route.Pass pass -> run(pass(pass, request, responder), request, responder);
      case Route.Models models ->
          new ModelsExchange(services, policy.get(), request, responder, models.model()).run();
      case Route.WrongMethod wrong ->
          exchange(wrong, request, responder)
              .refuseAtOnce(
                  refusal(405, "invalid_request", "this path is asked with " + wrong.allowed()));
      case Route.Mcp mcp -> {
        Optional<Exchange> exchange = tools(mcp, request, responder);
        if (McpHead.mayCall(Optional.ofNullable(request.headers().first("origin")))) {
          run(exchange, request, responder);
        } else {
          exchange.ifPresentOrElse(
              found ->
                  found.refuseAtOnce(
                      refusal(403, "invalid_request", "pages of this origin may not call tools")),
              () -> unknownPath(responder));
        }
      }
      case Route.Unknown _ -> unknownPath(responder);
    }
  }

  /// The exchange of a call; empty when the policy does not serve its surface.
  private Optional<Exchange> call(Route.Call call, Request request, Responder responder) {
    Policy now = policy.get();
    Optional<Dialect> dialect = Surfaces.find(call.surface());
    if (dialect.isEmpty() || !now.engine().graph().serves(call.surface())) {
      return Optional.empty();
    }
    Spoken spoken = new Spoken(call.surface(), dialect.get(), call.operation(), call.path());
    return Optional.of(new CallExchange(services, now, request, responder, spoken));
  }

  /// The exchange of what passes unread; empty unless the policy says to whom it goes.
  private Optional<Exchange> pass(Route.Pass pass, Request request, Responder responder) {
    Policy now = policy.get();
    return Optional.ofNullable(now.engine().graph().surfaces().get(pass.surface()))
        .filter(SurfaceNode::served)
        .flatMap(SurfaceNode::provider)
        .map(to -> Spoken.passing(pass.surface(), request.method(), pass.path(), to))
        .map(spoken -> new CallExchange(services, now, request, responder, spoken));
  }

  /// The exchange with a server of tools: the one that the path names, else that of the surface;
  /// empty unless the policy serves the surface and the server speaks the protocol.
  private Optional<Exchange> tools(Route.Mcp mcp, Request request, Responder responder) {
    Policy now = policy.get();
    RuleGraph graph = now.engine().graph();
    Optional<String> named =
        mcp.server().isEmpty()
            ? Optional.ofNullable(graph.surfaces().get(Surface.MCP)).flatMap(SurfaceNode::provider)
            : Optional.of(mcp.server());
    return named
        .filter(_ -> graph.serves(Surface.MCP))
        .flatMap(name -> Optional.ofNullable(graph.providers().get(name)))
        .filter(server -> server.spoken() == Protocol.MCP)
        .map(
            server ->
                Spoken.toTools(McpHead.of(request.method(), request.headers()), server.name()))
        .map(spoken -> new CallExchange(services, now, request, responder, spoken));
  }

  private Exchange exchange(Route.WrongMethod wrong, Request request, Responder responder) {
    return wrong.surface() == Surface.MODELS
        ? new ModelsExchange(services, policy.get(), request, responder, "")
        : new CallExchange(services, policy.get(), request, responder, Spoken.on(wrong.surface()));
  }

  private void run(Optional<Exchange> exchange, Request request, Responder responder) {
    exchange.ifPresentOrElse(found -> run(found, request), () -> unknownPath(responder));
  }

  /// Runs it here, or, when its body is long, away from the reactor's threads.
  private void run(Exchange exchange, Request request) {
    if (request.body().length <= OFFLOAD_BYTES) {
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
    Optional<Exchange> exchange =
        health.isStarting()
            ? Optional.empty()
            : switch (Routes.match(head.method(), head.path(), head.query())) {
              case Route.Call call -> call(call, head, responder);
              case Route.Models models ->
                  Optional.of(
                      new ModelsExchange(services, policy.get(), head, responder, models.model()));
              case Route.WrongMethod wrong -> Optional.of(exchange(wrong, head, responder));
              case Route.Pass pass -> pass(pass, head, responder);
              case Route.Mcp mcp -> tools(mcp, head, responder);
              case Route.Unknown _ -> Optional.empty();
            };
    if (health.isStarting()) {
      starting(responder);
    } else if (exchange.isPresent()) {
      exchange.get().refuseAtOnce(shown);
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
