package dev.gatewayctl.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Ids of exchanges: their form, their order, and how often chance is asked.
class ExchangeIdsTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void idsDifferAndSortByTime() {
    ExchangeIds ids = ExchangeIds.of(new Random(11));
    Set<String> seen = new HashSet<>();
    String before = "";
    for (int i = 0; i < 1_000; i++) {
      String id = ids.next(TIME.plusMillis(i));
      assertThat(id).matches("ex_[0-9a-hjkmnp-tv-z]{26}").isGreaterThan(before);
      assertThat(seen.add(id.substring(13))).isTrue();
      before = id;
    }
  }

  /// Each of the 16 digits of chance takes every value: no bit of the block is lost.
  @Test
  void everyDigitOfChanceVaries() {
    ExchangeIds ids = ExchangeIds.of(new Random(12));
    for (int digit = 13; digit < 29; digit++) {
      Set<Character> values = new HashSet<>();
      for (int i = 0; i < 1_000; i++) {
        values.add(ids.next(TIME).charAt(digit));
      }
      assertThat(values).hasSize(32);
    }
  }

  @Test
  void chanceIsDrawnForManyIdsAtOnce() {
    AtomicInteger draws = new AtomicInteger();
    Random random = new Random(13);
    ExchangeIds ids =
        ExchangeIds.of(
            new RandomGenerator() {
              @Override
              public long nextLong() {
                draws.incrementAndGet();
                return random.nextLong();
              }

              @Override
              public void nextBytes(byte[] bytes) {
                draws.incrementAndGet();
                random.nextBytes(bytes);
              }
            });
    for (int i = 0; i < 640; i++) {
      ids.next(TIME);
    }
    assertThat(draws).hasValue(10);
  }
}
