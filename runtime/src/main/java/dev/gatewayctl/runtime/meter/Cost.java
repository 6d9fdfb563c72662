package dev.gatewayctl.runtime.meter;

import dev.gatewayctl.policy.graph.ModelNode.LongContextNode;
import dev.gatewayctl.policy.graph.ModelNode.PriceNode;
import dev.gatewayctl.runtime.exchange.Usage;
import java.math.BigInteger;
import java.util.OptionalLong;

/// Money from tokens, exactly. Each class of tokens is multiplied by its price, the products are
/// summed, and the sum is divided by a million once: half up for what something cost, up for what
/// it may cost at most. What no longer fits a `long` is [Long#MAX_VALUE], never a small number.
public final class Cost {
  private static final long MILLION = 1_000_000;

  private Cost() {}

  /// Nano-dollars of an exchange, rounded half up.
  ///
  /// Parts that a provider reports larger than their whole are paid as reported and the rest of the
  /// whole is nothing; a negative count is nothing.
  ///
  /// @return empty when the price asks for a count that is unknown
  public static OptionalLong nanos(Usage usage, PriceNode price) {
    Rates rates = Rates.of(price, usage.input().orElse(0));
    if ((usage.input().isEmpty() && rates.asksForInput())
        || (usage.output().isEmpty() && rates.asksForOutput())) {
      return OptionalLong.empty();
    }
    long cached = count(usage.cached());
    long cacheWrite = count(usage.cacheWrite());
    long cacheWrite1h = count(usage.cacheWrite1h());
    long reasoning = count(usage.reasoning());
    Sum sum = new Sum();
    sum.add(rest(count(usage.input()), cached, cacheWrite, cacheWrite1h), rates.input());
    sum.add(cached, rates.cached());
    sum.add(cacheWrite, rates.cacheWrite());
    sum.add(cacheWrite1h, rates.cacheWrite1h());
    sum.add(rest(count(usage.output()), reasoning, 0, 0), rates.output());
    sum.add(reasoning, rates.reasoning());
    sum.add(MILLION, price.request());
    return OptionalLong.of(sum.dividedHalfUp());
  }

  /// The most that one attempt may cost in nano-dollars, rounded up: the whole input at its dearest
  /// class, and every answer as long as it may be at the dearest class of output.
  ///
  /// @param inputBound tokens of input, at most
  /// @param maxOutput tokens of one answer, at most
  /// @param choices answers asked for
  public static long worstNanos(PriceNode price, long inputBound, long maxOutput, long choices) {
    Rates rates = Rates.of(price, 0);
    long input = rates.dearestInput();
    long output = rates.dearestOutput();
    if (price.longContext().isPresent() && inputBound > price.longContext().get().aboveInput()) {
      Rates longer = Rates.of(price, inputBound);
      input = Math.max(input, longer.dearestInput());
      output = Math.max(output, longer.dearestOutput());
    }
    Sum sum = new Sum();
    sum.add(Math.max(0, inputBound), input);
    BigInteger answers =
        BigInteger.valueOf(Math.max(0, choices))
            .multiply(BigInteger.valueOf(Math.max(0, maxOutput)));
    sum.add(answers.bitLength() > 63 ? Long.MAX_VALUE : answers.longValue(), output);
    sum.add(MILLION, price.request());
    return sum.dividedUp();
  }

  private static long count(OptionalLong tokens) {
    return Math.max(0, tokens.orElse(0));
  }

  /// What is left of a whole without its parts; never below zero, whatever the parts are.
  private static long rest(long whole, long first, long second, long third) {
    long left = whole;
    for (long part : new long[] {first, second, third}) {
      left = Math.max(0, left - Math.min(left, part));
    }
    return left;
  }

  /// The prices that hold for one length of input.
  private record Rates(
      long input, long cached, long cacheWrite, long cacheWrite1h, long output, long reasoning) {

    static Rates of(PriceNode price, long inputTokens) {
      if (price.longContext().isPresent()) {
        LongContextNode longer = price.longContext().get();
        if (inputTokens > longer.aboveInput()) {
          return new Rates(
              longer.input(),
              longer.cached(),
              longer.cacheWrite(),
              longer.cacheWrite1h(),
              longer.output(),
              longer.reasoning());
        }
      }
      return new Rates(
          price.input(),
          price.cached(),
          price.cacheWrite(),
          price.cacheWrite1h(),
          price.output(),
          price.reasoning());
    }

    long dearestInput() {
      return Math.max(Math.max(input, cached), Math.max(cacheWrite, cacheWrite1h));
    }

    long dearestOutput() {
      return Math.max(output, reasoning);
    }

    boolean asksForInput() {
      return dearestInput() != 0;
    }

    boolean asksForOutput() {
      return dearestOutput() != 0;
    }
  }

  /// A sum of products that never overflows: a `long` as long as it fits, then a [BigInteger].
  private static final class Sum {
    private static final BigInteger BIG_MILLION = BigInteger.valueOf(MILLION);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private long small;
    private BigInteger big = BigInteger.ZERO;

    void add(long tokens, long price) {
      long product = tokens * price;
      if (Math.multiplyHigh(tokens, price) == 0 && product >= 0 && small + product >= 0) {
        small += product;
      } else {
        big = big.add(BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price)));
      }
    }

    long dividedHalfUp() {
      return divided(MILLION / 2);
    }

    long dividedUp() {
      return divided(MILLION - 1);
    }

    private long divided(long before) {
      if (big.signum() == 0 && small <= Long.MAX_VALUE - before) {
        return (small + before) / MILLION;
      }
      BigInteger all = big.add(BigInteger.valueOf(small)).add(BigInteger.valueOf(before));
      BigInteger nanos = all.divide(BIG_MILLION);
      return nanos.compareTo(MOST) > 0 ? Long.MAX_VALUE : nanos.longValue();
    }
  }
}
