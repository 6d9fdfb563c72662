package dev.gatewayctl.policy.checking;

import java.util.Locale;
import java.util.Optional;

/// Numbers with units belong to configuration; this finds what they mean in an expression.
final class NumberUnit {
  private NumberUnit() {}

  /// What to write for `4k`, `2MiB`, `60s` or `5u`; empty when the letters are no unit.
  static Optional<String> plain(String written) {
    int digits = 0;
    while (digits < written.length() && "0123456789.".indexOf(written.charAt(digits)) >= 0) {
      digits++;
    }
    String number = written.substring(0, digits);
    String unit = written.substring(digits).toLowerCase(Locale.ROOT);
    return switch (unit) {
      case "k", "kb" -> times(number, 1_000);
      case "m", "mb" -> times(number, 1_000_000);
      case "kib" -> times(number, 1 << 10);
      case "mib" -> times(number, 1 << 20);
      case "u", "l" -> Optional.of(number);
      case "s", "ms", "h", "min" ->
          Optional.of("duration('" + number + (unit.equals("min") ? "m" : unit) + "')");
      case String other -> Optional.empty();
    };
  }

  private static Optional<String> times(String number, long factor) {
    try {
      return Optional.of(Long.toString(Math.multiplyExact(Long.parseLong(number), factor)));
    } catch (ArithmeticException | NumberFormatException notWhole) {
      return Optional.empty();
    }
  }
}
