package dev.gatewayctl.runtime.report;

import java.util.Arrays;
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
  private final TreeMap<String, Long> findings = new TreeMap<>();

  /// Findings by the number that a fold gives to their kind, until [#name] names them.
  private long[] findingsByNumber = new long[0];

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
    other.findings.forEach((kind, count) -> findings.merge(kind, count, Long::sum));
  }

  void found(int kindNumber, long count) {
    if (kindNumber >= findingsByNumber.length) {
      findingsByNumber = Arrays.copyOf(findingsByNumber, kindNumber + 8);
    }
    findingsByNumber[kindNumber] += count;
  }

  /// Gives the findings their kinds' names.
  ///
  /// @param kinds by number
  Totals name(List<String> kinds) {
    for (int i = 0; i < kinds.size() && i < findingsByNumber.length; i++) {
      if (findingsByNumber[i] > 0) {
        findings.merge(kinds.get(i), findingsByNumber[i], Long::sum);
      }
    }
    findingsByNumber = new long[0];
    return this;
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
