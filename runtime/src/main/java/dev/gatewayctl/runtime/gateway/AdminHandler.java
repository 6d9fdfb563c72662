package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.graph.GraphText;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The admin listener: health, metrics, the policy in force, and what scripted providers received.
final class AdminHandler implements HttpService {
  private static final String SCRIPT = "/script/";
  private static final String RECEIVED = "/received";

  private final Supplier<Policy> policy;
  private final Telemetry telemetry;
  private final Health health;

  AdminHandler(Supplier<Policy> policy, Telemetry telemetry, Health health) {
    this.policy = policy;
    this.telemetry = telemetry;
    this.health = health;
  }

  @Override
  public void handle(Request request, Responder responder) {
    String path = request.path();
    if (!request.method().equals("GET")) {
      text(responder, 405, "this path is asked with GET\n");
      return;
    }
    switch (path) {
      case "/healthz" -> health.alive(responder);
      case "/readyz" -> health.ready(responder);
      case "/metrics" -> {
        Telemetry.Exposition exposition = telemetry.exposition(request.headers().first("accept"));
        responder.respond(
            200, Headers.of("content-type", exposition.contentType()), exposition.body());
      }
      default -> {
        if (health.isStarting()) {
          text(responder, 503, "starting\n");
        } else if (path.equals("/policy")) {
          policy(responder);
        } else {
          received(path, responder);
        }
      }
    }
  }

  private void policy(Responder responder) {
    Policy inForce = policy.get();
    RuleGraph graph = inForce.engine().graph();
    JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
    json.name("policy_digest").value(graph.policyDigest());
    json.name("files").beginObject();
    // As in the audit log: credentials that are written out are taken out.
    AuditRecord.Policy.of(Instant.EPOCH, graph, inForce.files())
        .files()
        .forEach((name, text) -> json.name(name).value(text));
    json.endObject().name("graph").value(GraphText.text(graph)).endObject();
    responder.respond(200, Headers.of("content-type", "application/json"), json.toBytes());
  }

  private void received(String path, Responder responder) {
    Optional<List<byte[]>> bodies =
        path.startsWith(SCRIPT) && path.endsWith(RECEIVED)
            ? policy
                .get()
                .providers()
                .received(
                    path.substring(
                        SCRIPT.length(),
                        Math.max(SCRIPT.length(), path.length() - RECEIVED.length())))
            : Optional.empty();
    if (bodies.isEmpty()) {
      text(responder, 404, "there is nothing at this path\n");
      return;
    }
    JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
    json.name("received").beginArray();
    bodies.get().forEach(body -> json.value(new String(body, StandardCharsets.UTF_8)));
    json.endArray().endObject();
    responder.respond(200, Headers.of("content-type", "application/json"), json.toBytes());
  }

  @Override
  public void refused(Request head, Refusal refusal, Responder responder) {
    text(responder, refusal.status(), "the request was not read\n");
  }

  private static void text(Responder responder, int status, String text) {
    responder.respond(
        status,
        Headers.of("content-type", "text/plain; charset=utf-8"),
        text.getBytes(StandardCharsets.UTF_8));
  }
}
