package dev.gatewayctl.runtime.credential;

import dev.gatewayctl.runtime.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// A request in the one spelling that both sides of a signature agree on, whatever proxies and
/// clients do to the order of fields, blanks and escapes.
final class CanonicalRequest {
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  /// What HTTP/2 clients sign: the host by another name.
  static final String AUTHORITY = ":authority";

  private static final String UNRESERVED = "-._~";

  private CanonicalRequest() {}

  /// The canonical request's text; every character of it is one byte.
  ///
  /// @param signed the names of the signed fields, lower-case and sorted
  /// @param payload the hash of the body, or what stands for one
  static String text(SigV4.Message message, Collection<String> signed, String payload) {
    StringBuilder out = new StringBuilder(512);
    out.append(message.method()).append('\n');
    out.append(path(message.path(), message.normalized())).append('\n');
    out.append(query(message.query())).append('\n');
    for (String name : signed) {
      out.append(name).append(':').append(field(message.headers(), name)).append('\n');
    }
    out.append('\n');
    out.append(String.join(";", signed)).append('\n');
    return out.append(payload).toString();
  }

  /// The path with every byte escaped but letters, digits, `-._~` and slashes. A path that holds
  /// escapes on the wire has them escaped once more: `%3A` becomes `%253A`. Only that way do both
  /// sides sign the same where one of them decodes the path.
  private static String path(String path, boolean normalized) {
    String plain = normalized ? withoutDots(path) : path;
    return escaped(plain.isEmpty() ? "/" : plain, "/");
  }

  /// The path without empty and dot segments, as RFC 3986 (5.2.4) takes them out.
  private static String withoutDots(String path) {
    List<String> kept = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        if (!kept.isEmpty()) {
          kept.removeLast();
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.add(segment);
      }
    }
    boolean folder = path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
    return "/" + String.join("/", kept) + (folder && !kept.isEmpty() ? "/" : "");
  }

  /// Names and values escaped once, sorted by name and then by value.
  private static String query(String query) {
    if (query.isEmpty()) {
      return "";
    }
    record Pair(String name, String value) {}
    List<Pair> pairs = new ArrayList<>();
    for (String part : query.split("&", -1)) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        pairs.add(new Pair(once(name), once(value)));
      }
    }
    pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::value));
    List<String> written = new ArrayList<>();
    pairs.forEach(pair -> written.add(pair.name + "=" + pair.value));
    return String.join("&", written);
  }

  private static String once(String text) {
    return escaped(new String(decoded(text), StandardCharsets.UTF_8), "");
  }

  private static byte[] decoded(String text) {
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[raw.length];
    int length = 0;
    for (int i = 0; i < raw.length; i++) {
      boolean escape =
          raw[i] == '%'
              && i + 2 < raw.length
              && HexFormat.isHexDigit(raw[i + 1])
              && HexFormat.isHexDigit(raw[i + 2]);
      if (escape) {
        int high = HexFormat.fromHexDigit(raw[i + 1]);
        out[length++] = (byte) (high << 4 | HexFormat.fromHexDigit(raw[i + 2]));
        i += 2;
      } else {
        out[length++] = raw[i];
      }
    }
    return java.util.Arrays.copyOf(out, length);
  }

  /// Escapes all but the unreserved characters of RFC 3986 and those of `also`.
  static String escaped(String text, String also) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0
              || also.indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else {
        out.append('%').append(UPPER.toHexDigits(b));
      }
    }
    return out.toString();
  }

  /// The values of a field in their order, each without outer blanks and with inner ones as one.
  private static String field(Headers headers, String signed) {
    String name = signed.equals(AUTHORITY) ? "host" : signed;
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (int i = 0; i < headers.size(); i++) {
      if (headers.name(i).equals(name)) {
        out.append(first ? "" : ",").append(squeezed(headers.value(i)));
        first = false;
      }
    }
    return out.toString();
  }

  private static String squeezed(String value) {
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i) == '\t' ? ' ' : value.charAt(i);
      boolean second = c == ' ' && (out.isEmpty() || out.charAt(out.length() - 1) == ' ');
      if (!second) {
        out.append(c);
      }
    }
    int end = out.length();
    return end > 0 && out.charAt(end - 1) == ' ' ? out.substring(0, end - 1) : out.toString();
  }

  /// A list of field names as the header spells it, lower-case.
  static List<String> names(String list) {
    return List.of(list.toLowerCase(Locale.ROOT).split(";", -1));
  }
}
