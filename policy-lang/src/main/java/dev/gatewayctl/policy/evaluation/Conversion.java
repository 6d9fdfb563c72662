package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.evaluation.Node.Failure;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.TextForms;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// `int(x)`, `string(x)` and the other conversions.
final class Conversion {
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,30}");
  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?(?:[0-9]{1,400}(?:\\.[0-9]{0,400})?|\\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,5})?");

  private Conversion() {}

  static Object apply(Function function, Object value) {
    return switch (function) {
      case TO_INT -> toInt(value);
      case TO_DOUBLE -> toDouble(value);
      case TO_BOOL -> toBool(value);
      case TO_BYTES -> toBytes(value);
      case TO_STRING -> toText(value);
      case TO_DURATION ->
          switch (value) {
            case Duration duration -> duration;
            case String text -> orFailure(TextForms.duration(text));
            case Object other -> Failure.WRONG_TYPE;
          };
      case TO_TIMESTAMP -> toTimestamp(value);
      case Function other -> throw new IllegalArgumentException(other + " converts nothing");
    };
  }

  private static Object orFailure(Optional<?> value) {
    return value.isPresent() ? value.get() : Failure.NOT_CONVERTIBLE;
  }

  private static Object toInt(Object value) {
    return switch (value) {
      case Long whole -> whole;
      case Double number ->
          number > -0x1p63 && number < 0x1p63
              ? (Object) (long) number.doubleValue()
              : Failure.OVERFLOW;
      case String text -> {
        if (!WHOLE.matcher(text).matches()) {
          yield Failure.NOT_CONVERTIBLE;
        }
        try {
          yield Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
          yield Failure.OVERFLOW;
        }
      }
      case Instant moment -> moment.getEpochSecond();
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object toDouble(Object value) {
    return switch (value) {
      case Double number -> number;
      case Long whole -> (double) whole;
      case String text -> {
        boolean special = text.equals("NaN") || text.matches("[+-]?Infinity");
        yield special || NUMBER.matcher(text).matches()
            ? (Object) Double.parseDouble(text)
            : Failure.NOT_CONVERTIBLE;
      }
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object toBool(Object value) {
    return switch (value) {
      case Boolean truth -> truth;
      case String text ->
          switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            case String other -> Failure.NOT_CONVERTIBLE;
          };
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object toBytes(Object value) {
    return switch (value) {
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object toTimestamp(Object value) {
    return switch (value) {
      case Instant moment -> moment;
      case String text -> orFailure(TextForms.timestamp(text));
      case Long seconds when Math.abs((double) seconds) < 1e12 ->
          orFailure(TextForms.inRange(Instant.ofEpochSecond(seconds)));
      case Long seconds -> Failure.OVERFLOW;
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  static Object toText(Object value) {
    return switch (value) {
      case String text -> text;
      case Long whole -> whole.toString();
      case Boolean truth -> truth.toString();
      case Double number -> number(number);
      case Duration duration -> TextForms.seconds(duration);
      case Instant moment -> moment.toString();
      case InetAddress address -> address.getHostAddress();
      case byte[] bytes -> {
        try {
          yield StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
          yield Failure.NOT_CONVERTIBLE;
        }
      }
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  /// The shortest digits that read back as the same double: plain from 0.0001 up to 1e21, with an
  /// exponent elsewhere.
  private static String number(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    double size = Math.abs(number);
    if (size >= 1e-4 && size < 1e21) {
      return digits.toPlainString();
    }
    int exponent = digits.precision() - digits.scale() - 1;
    String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
