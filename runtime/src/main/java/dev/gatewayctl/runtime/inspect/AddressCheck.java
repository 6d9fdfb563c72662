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
    if (before == ':' || (text[start] == ':' && isWord(before))) {
      return Verdict.BARRED;
    }
    int groups = 0;
    int length = 0;
    int longest = 0;
    int gaps = 0;
    boolean digit = false;
    for (int i = start; i < end; i++) {
      if (text[i] != ':') {
        if (length == 0) {
          groups++;
        }
        length++;
        longest = Math.max(longest, length);
        digit |= Validator.isDigit(text[i]);
        continue;
      }
      if (i + 1 < end && text[i + 1] == ':') {
        gaps++;
        if (i + 2 < end && text[i + 2] == ':') {
          return Verdict.INVALID;
        }
      }
      length = 0;
    }
    boolean whole = gaps == 0 && groups == 8;
    // Without a digit or a long group, `a::b` is a name in a program.
    boolean shortened = gaps == 1 && groups >= 2 && groups <= 7 && digit && longest >= 3;
    return whole || shortened ? Verdict.VALID : Verdict.INVALID;
  }
}
