package dev.gatewayctl.policy.graph;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The host of an address or URL as it is written; nothing is looked up.
public record HostName(String text) {
  private static final Pattern FOUR_BYTES =
      Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.[0-9]{1,3}\\.[0-9]{1,3}");
  private static final List<String> PRIVATE_ENDINGS =
      List.of(
          ".internal", ".local", ".localhost", ".lan", ".home.arpa", ".svc", ".test", ".example");

  /// In lower case and without the brackets of an IPv6 address.
  public HostName {
    text = text.toLowerCase(Locale.ROOT);
    if (text.startsWith("[") && text.endsWith("]")) {
      text = text.substring(1, text.length() - 1);
    }
  }

  /// The host of `host:port`.
  public static HostName ofAddress(String address) {
    int colon = address.lastIndexOf(':');
    return new HostName(colon < 0 ? address : address.substring(0, colon));
  }

  /// Whether only this machine reaches it.
  public boolean isLoopback() {
    return text.equals("localhost")
        || text.equals("::1")
        || (FOUR_BYTES.matcher(text).matches() && text.startsWith("127."));
  }

  /// Whether it looks like a host of the internet: no private address, no name of a private domain.
  public boolean isPublic() {
    var bytes = FOUR_BYTES.matcher(text);
    if (bytes.matches()) {
      int first = Integer.parseInt(bytes.group(1));
      int second = Integer.parseInt(bytes.group(2));
      return !(first == 0
          || first == 10
          || first == 127
          || (first == 172 && second >= 16 && second < 32)
          || (first == 192 && second == 168)
          || (first == 169 && second == 254)
          || (first == 100 && second >= 64 && second < 128));
    }
    if (text.contains(":")) {
      return !(text.equals("::1")
          || text.equals("::")
          || text.startsWith("fc")
          || text.startsWith("fd")
          || text.startsWith("fe80"));
    }
    return text.contains(".") && PRIVATE_ENDINGS.stream().noneMatch(text::endsWith);
  }
}
