package dev.gatewayctl.runtime.report;

import java.util.Arrays;

/// Counts of latencies in milliseconds, exact below 128 and then in 64 steps for each doubling: a
/// percentile is never too low and at most a 64th too high. Sums of histograms are histograms of
/// sums, whatever the order.
final class LatencyHistogram {
  private static final int EXACT = 128;
  private static final int STEPS = 64;
  private static final long MOST_MILLIS = Integer.MAX_VALUE;

  private long[] counts = new long[0];
  private long total;

  void add(long millis) {
    int at = index(Math.clamp(millis, 0, MOST_MILLIS));
    if (at >= counts.length) {
      counts = Arrays.copyOf(counts, at + STEPS);
    }
    counts[at]++;
    total++;
  }

  void addAll(LatencyHistogram other) {
    if (other.counts.length > counts.length) {
      counts = Arrays.copyOf(counts, other.counts.length);
    }
    for (int i = 0; i < other.counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
  }

  /// The smallest value that at least so many percent do not exceed, 0 when there is none.
  long percentile(int percent) {
    long rank = Math.ceilDiv(total * percent, 100);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && counts[i] > 0) {
        return highest(i);
      }
    }
    return 0;
  }

  private static int index(long millis) {
    if (millis < EXACT) {
      return Math.toIntExact(millis);
    }
    int doublings = 63 - Long.numberOfLeadingZeros(millis) - 7;
    return EXACT + doublings * STEPS + Math.toIntExact((millis >> (doublings + 1)) - STEPS);
  }

  private static long highest(int index) {
    if (index < EXACT) {
      return index;
    }
    int doublings = (index - EXACT) / STEPS;
    long step = STEPS + (long) (index - EXACT) % STEPS;
    return ((step + 1) << (doublings + 1)) - 1;
  }
}
