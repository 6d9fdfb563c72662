package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A caller that does not read for a while must stop the provider, not fill the heap.
class BackPressureTest {
  private static final int EVENT_BYTES = 1_000;
  private static final int EVENTS = 50_000;
  private static final int EVENTS_AT_ONCE = 10;

  /// Kernel buffers of two loopback connections, with room to spare; the stream is 50 MB.
  private static final long MOST_AHEAD = 24_000_000;

  private static ScriptedProvider.Script streaming(AtomicLong sent) {
    String event = Integer.toHexString(EVENT_BYTES) + "\r\n" + "z".repeat(EVENT_BYTES) + "\r\n";
    byte[] events = EdgeFixture.bytes(event.repeat(EVENTS_AT_ONCE));
    return peer -> {
      peer.request();
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < EVENTS; i += EVENTS_AT_ONCE) {
        peer.send(events);
        sent.addAndGet((long) EVENT_BYTES * EVENTS_AT_ONCE);
      }
      peer.send("0\r\n\r\n");
    };
  }

  private static void stallThenRead(EdgeFixture gateway, AtomicLong sent) throws Exception {
    try (RawSocket client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      long before = -1;
      while (before != sent.get() || before == 0) {
        before = sent.get();
        Thread.sleep(200);
      }
      assertThat(sent.get()).isLessThan(MOST_AHEAD);
      assertThat(countEvents(client.input())).isEqualTo((long) EVENTS * EVENT_BYTES);
    }
    assertThat(gateway.faults).isEmpty();
    assertThat(gateway.edge.counts().upstreamOpen())
        .isEqualTo(gateway.edge.counts().upstreamIdle());
  }

  private static long countEvents(InputStream input) throws IOException {
    byte[] buffer = new byte[65_536];
    long events = 0;
    int last = 0;
    for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
      for (int i = 0; i < n; i++) {
        events += buffer[i] == 'z' ? 1 : 0;
        last = buffer[i];
      }
    }
    assertThat(last).isEqualTo('\n');
    return events;
  }

  @Test
  void plain() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (ScriptedProvider provider = ScriptedProvider.playing(streaming(sent));
        EdgeFixture gateway =
            EdgeFixture.relaying(EdgeFixture.settings(), Relay.loopback(provider.port()))) {
      stallThenRead(gateway, sent);
    }
  }

  @Test
  void underTls(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.naming(folder, "dns:localhost,ip:127.0.0.1");
    AtomicLong sent = new AtomicLong();
    try (ScriptedProvider provider =
            ScriptedProvider.playing(
                certificates.server().getServerSocketFactory(), streaming(sent));
        EdgeFixture gateway =
            EdgeFixture.relaying(
                EdgeFixture.settings(),
                new Upstream.Origin(true, "localhost", provider.port(), certificates.client()))) {
      stallThenRead(gateway, sent);
    }
  }

  @Test
  void aCallerThatLeavesCancelsTheProvider() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (ScriptedProvider provider = ScriptedProvider.playing(streaming(sent));
        EdgeFixture gateway =
            EdgeFixture.relaying(EdgeFixture.settings(), Relay.loopback(provider.port()))) {
      try (RawSocket client = gateway.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.input().read()).isEqualTo('H');
      }
      EdgeFixture.await("no upstream", () -> gateway.edge.counts().upstreamOpen() == 0);
      assertThat(sent.get()).isLessThan((long) EVENTS * EVENT_BYTES);
    }
  }
}
