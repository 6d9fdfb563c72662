package dev.gatewayctl.runtime.meter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.graph.LimitNode;
import dev.gatewayctl.runtime.meter.RequestLimits.Claim;
import dev.gatewayctl.runtime.meter.RequestLimits.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {
  private final AtomicLong nanos = new AtomicLong(-17);
  private final RequestLimits limits = RequestLimits.of(nanos::get);

  private static LimitNode limit(String path, long requests, Duration per) {
    return new LimitNode(path, requests, per, List.of(), Optional.empty());
  }

  private static Claim claim(LimitNode limit, String... by) {
    return new Claim(limit, BucketKey.of(List.of(by)));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private boolean admits(Claim... claims) {
    return limits.tryAcquire(List.of(claims)) == null;
  }

  @Test
  void admitsSoManyInAnyWindow() {
    LimitNode limit = limit("limits.per-caller", 3, Duration.ofSeconds(10));
    assertThat(admits(claim(limit))).isTrue();
    pass(Duration.ofSeconds(4));
    assertThat(admits(claim(limit))).isTrue();
    assertThat(admits(claim(limit))).isTrue();
    assertThat(limits.tryAcquire(List.of(claim(limit))))
        .isEqualTo(new Refusal("limits.per-caller", Duration.ofSeconds(6)));
    pass(Duration.ofSeconds(6).minusNanos(1));
    assertThat(requireNonNull(limits.tryAcquire(List.of(claim(limit)))).retryAfter())
        .isEqualTo(Duration.ofNanos(1));
    pass(Duration.ofNanos(1));
    assertThat(admits(claim(limit))).isTrue();
    assertThat(requireNonNull(limits.tryAcquire(List.of(claim(limit)))).retryAfter())
        .isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void takesAllOrNone() {
    LimitNode wide = limit("limits.wide", 10, Duration.ofMinutes(1));
    LimitNode narrow = limit("limits.narrow", 1, Duration.ofHours(1));
    assertThat(admits(claim(wide), claim(narrow))).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(requireNonNull(limits.tryAcquire(List.of(claim(wide), claim(narrow)))).path())
          .isEqualTo("limits.narrow");
    }
    for (int i = 0; i < 9; i++) {
      assertThat(admits(claim(wide))).isTrue();
    }
    assertThat(admits(claim(wide))).isFalse();
    // of two that refuse, the one that takes longest, whatever the order
    for (List<Claim> claims :
        List.of(List.of(claim(wide), claim(narrow)), List.of(claim(narrow), claim(wide)))) {
      assertThat(limits.tryAcquire(claims))
          .isEqualTo(new Refusal("limits.narrow", Duration.ofHours(1)));
    }
    assertThat(limits.tryAcquire(List.of())).isNull();
  }

  @Test
  void keepsBucketsApart() {
    LimitNode limit = limit("limits.x", 1, Duration.ofMinutes(1));
    assertThat(admits(claim(limit, "a", "bc"))).isTrue();
    assertThat(admits(claim(limit, "ab", "c"))).isTrue();
    assertThat(admits(claim(limit, "a", "bc"))).isFalse();
    assertThat(admits(claim(limit, "x".repeat(10_000)))).isTrue();
    assertThat(admits(claim(limit, "x".repeat(10_000)))).isFalse();
    assertThat(admits(claim(limit, "x".repeat(10_001)))).isTrue();
    assertThat(admits(new Claim(limit, BucketKey.SHARED))).isTrue();
    assertThat(admits(new Claim(limit, BucketKey.SHARED))).isFalse();
  }

  @Test
  void aLimitOfNothingAdmitsNothing() {
    LimitNode none = limit("limits.none", 0, Duration.ofMinutes(1));
    assertThat(limits.tryAcquire(List.of(claim(none))))
        .isEqualTo(new Refusal("limits.none", Duration.ofMinutes(1)));
    assertThat(limits.buckets()).isZero();
  }

  @Test
  void aReloadKeepsWhatWasTaken() {
    Duration minute = Duration.ofMinutes(1);
    for (int i = 0; i < 5; i++) {
      assertThat(admits(claim(limit("limits.x", 5, minute)))).isTrue();
      pass(Duration.ofSeconds(1));
    }
    assertThat(admits(claim(limit("limits.x", 3, minute)))).isFalse();
    assertThat(admits(claim(limit("limits.x", 6, minute)))).isTrue();
    limits.retain(Set.of("limits.x"));
    assertThat(admits(claim(limit("limits.x", 6, minute)))).isFalse();
    pass(Duration.ofSeconds(3));
    assertThat(admits(claim(limit("limits.x", 6, Duration.ofSeconds(4))))).isTrue();
    limits.retain(Set.of());
    assertThat(limits.buckets()).isZero();
  }

  /// Random requests against a plain list of all admissions: exact limits agree at every step, and
  /// larger ones never admit more and are at most 1/255 of the window late.
  @Test
  void agreesWithAListOfAllAdmissions() {
    for (long requests : new long[] {1, 7, 60, 256, 257, 1_000}) {
      long seed = 42 + requests;
      Random random = new Random(seed);
      long per = 1_000_000;
      LimitNode limit = limit("limits.r" + requests, requests, Duration.ofNanos(per));
      Deque<Long> admitted = new ArrayDeque<>();
      int late = 0;
      for (int i = 0; i < 10_000; i++) {
        nanos.addAndGet(random.nextInt((int) (2 * per / requests)));
        long now = nanos.get();
        while (!admitted.isEmpty() && now - admitted.peekFirst() >= per) {
          admitted.removeFirst();
        }
        Refusal refusal = limits.tryAcquire(List.of(claim(limit)));
        if (refusal == null) {
          admitted.addLast(now);
          assertThat(admitted.size())
              .as("seed %d, step %d", seed, i)
              .isLessThanOrEqualTo((int) requests);
        } else if (admitted.size() < requests) {
          late++;
          assertThat(refusal.retryAfter().toNanos()).isLessThanOrEqualTo(per / 255 + 1);
          assertThat(requests).isGreaterThan(RequestLimits.EXACT_REQUESTS);
        } else {
          long wait = admitted.peekFirst() + per - now;
          assertThat(refusal.retryAfter().toNanos())
              .as("seed %d, step %d", seed, i)
              .isBetween(wait, requests <= 256 ? wait : wait + per / 255 + 1);
        }
      }
      if (requests <= RequestLimits.EXACT_REQUESTS) {
        assertThat(late).isZero();
      }
    }
  }

  @Test
  void manyThreadsNeverGetMoreThanTheLimit() throws Exception {
    int threads = 16;
    long per = Duration.ofMillis(20).toNanos();
    RequestLimits real = RequestLimits.of(System::nanoTime);
    LimitNode one = limit("limits.one", 50, Duration.ofNanos(per));
    LimitNode all = limit("limits.all", 120, Duration.ofNanos(per));
    List<List<Long>> bounds = new ArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    try (var pool = Executors.newFixedThreadPool(threads)) {
      List<Future<List<List<Long>>>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        String key = "caller-" + t % 4;
        running.add(
            pool.submit(
                () -> {
                  go.await();
                  List<List<Long>> admitted = new ArrayList<>();
                  long end = System.nanoTime() + Duration.ofMillis(150).toNanos();
                  while (System.nanoTime() < end) {
                    long before = System.nanoTime();
                    if (real.tryAcquire(List.of(claim(one, key), claim(all))) == null) {
                      admitted.add(List.of(before, System.nanoTime(), (long) key.hashCode()));
                    }
                  }
                  return admitted;
                }));
      }
      go.countDown();
      for (var result : running) {
        bounds.addAll(result.get());
      }
    }
    assertThat(bounds).hasSizeGreaterThan(200);
    assertLimited(bounds, per, 120);
    for (int caller = 0; caller < 4; caller++) {
      long key = ("caller-" + caller).hashCode();
      assertLimited(bounds.stream().filter(b -> b.get(2) == key).toList(), per, 50);
    }
  }

  /// Every admission happened between two readings of the clock: those that lie wholly within a
  /// window are at most as many as the limit.
  private static void assertLimited(List<List<Long>> bounds, long per, int most) {
    List<List<Long>> byEnd =
        bounds.stream().sorted((a, b) -> Long.compare(a.get(1), b.get(1))).toList();
    for (List<Long> first : bounds) {
      long from = first.get(0);
      long inside = byEnd.stream().filter(b -> b.get(0) >= from && b.get(1) < from + per).count();
      assertThat(inside).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void moreKeysThanBucketsShareOneAndNobodyGetsMore() {
    RequestLimits small = RequestLimits.of(nanos::get, 10, 1 << 20);
    LimitNode limit = limit("limits.x", 2, Duration.ofMinutes(1));
    int admitted = 0;
    for (int round = 0; round < 3; round++) {
      for (int caller = 0; caller < 1_000; caller++) {
        if (small.tryAcquire(List.of(claim(limit, "c" + caller))) == null) {
          admitted++;
        }
      }
    }
    assertThat(small.buckets()).isEqualTo(10);
    assertThat(admitted).isEqualTo(10 * 2 + 2);
    // the shared bucket is not empty yet: no key may begin anew
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(small.tryAcquire(List.of(claim(limit, "c999")))).isNotNull();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(small.tryAcquire(List.of(claim(limit, "c999")))).isNull();
    assertThat(small.buckets()).isEqualTo(1);
  }

  @Test
  void refusedRequestsMakeNoBuckets() {
    LimitNode none = limit("limits.none", 0, Duration.ofMinutes(1));
    LimitNode other = limit("limits.other", 9, Duration.ofMinutes(1));
    for (int i = 0; i < 100; i++) {
      assertThat(admits(claim(other, "k" + i), claim(none))).isFalse();
    }
    assertThat(limits.buckets()).isZero();
  }

  @Test
  void withoutRoomForEntriesLimitsStayClosed() {
    RequestLimits small = RequestLimits.of(nanos::get, 100, 8);
    long per = 1_000;
    LimitNode limit = limit("limits.x", 50, Duration.ofNanos(per));
    Random random = new Random(5);
    for (int caller = 0; caller < 5; caller++) {
      Deque<Long> admitted = new ArrayDeque<>();
      for (int i = 0; i < 5_000; i++) {
        long now = nanos.addAndGet(random.nextInt(30));
        while (!admitted.isEmpty() && now - admitted.peekFirst() >= per) {
          admitted.removeFirst();
        }
        if (small.tryAcquire(List.of(claim(limit, "c" + caller))) == null) {
          admitted.addLast(now);
        }
        assertThat(admitted.size()).isLessThanOrEqualTo(50);
      }
    }
  }
}
