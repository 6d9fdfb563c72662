package dev.gatewayctl.runtime.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Bytes and names of message heads: the character classes of RFC 9110 as tables, and one shared
/// string for each field name that is common, so that reading a head allocates none of them.
final class HeadBytes {
  static final byte[] COLON = {':', ' '};
  static final byte[] CRLF = {'\r', '\n'};

  /// By byte, the lower case of those that a token may hold, else 0.
  private static final byte[] TOKEN = new byte[256];

  private static final int BUCKETS = 256;
  private static final String[][] KNOWN = new String[BUCKETS][];
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = EACH << 7;
  private static final int MAX_DIGITS = 10;

  static {
    String marks = "!#$%&'*+-.^_`|~";
    for (int c = 0; c < 128; c++) {
      boolean token =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || marks.indexOf(c) >= 0;
      TOKEN[c] = (byte) (token ? lower(c) : 0);
    }
    String names =
        "accept accept-encoding accept-language access-control-allow-origin age alt-svc"
            + " anthropic-beta anthropic-organization-id anthropic-version api-key authorization"
            + " cache-control cf-cache-status cf-ray connection content-encoding content-length"
            + " content-type cookie date etag expect expires forwarded host idempotency-key"
            + " keep-alive last-modified location openai-beta openai-model openai-organization"
            + " openai-processing-ms openai-project openai-version origin pragma referer"
            + " request-id retry-after server set-cookie strict-transport-security traceparent"
            + " tracestate transfer-encoding upgrade user-agent vary via x-api-key"
            + " x-content-type-options x-forwarded-for x-forwarded-proto x-goog-api-key"
            + " x-goog-user-project x-ratelimit-limit-requests x-ratelimit-limit-tokens"
            + " x-ratelimit-remaining-requests x-ratelimit-remaining-tokens"
            + " x-ratelimit-reset-requests x-ratelimit-reset-tokens x-request-id"
            + " x-should-retry x-stainless-arch x-stainless-async x-stainless-lang"
            + " x-stainless-os x-stainless-package-version x-stainless-retry-count"
            + " x-stainless-runtime x-stainless-runtime-version";
    for (String name : names.split(" ", -1)) {
      byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
      int bucket = hash(bytes, 0, bytes.length);
      String[] old = KNOWN[bucket];
      String[] grown = new String[old == null ? 1 : old.length + 1];
      if (old != null) {
        System.arraycopy(old, 0, grown, 0, old.length);
      }
      grown[grown.length - 1] = name.intern();
      KNOWN[bucket] = grown;
    }
  }

  private HeadBytes() {}

  static boolean isToken(int c) {
    return c >= 0 && c < 128 && TOKEN[c] != 0;
  }

  /// Puts the token at `from` into lower case, in place; returns where it ends.
  static int lowerToken(byte[] bytes, int from) {
    int at = from;
    byte lower = TOKEN[bytes[at] & 0xff];
    while (lower != 0) {
      bytes[at++] = lower;
      lower = TOKEN[bytes[at] & 0xff];
    }
    return at;
  }

  /// Where the first control character from `from` on stands, or else `to`; eight bytes at a time,
  /// as in "Determine if a word has a byte less than n" of Anderson's "Bit Twiddling Hacks".
  static int control(byte[] bytes, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to) {
      long word = (long) LONGS.get(bytes, at);
      long deleted = word ^ (EACH * 0x7f);
      if (((((word - EACH * ' ') & ~word) | ((deleted - EACH) & ~deleted)) & HIGH_BITS) != 0) {
        break;
      }
      at += Long.BYTES;
    }
    while (at < to && (bytes[at] >= ' ' ? bytes[at] != 0x7f : bytes[at] < 0)) {
      at++;
    }
    return at;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  private static int hash(byte[] bytes, int from, int to) {
    int length = to - from;
    int h = length * 31 + bytes[from];
    h = h * 31 + bytes[from + length / 2];
    h = h * 31 + bytes[to - 1];
    return (h ^ (h >>> 8)) & (BUCKETS - 1);
  }

  /// The shared string of a common field name in these lower-case bytes; null for a rare one.
  static @Nullable String knownName(byte[] bytes, int from, int to) {
    String[] bucket = KNOWN[hash(bytes, from, to)];
    if (bucket != null) {
      for (String known : bucket) {
        if (same(known, bytes, from, to)) {
          return known;
        }
      }
    }
    return null;
  }

  /// The shared string of a common name that is lower-case already.
  static @Nullable String knownName(String name) {
    int length = name.length();
    if (length == 0) {
      return null;
    }
    int h = length * 31 + name.charAt(0);
    h = h * 31 + name.charAt(length / 2);
    h = h * 31 + name.charAt(length - 1);
    String[] bucket = KNOWN[(h ^ (h >>> 8)) & (BUCKETS - 1)];
    if (bucket != null) {
      for (String known : bucket) {
        if (known.equals(name)) {
          return known;
        }
      }
    }
    return null;
  }

  /// Whether these bytes spell the lower-case ASCII `word`, in any case.
  static boolean same(String word, byte[] bytes, int from, int to) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (lower(bytes[from + i]) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Digits only, at most ten of them; -1 for anything else.
  static long digits(String value) {
    if (value.isEmpty() || value.length() > MAX_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }

  /// Whether a comma-separated list holds `word`, in any case.
  static boolean lists(@Nullable String value, String word) {
    if (value == null) {
      return false;
    }
    if (value.equalsIgnoreCase(word)) {
      return true;
    }
    for (String part : value.split(",", -1)) {
      if (part.strip().equalsIgnoreCase(word)) {
        return true;
      }
    }
    return false;
  }

  /// A target may hold visible ASCII only, and no fragment.
  static boolean isTargetByte(int c) {
    return c > ' ' && c < 0x7f && c != '#';
  }

  static void requireTarget(String method, String target) {
    boolean fine = !method.isEmpty() && target.startsWith("/");
    for (int i = 0; i < method.length(); i++) {
      fine &= isToken(method.charAt(i));
    }
    for (int i = 0; i < target.length(); i++) {
      fine &= isTargetByte(target.charAt(i));
    }
    if (!fine) {
      throw new IllegalArgumentException("not a method and a path that can be sent");
    }
  }
}
