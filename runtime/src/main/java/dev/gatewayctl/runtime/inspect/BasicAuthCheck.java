package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.runtime.inspect.Validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Tells credentials in a URL from placeholders.
final class BasicAuthCheck {
  private static final Set<String> PLACEHOLDERS =
      Set.of(
          "password",
          "passwd",
          "pass",
          "pwd",
          "pw",
          "secret",
          "token",
          "xxx",
          "xxxx",
          "changeme",
          "yourpassword",
          "your_password",
          "your-password",
          "mypassword",
          "apikey",
          "api_key");

  private BasicAuthCheck() {}

  static Verdict check(byte[] text, int floor, int start, int end) {
    String url = new String(text, start, end - start, StandardCharsets.UTF_8);
    int authority = url.indexOf("://") + 3;
    String password = url.substring(url.indexOf(':', authority) + 1, url.length() - 1);
    String plain = password.toLowerCase(Locale.ROOT);
    char first = password.charAt(0);
    boolean variable = first == '$' || first == '{' || (first == '%' && password.endsWith("%"));
    boolean gap = first == '[' || first == '(' || plain.chars().allMatch(c -> c == '*' || c == 'x');
    if (variable || gap || PLACEHOLDERS.contains(plain)) {
      return Verdict.BARRED;
    }
    return Verdict.VALID;
  }
}
