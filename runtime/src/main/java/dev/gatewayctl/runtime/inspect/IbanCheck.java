package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.runtime.inspect.Validator.Verdict;
import java.util.HashMap;
import java.util.Map;

/// ISO 13616 account numbers: the country's length and ISO 7064 MOD 97-10.
final class IbanCheck {
  private static final int FEWEST_TOGETHER = 2;

  /// Country and length, from the registry of the standard.
  private static final String LENGTHS =
      "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 "
          + "DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 "
          + "HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 "
          + "MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 "
          + "RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 "
          + "VG24 XK20 YE30";

  private static final Map<Integer, Integer> LENGTH_OF = lengths();

  private IbanCheck() {}

  private static Map<Integer, Integer> lengths() {
    var lengths = new HashMap<Integer, Integer>();
    for (String entry : LENGTHS.split(" ", -1)) {
      lengths.put(country(entry.charAt(0), entry.charAt(1)), Integer.parseInt(entry.substring(2)));
    }
    return Map.copyOf(lengths);
  }

  private static int country(int first, int second) {
    return first << 8 | second;
  }

  private static int upper(int b) {
    return Validator.isLetter(b) ? b & ~0x20 : b;
  }

  static Verdict check(byte[] text, int floor, int start, int end) {
    Integer length = LENGTH_OF.get(country(upper(text[start]), upper(text[start + 1])));
    if (length == null) {
      return Verdict.BARRED;
    }
    int count = 0;
    int together = 0;
    int separator = 0;
    // The first four characters count last.
    int head = 0;
    int remainder = 0;
    for (int i = start; i < end; i++) {
      int b = upper(text[i]);
      if (!Validator.isDigit(b) && !Validator.isLetter(b)) {
        if ((separator != 0 && b != separator) || together < FEWEST_TOGETHER) {
          return Verdict.INVALID;
        }
        separator = b;
        together = 0;
        continue;
      }
      together++;
      count++;
      if (count > length) {
        return Verdict.INVALID;
      }
      int value = Validator.isDigit(b) ? b - '0' : b - 'A' + 10;
      if (count <= 4) {
        head = head * (value > 9 ? 100 : 10) + value;
      } else {
        remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
      }
    }
    return count == length && (remainder * 1_000_000L + head) % 97 == 1
        ? Verdict.VALID
        : Verdict.INVALID;
  }
}
