package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static Certificates good;
  private static Certificates misnamed;
  private EdgeFixture fixture;

  @BeforeAll
  static void makeCertificates(@TempDir Path folder) throws Exception {
    good = Certificates.naming(folder, "dns:localhost,ip:127.0.0.1");
    misnamed = Certificates.naming(folder, "dns:example.org");
  }

  @BeforeEach
  void start() throws Exception {
    fixture = EdgeFixture.with(EdgeFixture.settings().withWorkers(1), EdgeFixture::echo);
  }

  @AfterEach
  void nothingLeaks() throws Exception {
    EdgeFixture.await(
        "all connections idle",
        () -> fixture.edge.counts().upstreamOpen() == fixture.edge.counts().upstreamIdle());
    assertThat(fixture.faults).isEmpty();
    fixture.close();
  }

  private static ScriptedProvider provider(Certificates certificates) throws Exception {
    return ScriptedProvider.playing(
        certificates.server().getServerSocketFactory(),
        peer -> {
          while (true) {
            peer.request();
            peer.send(OK);
          }
        });
  }

  private Recording call(String host, int port, @Nullable SSLContext trust) {
    return call(new Upstream.Origin(true, host, port, trust), Duration.ofSeconds(10));
  }

  private Recording call(Upstream.Origin origin, Duration connect) {
    Recording recording = new Recording();
    Upstream.Message message =
        Upstream.Message.of("POST", "/v1/x", Headers.empty(), EdgeFixture.bytes("body"));
    Duration patience = Duration.ofSeconds(10);
    fixture
        .edge
        .upstream()
        .send(
            Upstream.Request.of(
                origin, message, new Upstream.Patience(connect, patience, patience, false)),
            recording);
    return recording;
  }

  @Test
  void aTrustedCertificateOfTheRightNameIsAccepted() throws Exception {
    SSLContext trust = good.client();
    try (ScriptedProvider provider = provider(good)) {
      for (String host : new String[] {"localhost", "127.0.0.1"}) {
        for (int i = 0; i < 3; i++) {
          assertThat(call(host, provider.port(), trust).await()).isEqualTo("200 ok");
        }
      }
      assertThat(provider.connections).hasValue(2);
    }
  }

  @Test
  void anotherNameIsRefusedBeforeAnythingIsSent() throws Exception {
    try (ScriptedProvider provider = provider(misnamed)) {
      Recording recording = call("localhost", provider.port(), misnamed.client());
      assertThat(recording.await()).isEqualTo("failed TLS");
      assertThat(provider.requests).hasValue(0);
    }
  }

  @Test
  void anUntrustedCertificateIsRefused() throws Exception {
    try (ScriptedProvider provider = provider(good)) {
      assertThat(call("localhost", provider.port(), null).await()).isEqualTo("failed TLS");
      assertThat(call("localhost", provider.port(), misnamed.client()).await())
          .isEqualTo("failed TLS");
      assertThat(provider.requests).hasValue(0);
    }
  }

  @Test
  void aPeerThatSpeaksNoTlsOrNothingFails() throws Exception {
    try (ScriptedProvider plain =
            ScriptedProvider.playing(peer -> peer.send("HTTP/1.1 400 No\r\n\r\n"));
        ScriptedProvider closing = ScriptedProvider.playing(peer -> {});
        ScriptedProvider silent = ScriptedProvider.playing(ScriptedProvider.Peer::awaitEnd)) {
      assertThat(call("localhost", plain.port(), good.client()).await()).isEqualTo("failed TLS");
      assertThat(call("localhost", closing.port(), good.client()).await()).isEqualTo("failed TLS");
      Upstream.Origin origin = new Upstream.Origin(true, "localhost", silent.port(), good.client());
      assertThat(call(origin, Duration.ofMillis(300)).await()).isEqualTo("failed CONNECT");
    }
  }

  @Test
  void largeBodiesPassBothWaysUnderTls() throws Exception {
    SSLContext trust = good.client();
    byte[] body = new byte[3_000_000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) ('a' + i % 26);
    }
    try (EdgeFixture provider =
        EdgeFixture.tls(new HttpEdge.Tls(good.server(), false), EdgeFixture::echo)) {
      Recording recording = new Recording();
      Duration patience = Duration.ofSeconds(20);
      fixture
          .edge
          .upstream()
          .send(
              Upstream.Request.of(
                  new Upstream.Origin(true, "localhost", provider.edge.port(0), trust),
                  Upstream.Message.of("POST", "/", Headers.empty(), body),
                  new Upstream.Patience(patience, patience, patience, false)),
              recording);
      recording.await();
      assertThat(recording.body.toByteArray()).isEqualTo(body);
      assertThat(provider.faults).isEmpty();
    }
  }

  private static SSLSocket secure(SSLContext context, int port) throws IOException {
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
  }

  @Test
  void theListenerServesTlsAndRefusesPlainText() throws Exception {
    try (EdgeFixture listener =
        EdgeFixture.tls(new HttpEdge.Tls(good.server(), false), EdgeFixture::echo)) {
      int port = listener.edge.port(0);
      try (RawSocket client = RawSocket.over(secure(good.client(), port))) {
        for (int i = 0; i < 3; i++) {
          client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
          assertThat(client.answer()).startsWith("HTTP/1.1 200 OK").endsWith("hello");
        }
        client.send("garbage\r\n\r\n");
        assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
      }
      try (RawSocket client = listener.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.rest()).doesNotContain("HTTP/1.1");
      }
      EdgeFixture.await("no connection", () -> listener.edge.counts().openConnections() == 0);
      assertThat(listener.requests).hasSize(3);
      assertThat(listener.faults).isEmpty();
    }
  }

  @Test
  void aHandshakeThatDripsIsCut() throws Exception {
    Duration deadline = Duration.ofMillis(300);
    HttpEdge.Settings settings = EdgeFixture.settings().withDeadlines(deadline, deadline, deadline);
    try (EdgeFixture listener =
            EdgeFixture.tls(settings, new HttpEdge.Tls(good.server(), false), EdgeFixture::echo);
        RawSocket client = listener.connect()) {
      byte[] hello = new byte[200];
      hello[0] = 0x16;
      hello[1] = 3;
      hello[2] = 1;
      hello[3] = 0x3f;
      assertThatThrownBy(
              () -> {
                for (byte next : hello) {
                  client.send(new byte[] {next});
                  Thread.sleep(20);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(listener.edge.counts().openConnections()).isZero();
      assertThat(listener.faults).isEmpty();
    }
  }

  @Test
  void aCallerWithoutTheCertificateThatIsAskedForIsRefused() throws Exception {
    try (EdgeFixture listener =
        EdgeFixture.tls(new HttpEdge.Tls(good.server(), true), EdgeFixture::echo)) {
      String get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
      try (RawSocket client = RawSocket.over(secure(good.server(), listener.edge.port(0)))) {
        client.send(get);
        assertThat(client.answer()).startsWith("HTTP/1.1 200 OK");
      }
      try (RawSocket client = RawSocket.over(secure(good.client(), listener.edge.port(0)))) {
        client.send(get);
        assertThat(client.rest()).doesNotContain("HTTP/1.1");
      } catch (IOException e) {
        // An alert or a broken pipe, as the race goes: refused either way.
        assertThat(e).isNotNull();
      }
      assertThat(listener.requests).hasSize(1);
    }
  }
}
