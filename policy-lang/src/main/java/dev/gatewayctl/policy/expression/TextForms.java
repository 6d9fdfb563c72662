package dev.gatewayctl.policy.expression;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The texts that stand for other values in expressions: durations, timestamps, time zones,
/// networks. The same readers serve literals, when a policy is checked, and values at run time.
public final class TextForms {
  /// The first and the last moment that a timestamp can be: the years 1 to 9999.
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  /// The longest duration either way: 10,000 years, as in the CEL specification.
  private static final Duration LONGEST = Duration.ofDays(3_652_500);

  private static final Pattern DURATION_PART =
      Pattern.compile("([0-9]{1,20}(?:\\.[0-9]{0,20})?|\\.[0-9]{1,20})(ns|us|µs|μs|ms|s|m|h)");

  private static final Pattern OFFSET = Pattern.compile("([+-]?)([0-9]{2}):([0-9]{2})");

  private static final int LONGEST_TEXT = 200;

  private TextForms() {}

  /// A duration such as `1h30m`, `1.5s`, `-20ms`.
  public static Optional<Duration> duration(String text) {
    if (text.equals("0") || text.equals("+0") || text.equals("-0")) {
      return Optional.of(Duration.ZERO);
    }
    boolean negative = text.startsWith("-");
    int at = negative || text.startsWith("+") ? 1 : 0;
    if (at == text.length() || text.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = DURATION_PART.matcher(text);
    while (at < text.length()) {
      if (!part.find(at) || part.start() != at) {
        return Optional.empty();
      }
      nanos =
          nanos.add(
              new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit(part.group(2)))));
      at = part.end();
    }
    BigDecimal[] split = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
    if (split[0].compareTo(BigDecimal.valueOf(LONGEST.toSeconds())) > 0) {
      return Optional.empty();
    }
    Duration duration = Duration.ofSeconds(split[0].longValue(), split[1].longValue());
    return inRange(negative ? duration.negated() : duration);
  }

  private static long unit(String word) {
    return switch (word) {
      case "ns" -> 1L;
      case "us", "µs", "μs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case String hour -> 3_600_000_000_000L;
    };
  }

  /// The duration itself, unless it is longer than any may be.
  public static Optional<Duration> inRange(Duration duration) {
    return duration.abs().compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(duration);
  }

  /// A duration as seconds with as many decimals as it takes, such as `90s` or `0.5s`.
  public static String seconds(Duration duration) {
    BigDecimal seconds =
        BigDecimal.valueOf(duration.toSeconds()).add(BigDecimal.valueOf(duration.toNanosPart(), 9));
    return (seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString()) + "s";
  }

  /// A moment in the form of RFC 3339 such as `2027-01-31T08:00:00Z`.
  public static Optional<Instant> timestamp(String text) {
    if (text.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    try {
      return inRange(
          OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant());
    } catch (DateTimeException wrong) {
      return Optional.empty();
    }
  }

  /// The moment itself, unless it is outside the years 1 to 9999.
  public static Optional<Instant> inRange(Instant moment) {
    return moment.isBefore(FIRST) || moment.isAfter(LAST) ? Optional.empty() : Optional.of(moment);
  }

  /// A time zone by name, such as `Europe/Berlin`, or by its offset, such as `-09:30`.
  public static Optional<ZoneId> zone(String text) {
    Matcher offset = OFFSET.matcher(text);
    try {
      if (offset.matches()) {
        int minutes = Integer.parseInt(offset.group(2)) * 60 + Integer.parseInt(offset.group(3));
        int signed = offset.group(1).equals("-") ? -minutes : minutes;
        return Optional.of(ZoneOffset.ofTotalSeconds(signed * 60));
      }
      return Optional.of(ZoneId.of(text));
    } catch (DateTimeException unknown) {
      return Optional.empty();
    }
  }

  /// A network such as `10.0.0.0/8` or `2001:db8::/32`; an address alone is a network of one.
  public static Optional<Network> network(String text) {
    int slash = text.indexOf('/');
    InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return Optional.empty();
    }
    byte[] octets = address.getAddress();
    String length = slash < 0 ? String.valueOf(octets.length * 8) : text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > octets.length * 8) {
      return Optional.empty();
    }
    return Optional.of(new Network(octets, Integer.parseInt(length)));
  }

  private static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException noAddress) {
      return null;
    }
  }

  /// All addresses that share the first bits.
  public static final class Network {
    private final byte[] octets;
    private final int bits;

    private Network(byte[] octets, int bits) {
      this.octets = octets;
      this.bits = bits;
    }

    /// Whether bits beyond the length are set, as in `10.1.0.0/8`.
    public boolean hasStrayBits() {
      for (int bit = bits; bit < octets.length * 8; bit++) {
        if ((octets[bit / 8] >> (7 - bit % 8) & 1) != 0) {
          return true;
        }
      }
      return false;
    }

    public boolean contains(InetAddress address) {
      byte[] other = address.getAddress();
      if (other.length != octets.length) {
        return false;
      }
      int whole = bits / 8;
      for (int i = 0; i < whole; i++) {
        if (other[i] != octets[i]) {
          return false;
        }
      }
      int rest = bits % 8;
      return rest == 0 || ((other[whole] ^ octets[whole]) & 0xff) >> (8 - rest) == 0;
    }
  }
}
