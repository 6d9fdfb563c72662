package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.DefaultListeningIOReactor;
import org.apache.hc.core5.reactor.EventMask;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOEventHandlerFactory;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOWorkerSelector;
import org.apache.hc.core5.reactor.ListenerEndpoint;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.reactor.ssl.SSLIOSession;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the edge relies on in HttpCore types that are marked `@Internal`: a new version that breaks
/// one of these breaks the edge, perhaps only under load.
class HttpCoreContractTest {
  private static final Timeout LONG = Timeout.ofSeconds(10);

  private static DefaultListeningIOReactor reactor(
      IOEventHandlerFactory handlers, IOWorkerSelector selector) {
    AtomicInteger index = new AtomicInteger();
    return new DefaultListeningIOReactor(
        handlers,
        IOReactorConfig.custom()
            .setIoThreadCount(2)
            .setSoTimeout(Timeout.ofMilliseconds(1))
            .setSelectInterval(TimeValue.ofMilliseconds(20))
            .build(),
        work ->
            Thread.ofPlatform().daemon().name("worker-" + index.getAndIncrement()).unstarted(work),
        null,
        null,
        null,
        null,
        null,
        null,
        selector);
  }

  /// Does nothing, but for what a test overrides.
  private static class Quiet implements IOEventHandler {
    @Override
    public void connected(IOSession session) throws IOException {}

    @Override
    public void inputReady(IOSession session, @Nullable ByteBuffer source) throws IOException {}

    @Override
    public void outputReady(IOSession session) {
      session.clearEvent(EventMask.WRITE);
    }

    @Override
    public void timeout(IOSession session, Timeout timeout) {}

    @Override
    public void exception(IOSession session, Exception cause) {}

    @Override
    public void disconnected(IOSession session) {}
  }

  @Test
  void theSelectorIsAskedOnTheCallersThreadAndNamesTheThreadByIndex() throws Exception {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    Queue<String> made = new ConcurrentLinkedQueue<>();
    try (ServerSocket peer = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        DefaultListeningIOReactor reactor =
            reactor(
                (session, attachment) -> {
                  made.add(Thread.currentThread().getName() + " " + attachment);
                  return new Quiet();
                },
                workers -> {
                  asked.add(Thread.currentThread().getName());
                  assertThat(workers).hasSize(2);
                  return 1;
                })) {
      reactor.start();
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.getLocalPort());
      IOSession session =
          reactor
              .connect(new HttpHost("localhost"), address, null, LONG, "attached", null)
              .get(10, TimeUnit.SECONDS);
      assertThat(asked).containsExactly(Thread.currentThread().getName());
      assertThat(made).containsExactly("worker-1 attached");
      session.close(CloseMode.IMMEDIATE);
    }
  }

  @Test
  void acceptedSessionsCarryTheListenersAttachment() throws Exception {
    Queue<String> made = new ConcurrentLinkedQueue<>();
    try (DefaultListeningIOReactor reactor =
        reactor(
            (session, attachment) -> {
              made.add(Thread.currentThread().getName() + " " + attachment);
              return new Quiet();
            },
            workers -> 0)) {
      reactor.start();
      ListenerEndpoint endpoint =
          reactor
              .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "mine", null)
              .get(10, TimeUnit.SECONDS);
      try (Socket client = new Socket()) {
        client.connect(endpoint.getAddress());
        EdgeFixture.await("a session", () -> !made.isEmpty());
      }
      assertThat(made).containsExactly("worker-0 mine");
    }
  }

  @Test
  void silentSessionsTickAndWriteInterestFromElsewhereWakesTheWorker() throws Exception {
    AtomicInteger ticks = new AtomicInteger();
    AtomicInteger outputs = new AtomicInteger();
    try (ServerSocket peer = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        DefaultListeningIOReactor reactor =
            reactor(
                (session, attachment) ->
                    new Quiet() {
                      @Override
                      public void outputReady(IOSession ready) {
                        outputs.incrementAndGet();
                        super.outputReady(ready);
                      }

                      @Override
                      public void timeout(IOSession silent, Timeout timeout) {
                        ticks.incrementAndGet();
                      }
                    },
                workers -> 0)) {
      reactor.start();
      IOSession session =
          reactor
              .connect(
                  new HttpHost("localhost"),
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.getLocalPort()),
                  null,
                  LONG,
                  null,
                  null)
              .get(10, TimeUnit.SECONDS);
      EdgeFixture.await("ticks", () -> ticks.get() > 3);
      int before = outputs.get();
      session.setEvent(EventMask.WRITE);
      EdgeFixture.await("output", () -> outputs.get() > before);
      Thread.sleep(100);
      assertThat(outputs.get()).isEqualTo(before + 1);
      session.close(CloseMode.IMMEDIATE);
    }
  }

  @Test
  void anAddressWithoutResolutionFailsOnTheWorker() throws Exception {
    AtomicReference<String> failedOn = new AtomicReference<>();
    CountDownLatch failed = new CountDownLatch(1);
    try (DefaultListeningIOReactor reactor =
        reactor((session, attachment) -> new Quiet(), workers -> 1)) {
      reactor.start();
      var _ =
          reactor.connect(
              new HttpHost("localhost"),
              InetSocketAddress.createUnresolved("nowhere.invalid", 1),
              null,
              LONG,
              null,
              new FutureCallback<>() {
                @Override
                public void completed(IOSession session) {}

                @Override
                public void failed(Exception cause) {
                  failedOn.set(
                      Thread.currentThread().getName() + " " + cause.getClass().getSimpleName());
                  failed.countDown();
                }

                @Override
                public void cancelled() {}
              });
      assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(failedOn).hasValue("worker-1 UnknownHostException");
    }
  }

  /// Under TLS the events carry the `SSLIOSession`, its `write` wraps, and its handler's
  /// `outputReady` puts the records on the wire before it returns; the first wrap may yield a
  /// session ticket instead.
  @Test
  void theTlsSessionSendsWhenItsHandlerIsTold(@TempDir Path folder) throws Exception {
    SSLContext context = Certificates.naming(folder, "dns:localhost,ip:127.0.0.1").server();
    CountDownLatch received = new CountDownLatch(1);
    AtomicReference<String> seen = new AtomicReference<>("nothing");
    CountDownLatch checked = new CountDownLatch(1);
    IOEventHandler handler =
        new Quiet() {
          @Override
          public void connected(IOSession session) throws IOException {
            boolean tls = session instanceof SSLIOSession;
            ByteBuffer source = ByteBuffer.wrap("hello".getBytes(ISO_8859_1));
            int wraps = 0;
            while (source.hasRemaining() && wraps < 4) {
              session.write(source);
              session.getHandler().outputReady(session);
              wraps++;
            }
            try {
              seen.set(tls + " " + source.remaining() + " " + received.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            checked.countDown();
          }
        };
    try (DefaultListeningIOReactor reactor =
        reactor(
            (session, attachment) -> {
              session.startTls(context, null, SSLBufferMode.STATIC, null, null, LONG, null);
              return handler;
            },
            workers -> 0)) {
      reactor.start();
      ListenerEndpoint endpoint =
          reactor
              .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, null)
              .get(10, TimeUnit.SECONDS);
      int port = ((InetSocketAddress) endpoint.getAddress()).getPort();
      try (Socket client =
          context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
        client.setSoTimeout(10_000);
        client.getOutputStream().flush();
        assertThat(new String(client.getInputStream().readNBytes(5), ISO_8859_1))
            .isEqualTo("hello");
        received.countDown();
        assertThat(checked.await(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(seen).hasValue("true 0 true");
    }
  }
}
