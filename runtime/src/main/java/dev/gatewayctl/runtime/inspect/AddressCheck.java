package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.runtime.inspect.Validator.Verdict;

/// Internet addresses. Loopback, unspecified and broadcast addresses name no machine of anybody and
/// are none here.
final class AddressCheck {
  private AddressCheck() {}

  static Verdict check(byte[] text, int floor, int start, int end) {
    for (int i = start; i < end; i++) {
      if (text[i] == ':') {
        return sixteen(text, floor, start, end);
      }
    }
    return four(text, floor, start, end);
  }

  private static Verdict four(byte[] text, int floor, int start, int end) {
    int before = Validator.before(text, floor, start);
    if (before == '.' || (before == '-' && start - 1 > floor && isWord(text[start - 2]))) {
      return Verdict.BARRED;
    }
    int parts = 0;
    int value = -1;
    long address = 0;
    for (int i = start; i <= end; i++) {
      if (i < end && Validator.isDigit(text[i])) {
        if (value == 0) {
          return Verdict.BARRED;
        }
        value = Math.max(0, value) * 10 + text[i] - '0';
        continue;
      }
      if (value < 0 || value > 255) {
        return Verdict.BARRED;
      }
      address = address << 8 | value;
      value = -1;
      parts++;
    }
    boolean nobody = address == 0 || address == 0xFFFFFFFFL || address >>> 24 == 127;
    return parts != 4 || nobody ? Verdict.BARRED : Verdict.VALID;
  }

  private static boolean isWord(int b) {
    return Validator.isDigit(b) || Validator.isLetter(b);
  }

  private static Verdict sixteen(byte[] text, int floor, int start, int end) {
    int before = Validator.before(text, floor, start);
    // Behind a word, `::` parts the names of a program.
    if (before == ':' || (text[start] == ':' && (isWord(before) || before == '_'))) {
      return Verdict.BARRED;
    }
    int groups = 0;
    int length = 0;
    int longest = 0;
    int gaps = 0;
    int colons = 0;
    boolean digit = false;
    for (int i = start; i < end; i++) {
      if (text[i] == ':') {
        colons++;
        gaps += colons == 2 ? 1 : 0;
        length = 0;
        if (colons > 2) {
          return Verdict.INVALID;
        }
        continue;
      }
      groups += length == 0 ? 1 : 0;
      colons = 0;
      length++;
      longest = Math.max(longest, length);
      digit |= Validator.isDigit(text[i]);
    }
    if (longest > 4) {
      return Verdict.BARRED;
    }
    boolean whole = gaps == 0 && groups == 8 && colons == 0;
    // Without a digit or a long group, `a::b` is a name in a program.
    boolean shortened =
        gaps == 1 && groups >= 2 && groups <= 7 && colons != 1 && digit && longest >= 3;
    return whole || shortened ? Verdict.VALID : Verdict.INVALID;
  }
}
