package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.http.Headers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is computed of a request only where the policy asks for it.
class RequestFactsTest {
  private static Engine engine(String rest) {
    return Engine.link(
        RunningGateway.loaded(
                """
                gateway: v1
                server: { listen: 127.0.0.1:0 }
                providers: { s: { protocol: script, script: [{ text: ok }] } }
                models: { m: { targets: [s/s], price: { input: 1.00, output: 1.00 } } }
                %s
                """
                    .formatted(rest))
            .graph());
  }

  @Test
  void headersAreFactsOnlyWhereTheyAreRead() {
    Headers received =
        Headers.of("x-a", "1", "x-b", "2", "authorization", "Bearer k").add("x-a", "3");
    assertThat(
            RequestFacts.headers(
                received, engine("rules: { r: { when: model.name == 'm', tag: t } }")))
        .isEmpty();
    String[] reading = {
      "rules: { r: { when: \"headers['x-a'] == '1'\", deny: no } }",
      "limits: { l: { requests: 5, per: minute, by: \"headers['x-a']\" } }"
    };
    for (String policy : reading) {
      assertThat(RequestFacts.headers(received, engine(policy)))
          .as(policy)
          .isEqualTo(Map.of("x-a", List.of("1", "3"), "x-b", "2"));
    }
  }
}
