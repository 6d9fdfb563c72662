package dev.gatewayctl.runtime.report;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Sums that grow, of one row.
final class Totals {
  long exchanges;
  long denied;
  long refused;
  long failed;
  long inputTokens;
  long cachedTokens;
  long outputTokens;
  long costNanos;
  long unpriced;
  final LatencyHistogram latencies = new LatencyHistogram();
  final TreeMap<String, Long> findings = new TreeMap<>();

  void addAll(Totals other) {
    exchanges += other.exchanges;
    denied += other.denied;
    refused += other.refused;
    failed += other.failed;
    inputTokens += other.inputTokens;
    cachedTokens += other.cachedTokens;
    outputTokens += other.outputTokens;
    costNanos += other.costNanos;
    unpriced += other.unpriced;
    latencies.addAll(other.latencies);
    other.findings.forEach(this::found);
  }

  void found(String kind, long count) {
    findings.merge(kind, count, Long::sum);
  }

  Report.Row row(List<Optional<String>> keys) {
    return new Report.Row(
        keys,
        exchanges,
        denied,
        refused,
        failed,
        inputTokens,
        cachedTokens,
        outputTokens,
        costNanos,
        unpriced,
        latencies.percentile(50),
        latencies.percentile(95),
        findings);
  }
}
