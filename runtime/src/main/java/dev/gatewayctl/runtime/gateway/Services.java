package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.meter.RequestLimits;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What exchanges share and what outlives a reload.
record Services(
    InstantSource clock,
    LongSupplier nanoTime,
    ExchangeIds ids,
    RequestLimits limits,
    Optional<AuditLog> audit,
    Telemetry telemetry,
    ScheduledExecutorService timer,
    Consumer<LogLine> log) {

  /// A bug of ours ended an exchange. The class and the place say what to look for; the message may
  /// hold content and stays out of the log.
  void fault(String exchange, RuntimeException bug) {
    telemetry.fault();
    StackTraceElement[] trace = bug.getStackTrace();
    log.accept(
        new LogLine(
            "error",
            "a fault of the gateway ended an exchange",
            Map.of(
                "exchange",
                exchange,
                "fault",
                bug.getClass().getName(),
                "at",
                trace.length == 0 ? "unknown" : trace[0].toString())));
  }

  void auditFailed(String exchange, String reason) {
    log.accept(
        new LogLine(
            "error",
            "a record could not be written",
            Map.of("exchange", exchange, "reason", reason)));
  }
}
