package dev.gatewayctl.policy.field;

import dev.gatewayctl.policy.catalog.PriceBook;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the texts of scalars as values. Each method reports what is wrong and gives null then.
public final class Scalars {
  private static final Duration LONGEST = Duration.ofDays(3660);
  private static final int LONGEST_NAME = 128;

  private static final Pattern DURATION = Pattern.compile("(?:[0-9]{1,9}(?:ms|s|m|h|d|w))+");
  private static final Pattern DURATION_PART = Pattern.compile("([0-9]+)(ms|s|m|h|d|w)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(KiB|MiB|GiB|B)?");
  private static final Pattern COUNT = Pattern.compile("([0-9]{1,15})([kMG])?");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,12}(?:\\.[0-9]{1,18})?");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Set<String> WORDS_OF_EXPRESSIONS = Set.of("true", "false", "null", "in");
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");

  private final Diagnostics out;

  /// @param out takes what is wrong
  public Scalars(Diagnostics out) {
    this.out = out;
  }

  /// `60s`, `1h30m`, `250ms`; longer than nothing.
  public @Nullable Duration duration(Scalar scalar) {
    String text = scalar.value();
    if (!DURATION.matcher(text).matches()) {
      Diagnostics.Draft draft =
          wrong(DiagnosticCode.INVALID_DURATION, scalar, "`%s` is not a duration".formatted(text))
              .help("write a number with its unit, such as `250ms`, `60s`, `5m`, `12h` or `30d`");
      if (text.matches("[0-9]{1,9}")) {
        draft.fix(scalar.span(), text + "s");
      }
      return null;
    }
    Duration sum = Duration.ZERO;
    Matcher part = DURATION_PART.matcher(text);
    while (part.find()) {
      sum = sum.plus(unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
    }
    if (sum.isZero() || sum.compareTo(LONGEST) > 0) {
      wrong(
          DiagnosticCode.OUT_OF_RANGE,
          scalar,
          "`%s` is not between 1ms and %dd".formatted(text, LONGEST.toDays()));
      return null;
    }
    return sum;
  }

  private static Duration unit(String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(1);
      case "s" -> Duration.ofSeconds(1);
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      case "d" -> Duration.ofDays(1);
      case "w" -> Duration.ofDays(7);
      default -> throw new IllegalStateException("unit " + unit);
    };
  }

  /// `4MiB` in bytes, at most `most`.
  public @Nullable Integer size(Scalar scalar, int most) {
    Matcher matcher = SIZE.matcher(scalar.value());
    if (!matcher.matches()) {
      wrong(
              DiagnosticCode.INVALID_SIZE,
              scalar,
              "`%s` is not a size in bytes".formatted(scalar.value()))
          .help("write a whole number with its unit, such as `32KiB` or `4MiB`");
      return null;
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    long factor =
        switch (unit) {
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1;
        };
    long number = Long.parseLong(matcher.group(1));
    if (number < 1 || number > most / factor) {
      wrong(
          DiagnosticCode.OUT_OF_RANGE,
          scalar,
          "`%s` is not between 1B and %s".formatted(scalar.value(), shownSize(most)));
      return null;
    }
    return (int) (number * factor);
  }

  private static String shownSize(int bytes) {
    return bytes % (1 << 20) == 0 ? (bytes >> 20) + "MiB" : (bytes >> 10) + "KiB";
  }

  /// `60` or `200k`, between the two.
  public @Nullable Long count(Scalar scalar, long least, long most) {
    String text = scalar.value().replace("_", "");
    Matcher matcher = COUNT.matcher(text);
    if (!matcher.matches()) {
      wrong(
              DiagnosticCode.INVALID_NUMBER,
              scalar,
              "`%s` is not a whole number".formatted(scalar.value()))
          .help("write digits only, or thousands and millions such as `200k` and `2M`");
      return null;
    }
    long factor =
        switch (matcher.group(2) == null ? "" : matcher.group(2)) {
          case "k" -> 1_000;
          case "M" -> 1_000_000;
          case "G" -> 1_000_000_000;
          default -> 1;
        };
    BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(factor));
    if (!between(value, BigDecimal.valueOf(least), BigDecimal.valueOf(most))) {
      outOfRange(scalar, Long.toString(least), Long.toString(most));
      return null;
    }
    return value.longValueExact();
  }

  /// `0.85`, between the two.
  public @Nullable Double decimal(Scalar scalar, double least, double most) {
    BigDecimal value = decimal(scalar);
    if (value == null) {
      return null;
    }
    if (!between(value, BigDecimal.valueOf(least), BigDecimal.valueOf(most))) {
      outOfRange(
          scalar,
          BigDecimal.valueOf(least).stripTrailingZeros().toPlainString(),
          BigDecimal.valueOf(most).stripTrailingZeros().toPlainString());
      return null;
    }
    return value.doubleValue();
  }

  /// US dollars as nano-dollars, exactly.
  public OptionalLong nanoDollars(Scalar scalar) {
    OptionalLong nanos = PriceBook.nanos(scalar.value());
    if (nanos.isEmpty()) {
      wrong(
              DiagnosticCode.INVALID_NUMBER,
              scalar,
              "`%s` is not an amount of US dollars".formatted(scalar.value()))
          .help("write a decimal from 0 to 1000000 with at most 9 decimals, such as `0.25`");
    }
    return nanos;
  }

  private @Nullable BigDecimal decimal(Scalar scalar) {
    if (!DECIMAL.matcher(scalar.value()).matches()) {
      wrong(
              DiagnosticCode.INVALID_NUMBER,
              scalar,
              "`%s` is not a decimal number".formatted(scalar.value()))
          .help("write it such as `0.25` or `3`, without a sign of currency");
      return null;
    }
    return new BigDecimal(scalar.value());
  }

  /// `true` or `false`.
  public @Nullable Boolean flag(Scalar scalar) {
    return switch (scalar.value()) {
      case "true" -> true;
      case "false" -> false;
      default -> {
        String meant =
            switch (scalar.value().toLowerCase(Locale.ROOT)) {
              case "yes", "on", "true", "y", "1" -> "true";
              case "no", "off", "false", "n", "0" -> "false";
              default -> "";
            };
        Diagnostics.Draft draft =
            wrong(
                    DiagnosticCode.WRONG_SHAPE,
                    scalar,
                    "`%s` is neither `true` nor `false`".formatted(scalar.value()))
                .label("expected `true` or `false`");
        if (!meant.isEmpty()) {
          draft.help("write `" + meant + "`").fix(scalar.span(), meant);
        }
        yield null;
      }
    };
  }

  /// One of the words.
  public @Nullable String word(Scalar scalar, Collection<String> words) {
    if (words.contains(scalar.value())) {
      return scalar.value();
    }
    wrong(
            DiagnosticCode.UNKNOWN_WORD,
            scalar,
            "`%s` is not one of the words that may stand here".formatted(scalar.value()))
        .label("expected " + oneOf(words))
        .suggest(Spelling.nearest(scalar.value(), words));
    return null;
  }

  /// A day such as `2027-03-31`.
  public @Nullable LocalDate date(Scalar scalar) {
    try {
      return LocalDate.parse(scalar.value());
    } catch (DateTimeException e) {
      wrong(
              DiagnosticCode.INVALID_DATE,
              scalar,
              "`%s` is not a day of the calendar".formatted(scalar.value()))
          .help("write year, month and day such as `2027-03-31`");
      return null;
    }
  }

  /// A time zone such as `Europe/Berlin`.
  public @Nullable ZoneId zone(Scalar scalar) {
    try {
      return ZoneId.of(scalar.value());
    } catch (DateTimeException e) {
      wrong(
              DiagnosticCode.INVALID_TIME_ZONE,
              scalar,
              "`%s` is not a time zone".formatted(scalar.value()))
          .help("write `UTC` or a region such as `Europe/Berlin`")
          .suggest(Spelling.nearest(scalar.value(), ZoneId.getAvailableZoneIds()));
      return null;
    }
  }

  /// `host:port`.
  public @Nullable String address(Scalar scalar) {
    Matcher matcher = ADDRESS.matcher(scalar.value());
    if (matcher.matches() && Integer.parseInt(matcher.group(2)) <= 0xffff) {
      return scalar.value();
    }
    Diagnostics.Draft draft =
        wrong(
                DiagnosticCode.INVALID_ADDRESS,
                scalar,
                "`%s` is not a host and a port".formatted(scalar.value()))
            .help("write both, such as `127.0.0.1:8080` or `[::1]:8080`");
    if (scalar.value().matches(":[0-9]{1,5}")) {
      draft.help("for every address of the machine write `0.0.0.0" + scalar.value() + "`");
    }
    return null;
  }

  /// An `http` or `https` URL that can be the base of a provider's paths.
  public @Nullable String url(Scalar scalar) {
    String why = wrongWithUrl(scalar.value());
    if (why.isEmpty()) {
      return scalar.value();
    }
    if (scalar.value().contains("@")) {
      scalar.span().hide(); // a password may stand in it
    }
    wrong(DiagnosticCode.INVALID_URL, scalar, "this is not the base of a provider's paths: " + why)
        .help("write scheme, host and path, such as `https://api.openai.com/v1`");
    return null;
  }

  private static String wrongWithUrl(String text) {
    try {
      URI uri = new URI(text);
      if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
        return "it does not begin with `https://` or `http://`";
      }
      if (uri.getHost() == null || uri.getHost().isEmpty()) {
        return "it names no host";
      }
      if (uri.getRawUserInfo() != null) {
        return "a user or password stands in it; use `api_key`";
      }
      return uri.getRawQuery() != null || uri.getRawFragment() != null
          ? "it has a query or a fragment"
          : "";
    } catch (URISyntaxException e) {
      return "it is not a URL";
    }
  }

  /// SHA-256 as hex, with or without `sha256:` before it.
  public @Nullable String hash(Scalar scalar) {
    String text = scalar.value();
    String hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
    if (HASH.matcher(hex).matches()) {
      return hex;
    }
    if (HASH.matcher(hex.toLowerCase(Locale.ROOT)).matches()) {
      wrong(DiagnosticCode.INVALID_HASH, scalar, "the hex digits are not lower case")
          .fix(scalar.span(), text.toLowerCase(Locale.ROOT));
      return null;
    }
    scalar.span().hide(); // it may be the key itself
    wrong(
            DiagnosticCode.INVALID_HASH,
            scalar,
            "this is not a SHA-256 hash: it is not 64 hex digits")
        .help("`gatewayctl keys hash` prints the hash of a key; the key itself never stands here");
    return null;
  }

  /// Whether the key is a name of a rule, team, app and the like.
  public boolean name(Scalar key) {
    boolean fits = NAME.matcher(key.value()).matches() && key.value().length() <= LONGEST_NAME;
    if (!fits) {
      String meant = key.value().toLowerCase(Locale.ROOT).replace(' ', '-');
      Diagnostics.Draft draft =
          wrong(DiagnosticCode.INVALID_NAME, key, "`%s` is not a name".formatted(shown(key)))
              .help(
                  "a name has lower-case letters, digits, `.`, `_` and `-` and begins with a letter"
                      + " or digit");
      if (NAME.matcher(meant).matches() && meant.length() <= LONGEST_NAME) {
        draft.fix(key.span(), meant);
      }
    }
    return fits && notReserved(key);
  }

  /// Whether the key can stand in an expression without quotes.
  public boolean identifier(Scalar key) {
    if (WORDS_OF_EXPRESSIONS.contains(key.value())) {
      wrong(
              DiagnosticCode.NAME_NOT_USABLE_IN_EXPRESSIONS,
              key,
              "`%s` has a meaning of its own in expressions".formatted(key.value()))
          .help("choose another name");
      return false;
    }
    if (IDENTIFIER.matcher(key.value()).matches() && key.value().length() <= LONGEST_NAME) {
      return notReserved(key);
    }
    String meant = key.value().toLowerCase(Locale.ROOT).replaceAll("[-. ]", "_");
    Diagnostics.Draft draft =
        wrong(
                DiagnosticCode.NAME_NOT_USABLE_IN_EXPRESSIONS,
                key,
                "`%s` cannot stand in an expression without quotes".formatted(shown(key)))
            .help("write lower-case letters, digits and `_`, a letter first");
    if (IDENTIFIER.matcher(meant).matches() && meant.length() <= LONGEST_NAME) {
      draft.help("for instance `" + meant + "`").fix(key.span(), meant);
    }
    return false;
  }

  /// Whether the text can be the name of a model.
  public boolean modelName(Scalar scalar) {
    String text = scalar.value();
    boolean fits =
        !text.isEmpty()
            && text.length() <= LONGEST_NAME
            && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!fits) {
      wrong(
              DiagnosticCode.INVALID_NAME,
              scalar,
              "`%s` is not a model name".formatted(shown(scalar)))
          .help("a model name has 1 to 128 printable ASCII characters and no space");
    }
    return fits && notReserved(scalar);
  }

  private boolean notReserved(Scalar key) {
    if (!key.value().equals("none")) {
      return true;
    }
    wrong(DiagnosticCode.INVALID_NAME, key, "`none` is no name: it stands for an absent value");
    return false;
  }

  private static String shown(Scalar key) {
    String text = key.value();
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  private void outOfRange(Scalar scalar, String least, String most) {
    wrong(
        DiagnosticCode.OUT_OF_RANGE,
        scalar,
        "`%s` is not between %s and %s".formatted(scalar.value(), least, most));
  }

  private static boolean between(BigDecimal value, BigDecimal least, BigDecimal most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  private Diagnostics.Draft wrong(DiagnosticCode code, Scalar scalar, String message) {
    Span span = scalar.span();
    return out.report(code, span, message.replace('\n', ' '));
  }

  /// `` `a`, `b` or `c` ``.
  public static String oneOf(Collection<String> words) {
    StringBuilder text = new StringBuilder();
    int left = words.size();
    for (String word : words) {
      text.append('`').append(word).append('`');
      left--;
      text.append(left > 1 ? ", " : left == 1 ? " or " : "");
    }
    return text.toString();
  }
}
