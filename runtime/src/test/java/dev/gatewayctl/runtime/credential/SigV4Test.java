package dev.gatewayctl.runtime.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.wire.Recordings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Amazon's signature: its official test suite, and what must not be believed.
class SigV4Test {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final SigV4.Keys KEYS =
      new SigV4.Keys("AKGATEWAY", new Secret("sesame-street"), Optional.empty());
  private static final SigV4.Scope SCOPE = new SigV4.Scope("eu-central-1", "bedrock");

  private static Optional<Secret> known(String id) {
    return id.equals("AKGATEWAY") ? Optional.of(KEYS.secret()) : Optional.empty();
  }

  @TestFactory
  Stream<DynamicTest> theOfficialSuite() throws IOException {
    Path suite = Recordings.fixtures().resolve("aws-sigv4-suite/v4");
    List<Path> cases;
    try (Stream<Path> folders = Files.list(suite)) {
      cases = folders.filter(Files::isDirectory).sorted().toList();
    }
    assertThat(cases).hasSizeGreaterThan(30);
    return cases.stream()
        .map(
            folder ->
                DynamicTest.dynamicTest(folder.getFileName().toString(), () -> official(folder)));
  }

  private static void official(Path folder) throws IOException {
    JsonValue context = object(Files.readAllBytes(folder.resolve("context.json")));
    JsonValue credentials = Objects.requireNonNull(context.find("credentials"));
    Optional<Secret> session =
        Optional.ofNullable(credentials.find("token")).flatMap(JsonValue::string).map(Secret::new);
    boolean omitted = is(context, "omit_session_token");
    SigV4.Keys keys =
        new SigV4.Keys(
            text(credentials, "access_key_id"),
            new Secret(text(credentials, "secret_access_key")),
            omitted ? Optional.empty() : session);
    SigV4.Scope scope = new SigV4.Scope(text(context, "region"), text(context, "service"));
    Instant time = Instant.parse(text(context, "timestamp"));
    SigV4.Message message = message(folder, context);
    Headers signed = SigV4.sign(message, keys, scope, time);

    SortedSet<String> names = new TreeSet<>();
    Headers all = Headers.empty();
    for (Headers part : List.of(message.headers(), signed)) {
      for (int i = 0; i < part.size(); i++) {
        all.copy(part, i);
        if (!part.name(i).equals("authorization")) {
          names.add(part.name(i));
        }
      }
    }
    SigV4.Message whole =
        new SigV4.Message(
            message.method(),
            message.path(),
            message.query(),
            all,
            message.body(),
            message.normalized());
    String canonical = Files.readString(folder.resolve("header-canonical-request.txt"));
    String payload = canonical.substring(canonical.lastIndexOf('\n') + 1);
    assertThat(CanonicalRequest.text(whole, names, payload)).isEqualTo(canonical);
    assertThat(signed.first("authorization"))
        .endsWith("Signature=" + Files.readString(folder.resolve("header-signature.txt")));
    assertThat(
            SigV4.verify(
                whole,
                id -> id.equals(keys.accessKeyId()) ? Optional.of(keys.secret()) : Optional.empty(),
                time.plusSeconds(60)))
        .isEqualTo(new SigV4.Verdict.Genuine(keys.accessKeyId()));
  }

