package dev.gatewayctl.runtime.meter;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// What tells the buckets of one limit apart: the values of its `by`. The values may come from
/// callers, so that a long key is replaced by its SHA-256.
public final class BucketKey implements Comparable<BucketKey> {
  /// The bucket of a limit whose `by` could not be evaluated: one for all such requests.
  public static final BucketKey SHARED = new BucketKey("!");

  private static final int MOST_CHARACTERS = 200;

  private final String text;

  private BucketKey(String text) {
    this.text = text;
  }

  /// The key of a limit's `by` values, in their order; of none for a limit without `by`.
  public static BucketKey of(List<String> values) {
    StringBuilder joined = new StringBuilder();
    for (String value : values) {
      joined.append(value.length()).append(':').append(value);
    }
    return new BucketKey(
        joined.length() > MOST_CHARACTERS ? sha256(joined.toString()) : joined.toString());
  }

  boolean isShared() {
    return text.equals(SHARED.text);
  }

  /// Orders keys, so that a map can keep those apart whose hashes a caller made collide.
  @Override
  public int compareTo(BucketKey other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BucketKey key && key.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
