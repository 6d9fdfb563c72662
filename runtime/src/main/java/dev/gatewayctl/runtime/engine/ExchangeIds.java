package dev.gatewayctl.runtime.engine;

import java.time.Instant;
import java.util.random.RandomGenerator;

/// Makes exchange ids: `ex_` and 26 characters of Crockford's base32, 48 bits of time in
/// milliseconds and 80 bits of chance, so that ids sort by time. Chance is drawn for many ids at
/// once: a source that nobody can guess takes far longer to ask than to answer.
public final class ExchangeIds {
  private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int LENGTH = 26;
  private static final int TIME_DIGITS = 10;
  private static final int CHANCE_BYTES = 10;
  private static final int IDS_PER_DRAW = 64;

  private final RandomGenerator random;

  /// What was drawn; guarded by itself, as is how much of it is used up.
  private final byte[] chance = new byte[IDS_PER_DRAW * CHANCE_BYTES];

  private int used = chance.length;

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
    synchronized (chance) {
      if (used == chance.length) {
        random.nextBytes(chance);
        used = 0;
      }
      high = fortyBits(used);
      low = fortyBits(used + CHANCE_BYTES / 2);
      used += CHANCE_BYTES;
    }
    for (int i = 0; i < 8; i++) {
      id[3 + TIME_DIGITS + i] = DIGITS[(int) (high >>> (5 * i) & 31)];
      id[3 + TIME_DIGITS + 8 + i] = DIGITS[(int) (low >>> (5 * i) & 31)];
    }
    return new String(id);
  }

  private long fortyBits(int at) {
    long bits = 0;
    for (int i = at; i < at + CHANCE_BYTES / 2; i++) {
      bits = bits << 8 | (chance[i] & 0xff);
    }
    return bits;
  }
}
