package dev.gatewayctl.runtime.meter;

import dev.gatewayctl.policy.graph.LimitNode;
import java.util.Arrays;

/// The requests that one bucket admitted within its window: a ring of entries, each some requests
/// and the time of the last of them. An entry leaves when its time does, so that a request is never
/// forgotten early; requests share an entry only where [RequestLimits] says so. Not safe for
/// threads on its own.
final class SlidingLog {
  /// Entries of one bucket.
  static final int MOST_ENTRIES = 256;

  /// Entries that each bucket has of its own, outside the budget.
  private static final int FIRST_ENTRIES = 2;

  private final Budget budget;
  private long[] times = new long[FIRST_ENTRIES];
  private long[] counts = new long[FIRST_ENTRIES];
  private int first;
  private int size;
  private long total;
  private long per;
  private long step;

  SlidingLog(Budget budget) {
    this.budget = budget;
  }

  /// Entries that all buckets together may still take.
  static final class Budget {
    private int left;

    Budget(int entries) {
      this.left = entries;
    }

    private boolean take(int entries) {
      if (entries > left) {
        return false;
      }
      left -= entries;
      return true;
    }

    private void giveBack(int entries) {
      left += entries;
    }
  }

  /// Takes the limit's present size and drops what has left its window.
  void advance(long now, LimitNode limit) {
    per = limit.per().toNanos();
    step = limit.requests() <= MOST_ENTRIES ? 0 : Math.ceilDiv(per, MOST_ENTRIES - 1);
    while (size > 0 && now - times[first] >= per) {
      total -= counts[first];
      first = (first + 1) % times.length;
      size--;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /// Nanoseconds until one more request has a place; 0: now.
  long waitFor(long now, long requests) {
    if (total < requests) {
      return 0;
    }
    long left = total;
    for (int i = 0; i < size; i++) {
      int at = (first + i) % times.length;
      left -= counts[at];
      if (left < requests) {
        return times[at] + per - now;
      }
    }
    return per;
  }

  void add(long now) {
    total++;
    int last = (first + size + times.length - 1) % times.length;
    boolean joins =
        size > 0 && step > 0 && Math.floorDiv(times[last], step) == Math.floorDiv(now, step);
    if (joins || (size == times.length && !grow())) {
      counts[last]++;
      times[last] = now;
      return;
    }
    int next = (first + size) % times.length;
    times[next] = now;
    counts[next] = 1;
    size++;
  }

  private boolean grow() {
    int length = times.length;
    if (length >= MOST_ENTRIES || !budget.take(length)) {
      return false;
    }
    times = grown(times);
    counts = grown(counts);
    first = 0;
    return true;
  }

  private long[] grown(long[] ring) {
    long[] grown = Arrays.copyOf(Arrays.copyOfRange(ring, first, ring.length), ring.length * 2);
    System.arraycopy(ring, 0, grown, ring.length - first, first);
    return grown;
  }

  /// Gives its entries back; it is not used any more.
  void release() {
    budget.giveBack(times.length - FIRST_ENTRIES);
    times = new long[FIRST_ENTRIES];
    counts = new long[FIRST_ENTRIES];
    size = 0;
    total = 0;
    first = 0;
  }
}
