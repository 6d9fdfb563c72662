package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class GatewayTest {
  static final String POLICY =
      """
      gateway: v1
      server: { listen: 127.0.0.1:0, explain_headers: true }
      providers:
        mirror: { protocol: script, region: eu, script: [{ echo: true }] }
        flaky: { protocol: script, region: us, script: [{ status: 503 }] }
        records:
          protocol: script
          region: eu
          script:
            - text: "Pay to DE89 3704 0044 0532 0130 00, please."
              cuts: [9, 13, 20, 33]
              usage: { input: 11, output: 24 }
      models:
        echo: { targets: [mirror/echo-1], price: { input: 0.25, output: 1.00 } }
        records: { targets: [records/r-1], price: { input: 0.25, output: 1.00 } }
        resilient: { targets: [flaky/l, mirror/l], price: { input: 1.00, output: 1.00 } }
        once: { targets: [mirror/o], price: { input: 1.00, output: 1.00 } }
      limits:
        one: { requests: 1, per: minute, when: model.name == 'once' }
      rules:
        no-secrets-out:
          on: request
          when: findings.any(secret)
          deny: "the prompt contains a ${findings.first(secret).kind}"
        mask-personal-data:
          mask: pii
      """;

  @Test
  void aPlainChatPasses() {
    try (RunningGateway gateway = RunningGateway.of(POLICY)) {
      HttpResponse<String> answer =
          gateway.chat(
              "", "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"content\":\"hi\"");
      assertThat(answer.headers().firstValue("x-gatewayctl-exchange").orElse(""))
          .matches("ex_[0-9a-z]{26}");
      assertThat(gateway.received("mirror"))
          .isEqualTo(
              "{\"model\":\"echo-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }
  }

  @Test
  void personalDataIsMaskedAndSecretsAreRefused() {
    try (RunningGateway gateway = RunningGateway.of(POLICY)) {
      HttpResponse<String> masked =
          gateway.chat(
              "",
              "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\"I am"
                  + " jane@example.org, card 4111 1111 1111 1111\"}]}");
      assertThat(masked.statusCode()).isEqualTo(200);
      assertThat(gateway.received("mirror"))
          .contains("I am [EMAIL], card [CARD]")
          .doesNotContain("jane");
      assertThat(masked.headers().firstValue("x-gatewayctl-masked")).hasValue("card=1,email=1");
      HttpResponse<String> refused =
          gateway.chat(
              "",
              "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\"-----BEGIN RSA"
                  + " PRIVATE KEY-----\\n"
                  + "MIIEpAIBAAKCAQEA7Jk2vQx9YtB3nW8z\"}]}");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body())
          .isEqualTo(
              "{\"error\":{\"message\":\"the prompt contains a"
                  + " private_key\",\"type\":\"permission_error\",\"param\":null,\"code\":\"policy_denied\"}}");
      assertThat(gateway.gateway().received("mirror")).hasSize(1);
    }
  }

  @Test
  void streamsAreMaskedAcrossEvents() {
    try (RunningGateway gateway = RunningGateway.of(POLICY)) {
      HttpResponse<String> answer =
          gateway.chat(
              "",
              "{\"model\":\"records\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .contains("[IBAN]")
          .doesNotContain("3704")
          .endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void aFailingProviderIsAnsweredByTheNextAndALimitRefuses() {
    try (RunningGateway gateway = RunningGateway.of(POLICY)) {
      String body = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
      assertThat(gateway.chat("", body.formatted("resilient")).statusCode()).isEqualTo(200);
      assertThat(gateway.chat("", body.formatted("once")).statusCode()).isEqualTo(200);
      HttpResponse<String> limited = gateway.chat("", body.formatted("once"));
      assertThat(limited.statusCode()).isEqualTo(429);
      assertThat(limited.headers().firstValue("retry-after")).isPresent();
      assertThat(limited.body()).contains("rate_limit_exceeded");
    }
  }
}
