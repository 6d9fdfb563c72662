package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
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
  void fault(String exchange, Throwable bug) {
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

  /// Writes the record of an exchange; false when without it nothing may be answered.
  boolean keep(ExchangeRecord done, Policy policy) {
    if (audit.isPresent() && audit.get().append(done) instanceof AuditLog.Appended.Failed failed) {
      auditFailed(done.id(), failed.reason());
      return !policy.engine().graph().audit().denyOnFailure();
    }
    return true;
  }

  void auditFailed(String exchange, String reason) {
    log.accept(
        new LogLine(
            "error",
            "a record could not be written",
            Map.of("exchange", exchange, "reason", reason)));
  }
}
