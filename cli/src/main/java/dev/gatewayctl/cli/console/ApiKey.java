package dev.gatewayctl.cli.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/// A caller's key: `gk_`, 32 random base62 characters, and six more that are their CRC-32, so that
/// a mistyped or cut key is seen without asking anyone.
public final class ApiKey {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String PREFIX = "gk_";
  private static final int RANDOM_LENGTH = 32;
  private static final int CHECKSUM_LENGTH = 6;

  private ApiKey() {}

  /// A new key.
  public static String make(RandomGenerator random) {
    StringBuilder key = new StringBuilder(PREFIX);
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      key.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return key + checksum(key.toString());
  }

  /// Whether a text has the form of a key and its checksum holds.
  public static boolean isWellFormed(String key) {
    int end = PREFIX.length() + RANDOM_LENGTH;
    return key.startsWith(PREFIX)
        && key.length() == end + CHECKSUM_LENGTH
        && checksum(key.substring(0, end)).equals(key.substring(end));
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    long rest = crc.getValue();
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < CHECKSUM_LENGTH; i++) {
      digits.insert(0, DIGITS.charAt((int) (rest % DIGITS.length())));
      rest /= DIGITS.length();
    }
    return digits.toString();
  }

  /// What the policy holds of a key: 64 lower-case hex digits.
  public static String sha256(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
