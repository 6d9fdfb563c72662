package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.http.Headers;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What rules and records may know of a request's head and bytes.
final class RequestFacts {
  /// Headers that carry credentials are no facts.
  private static final Set<String> CREDENTIALS =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "x-api-key",
          "api-key",
          "x-goog-api-key");

  private RequestFacts() {}

  /// By lower-case name; one that came more than once is the list of its values.
  static Map<String, Object> headers(Headers received) {
    Map<String, Object> headers = new HashMap<>();
    for (int i = 0; i < received.size(); i++) {
      String name = received.name(i);
      if (!CREDENTIALS.contains(name)) {
        List<String> all = received.all(name);
        headers.put(name, all.size() == 1 ? all.getFirst() : all);
      }
    }
    return headers;
  }

  /// From numeric text, never by asking a name server.
  static InetAddress address(String numeric) {
    return InetAddress.ofLiteral(numeric);
  }

  /// SHA-256 in hex; of an empty body nothing.
  static Optional<String> digest(byte[] body) {
    if (body.length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
