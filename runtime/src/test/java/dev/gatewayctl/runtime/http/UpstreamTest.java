package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpstreamTest {

  @Test
  void relaysOverOnePooledConnection() throws Exception {
    try (EdgeFixture provider = EdgeFixture.echo();
        EdgeFixture gateway =
            EdgeFixture.relaying(EdgeFixture.settings(), Relay.loopback(provider.edge.port(0)));
        RawSocket client = gateway.connect()) {
      for (int i = 0; i < 5; i++) {
        client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
      }
      assertThat(gateway.edge.counts().upstreamOpened()).isEqualTo(1);
      assertThat(gateway.edge.counts().upstreamReused()).isEqualTo(4);
      assertThat(gateway.edge.counts().upstreamIdle()).isEqualTo(1);
      assertThat(gateway.faults).isEmpty();
    }
  }
}