  private static SigV4.Message message(Path folder, JsonValue context) throws IOException {
    String request = Files.readString(folder.resolve("request.txt"), StandardCharsets.UTF_8);
    int blank = request.indexOf("\n\n");
    String head = blank < 0 ? request : request.substring(0, blank);
    byte[] body = (blank < 0 ? "" : request.substring(blank + 2)).getBytes(StandardCharsets.UTF_8);
    List<String> lines = head.lines().toList();
    String start = lines.getFirst();
    String target = start.substring(start.indexOf(' ') + 1, start.lastIndexOf(' '));
    int mark = target.indexOf('?');
    Headers headers = Headers.empty();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1));
    }
    if (is(context, "sign_body")) {
      headers.add("x-amz-content-sha256", SigV4.hash(body));
    }
    return new SigV4.Message(
        start.substring(0, start.indexOf(' ')),
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? "" : target.substring(mark + 1),
        headers,
        body,
        is(context, "normalize"));
  }

  private static JsonValue object(byte[] json) {
    return JsonDocument.read(json) instanceof JsonDocument.Reading.Read(JsonDocument document)
        ? document.root()
        : fail("no JSON");
  }

  private static boolean is(JsonValue object, String name) {
    return Optional.ofNullable(object.find(name)).filter(JsonValue::isTrue).isPresent();
  }

  private static String text(JsonValue object, String name) {
    return Optional.ofNullable(object.find(name)).flatMap(JsonValue::string).orElseThrow();
  }

  /// A request as it arrives: everything that signing added is among its fields.
  private static SigV4.Message arrived(Headers more, String body) {
    Headers headers = Headers.of("host", "gateway.example", "content-type", "application/json");
    for (int i = 0; i < more.size(); i++) {
      headers.add(more.name(i), more.value(i));
    }
    return new SigV4.Message(
        "POST",
        "/model/anthropic.claude-v1%3A0/converse",
        "",
        headers,
        body.getBytes(StandardCharsets.UTF_8),
        true);
  }

  private static SigV4.Message signed(String body) {
    return arrived(SigV4.sign(arrived(Headers.empty(), body), KEYS, SCOPE, NOW), body);
  }

  @Test
  void aModelIdWithAColonIsEscapedTwiceInWhatIsSigned() {
    assertThat(CanonicalRequest.text(signed("{}"), new TreeSet<>(List.of("host")), "x"))
        .contains("/model/anthropic.claude-v1%253A0/converse\n");
  }

  @Test
  void whatWasSignedHereIsBelieved() {
    assertThat(SigV4.verify(signed("{}"), SigV4Test::known, NOW.plusSeconds(299)))
        .isEqualTo(new SigV4.Verdict.Genuine("AKGATEWAY"));
  }

  @ParameterizedTest
  @ValueSource(longs = {-301, 301, 86_400})
  void anotherTimeIsNotBelieved(long seconds) {
    assertThat(SigV4.verify(signed("{}"), SigV4Test::known, NOW.plus(Duration.ofSeconds(seconds))))
        .isInstanceOf(SigV4.Verdict.Rejected.class);
  }

  @Test
  void anotherBodyIsNotBelieved() {
    SigV4.Message genuine = signed("{}");
    SigV4.Message forged =
        new SigV4.Message(
            genuine.method(),
            genuine.path(),
            genuine.query(),
            genuine.headers(),
            "{\"messages\":[]}".getBytes(StandardCharsets.UTF_8),
            true);
    assertThat(SigV4.verify(forged, SigV4Test::known, NOW))
        .isInstanceOf(SigV4.Verdict.Rejected.class);
  }

  @Test
  void aBodyThatSaysItIsNotSignedIsNotLookedAt() {
    Headers unsigned = Headers.of("x-amz-content-sha256", SigV4.UNSIGNED);
    SigV4.Message message = arrived(unsigned, "{}");
    String stamp = "20261124T120000Z";
    Headers all = Headers.of("x-amz-content-sha256", SigV4.UNSIGNED, "x-amz-date", stamp);
    String canonical =
        CanonicalRequest.text(
            arrived(all, "{}"),
            List.of("content-type", "host", "x-amz-content-sha256", "x-amz-date"),
            SigV4.UNSIGNED);
    all.add(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=AKGATEWAY/20261124/eu-central-1/bedrock/aws4_request,"
            + " SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature="
            + SigV4.signature(
                KEYS.secret(), stamp, "20261124/eu-central-1/bedrock/aws4_request", canonical));
    assertThat(message.body()).isNotEmpty();
    assertThat(SigV4.verify(arrived(all, "{\"other\":1}"), SigV4Test::known, NOW))
        .isEqualTo(new SigV4.Verdict.Genuine("AKGATEWAY"));
  }

  @Test
  void anUnknownKeyAndAMissingSignatureAreNotBelieved() {
    assertThat(SigV4.verify(signed("{}"), _ -> Optional.empty(), NOW))
        .isInstanceOf(SigV4.Verdict.Rejected.class);
    assertThat(SigV4.verify(arrived(Headers.empty(), "{}"), SigV4Test::known, NOW))
        .isInstanceOf(SigV4.Verdict.Rejected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=AKGATEWAY, SignedHeaders=host;x-amz-date, Signature=0",
        "AWS4-HMAC-SHA256 Credential=AKGATEWAY/20261124/r/s/other, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=AKGATEWAY/20261124/r/s/aws4_request, Signature=0",
        "AWS4-HMAC-SHA256 Credential=AKGATEWAY/20261124/r/s/aws4_request,"
            + " SignedHeaders=x-amz-date, Signature=0",
        "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=host;x-amz-date, Signature=",
      })
  void aMalformedSignatureIsNotBelieved(String field) {
    SigV4.Message message =
        arrived(Headers.of("authorization", field, "x-amz-date", "20261124T120000Z"), "{}");
    assertThat(SigV4.verify(message, SigV4Test::known, NOW))
        .isInstanceOf(SigV4.Verdict.Rejected.class);
  }

  @Test
  void aClientOfHttp2SignsTheAuthority() {
    String stamp = "20261124T120000Z";
    Headers all = Headers.of("x-amz-date", stamp);
    String canonical =
        CanonicalRequest.text(
            arrived(all, "{}"),
            List.of(":authority", "x-amz-date"),
            SigV4.hash("{}".getBytes(StandardCharsets.UTF_8)));
    assertThat(canonical).contains(":authority:gateway.example\n");
    all.add(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=AKGATEWAY/20261124/r/s/aws4_request,"
            + " SignedHeaders=:authority;x-amz-date, Signature="
            + SigV4.signature(KEYS.secret(), stamp, "20261124/r/s/aws4_request", canonical));
    assertThat(SigV4.verify(arrived(all, "{}"), SigV4Test::known, NOW))
        .isEqualTo(new SigV4.Verdict.Genuine("AKGATEWAY"));
  }

  @Test
  void nothingSecretIsPrinted() {
    SigV4.Keys temporary =
        new SigV4.Keys("AKID", new Secret("hidden-one"), Optional.of(new Secret("hidden-two")));
    assertThat(temporary + " " + signed("{}") + " " + new Shownless(temporary))
        .doesNotContain("hidden", "sesame", "AKID");
  }

  private record Shownless(SigV4.Keys keys) {}
}
