package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.graph.PrincipalsNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Who a caller is, by the hash of the key that it shows.
final class Authentication {
  private static final String BEARER = "Bearer ";

  private final boolean open;
  private final ZoneId zone;
  private final Map<String, Known> byHash;

  private record Known(PrincipalsNode.Key key, Principal principal) {}

  private Authentication(boolean open, ZoneId zone, Map<String, Known> byHash) {
    this.open = open;
    this.zone = zone;
    this.byHash = byHash;
  }

  static Authentication of(RuleGraph graph) {
    Map<String, Known> byHash = new HashMap<>();
    graph
        .principals()
        .ifPresent(
            principals ->
                principals
                    .apps()
                    .values()
                    .forEach(
                        app -> {
                          for (PrincipalsNode.Key key : app.keys()) {
                            byHash.put(
                                key.sha256(), new Known(key, principal(principals, app, key)));
                          }
                        }));
    return new Authentication(graph.principals().isEmpty(), graph.server().timeZone(), byHash);
  }

  private static Principal principal(
      PrincipalsNode principals, PrincipalsNode.App app, PrincipalsNode.Key key) {
    Optional<String> org =
        app.org()
            .or(
                () ->
                    app.team()
                        .flatMap(team -> Optional.ofNullable(principals.teams().get(team)))
                        .flatMap(PrincipalsNode.Team::org));
    return new Principal(
        "app:" + app.name(),
        "key",
        org,
        app.team(),
        Optional.of(app.name()),
        Optional.empty(),
        Optional.of(key.name()),
        app.groups());
  }

  /// The caller, or empty when a policy with principals does not know it. Without principals
  /// everyone is anonymous and a key that is shown is not looked at.
  Optional<Principal> identify(Headers headers, String remoteAddress, Instant now) {
    if (open) {
      return Optional.of(anonymous(remoteAddress));
    }
    String authorization = headers.first("authorization");
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        || headers.all("authorization").size() > 1) {
      return Optional.empty();
    }
    Known known = byHash.get(sha256(authorization.substring(BEARER.length()).strip()));
    if (known == null) {
      return Optional.empty();
    }
    LocalDate today = LocalDate.ofInstant(now, zone);
    boolean early = known.key().from().filter(today::isBefore).isPresent();
    boolean late = known.key().until().filter(today::isAfter).isPresent();
    return early || late ? Optional.empty() : Optional.of(known.principal());
  }

  /// A caller that is known by its address only.
  static Principal anonymous(String remoteAddress) {
    return new Principal(
        "ip:" + remoteAddress,
        "anonymous",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Collections.unmodifiableSortedSet(new TreeSet<>()));
  }

  /// 64 lower-case hex digits.
  private static String sha256(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
