package dev.gatewayctl.runtime.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.DefaultListeningIOReactor;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOWorkerStats;
import org.apache.hc.core5.reactor.ListenerEndpoint;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.reactor.ssl.TransportSecurityLayer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// HttpCore's reactor with its workers, wired for both sides: accepted connections go to the worker
/// with the fewest, connections to providers to the worker that asked for them.
///
/// The reactor looks at every session once a tick and calls `timeout` on those that were silent for
/// a millisecond: that is the clock of all our deadlines, which are absolute, where HttpCore's own
/// timeout starts again with every byte.
///
/// The types used here are marked `@Internal` in HttpCore 5.4: `HttpCoreContractTest` holds what we
/// rely on.
final class EdgeReactor {
  private static final int TICK_MILLIS = 100;
  static final long TICK_NANOS = TICK_MILLIS * 1_000_000L;

  /// How long closing waits for the workers to tell running exchanges.
  private static final int CLOSING_TICKS = 20;

  private static final int BACKLOG = 4096;
  private static final Timeout SILENCE = Timeout.ofMilliseconds(1);
  private static final ScopedValue<Integer> WANTED_WORKER = ScopedValue.newInstance();

  private volatile HttpEdge.Settings settings;
  private final DefaultListeningIOReactor reactor;
  private final UpstreamPool pool;
  private final Totals totals = new Totals();
  private final Set<ServerConnection> callers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Object, TlsStrategy> strategies = new ConcurrentHashMap<>();
  private final List<ListenerEndpoint> endpoints = new ArrayList<>();
  private volatile boolean draining;
  private volatile boolean closed;

  /// Running totals; see [HttpEdge.Counts].
  static final class Totals {
    final LongAdder accepted = new LongAdder();
    final LongAdder overCap = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder refusedHeads = new LongAdder();
    final LongAdder slowHeads = new LongAdder();
    final LongAdder upstreamOpened = new LongAdder();
    final LongAdder upstreamReused = new LongAdder();
  }

  private EdgeReactor(HttpEdge.Settings settings) {
    this.settings = settings;
    int workers =
        settings.workers() > 0 ? settings.workers() : Runtime.getRuntime().availableProcessors();
    pool = new UpstreamPool(this, workers, NameLookup.by(InetAddress::getAllByName));
    AtomicInteger next = new AtomicInteger();
    ThreadFactory threads = work -> new Worker(work, next.getAndIncrement(), settings.clock());
    IOReactorConfig config =
        IOReactorConfig.custom()
            .setIoThreadCount(workers)
            .setTcpNoDelay(true)
            .setBacklogSize(BACKLOG)
            .setSoReuseAddress(true)
            .setSoTimeout(SILENCE)
            .setSelectInterval(TimeValue.ofMilliseconds(TICK_MILLIS))
            .build();
    reactor =
        new DefaultListeningIOReactor(
            this::handler,
            config,
            threads,
            null,
            null,
            this::fault,
            new HandshakeWatch(),
            null,
            null,
            EdgeReactor::select);
  }

  /// What the reactor itself could not handle; while it is closed under its threads that is noise.
  private void fault(Exception fault) {
    if (!closed) {
      settings.faults().accept(fault);
    }
  }

  static EdgeReactor start(HttpEdge.Settings settings, List<HttpEdge.Listener> listeners)
      throws HttpEdge.CannotListen {
    EdgeReactor edge = new EdgeReactor(settings);
    edge.reactor.start();
    try {
      for (HttpEdge.Listener listener : listeners) {
        edge.endpoints.add(edge.listen(listener));
      }
    } catch (HttpEdge.CannotListen e) {
      edge.close();
      throw e;
    }
    return edge;
  }

  private ListenerEndpoint listen(HttpEdge.Listener listener) throws HttpEdge.CannotListen {
    String address = listener.host() + ":" + listener.port();
    try {
      return reactor
          .listen(new InetSocketAddress(listener.host(), listener.port()), listener, null)
          .get();
    } catch (ExecutionException e) {
      throw new HttpEdge.CannotListen(address, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HttpEdge.CannotListen(address, e);
    }
  }

  private static int select(IOWorkerStats[] workers) {
    Worker here = Worker.current();
    if (here != null) {
      return here.index;
    }
    if (WANTED_WORKER.isBound()) {
      return WANTED_WORKER.get();
    }
    int fewest = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < workers.length; i++) {
      int count = workers[i].totalChannelCount() + workers[i].pendingChannelCount();
      if (count < least) {
        least = count;
        fewest = i;
      }
    }
    return fewest;
  }

