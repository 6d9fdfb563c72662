package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerTest {

  @Test
  void answersWithHeadAndBodyAndKeepsTheConnection() throws Exception {
    try (EdgeFixture fixture = EdgeFixture.echo();
        RawSocket client = fixture.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send("POST /a/b?k=v HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer())
            .startsWith("HTTP/1.1 200 OK\r\ndate: ")
            .contains("\r\nx-path: /a/b\r\n")
            .endsWith("\r\ncontent-length: 5\r\n\r\nhello");
      }
      assertThat(fixture.requests).hasSize(3).allMatch(r -> "k=v".equals(r.query()));
      assertThat(fixture.faults).isEmpty();
    }
  }
}
