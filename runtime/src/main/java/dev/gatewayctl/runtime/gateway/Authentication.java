package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.PrincipalsNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.Setting;
import dev.gatewayctl.runtime.credential.SigV4;
import dev.gatewayctl.runtime.engine.Arrival;
import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who a caller is, by the hash of the key that it shows.
final class Authentication {
  private static final String BEARER = "Bearer ";
  private static final String QUERY_KEY = "key=";

  private final boolean open;
  private final ZoneId zone;
  private final Map<String, Known> byHash;
  private final Map<String, Signer> signers;

  private record Known(PrincipalsNode.Key key, Principal principal) {}

  /// An app that signs as Amazon's clients do.
  private record Signer(Secret secret, Principal principal) {}

  private Authentication(
      boolean open, ZoneId zone, Map<String, Known> byHash, Map<String, Signer> signers) {
    this.open = open;
    this.zone = zone;
    this.byHash = byHash;
    this.signers = signers;
  }

  /// The callers of a policy.
  ///
  /// @param resolve the text behind a reference; one that is not there makes nobody
  static Authentication of(RuleGraph graph, Function<Setting, Optional<String>> resolve) {
    Map<String, Known> byHash = new HashMap<>();
    Map<String, Signer> signers = new HashMap<>();
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
                                key.sha256(),
                                new Known(key, principal(principals, app, key.name())));
                          }
                          app.sigv4()
                              .ifPresent(
                                  pair ->
                                      signer(pair, principal(principals, app, "sigv4"), resolve)
                                          .ifPresent(
                                              known ->
                                                  signers.put(known.getKey(), known.getValue())));
                        }));
    return new Authentication(
        graph.principals().isEmpty(), graph.server().timeZone(), byHash, signers);
  }

  private static Optional<Map.Entry<String, Signer>> signer(
      PrincipalsNode.Signing pair,
      Principal principal,
      Function<Setting, Optional<String>> resolve) {
    Optional<String> secret = resolve.apply(pair.secret());
    return resolve
        .apply(pair.id())
        .filter(_ -> secret.isPresent())
        .map(id -> Map.entry(id, new Signer(new Secret(secret.orElseThrow()), principal)));
  }

  private static Principal principal(
      PrincipalsNode principals, PrincipalsNode.App app, String key) {
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
        Optional.of(key),
        app.groups());
  }

  /// The caller, or empty when a policy with principals does not know it. Without principals
  /// everyone is anonymous and a key that is shown is not looked at.
  Optional<Principal> identify(HttpService.Request request, Arrival arrival) {
    if (open) {
      return Optional.of(anonymous(request.remoteAddress()));
    }
    if (SigV4.accessKeyId(request.headers()).isPresent()) {
      return signed(request, arrival.time());
    }
    String key = key(request, arrival.surface());
    Known known = key == null ? null : byHash.get(sha256(key));
    if (known == null) {
      return Optional.empty();
    }
    LocalDate today = LocalDate.ofInstant(arrival.time(), zone);
    boolean early = known.key().from().filter(today::isBefore).isPresent();
    boolean late = known.key().until().filter(today::isAfter).isPresent();
    return early || late ? Optional.empty() : Optional.of(known.principal());
  }

  /// Who signed the request; a key beside the signature makes it nobody's.
  private Optional<Principal> signed(HttpService.Request request, Instant now) {
    boolean alone =
        request.headers().all("authorization").size() == 1
            && request.headers().first("x-api-key") == null;
    SigV4.Message message =
        new SigV4.Message(
            request.method(),
            request.path(),
            request.query() == null ? "" : request.query(),
            request.headers(),
            request.body(),
            true);
    return alone
            && SigV4.verify(
                    message, id -> Optional.ofNullable(signers.get(id)).map(Signer::secret), now)
                instanceof SigV4.Verdict.Genuine(String id)
        ? Optional.ofNullable(signers.get(id)).map(Signer::principal)
        : Optional.empty();
  }

  /// The one key that is shown: as a bearer token, or in the protocol's own place. Two that differ,
  /// or one place used twice, are none.
  private static @Nullable String key(HttpService.Request request, Surface surface) {
    Set<String> shown = new HashSet<>();
    Headers headers = request.headers();
    for (String authorization : headers.all("authorization")) {
      boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
      shown.add(bearer ? authorization.substring(BEARER.length()).strip() : "");
    }
    boolean once = headers.all("authorization").size() <= 1;
    for (String name : headerNames(surface)) {
      shown.addAll(headers.all(name));
      once &= headers.all(name).size() <= 1;
    }
    String query = request.query();
    if (isGoogle(surface) && query != null) {
      for (String member : query.split("&", -1)) {
        if (member.startsWith(QUERY_KEY)) {
          shown.add(member.substring(QUERY_KEY.length()));
        }
      }
    }
    return once && shown.size() == 1 ? shown.iterator().next() : null;
  }

  /// Whether a query holds a key.
  static boolean namesKey(String query) {
    return query.startsWith(QUERY_KEY) || query.contains("&" + QUERY_KEY);
  }

  private static List<String> headerNames(Surface surface) {
    return switch (surface) {
      case MESSAGES, COUNT_TOKENS -> List.of("x-api-key");
      case GEMINI, GEMINI_STREAM, GEMINI_EMBED -> List.of("x-goog-api-key");
      case MODELS, BATCHES -> List.of("x-api-key", "x-goog-api-key");
      case CHAT,
          RESPONSES,
          COMPLETIONS,
          EMBEDDINGS,
          MODERATIONS,
          CONVERSE,
          CONVERSE_STREAM,
          OLLAMA,
          MCP,
          IMAGES,
          AUDIO,
          FILES,
          RERANK ->
          List.of();
    };
  }

  private static boolean isGoogle(Surface surface) {
    return headerNames(surface).contains("x-goog-api-key");
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