  private IOEventHandler handler(ProtocolIOSession session, @Nullable Object attachment) {
    Worker worker = Worker.current();
    if (worker == null) {
      throw new IllegalStateException("a session starts outside the reactor");
    }
    return switch (attachment) {
      case UpstreamCall call -> pool.opened(new UpstreamConnection(pool, session, worker, call));
      case HttpEdge.Listener listener -> {
        totals.accepted.increment();
        ServerConnection connection =
            new ServerConnection(this, session, worker, listener.service());
        open.incrementAndGet();
        callers.add(connection);
        if (listener.tls() != null) {
          serveTls(session, listener.tls());
          worker.watchHandshake(connection);
        }
        yield connection;
      }
      case null, default -> throw new IllegalStateException("a session of nobody");
    };
  }

  private void serveTls(ProtocolIOSession session, HttpEdge.Tls tls) {
    session.startTls(
        tls.context(),
        null,
        SSLBufferMode.STATIC,
        (endpoint, engine) -> {
          engine.setEnabledProtocols(TlsNames.versions());
          engine.setEnabledCipherSuites(TlsNames.preferred(engine.getEnabledCipherSuites()));
          engine.setNeedClientAuth(tls.requireClient());
        },
        null,
        Timeout.of(settings.headDeadline()),
        null);
  }

  void connect(
      int worker,
      UpstreamCall call,
      InetSocketAddress address,
      Timeout timeout,
      FutureCallback<IOSession> callback) {
    Upstream.Origin origin = call.request.origin();
    NamedEndpoint endpoint =
        new HttpHost(origin.tls() ? "https" : "http", origin.host(), origin.port());
    var _ =
        ScopedValue.where(WANTED_WORKER, worker)
            .call(() -> reactor.connect(endpoint, address, null, timeout, call, callback));
  }

  /// A connection came up: with TLS its handshake starts, else there is nothing to do.
  void secure(IOSession session, UpstreamCall call) {
    Upstream.Origin origin = call.request.origin();
    if (!origin.tls() || !(session instanceof TransportSecurityLayer layer)) {
      return;
    }
    TlsStrategy strategy =
        strategies.computeIfAbsent(
            origin.trust() == null ? this : origin.trust(), key -> strategy(origin.trust()));
    TlsConfig config = TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1).build();
    strategy.upgrade(
        layer,
        new HttpHost("https", origin.host(), origin.port()),
        config,
        Timeout.of(call.connectPatience()),
        null);
  }

  private static TlsStrategy strategy(@Nullable SSLContext trust) {
    SSLContext context = trust != null ? trust : TlsNames.platformTrust();
    return ClientTlsStrategyBuilder.create()
        .setSslContext(context)
        .setTlsVersions(TlsNames.versions())
        .setCiphers(TlsNames.preferred(context.getDefaultSSLParameters().getCipherSuites()))
        .setSslBufferMode(SSLBufferMode.STATIC)
        .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
        .setHostnameVerifier(new DefaultHostnameVerifier())
        .buildAsync();
  }

  HttpEdge.Settings settings() {
    return settings;
  }

  void use(HttpEdge.Settings next) {
    settings = next;
  }

  Totals totals() {
    return totals;
  }

  Upstream upstream() {
    return pool;
  }

  boolean draining() {
    return draining;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isOverCap() {
    return open.get() > settings.maxConnections();
  }

  void closed(ServerConnection connection) {
    if (callers.remove(connection)) {
      open.decrementAndGet();
    }
  }

  int port(int index) {
    return endpoints.get(index).getAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : -1;
  }

  HttpEdge.Counts counts() {
    return new HttpEdge.Counts(
        totals.accepted.sum(),
        open.get(),
        totals.overCap.sum(),
        totals.requests.sum(),
        totals.refusedHeads.sum(),
        totals.slowHeads.sum(),
        totals.upstreamOpened.sum(),
        totals.upstreamReused.sum(),
        pool.open(),
        pool.waiting());
  }

  void drain(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    draining = true;
    for (ListenerEndpoint endpoint : endpoints) {
      endpoint.close(CloseMode.GRACEFUL);
    }
    try {
      while (!callers.isEmpty() && System.nanoTime() - end < 0) {
        for (ServerConnection connection : callers) {
          connection.execute(connection::closeIfIdle);
        }
        Thread.sleep(TICK_MILLIS / 4);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /// Cuts connections on their own threads first, so that what runs on them is told: the reactor
  /// does not tell sessions any more when it is closed.
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    draining = true;
    try {
      for (int i = 0; i < CLOSING_TICKS && !(callers.isEmpty() && pool.isEmpty()); i++) {
        for (ServerConnection connection : callers) {
          connection.execute(connection::cut);
        }
        pool.cutAll();
        Thread.sleep(TICK_MILLIS / 20);
      }
      reactor.initiateShutdown();
      reactor.awaitShutdown(TimeValue.ofMilliseconds(CLOSING_TICKS * TICK_MILLIS / 4));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reactor.close(CloseMode.IMMEDIATE);
  }
}
