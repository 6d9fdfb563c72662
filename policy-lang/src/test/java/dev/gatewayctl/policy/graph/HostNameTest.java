package dev.gatewayctl.policy.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNameTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true, false",
    "127.8.9.1, true, false",
    "LOCALHOST, true, false",
    "[::1], true, false",
    "127.evil.com, false, true",
    "localhost.evil.com, false, true",
    "0.0.0.0, false, false",
    "10.1.2.3, false, false",
    "172.16.0.1, false, false",
    "172.32.0.1, false, true",
    "192.168.1.1, false, false",
    "8.8.8.8, false, true",
    "fd00::1, false, false",
    "2001:db8::1, false, true",
    "llm.internal, false, false",
    "gateway, false, false",
    "api.openai.com, false, true"
  })
  void tellsWhoReachesIt(String host, boolean loopback, boolean open) {
    HostName name = new HostName(host);
    assertThat(name.isLoopback()).isEqualTo(loopback);
    assertThat(name.isPublic()).isEqualTo(open);
    assertThat(HostName.ofAddress(host + ":8080")).isEqualTo(name);
  }
}
