package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.evaluation.Node.Failure;
import dev.gatewayctl.policy.expression.Function;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The methods of texts. Places and lengths count code points.
final class Texts {
  /// How long a text may become.
  private static final int LONGEST = 1 << 26;

  private Texts() {}

  /// Applies a method to its receiver and arguments, whose types are checked here.
  static Object apply(Function function, Object[] values) {
    if (!(values[0] instanceof String text)) {
      return Failure.WRONG_TYPE;
    }
    if (values.length == 1) {
      return switch (function) {
        case LOWER_ASCII -> ascii(text, 'A', 'Z', 32);
        case UPPER_ASCII -> ascii(text, 'a', 'z', -32);
        case Function trim -> trim(text);
      };
    }
    return switch (values[1]) {
      case String other -> withText(function, text, other, values);
      case Long place -> withPlace(function, text, place, values);
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object withText(Function function, String text, String other, Object[] values) {
    return switch (function) {
      case STARTS_WITH -> text.startsWith(other);
      case ENDS_WITH -> text.endsWith(other);
      case CONTAINS -> text.contains(other);
      case INDEX_OF -> indexOf(text, other, values);
      case LAST_INDEX_OF -> lastIndexOf(text, other, values);
      case REPLACE -> replace(text, other, values);
      case SPLIT -> split(text, other, values);
      case Function wrong -> Failure.WRONG_TYPE;
    };
  }

  private static Object withPlace(Function function, String text, long place, Object[] values) {
    int size = text.codePointCount(0, text.length());
    if (place < 0 || place > size) {
      return Failure.OUT_OF_RANGE;
    }
    int start = text.offsetByCodePoints(0, (int) place);
    if (function == Function.CHAR_AT) {
      return place == size ? "" : Character.toString(text.codePointAt(start));
    }
    if (values.length == 2) {
      return text.substring(start);
    }
    if (!(values[2] instanceof Long end)) {
      return Failure.WRONG_TYPE;
    }
    return end < place || end > size
        ? Failure.OUT_OF_RANGE
        : text.substring(start, text.offsetByCodePoints(0, end.intValue()));
  }

  private static Object indexOf(String text, String other, Object[] values) {
    int from = 0;
    if (values.length == 3) {
      int size = text.codePointCount(0, text.length());
      if (!(values[2] instanceof Long place)) {
        return Failure.WRONG_TYPE;
      }
      if (place < 0 || place > size) {
        return Failure.OUT_OF_RANGE;
      }
      from = text.offsetByCodePoints(0, place.intValue());
    }
    int found = text.indexOf(other, from);
    return found < 0 ? -1L : (long) text.codePointCount(0, found);
  }

  private static Object lastIndexOf(String text, String other, Object[] values) {
    int from = text.length();
    if (values.length == 3) {
      int size = text.codePointCount(0, text.length());
      if (!(values[2] instanceof Long place)) {
        return Failure.WRONG_TYPE;
      }
      if (place < 0 || place > size) {
        return Failure.OUT_OF_RANGE;
      }
      from = text.offsetByCodePoints(0, place.intValue());
    }
    int found = text.lastIndexOf(other, from);
    return found < 0 ? -1L : (long) text.codePointCount(0, found);
  }

  private static Object replace(String text, String old, Object[] values) {
    if (!(values[2] instanceof String with)) {
      return Failure.WRONG_TYPE;
    }
    long most = Long.MAX_VALUE;
    if (values.length == 4) {
      if (!(values[3] instanceof Long count)) {
        return Failure.WRONG_TYPE;
      }
      most = count < 0 ? most : count;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (long done = 0; done < most; done++) {
      int found = text.indexOf(old, at);
      if (found < 0 || out.length() > LONGEST) {
        break;
      }
      out.append(text, at, found).append(with);
      at = found + old.length();
      if (old.isEmpty()) {
        if (at == text.length()) {
          break;
        }
        int next = at + Character.charCount(text.codePointAt(at));
        out.append(text, at, next);
        at = next;
      }
    }
    out.append(text, at, text.length());
    return out.length() > LONGEST ? Failure.TOO_LARGE : out.toString();
  }

  private static Object split(String text, String separator, Object[] values) {
    long most = Long.MAX_VALUE;
    if (values.length == 3) {
      if (!(values[2] instanceof Long count)) {
        return Failure.WRONG_TYPE;
      }
      most = count < 0 ? most : count;
    }
    List<Object> parts = new ArrayList<>();
    if (most == 0) {
      return parts;
    }
    int at = 0;
    while (parts.size() < most - 1) {
      int found = separator.isEmpty() ? nextCharacter(text, at) : text.indexOf(separator, at);
      if (found < 0) {
        break;
      }
      parts.add(text.substring(at, found));
      at = found + separator.length();
    }
    if (!separator.isEmpty() || at < text.length()) {
      parts.add(text.substring(at));
    }
    return parts;
  }

  /// Where the character at `at` ends, unless it is the last one.
  private static int nextCharacter(String text, int at) {
    if (at >= text.length()) {
      return -1;
    }
    int next = at + Character.charCount(text.codePointAt(at));
    return next < text.length() ? next : -1;
  }

  static Object join(Object[] values) {
    String separator = values.length == 2 && values[1] instanceof String given ? given : "";
    if (!(values[0] instanceof List<?> list)) {
      return Failure.WRONG_TYPE;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof String part)) {
        return Failure.WRONG_TYPE;
      }
      out.append(i == 0 ? "" : separator).append(part);
      if (out.length() > LONGEST) {
        return Failure.TOO_LARGE;
      }
    }
    return out.toString();
  }

  private static String ascii(String text, char first, char last, int shift) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      if (c >= first && c <= last) {
        out.setCharAt(i, (char) (c + shift));
      }
    }
    return out.toString();
  }

  /// Without the Unicode white space at both ends.
  private static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isWhite(text.charAt(start))) {
      start++;
    }
    while (end > start && isWhite(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isWhite(char c) {
    return (c >= '\t' && c <= '\r') || c == '\u0085' || Character.isSpaceChar(c);
  }

  /// A share of 0.0 up to but not 100.0 that depends on the text alone: FNV-1a over its UTF-8
  /// bytes, mixed by the finaliser of MurmurHash3 so that near texts lie far apart.
  static double percent(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return (hash >>> 11) * 0x1p-53 * 100;
  }
}
