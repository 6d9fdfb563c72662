package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.credential.SigV4;
import dev.gatewayctl.runtime.engine.Secret;
import dev.gatewayctl.runtime.http.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Apps that sign as Amazon's clients do: the gateway verifies with the app's own pair of keys.
class SignedCallersTest {
  private static final String PATH = "/model/m/converse";
  private static final byte[] BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hello\"}]}]}"
          .getBytes(StandardCharsets.UTF_8);

  private static RunningGateway gateway() {
    return RunningGateway.of(
        """
        gateway: v1
        server: { listen: 127.0.0.1:0 }
        providers: { s: { protocol: script, script: [{ text: ok }] } }
        models: { m: { targets: [s/a], price: { input: 1.00, output: 1.00 } } }
        principals:
          apps:
            cloud: { models: [m], sigv4: { id: AKIAEXAMPLE, secret: $env:CLOUD_SECRET } }
        """,
        Map.of("CLOUD_SECRET", "a secret of ours"),
        Optional.empty(),
        null);
  }

  private static RawClient.Answer answer(
      RunningGateway gateway, String id, String secret, Instant time, byte[] sent)
      throws IOException {
    Headers headers = Headers.of("host", "gateway", "content-type", "application/json");
    Headers signed =
        SigV4.sign(
            new SigV4.Message("POST", PATH, "", headers, BODY, true),
            new SigV4.Keys(id, new Secret(secret), Optional.empty()),
            new SigV4.Scope("eu-central-1", "bedrock"),
            time);
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < signed.size(); i++) {
      fields.append(signed.name(i)).append(": ").append(signed.value(i)).append("\r\n");
    }
    try (RawClient client = new RawClient(gateway.gateway())) {
      return client.send("POST " + PATH + " HTTP/1.1\r\n", fields.toString(), sent).answer();
    }
  }

  private static int status(
      RunningGateway gateway, String id, String secret, Instant time, byte[] sent)
      throws IOException {
    return answer(gateway, id, secret, time, sent).status();
  }

  @Test
  void whoHoldsTheSecretIsTheApp() throws Exception {
    try (RunningGateway gateway = gateway()) {
      RawClient.Answer answer =
          answer(gateway, "AKIAEXAMPLE", "a secret of ours", Instant.now(), BODY);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"text\":\"ok\"");
    }
  }

  @Test
  void whoDoesNotIsNobody() throws Exception {
    try (RunningGateway gateway = gateway()) {
      Instant now = Instant.now();
      byte[] other =
          new String(BODY, StandardCharsets.UTF_8)
              .replace("hello", "jello")
              .getBytes(StandardCharsets.UTF_8);
      assertThat(status(gateway, "AKIAEXAMPLE", "another secret", now, BODY)).isEqualTo(401);
      assertThat(status(gateway, "AKIAOTHER", "a secret of ours", now, BODY)).isEqualTo(401);
      assertThat(status(gateway, "AKIAEXAMPLE", "a secret of ours", now, other))
          .as("another body than was signed")
          .isEqualTo(401);
      assertThat(
              status(
                  gateway,
                  "AKIAEXAMPLE",
                  "a secret of ours",
                  now.minus(Duration.ofMinutes(6)),
                  BODY))
          .as("an old signature")
          .isEqualTo(401);
    }
  }
}
