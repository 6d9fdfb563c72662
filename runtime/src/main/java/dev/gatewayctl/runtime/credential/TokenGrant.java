package dev.gatewayctl.runtime.credential;

import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Upstream;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// What is told to a vendor's token endpoint, and where that is.
public sealed interface TokenGrant {
  /// Where tokens are given.
  URI endpoint();

  /// The body of the request for a token, a form.
  byte[] form(Instant now);

  /// Google's service account: an assertion that is signed with the account's own key (RFC 7523,
  /// RS256).
  final class ServiceAccount implements TokenGrant {
    private static final String ENDPOINT = "https://oauth2.googleapis.com/token";
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final Duration LIFE = Duration.ofHours(1);

    private final URI endpoint;
    private final String email;
    private final String keyId;
    private final PrivateKey key;

    private ServiceAccount(URI endpoint, String email, String keyId, PrivateKey key) {
      this.endpoint = endpoint;
      this.email = email;
      this.keyId = keyId;
      this.key = key;
    }

    /// Reads a key file as Google gives it; empty when the text is none. The file's own `token_uri`
    /// says where tokens are given.
    public static Optional<ServiceAccount> of(String json) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      if (!(JsonDocument.read(bytes) instanceof JsonDocument.Reading.Read(JsonDocument document))
          || !document.root().isObject()) {
        return Optional.empty();
      }
      JsonValue root = document.root();
      Optional<String> email = text(root, "client_email");
      Optional<PrivateKey> key = text(root, "private_key").flatMap(ServiceAccount::privateKey);
      Optional<URI> endpoint = address(text(root, "token_uri").orElse(ENDPOINT));
      return email.isPresent() && key.isPresent() && endpoint.isPresent()
          ? Optional.of(
              new ServiceAccount(
                  endpoint.get(), email.get(), text(root, "private_key_id").orElse(""), key.get()))
          : Optional.empty();
    }

    private static Optional<String> text(JsonValue object, String name) {
      JsonValue value = object.present(name);
      return value == null ? Optional.empty() : value.string();
    }

    private static Optional<URI> address(String text) {
      try {
        URI uri = URI.create(text);
        Upstream.Origin.of(uri);
        return Optional.of(uri);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    private static Optional<PrivateKey> privateKey(String pem) {
      String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
      try {
        byte[] der = Base64.getDecoder().decode(base64);
        return Optional.of(
            KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der)));
      } catch (IllegalArgumentException | GeneralSecurityException e) {
        return Optional.empty();
      }
    }

    @Override
    public URI endpoint() {
      return endpoint;
    }

    @Override
    public byte[] form(Instant now) {
      long issued = now.getEpochSecond();
      JsonWriter head = new JsonWriter().beginObject().name("alg").value("RS256");
      head.name("typ").value("JWT");
      if (!keyId.isEmpty()) {
        head.name("kid").value(keyId);
      }
      JsonWriter claims = new JsonWriter().beginObject().name("iss").value(email);
      claims.name("scope").value(SCOPE).name("aud").value(endpoint.toString());
      claims.name("iat").value(issued).name("exp").value(issued + LIFE.toSeconds());
      String signed =
          base64(head.endObject().toBytes()) + "." + base64(claims.endObject().toBytes());
      return TokenGrant.form(
          "grant_type", GRANT, "assertion", signed + "." + base64(signature(signed)));
    }

    private byte[] signature(String text) {
      try {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a key of RSA that cannot sign", e);
      }
    }

    private static String base64(byte[] bytes) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
      return "ServiceAccount(***)";
    }
  }

  /// Entra's client credentials.
  ///
  /// @param authority where Entra is, without the tenant
  record ClientCredentials(URI authority, String tenant, String clientId, Secret clientSecret)
      implements TokenGrant {
    /// Where Entra is for everyone but national clouds.
    public static final URI PUBLIC = URI.create("https://login.microsoftonline.com");

    private static final String SCOPE = "https://cognitiveservices.azure.com/.default";

    @Override
    public URI endpoint() {
      return authority.resolve("/" + CanonicalRequest.escaped(tenant, "") + "/oauth2/v2.0/token");
    }

    @Override
    public byte[] form(Instant now) {
      return TokenGrant.form(
          "grant_type",
          "client_credentials",
          "client_id",
          clientId,
          "client_secret",
          clientSecret.value(),
          "scope",
          SCOPE);
    }

    @Override
    public String toString() {
      return "ClientCredentials(***)";
    }
  }

  /// A form of alternating names and values.
  private static byte[] form(String... namesAndValues) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append(i == 0 ? "" : "&").append(namesAndValues[i]).append('=');
      form.append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
