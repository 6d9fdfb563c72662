package dev.gatewayctl.runtime.credential;

import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Amazon's signature, version 4, in the `authorization` field: HMAC-SHA256 over the request in its
/// one agreed spelling ([CanonicalRequest]), with a key that is derived from the secret for one
/// day, region and service, so that a key that leaks opens little. The secret itself is never sent.
///
/// What the algorithm is: AWS, "Create a signed AWS API request". The official test suite is run in
/// the tests.
public final class SigV4 {
  /// What stands for the hash of a body that is not signed.
  public static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  /// How far a request's time may be from ours.
  public static final Duration SKEW = Duration.ofMinutes(5);

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String LAST = "aws4_request";
  private static final String DATE = "x-amz-date";
  private static final String TOKEN = "x-amz-security-token";
  private static final String CONTENT_HASH = "x-amz-content-sha256";
  private static final int MOST_SIGNED = 100;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

  private SigV4() {}

  /// Keys of an account.
  ///
  /// @param session the token that belongs to keys that are given for a while
  public record Keys(String accessKeyId, Secret secret, Optional<Secret> session) {
    @Override
    public String toString() {
      return "Keys(***)";
    }
  }

  /// What a signature is good for.
  public record Scope(String region, String service) {}

  /// A request as it goes on the wire, or came from it.
  ///
  /// @param path with its escapes
  /// @param query without the question mark; empty: none
  /// @param headers those to sign, `host` among them; of a request that came, all
  /// @param normalized whether dots in the path mean what they mean to a browser; all services but
  ///   the object store say so
  @SuppressWarnings("ArrayRecordComponent") // a body is megabytes and has one owner
  public record Message(
      String method, String path, String query, Headers headers, byte[] body, boolean normalized) {
    @Override
    public String toString() {
      return method + " of " + body.length + " bytes";
    }
  }

  /// What a request that came is worth.
  public sealed interface Verdict {
    /// The holder of these keys signed it.
    record Genuine(String accessKeyId) implements Verdict {}

    /// It is not, or cannot be, believed.
    ///
    /// @param why in plain words, without anything of the request
    record Rejected(String why) implements Verdict {}
  }

  /// The fields that sign a request: `x-amz-date`, `authorization`, and the token of the session.
  /// All fields of the message are signed.
  public static Headers sign(Message message, Keys keys, Scope scope, Instant now) {
    String stamp = STAMP.format(now.atOffset(ZoneOffset.UTC));
    Headers fields = Headers.of(DATE, stamp);
    keys.session().ifPresent(token -> fields.add(TOKEN, token.value()));
    Headers all = Headers.empty();
    SortedSet<String> names = new TreeSet<>();
    for (Headers part : List.of(message.headers(), fields)) {
      for (int i = 0; i < part.size(); i++) {
        all.copy(part, i);
        names.add(part.name(i));
      }
    }
    Message whole =
        new Message(
            message.method(),
            message.path(),
            message.query(),
            all,
            message.body(),
            message.normalized());
    String canonical = CanonicalRequest.text(whole, names, hash(message.body()));
    String range = range(stamp, scope);
    String signature = signature(keys.secret(), stamp, range, canonical);
    fields.add(
        "authorization",
        ALGORITHM
            + " Credential="
            + keys.accessKeyId()
            + "/"
            + range
            + ", SignedHeaders="
            + String.join(";", names)
            + ", Signature="
            + signature);
    return fields;
  }

  /// Whether a request was signed by the holder of keys that are known here: its time is near ours,
  /// its host and time are signed, and its body is the one that was signed unless it says that it
  /// is not.
  ///
  /// @param secrets by the id of the access key
  public static Verdict verify(
      Message message, Function<String, Optional<Secret>> secrets, Instant now) {
    Map<String, String> said = parts(message.headers().first("authorization"));
    if (said == null) {
      return new Verdict.Rejected("there is no signature of that algorithm");
    }
    String[] credential = said.getOrDefault("Credential", "").split("/", -1);
    List<String> signed = CanonicalRequest.names(said.getOrDefault("SignedHeaders", ""));
    String stamp = message.headers().first(DATE);
    Instant time = stamp == null ? null : time(stamp);
    if (credential.length != 5 || !credential[4].equals(LAST)) {
      return new Verdict.Rejected("the credential has another shape");
    }
    if (stamp == null || time == null || !stamp.startsWith(credential[1] + "T")) {
      return new Verdict.Rejected("the time of the request is missing or another than signed");
    }
    if (Duration.between(time, now).abs().compareTo(SKEW) > 0) {
      return new Verdict.Rejected("the time of the request is too far from ours");
    }
    if (signed.size() > MOST_SIGNED
        || !signed.contains(DATE)
        || !(signed.contains("host") || signed.contains(CanonicalRequest.AUTHORITY))) {
      return new Verdict.Rejected("host and time have to be signed");
    }
    String payload = payload(message);
    if (payload == null) {
      return new Verdict.Rejected("the body is not the one that was signed");
    }
    String canonical = CanonicalRequest.text(message, signed, payload);
    String range = range(stamp, new Scope(credential[2], credential[3]));
    Optional<Secret> secret = secrets.apply(credential[0]);
    // Without a secret the same work is done: how long it takes tells no one which ids there are.
    String expected = signature(secret.orElse(new Secret("none")), stamp, range, canonical);
    boolean same =
        MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.US_ASCII),
            said.getOrDefault("Signature", "").getBytes(StandardCharsets.UTF_8));
    return same && secret.isPresent()
        ? new Verdict.Genuine(credential[0])
        : new Verdict.Rejected("the signature does not match");
  }

  /// The access key that a request names, whether its signature holds or not.
  public static Optional<String> accessKeyId(Headers headers) {
    Map<String, String> said = parts(headers.first("authorization"));
    String credential = said == null ? null : said.get("Credential");
    int slash = credential == null ? -1 : credential.indexOf('/');
    return credential == null || slash < 1
        ? Optional.empty()
        : Optional.of(credential.substring(0, slash));
  }

  /// The members of the field; null when it is of another algorithm.
  private static @Nullable Map<String, String> parts(@Nullable String field) {
    if (field == null || !field.startsWith(ALGORITHM + " ")) {
      return null;
    }
    Map<String, String> parts = new HashMap<>();
    for (String part : field.substring(ALGORITHM.length() + 1).split(",", MOST_SIGNED)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
      }
    }
    return parts;
  }

  private static @Nullable Instant time(String stamp) {
    try {
      return LocalDateTime.parse(stamp, STAMP).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// What was signed for the body; null when the body is another.
  private static @Nullable String payload(Message message) {
    String said = message.headers().first(CONTENT_HASH);
    if (said != null && said.equals(UNSIGNED)) {
      return UNSIGNED;
    }
    String real = hash(message.body());
    return said == null || said.equals(real) ? real : null;
  }

  private static String range(String stamp, Scope scope) {
    return stamp.substring(0, 8) + "/" + scope.region() + "/" + scope.service() + "/" + LAST;
  }

  static String signature(Secret secret, String stamp, String range, String canonical) {
    String toSign =
        ALGORITHM
            + "\n"
            + stamp
            + "\n"
            + range
            + "\n"
            + hash(canonical.getBytes(StandardCharsets.ISO_8859_1));
    byte[] key = ("AWS4" + secret.value()).getBytes(StandardCharsets.UTF_8);
    for (String part : range.split("/", -1)) {
      key = mac(key, part);
    }
    return HexFormat.of().formatHex(mac(key, toSign));
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }

  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
