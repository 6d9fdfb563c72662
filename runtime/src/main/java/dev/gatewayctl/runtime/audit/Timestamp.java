package dev.gatewayctl.runtime.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// Times of records: RFC 3339 in UTC with milliseconds, always 24 characters, so that text order is
/// time order.
final class Timestamp {
  private Timestamp() {}

  /// The text of a time, cut to the millisecond.
  static String text(Instant time) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(24);
    digits(text, utc.getYear(), 4).append('-');
    digits(text, utc.getMonthValue(), 2).append('-');
    digits(text, utc.getDayOfMonth(), 2).append('T');
    digits(text, utc.getHour(), 2).append(':');
    digits(text, utc.getMinute(), 2).append(':');
    digits(text, utc.getSecond(), 2).append('.');
    return digits(text, time.getNano() / 1_000_000, 3).append('Z').toString();
  }

  private static StringBuilder digits(StringBuilder text, int number, int count) {
    String digits = Integer.toString(number);
    return text.repeat('0', Math.max(0, count - digits.length())).append(digits);
  }

  /// The time of any RFC 3339 text in UTC, or null.
  static @Nullable Instant parse(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
