package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.runtime.inspect.Validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;

/// Tokens that carry the means to check them.
final class TokenCheck {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static final int CHECKSUM = 6;
  private static final int CLASSIC_PREFIX = 4;

  private TokenCheck() {}

  /// The first part of a JSON web token is JSON and names an algorithm (RFC 7515, section 4.1.1).
  static Verdict jwt(byte[] text, int floor, int start, int end) {
    return isHeader(text, start, end) ? Verdict.VALID : Verdict.INVALID;
  }

  private static boolean isHeader(byte[] text, int start, int end) {
    int dot = start;
    while (dot < end && text[dot] != '.') {
      dot++;
    }
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(Arrays.copyOfRange(text, start, dot));
      String json = new String(decoded, StandardCharsets.UTF_8).strip();
      return json.startsWith("{") && json.endsWith("}") && json.contains("\"alg\"");
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /// The classic forms end in six base62 digits of the CRC-32 of what stands before them, without
  /// the prefix. The fine-grained form has no published checksum; the stateless form of
  /// installation tokens is a JSON web token behind the app's number.
  static Verdict github(byte[] text, int floor, int start, int end) {
    if (text[start + 1] == 'i') {
      return Verdict.VALID;
    }
    int body = start + CLASSIC_PREFIX;
    for (int i = body; i < end; i++) {
      if (text[i] == '_') {
        return isHeader(text, i + 1, end) ? Verdict.VALID : Verdict.INVALID;
      }
    }
    var crc = new CRC32();
    crc.update(text, body, end - CHECKSUM - body);
    long rest = crc.getValue();
    for (int i = end - 1; i >= end - CHECKSUM; i--) {
      if (text[i] != BASE62.charAt((int) (rest % 62))) {
        return Verdict.PLAUSIBLE;
      }
      rest /= 62;
    }
    return Verdict.VALID;
  }
}
