package dev.gatewayctl.runtime.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageCounterTest {
  private static final List<String> TEXTS = List.of("hello world", "größe");

  @Test
  void nobodyWaitsForTheEncodingAndItIsLoadedOnce() {
    List<Runnable> beside = new ArrayList<>();
    UsageCounter counter = UsageCounter.loading(beside::add);
    assertThat(beside).as("nothing needs it yet").isEmpty();
    assertThat(counter.count(TEXTS)).isEqualTo((11 + 7 + 3) / 4);
    assertThat(counter.count(List.of())).isZero();
    assertThat(beside).hasSize(1);
    beside.getFirst().run();
    assertThat(counter.count(TEXTS)).isEqualTo(TokenCounter.count(TEXTS));
    assertThat(beside).hasSize(1);
  }

  @Test
  void whatIsLoadedAtTheStartIsExactAtOnce() {
    List<Runnable> beside = new ArrayList<>();
    UsageCounter counter = UsageCounter.loading(beside::add);
    counter.load();
    assertThat(counter.count(TEXTS)).isEqualTo(TokenCounter.count(TEXTS));
    assertThat(UsageCounter.waiting().count(TEXTS)).isEqualTo(TokenCounter.count(TEXTS));
    assertThat(beside).isEmpty();
  }
}
