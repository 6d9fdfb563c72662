package dev.gatewayctl.runtime.engine;

import java.time.Instant;
import java.util.random.RandomGenerator;

/// Makes exchange ids: `ex_` and 26 characters of Crockford's base32, 48 bits of time in
/// milliseconds and 80 bits of chance, so that ids sort by time.
public final class ExchangeIds {
  private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int LENGTH = 26;
  private static final int TIME_DIGITS = 10;

  private final RandomGenerator random;

  private ExchangeIds(RandomGenerator random) {
    this.random = random;
  }

  public static ExchangeIds of(RandomGenerator random) {
    return new ExchangeIds(random);
  }

  /// The next id.
  public String next(Instant time) {
    char[] id = new char[3 + LENGTH];
    id[0] = 'e';
    id[1] = 'x';
    id[2] = '_';
    long millis = time.toEpochMilli();
    for (int i = TIME_DIGITS - 1; i >= 0; i--) {
      id[3 + i] = DIGITS[(int) (millis & 31)];
      millis >>>= 5;
    }
    long high;
    long low;
    synchronized (random) {
      high = random.nextLong();
      low = random.nextLong();
    }
    for (int i = 0; i < 8; i++) {
      id[3 + TIME_DIGITS + i] = DIGITS[(int) (high >>> (5 * i) & 31)];
      id[3 + TIME_DIGITS + 8 + i] = DIGITS[(int) (low >>> (5 * i) & 31)];
    }
    return new String(id);
  }
}
