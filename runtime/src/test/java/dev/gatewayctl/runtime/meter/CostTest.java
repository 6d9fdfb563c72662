package dev.gatewayctl.runtime.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.PriceBook;
import dev.gatewayctl.policy.graph.ModelNode.LongContextNode;
import dev.gatewayctl.policy.graph.ModelNode.PriceNode;
import dev.gatewayctl.runtime.exchange.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CostTest {
  private static final long USD = 1_000_000_000;

  /// The book's price as the compiler puts it into the graph.
  private static PriceNode node(String vendor, String model) {
    PriceBook.Price price = PriceBook.embedded().find(vendor, model).orElseThrow();
    return new PriceNode(
        price.input(),
        price.cached(),
        price.cacheWrite(),
        price.cacheWrite1h(),
        price.output(),
        price.reasoning(),
        0,
        PriceBook.embedded().version(),
        price
            .longContext()
            .map(
                longer ->
                    new LongContextNode(
                        longer.aboveInput(),
                        longer.input(),
                        longer.cached(),
                        longer.cacheWrite(),
                        longer.cacheWrite1h(),
                        longer.output(),
                        longer.reasoning())));
  }

  private static PriceNode flat(long input, long output) {
    return new PriceNode(input, input, input, input, output, output, 0, "policy");
  }

  private static Usage usage(long input, long cached, long write, long write1h, long output) {
    return new Usage(
        OptionalLong.of(input),
        OptionalLong.of(cached),
        OptionalLong.of(write),
        OptionalLong.of(write1h),
        OptionalLong.of(output),
        OptionalLong.empty(),
        false);
  }

  @Test
  void agreesWithHandComputedExchanges() {
    // 1,000 plain and 200 cached at 0.25 and 0.025, 300 of output at 2 USD a million
    assertThat(Cost.nanos(usage(1_200, 200, 0, 0, 300), node("openai", "gpt-5-mini")))
        .hasValue(250_000 + 5_000 + 600_000);
    // 2,000 of 10,000 plain, 5,000 read, 2,000 and 1,000 written: 2, 0.2, 2.5 and 4 USD; 1,500 at
    // 10
    assertThat(
            Cost.nanos(
                usage(10_000, 5_000, 2_000, 1_000, 1_500), node("anthropic", "claude-sonnet-5")))
        .hasValue(4_000_000 + 1_000_000 + 5_000_000 + 4_000_000 + 15_000_000);
    // at most 200,000 of input: 1.25 and 10 USD; one more: 2.50 and 15 for all of it
    PriceNode pro = node("google", "gemini-2.5-pro");
    assertThat(Cost.nanos(usage(200_000, 0, 0, 0, 1_000), pro)).hasValue(250_000_000 + 10_000_000);
    assertThat(Cost.nanos(usage(200_001, 1, 0, 0, 1_000), pro))
        .hasValue(500_000_000 + 250 + 15_000_000);
    // 8 tokens at 0.02 USD a million are 160 nano-dollars
    assertThat(Cost.nanos(usage(8, 0, 0, 0, 0), node("openai", "text-embedding-3-small")))
        .hasValue(160);
    assertThat(Cost.nanos(usage(37, 0, 0, 0, 11), node("mistral", "mistral-small")))
        .hasValue(37 * 150 + 11 * 600);
  }

  @Test
  void dividesOnceAndRoundsHalfUp() {
    assertThat(Cost.nanos(usage(1, 0, 0, 0, 0), flat(499_999, 0))).hasValue(0);
    assertThat(Cost.nanos(usage(1, 0, 0, 0, 0), flat(500_000, 0))).hasValue(1);
    // each class alone would round to nothing
    assertThat(Cost.nanos(usage(1, 0, 0, 0, 1), flat(300_000, 300_000))).hasValue(1);
    assertThat(Cost.worstNanos(flat(1, 0), 1, 0, 1)).isEqualTo(1);
    assertThat(Cost.worstNanos(flat(1_000_000, 0), 1, 0, 1)).isEqualTo(1);
  }

  @Test
  void takesPartsOutOfTheirWhole() {
    PriceNode price = new PriceNode(USD, 0, 0, 0, USD, 3 * USD, 0, "policy");
    Usage usage =
        new Usage(
            OptionalLong.of(10),
            OptionalLong.of(4),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(10),
            OptionalLong.of(4),
            false);
    assertThat(Cost.nanos(usage, price)).hasValue((6 + 6 + 12) * 1_000);
    // a provider that reports more cached than there was
    assertThat(Cost.nanos(usage(10, 40, 0, 0, 0), price)).hasValue(0);
    assertThat(Cost.nanos(usage(-10, 0, 0, 0, -1), price)).hasValue(0);
  }

  @Test
  void unknownCountsMakeAnUnknownCostWhereTheyAreAskedFor() {
    assertThat(Cost.nanos(Usage.UNKNOWN, flat(1, 1))).isEmpty();
    PriceNode perRequest = new PriceNode(0, 0, 0, 0, 0, 0, 7, "policy");
    assertThat(Cost.nanos(Usage.UNKNOWN, perRequest)).hasValue(7);
    Usage inputOnly =
        new Usage(
            OptionalLong.of(1_000_000),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            false);
    assertThat(Cost.nanos(inputOnly, flat(5, 0))).hasValue(5);
    assertThat(Cost.nanos(inputOnly, flat(5, 1))).isEmpty();
  }

  @Test
  void worstCaseTakesTheDearestClass() {
    PriceNode sonnet = node("anthropic", "claude-sonnet-5");
    assertThat(Cost.worstNanos(sonnet, 1_000, 100, 3)).isEqualTo(4_000_000 + 3_000_000);
    PriceNode pro = node("google", "gemini-2.5-pro");
    assertThat(Cost.worstNanos(pro, 200_000, 10, 1)).isEqualTo(250_000_000 + 100_000);
    assertThat(Cost.worstNanos(pro, 200_001, 10, 1)).isEqualTo(500_002_500 + 150_000);
  }

  @Test
  void neverOverflows() {
    PriceNode dear = flat(1_000_000 * USD, 1_000_000 * USD);
    assertThat(Cost.nanos(usage(Long.MAX_VALUE, 0, 0, 0, Long.MAX_VALUE), dear))
        .hasValue(Long.MAX_VALUE);
    assertThat(Cost.worstNanos(dear, 1, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(Cost.nanos(usage(1_000_000_000_000L, 0, 0, 0, 0), flat(100 * USD, 0)))
        .hasValue(100_000_000L * USD);
  }

  @Test
  void agreesWithDecimalArithmetic() {
    long seed = 20261124;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long cached = bounded(random);
      long write = bounded(random);
      long write1h = bounded(random);
      long reasoning = bounded(random);
      long plain = bounded(random);
      long spoken = bounded(random);
      PriceNode price =
          new PriceNode(
              bounded(random),
              bounded(random),
              bounded(random),
              bounded(random),
              bounded(random),
              bounded(random),
              bounded(random),
              "policy",
              Optional.empty());
      Usage usage =
          new Usage(
              OptionalLong.of(plain + cached + write + write1h),
              OptionalLong.of(cached),
              OptionalLong.of(write),
              OptionalLong.of(write1h),
              OptionalLong.of(spoken + reasoning),
              OptionalLong.of(reasoning),
              false);
      BigInteger sum =
          product(plain, price.input())
              .add(product(cached, price.cached()))
              .add(product(write, price.cacheWrite()))
              .add(product(write1h, price.cacheWrite1h()))
              .add(product(spoken, price.output()))
              .add(product(reasoning, price.reasoning()))
              .add(product(1_000_000, price.request()));
      BigInteger expected = new BigDecimal(sum, 6).setScale(0, RoundingMode.HALF_UP).toBigInteger();
      assertThat(Cost.nanos(usage, price))
          .as("seed %d, case %d", seed, i)
          .hasValue(expected.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue());
    }
  }

  private static BigInteger product(long tokens, long price) {
    return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
  }

  private static long bounded(Random random) {
    return random.nextLong() >>> (4 + random.nextInt(59));
  }
}
