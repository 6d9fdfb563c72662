package dev.gatewayctl.runtime.inspect;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import dev.gatewayctl.runtime.inspect.Validator.Verdict;
import org.jspecify.annotations.Nullable;

/// Telephone numbers. A number with its country code is checked against the numbering plans
/// (libphonenumber). A national number is judged by how it is written: which plan it belongs to is
/// not known, so that its digits say little and its form much. What is left needs a word near it.
final class PhoneCheck {
  private static final int FEWEST = 6;
  private static final int MOST = 15;
  private static final int MOST_GROUPS = 8;
  private static final String UNKNOWN_REGION = "ZZ";

  private PhoneCheck() {}

  /// How a candidate is written.
  private static final class Written {
    /// Values 0 to 9, without those of the extension.
    final byte[] digits = new byte[MOST];

    int count;

    /// How many digits each run has.
    final int[] groups = new int[MOST_GROUPS];

    int groupCount;

    /// What stands behind each run: its first character.
    final byte[] separators = new byte[MOST_GROUPS];

    boolean shaped(int... lengths) {
      if (groupCount != lengths.length) {
        return false;
      }
      for (int i = 0; i < lengths.length; i++) {
        if (groups[i] != lengths[i]) {
          return false;
        }
      }
      return true;
    }

    boolean separatedBy(int separator) {
      for (int i = 0; i + 1 < groupCount; i++) {
        if (separators[i] != separator) {
          return false;
        }
      }
      return groupCount > 1;
    }

    int value(int from, int to) {
      int value = 0;
      for (int i = from; i < to; i++) {
        value = 10 * value + digits[i];
      }
      return value;
    }
  }

  static Verdict check(byte[] text, int floor, int start, int end) {
    int before = Validator.before(text, floor, start);
    int first = text[start];
    if (isPartOfSomething(before, first)) {
      return Verdict.INVALID;
    }
    int numberEnd = withoutExtension(text, start, end);
    Written written = read(text, start, numberEnd);
    if (written == null || written.count < FEWEST || written.count > MOST) {
      return Verdict.INVALID;
    }
    boolean international = first == '+' || (first == '(' && text[start + 1] == '+');
    if (international) {
      return isPossible(text, start, numberEnd) ? Verdict.VALID : Verdict.INVALID;
    }
    if (isSomethingElse(written)) {
      return Verdict.BARRED;
    }
    return nationalForm(text, start, numberEnd, written);
  }

  private static boolean isPartOfSomething(int before, int first) {
    if (first == '+') {
      return Validator.isDigit(before) || Validator.isLetter(before) || before == '+';
    }
    return Validator.isDigit(before)
        || Validator.isLetter(before)
        || before == '.'
        || before == '-'
        || before == '+'
        || before == '_'
        || before == '#'
        || before == '$'
        || before == '/';
  }

  private static int withoutExtension(byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (Validator.isLetter(text[i])) {
        int last = i;
        while (!Validator.isDigit(text[last - 1]) && text[last - 1] != ')') {
          last--;
        }
        return last;
      }
    }
    return end;
  }

  private static @Nullable Written read(byte[] text, int start, int end) {
    var written = new Written();
    boolean inGroup = false;
    for (int i = start; i < end; i++) {
      if (!Validator.isDigit(text[i])) {
        if (inGroup) {
          written.separators[written.groupCount - 1] = text[i];
        }
        inGroup = false;
        continue;
      }
      if (written.count == MOST || (!inGroup && written.groupCount == MOST_GROUPS)) {
        return null;
      }
      if (!inGroup) {
        written.groupCount++;
      }
      inGroup = true;
      written.digits[written.count++] = (byte) (text[i] - '0');
      written.groups[written.groupCount - 1]++;
    }
    return written;
  }

  /// Dates, decimal fractions, addresses, cards.
  private static boolean isSomethingElse(Written written) {
    boolean year = isYear(written.value(0, 4));
    if ((written.shaped(4, 2, 2) && year && isMonth(written.value(4, 6)))
        || (written.shaped(2, 2, 4) && isYear(written.value(4, 8)) && !written.separatedBy(' '))
        || (written.shaped(4, 2, 2, 2) && year && isMonth(written.value(4, 6)))
        || (written.shaped(4, 2, 2, 2, 2) && year)
        || (written.shaped(4, 4) && year && isYear(written.value(4, 8)))) {
      return true;
    }
    if (written.groupCount == 2 && (written.separators[0] == '.' || written.separators[0] == '/')) {
      return written.groups[0] < 3 || written.separators[0] == '.';
    }
    if (written.groupCount == 4 && written.separatedBy('.') && written.digits[0] != 0) {
      return written.groups[3] <= 3 && written.groups[0] <= 3;
    }
    return CardCheck.isCard(written.digits, written.count);
  }

  private static boolean isYear(int number) {
    return number >= 1900 && number < 2100;
  }

  private static boolean isMonth(int number) {
    return number >= 1 && number <= 12;
  }

  private static Verdict nationalForm(byte[] text, int start, int end, Written written) {
    int last = written.groups[written.groupCount - 1];
    if (written.groupCount > 1 && last < 2) {
      return Verdict.INVALID;
    }
    boolean area = text[start] == '(';
    if (area) {
      boolean sized = written.count >= 8 && written.count <= 12 && written.groupCount >= 2;
      boolean citation = written.groups[0] == 4 && isYear(written.value(0, 4));
      boolean inside = written.separators[0] == ')' && written.groups[0] >= 2;
      return sized && inside && !citation ? Verdict.VALID : Verdict.INVALID;
    }
    if (written.digits[0] == 0 && written.digits[1] == 0) {
      boolean grouped = written.groupCount >= 3 && written.groups[0] <= 5;
      return grouped && isPossibleAbroad(text, start, end) ? Verdict.VALID : Verdict.PLAUSIBLE;
    }
    boolean northAmerican =
        written.shaped(3, 3, 4) || (written.shaped(1, 3, 3, 4) && written.digits[0] == 1);
    if (northAmerican && !written.separatedBy(' ')) {
      return Verdict.VALID;
    }
    boolean socialSecurity = written.shaped(3, 2, 4) && written.separatedBy('-');
    boolean trunk = written.digits[0] == 0 && isTrunkForm(written) && !socialSecurity;
    return trunk ? Verdict.VALID : Verdict.PLAUSIBLE;
  }

  /// A leading zero, then groups: how most of the world writes a number at home.
  private static boolean isTrunkForm(Written written) {
    if (written.groupCount < 2 || written.count < 9 || written.count > 12) {
      return false;
    }
    for (int i = 0; i < written.groupCount; i++) {
      if (written.groups[i] < 2) {
        return false;
      }
    }
    boolean pairs = written.groups[0] == 2;
    return written.groups[0] <= 5 && (!pairs || written.groupCount >= 4 || written.groups[1] >= 3);
  }

  private static boolean isPossible(byte[] text, int start, int end) {
    return isPossible(new StringBuilder(), text, start, end);
  }

  /// The international prefix of most countries, `00`, in place of `+`.
  private static boolean isPossibleAbroad(byte[] text, int start, int end) {
    return isPossible(new StringBuilder("+"), text, start + 2, end);
  }

  private static boolean isPossible(StringBuilder number, byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (Validator.isDigit(text[i]) || text[i] == '+') {
        number.append((char) text[i]);
      }
    }
    PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
    try {
      return plans.isPossibleNumber(plans.parse(number, UNKNOWN_REGION));
    } catch (NumberParseException _) {
      return false;
    }
  }
}
