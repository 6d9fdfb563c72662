package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService.Responder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Alive: the process answers. Ready: a policy is in force, evidence can be written, and the
/// gateway is not draining.
final class Health {
  private final Optional<AuditLog> audit;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.STARTING);

  private enum Stage {
    STARTING,
    SERVING,
    DRAINING
  }

  Health(Optional<AuditLog> audit) {
    this.audit = audit;
  }

  /// The first policy is in force.
  void serve() {
    stage.set(Stage.SERVING);
  }

  void drain() {
    stage.set(Stage.DRAINING);
  }

  boolean isStarting() {
    return stage.get() == Stage.STARTING;
  }

  void alive(Responder responder) {
    say(responder, 200, "alive");
  }

  void ready(Responder responder) {
    if (stage.get() != Stage.SERVING) {
      say(responder, 503, isStarting() ? "starting" : "draining");
    } else if (audit.flatMap(AuditLog::failure).isPresent()) {
      say(responder, 503, "the audit log cannot be written");
    } else {
      say(responder, 200, "ready");
    }
  }

  private static void say(Responder responder, int status, String word) {
    responder.respond(
        status,
        Headers.of("content-type", "text/plain; charset=utf-8"),
        (word + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
