package dev.gatewayctl.runtime.meter;

import dev.gatewayctl.policy.graph.LimitNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Sliding windows on requests: in no stretch of time as long as a limit's `per` does a bucket
/// admit more requests than the limit says. Safe for use by many threads.
///
/// An admission is decided under one lock by the clock read there, so that the times of a bucket
/// never run backwards, and takes from all limits of an exchange or from none. A bucket keeps the
/// time of every request it admitted ([SlidingLog]): exact up to [#EXACT_REQUESTS] requests in a
/// window. A larger limit puts those of the same 1/255 of the window into one entry, which leaves
/// the window with its last request: never more than the limit, and a place comes back at most 0.4
/// percent of the window late.
///
/// Memory is bounded, and nothing that bounds it opens a limit. A bucket whose window is empty is
/// dropped. When a limit has [#MOST_BUCKETS] that are not, new keys share one bucket, until that
/// one is empty again. When all entries together are [#MOST_ENTRIES], a bucket that needs one more
/// puts the request into its newest.
///
/// Buckets are found by the limit's path and the key: they survive a reload of the policy, and a
/// changed size or length of the window holds at once. A longer window does not know of requests
/// that had left the shorter one.
public final class RequestLimits {
  /// Up to so many requests in a window, the window is exact.
  public static final int EXACT_REQUESTS = SlidingLog.MOST_ENTRIES;

  /// Buckets of one limit that are not empty; further keys share one.
  public static final int MOST_BUCKETS = 65_536;

  /// Entries of all buckets together, 16 bytes each.
  public static final int MOST_ENTRIES = 1 << 20;

  private final LongSupplier nanoClock;
  private final int mostBuckets;
  private final SlidingLog.Budget entries;
  private final Map<String, Buckets> byPath = new HashMap<>();

  private RequestLimits(LongSupplier nanoClock, int mostBuckets, int mostEntries) {
    this.nanoClock = nanoClock;
    this.mostBuckets = mostBuckets;
    this.entries = new SlidingLog.Budget(mostEntries);
  }

  /// Limits without any request yet.
  ///
  /// @param nanoClock nanoseconds of a clock that never runs backwards, such as `System::nanoTime`
  public static RequestLimits of(LongSupplier nanoClock) {
    return of(nanoClock, MOST_BUCKETS, MOST_ENTRIES);
  }

  static RequestLimits of(LongSupplier nanoClock, int mostBuckets, int mostEntries) {
    return new RequestLimits(nanoClock, mostBuckets, mostEntries);
  }

  /// A place asked for in one bucket of a limit.
  ///
  /// @param key what tells buckets of the limit apart; see [BucketKey]
  public record Claim(LimitNode limit, BucketKey key) {}

  /// The limit that is in the way.
  ///
  /// @param path of the limit, such as `limits.per-caller`; of several the one that takes longest
  /// @param retryAfter until the earliest moment at which it can admit a request
  public record Refusal(String path, Duration retryAfter) {}

  /// Takes a place in every bucket claimed, or in none.
  ///
  /// @param claims at most one per limit
  /// @return null when all were taken
  public synchronized @Nullable Refusal tryAcquire(List<Claim> claims) {
    long now = nanoClock.getAsLong();
    Refusal refusal = null;
    for (Claim claim : claims) {
      LimitNode limit = claim.limit();
      long per = limit.per().toNanos();
      SlidingLog log = buckets(limit).find(claim.key(), now, limit);
      long wait = log == null ? emptyWait(limit) : log.waitFor(now, limit.requests());
      if (wait > 0) {
        Refusal other = new Refusal(limit.path(), Duration.ofNanos(Math.min(wait, per)));
        refusal = refusal == null ? other : longer(refusal, other);
      }
    }
    if (refusal == null) {
      for (Claim claim : claims) {
        buckets(claim.limit()).take(claim.key(), now, claim.limit());
      }
    }
    return refusal;
  }

  private Buckets buckets(LimitNode limit) {
    return byPath.computeIfAbsent(limit.path(), path -> new Buckets());
  }

  /// A limit of no requests refuses the first one, and asks to come back in a window's time.
  private static long emptyWait(LimitNode limit) {
    return limit.requests() > 0 ? 0 : limit.per().toNanos();
  }

  /// Forgets limits that the policy no longer has.
  ///
  /// @param paths those it has
  public synchronized void retain(Set<String> paths) {
    byPath
        .entrySet()
        .removeIf(
            entry -> {
              if (paths.contains(entry.getKey())) {
                return false;
              }
              entry.getValue().release();
              return true;
            });
  }

  /// Buckets that are kept now, of all limits, shared ones apart.
  synchronized int buckets() {
    int count = 0;
    for (Buckets buckets : byPath.values()) {
      count += buckets.count();
    }
    return count;
  }

  private static Refusal longer(Refusal one, Refusal other) {
    int order = one.retryAfter().compareTo(other.retryAfter());
    if (order == 0) {
      order = other.path().compareTo(one.path());
    }
    return order >= 0 ? one : other;
  }

  /// The buckets of one limit, that which nobody asked for the longest first.
  private final class Buckets {
    private final LinkedHashMap<BucketKey, SlidingLog> byKey = new LinkedHashMap<>(16, 0.75f, true);
    private final SlidingLog shared = new SlidingLog(entries);

    /// The bucket in which a request of that key counts now, null when it would be a new one.
    @Nullable SlidingLog find(BucketKey key, long now, LimitNode limit) {
      SlidingLog own = key.isShared() ? shared : byKey.get(key);
      if (own == null) {
        shared.advance(now, limit);
        // INVARIANT: a key that may have requests in the shared bucket gets none of its own, or it
        // would have two limits at once.
        own = shared.isEmpty() && hasRoom(now, limit) ? null : shared;
      }
      if (own != null) {
        own.advance(now, limit);
      }
      return own;
    }

    void take(BucketKey key, long now, LimitNode limit) {
      SlidingLog log = find(key, now, limit);
      if (log == null) {
        log = new SlidingLog(entries);
        log.advance(now, limit);
        byKey.put(key, log);
      }
      log.add(now);
    }

    /// Whether one more bucket may be kept, after the oldest were dropped whose windows are empty,
    /// as far as they come first: each is dropped once, so that this costs nothing in the long run.
    private boolean hasRoom(long now, LimitNode limit) {
      var oldest = byKey.values().iterator();
      while (oldest.hasNext()) {
        SlidingLog log = oldest.next();
        log.advance(now, limit);
        if (!log.isEmpty()) {
          break;
        }
        log.release();
        oldest.remove();
      }
      return byKey.size() < mostBuckets;
    }

    void release() {
      byKey.values().forEach(SlidingLog::release);
      shared.release();
    }

    int count() {
      return byKey.size();
    }
  }
}
