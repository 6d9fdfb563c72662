package dev.gatewayctl.runtime.mcp;

import dev.gatewayctl.runtime.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What the head of a request says of its message.
///
/// @param method the HTTP method
/// @param version `MCP-Protocol-Version`
/// @param rpcMethod `Mcp-Method`
/// @param name `Mcp-Name`, decoded
/// @param parameters the values of all `Mcp-Param-` fields, decoded
/// @param malformed whether a field came twice or is no base64 although it says so
public record McpHead(
    String method,
    Optional<String> version,
    Optional<String> rpcMethod,
    Optional<String> name,
    List<String> parameters,
    boolean malformed) {

  /// The versions that are spoken here, the newest first.
  static final List<String> VERSIONS =
      List.of("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26");

  private static final String PARAMETER = "mcp-param-";
  private static final String BEGIN = "=?base64?";
  private static final String END = "?=";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  public McpHead {
    parameters = List.copyOf(parameters);
  }

  /// A head that says nothing but its method.
  static McpHead bare(String method) {
    return new McpHead(
        method, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), false);
  }

  /// Reads a head.
  public static McpHead of(String method, Headers headers) {
    List<String> parameters = new ArrayList<>();
    boolean malformed = false;
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (name.startsWith(PARAMETER)) {
        Optional<String> value = decoded(headers.value(i));
        malformed |= value.isEmpty();
        value.ifPresent(parameters::add);
      } else if (name.startsWith("mcp-") && headers.all(name).size() > 1) {
        malformed = true;
      }
    }
    String named = headers.first("mcp-name");
    Optional<String> name = Optional.ofNullable(named).flatMap(McpHead::decoded);
    return new McpHead(
        method,
        Optional.ofNullable(headers.first("mcp-protocol-version")),
        Optional.ofNullable(headers.first("mcp-method")),
        name,
        parameters,
        malformed || (named != null && name.isEmpty()));
  }

  /// Text beyond ASCII comes as `=?base64?...?=`.
  private static Optional<String> decoded(String value) {
    if (!value.startsWith(BEGIN) || !value.endsWith(END)) {
      return Optional.of(value);
    }
    try {
      byte[] text =
          Base64.getDecoder()
              .decode(value.substring(BEGIN.length(), value.length() - END.length()));
      return Optional.of(new String(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /// The head that leaves with a masked body: nothing in it repeats what was masked.
  public static Headers masked(Headers received) {
    Headers head = Headers.empty();
    for (int i = 0; i < received.size(); i++) {
      if (!received.name(i).startsWith(PARAMETER)) {
        head.copy(received, i);
      }
    }
    return head;
  }

  /// Whether the head repeats what the body says, so that both must agree.
  boolean repeats() {
    return version.filter(VERSIONS.getFirst()::equals).isPresent();
  }

  /// Whether a page of that origin may call: one of this machine may. Others are refused, because a
  /// foreign page must not reach servers through the browser of somebody who may.
  ///
  /// @param origin as the browser says, such as `http://localhost:6274`; empty: no browser asks
  public static boolean mayCall(Optional<String> origin) {
    return origin.isEmpty() || LOOPBACK.contains(host(origin.get()));
  }

  private static String host(String origin) {
    int scheme = origin.indexOf("://");
    String rest = origin.substring(scheme < 0 ? 0 : scheme + 3).toLowerCase(Locale.ROOT);
    int port = rest.lastIndexOf(':');
    return port > rest.lastIndexOf(']') ? rest.substring(0, port) : rest;
  }

  /// Never the values: names and parameters are the caller's content.
  @Override
  public String toString() {
    return method + " " + version.orElse("without a version");
  }
}
