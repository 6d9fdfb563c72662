package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.golden.Fuzzing;
import dev.gatewayctl.runtime.engine.Arrival;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.http.Headers;
import dev.gatewayctl.runtime.http.HttpService;
import dev.gatewayctl.runtime.surface.Spoken;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Whatever stands in the header: only the key itself is the caller, after `Bearer` or in the place
/// that the protocol of the surface has for it.
final class AuthenticationFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(AuthenticationFuzzTest.class, 20000, AuthenticationFuzzTest::read);
  }

  /// Its hash stands in the policy.
  private static final String KEY = "abc";

  private static final Authentication AUTHENTICATION =
      Authentication.of(
          PolicyCompiler.compile(
                  "gateway.yaml",
                  name ->
                      new Sources.Found(
                          SourceFile.of(
                              name,
                              """
                              gateway: v1
                              providers: { a: { protocol: script, script: [{ echo: true }] } }
                              models: { m: { targets: [a/x], price: { input: 1, output: 2 } } }
                              principals:
                                apps:
                                  x:
                                    models: [m]
                                    keys:
                                      k:
                                        sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
                              """)))
              .graph()
              .orElseThrow(),
          _ -> java.util.Optional.empty());

  /// The first line is the header, the second one, if there is one, the same header again.
  static void read(byte[] input) {
    String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", 2);
    Headers bearer = Headers.empty();
    Headers own = Headers.empty();
    for (String line : lines) {
      String value = line.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "").strip();
      bearer.add("authorization", value);
      own.add("x-api-key", value);
    }
    String value = bearer.value(0);
    boolean token =
        value.matches("(?i:bearer) .*") && value.substring("bearer ".length()).strip().equals(KEY);
    known(Surface.CHAT, bearer, bearer.size() == 1 && token);
    known(Surface.CHAT, own, false);
    known(Surface.MESSAGES, own, own.size() == 1 && value.equals(KEY));
  }

  private static void known(Surface surface, Headers headers, boolean right) {
    Optional<Principal> known =
        AUTHENTICATION.identify(
            HttpService.Request.of("POST", "/", headers, new byte[0]),
            new Arrival(
                "ex_1",
                Instant.EPOCH,
                Spoken.on(surface),
                "POST",
                "/",
                Map.of(),
                InetAddress.getLoopbackAddress()));
    assertThat(known.isPresent()).isEqualTo(right);
    known.ifPresent(caller -> assertThat(caller.id()).isEqualTo("app:x"));
  }
}
