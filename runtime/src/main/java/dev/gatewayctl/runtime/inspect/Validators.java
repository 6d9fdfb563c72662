package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.runtime.inspect.Validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The validators by the names that the catalogue uses. A change of what one accepts is a new
/// revision, so that the digest of every detector that uses it changes too.
final class Validators {
  /// Endings of file names that look like an address with `@2x`.
  private static final Set<String> FILE_ENDINGS =
      Set.of("png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "css", "js", "ts", "py", "html");

  private static final SortedMap<String, Validator> ALL =
      new TreeMap<>(
          Map.of(
              "anthropic_key/1", Validators::anthropicKey,
              "aws_access_key/1", Validators::awsAccessKey,
              "aws_secret_key/1", Validators::awsSecretKey,
              "basic_auth_url/1", BasicAuthCheck::check,
              "card/1", CardCheck::check,
              "email/1", Validators::email,
              "github_token/1", TokenCheck::github,
              "iban/1", IbanCheck::check,
              "ip_address/2", AddressCheck::check,
              "jwt/1", TokenCheck::jwt));

  static {
    ALL.put("openai_key/1", Validators::openaiKey);
    ALL.put("phone/2", PhoneCheck::check);
    ALL.put("us_ssn/1", Validators::usSsn);
  }

  private Validators() {}

  static Set<String> names() {
    return Set.copyOf(ALL.keySet());
  }

  static Validator named(String name) {
    Validator known = ALL.get(name);
    if (known == null) {
      throw new IllegalArgumentException("no validator " + name);
    }
    return known;
  }

  /// Keys that the vendor issues now end in `AA`.
  private static Verdict anthropicKey(byte[] text, int floor, int start, int end) {
    return text[end - 1] == 'A' && text[end - 2] == 'A' ? Verdict.VALID : Verdict.PLAUSIBLE;
  }

  /// Since 2018 the 16 characters are base32; older keys may hold 0, 1, 8 and 9.
  private static Verdict awsAccessKey(byte[] text, int floor, int start, int end) {
    for (int i = end - 16; i < end; i++) {
      if (text[i] == '0' || text[i] == '1' || text[i] == '8' || text[i] == '9') {
        return Verdict.PLAUSIBLE;
      }
    }
    return Verdict.VALID;
  }

  /// Forty characters of base64 and no more: 41 are part of something longer.
  private static Verdict awsSecretKey(byte[] text, int floor, int start, int end) {
    if (end - start > 40) {
      return Verdict.BARRED;
    }
    int before = Validator.before(text, floor, start);
    return Validator.isLetter(before) || Validator.isDigit(before) || before == '/' || before == '+'
        ? Verdict.INVALID
        : Verdict.PLAUSIBLE;
  }

  /// Every key made before and after the project keys holds this infix: base64 of the vendor's
  /// name.
  private static Verdict openaiKey(byte[] text, int floor, int start, int end) {
    String key = new String(text, start, end - start, StandardCharsets.ISO_8859_1);
    return key.contains("T3BlbkFJ") ? Verdict.VALID : Verdict.PLAUSIBLE;
  }

  private static Verdict email(byte[] text, int floor, int start, int end) {
    String address = new String(text, start, end - start, StandardCharsets.ISO_8859_1);
    int at = address.indexOf('@');
    String local = address.substring(0, at);
    String domain = address.substring(at + 1);
    if (local.startsWith(".") || local.endsWith(".") || local.contains("..")) {
      return Verdict.INVALID;
    }
    if (domain.startsWith("-") || domain.contains("-.") || domain.contains(".-")) {
      return Verdict.INVALID;
    }
    String last = domain.substring(domain.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return FILE_ENDINGS.contains(last) ? Verdict.BARRED : Verdict.VALID;
  }

  /// The rules of the issuer since 2011: no area 000, 666 or from 900, no group 00, no serial 0000.
  private static Verdict usSsn(byte[] text, int floor, int start, int end) {
    int before = Validator.before(text, floor, start);
    if (before == '-' || before == '.' || before == '/') {
      return Verdict.BARRED;
    }
    boolean spaced = end - start == 11;
    if (!spaced && end - start != 9) {
      return Verdict.INVALID;
    }
    int step = spaced ? 1 : 0;
    if (spaced && text[start + 3] != text[start + 6]) {
      return Verdict.INVALID;
    }
    int area = number(text, start, 3);
    int group = number(text, start + 3 + step, 2);
    int serial = number(text, start + 5 + 2 * step, 4);
    if (area <= 0 || area == 666 || area >= 900 || group <= 0 || serial <= 0) {
      return Verdict.INVALID;
    }
    return spaced && text[start + 3] == '-' ? Verdict.VALID : Verdict.PLAUSIBLE;
  }

  /// The number of that many digits, or -1 when one of them is none.
  private static int number(byte[] text, int at, int digits) {
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      if (!Validator.isDigit(text[i])) {
        return -1;
      }
      value = 10 * value + text[i] - '0';
    }
    return value;
  }
}
