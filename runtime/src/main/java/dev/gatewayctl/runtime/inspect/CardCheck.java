package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.runtime.inspect.Validator.Verdict;

/// Payment card numbers: ISO/IEC 7812 check digit, the schemes' prefixes and lengths, and the ways
/// in which cards are written.
final class CardCheck {
  private static final int FEWEST = 12;
  private static final int MOST = 19;

  /// First and last prefix, how many digits of the number they have, fewest and most digits of the
  /// number. From the schemes' own public ranges.
  private static final int[][] SCHEMES = {
    {4, 4, 1, 13, 13}, // Visa
    {4, 4, 1, 16, 16},
    {4, 4, 1, 19, 19},
    {51, 55, 2, 16, 16}, // Mastercard
    {2221, 2720, 4, 16, 16},
    {34, 34, 2, 15, 15}, // American Express
    {37, 37, 2, 15, 15},
    {300, 305, 3, 14, 19}, // Diners Club
    {3095, 3095, 4, 14, 19},
    {36, 36, 2, 14, 19},
    {38, 39, 2, 14, 19},
    {6011, 6011, 4, 16, 19}, // Discover
    {644, 649, 3, 16, 19},
    {65, 65, 2, 16, 19},
    {62, 62, 2, 16, 19}, // UnionPay
    {81, 81, 2, 16, 19},
    {3528, 3589, 4, 16, 19}, // JCB
    {2131, 2131, 4, 15, 15},
    {1800, 1800, 4, 15, 15},
    {5018, 5018, 4, 12, 19}, // Maestro
    {5020, 5020, 4, 12, 19},
    {5038, 5038, 4, 12, 19},
    {5893, 5893, 4, 12, 19},
    {6304, 6304, 4, 12, 19},
    {6390, 6390, 4, 12, 19},
    {6759, 6759, 4, 12, 19},
    {6761, 6763, 4, 12, 19},
    {50, 50, 2, 16, 19},
    {56, 58, 2, 16, 19},
    {2200, 2205, 4, 16, 19}, // Mir
    {60, 60, 2, 16, 16}, // RuPay
    {82, 82, 2, 16, 16},
    {9792, 9792, 4, 16, 16}, // Troy
    {5019, 5019, 4, 16, 16}, // Dankort
  };

  private CardCheck() {}

  static Verdict check(byte[] text, int floor, int start, int end) {
    int before = Validator.before(text, floor, start);
    if (before == '.' || before == '-' || before == '/' || before == '_') {
      return Verdict.BARRED;
    }
    byte[] digits = new byte[end - start];
    int count = 0;
    int groupDigits = 0;
    int separator = 0;
    int longestGroup = 0;
    int groups = 1;
    for (int i = start; i < end; i++) {
      if (Validator.isDigit(text[i])) {
        digits[count++] = (byte) (text[i] - '0');
        groupDigits++;
        longestGroup = Math.max(longestGroup, groupDigits);
      } else {
        if ((separator != 0 && text[i] != separator) || groupDigits < 4) {
          return Verdict.INVALID;
        }
        separator = text[i];
        groupDigits = 0;
        groups++;
      }
    }
    if (count < FEWEST || count > MOST || (groups > 1 && longestGroup > 8)) {
      return Verdict.INVALID;
    }
    if (!isLuhn(digits, count)) {
      return Verdict.INVALID;
    }
    return isIssued(digits, count) ? Verdict.VALID : Verdict.PLAUSIBLE;
  }

  /// Whether digits are a card number of a known scheme.
  static boolean isCard(byte[] digits, int count) {
    return count >= FEWEST && count <= MOST && isLuhn(digits, count) && isIssued(digits, count);
  }

  /// The check digit of ISO/IEC 7812-1, over values 0 to 9.
  static boolean isLuhn(byte[] digits, int count) {
    int sum = 0;
    boolean twice = false;
    for (int i = count - 1; i >= 0; i--) {
      int digit = twice ? 2 * digits[i] : digits[i];
      sum += digit > 9 ? digit - 9 : digit;
      twice = !twice;
    }
    return sum % 10 == 0;
  }

  private static boolean isIssued(byte[] digits, int count) {
    for (int[] scheme : SCHEMES) {
      int prefix = 0;
      for (int i = 0; i < scheme[2]; i++) {
        prefix = 10 * prefix + digits[i];
      }
      if (prefix >= scheme[0] && prefix <= scheme[1] && count >= scheme[3] && count <= scheme[4]) {
        return true;
      }
    }
    return false;
  }
}
