package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.http.Headers;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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

  /// By lower-case name; one that came more than once is the list of its values. Empty where the
  /// policy reads no headers.
  static Map<String, Object> headers(Headers received, Engine engine) {
    if (!engine.readsHeaders()) {
      return Map.of();
    }
    Map<String, List<String>> values = new HashMap<>();
    for (int i = 0; i < received.size(); i++) {
      String name = received.name(i);
      if (!CREDENTIALS.contains(name)) {
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(received.value(i));
      }
    }
    Map<String, Object> headers = new HashMap<>();
    values.forEach(
        (name, all) -> headers.put(name, all.size() == 1 ? all.getFirst() : List.copyOf(all)));
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
