package dev.gatewayctl.runtime.http;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The listeners and the upstream client of the gateway on one shared reactor.
///
/// Listening starts in [#start]. [#drain] ends it in good order, [#close] at once.
public final class HttpEdge implements AutoCloseable {

  /// Pending bytes above which a writer should pause its source.
  public static final int HIGH_WATER = 64 * 1024;

  /// Pending bytes at or below which a paused writer is called back.
  static final int LOW_WATER = 16 * 1024;

  private final EdgeReactor reactor;

  private HttpEdge(EdgeReactor reactor) {
    this.reactor = reactor;
  }

  /// Binds every listener, in order, or none: throws [CannotListen] for the first that fails.
  public static HttpEdge start(Settings settings, List<Listener> listeners) throws CannotListen {
    return new HttpEdge(EdgeReactor.start(settings, listeners));
  }

  /// Limits from now on: what has begun to arrive keeps its deadline and the longest head.
  /// `workers` and `clock` stay those of the start.
  public void use(Settings settings) {
    reactor.use(settings);
  }

  /// The port that the listener at `index` is bound to.
  public int port(int index) {
    return reactor.port(index);
  }

  /// The client on the same reactor.
  public Upstream upstream() {
    return reactor.upstream();
  }

  /// What happened so far.
  public Counts counts() {
    return reactor.counts();
  }

  /// Stops accepting, closes connections that wait for a request, lets running exchanges finish for
  /// up to `limit`, then closes. Blocks; not for reactor threads.
  public void drain(Duration limit) {
    reactor.drain(limit);
  }

  /// Cuts everything. Does nothing the second time.
  @Override
  public void close() {
    reactor.close();
  }

  /// One address to listen on; port 0 takes a free one. Without `tls` plain HTTP.
  public record Listener(String host, int port, HttpService service, @Nullable Tls tls) {}

  /// Server identity; with `requireClient` a caller must present a certificate that `context`
  /// trusts.
  public record Tls(SSLContext context, boolean requireClient) {}

  /// Limits and clocks of the edge.
  ///
  /// - `workers`: reactor threads, 0 for one per core
  /// - `maxBodyBytes`: longest request body; longer ones are refused
  /// - `maxHeadBytes`: longest head of a request or an answer
  /// - `headDeadline`, `bodyDeadline`: from the first byte to the last of each
  /// - `idle`: longest wait for the next request, and for a stalled reader to take a byte
  /// - `upstreamIdle`: how long an unused upstream connection is kept
  /// - `maxConnections`: callers at a time; one more is answered 503
  /// - `maxPendingBytes`: what a streamed answer may have unsent before its connection is cut
  /// - `clock`: for the `date` field
  /// - `faults`: told of exceptions that a service or a listener let escape
  public record Settings(
      int workers,
      int maxBodyBytes,
      int maxHeadBytes,
      Duration headDeadline,
      Duration bodyDeadline,
      Duration idle,
      Duration upstreamIdle,
      int maxConnections,
      int maxPendingBytes,
      InstantSource clock,
      Consumer<Throwable> faults) {
    private static final int MEBIBYTE = 1024 * 1024;

    public Settings {
      Objects.requireNonNull(clock);
      Objects.requireNonNull(faults);
      if (workers < 0 || maxBodyBytes < 0 || maxHeadBytes < 1 || maxConnections < 1) {
        throw new IllegalArgumentException("a limit of the HTTP edge is out of range");
      }
    }

    /// 32 MiB bodies, 32 KiB heads, 10 s a head, 60 s a body, 75 s idle, 10,000 callers.
    public static Settings standard(InstantSource clock, Consumer<Throwable> faults) {
      return new Settings(
          0,
          32 * MEBIBYTE,
          32 * 1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(75),
          Duration.ofSeconds(60),
          10_000,
          8 * MEBIBYTE,
          clock,
          faults);
    }

    public Settings withWorkers(int count) {
      return new Settings(
          count,
          maxBodyBytes,
          maxHeadBytes,
          headDeadline,
          bodyDeadline,
          idle,
          upstreamIdle,
          maxConnections,
          maxPendingBytes,
          clock,
          faults);
    }

    public Settings withMaxBodyBytes(int bytes) {
      return new Settings(
          workers,
          bytes,
          maxHeadBytes,
          headDeadline,
          bodyDeadline,
          idle,
          upstreamIdle,
          maxConnections,
          maxPendingBytes,
          clock,
          faults);
    }

    public Settings withMaxConnections(int count) {
      return new Settings(
          workers,
          maxBodyBytes,
          maxHeadBytes,
          headDeadline,
          bodyDeadline,
          idle,
          upstreamIdle,
          count,
          maxPendingBytes,
          clock,
          faults);
    }

    public Settings withDeadlines(Duration head, Duration body, Duration silence) {
      return new Settings(
          workers,
          maxBodyBytes,
          maxHeadBytes,
          head,
          body,
          silence,
          upstreamIdle,
          maxConnections,
          maxPendingBytes,
          clock,
          faults);
    }
  }

  /// Running totals, and what is open now. `refusedHeads` counts heads that never became a request;
  /// `overCap` connections turned away; `slowHeads` those closed by the head deadline.
  public record Counts(
      long accepted,
      long openConnections,
      long overCap,
      long requests,
      long refusedHeads,
      long slowHeads,
      long upstreamOpened,
      long upstreamReused,
      long upstreamOpen,
      long upstreamIdle) {}

  /// An address that could not be bound; the message names it.
  public static final class CannotListen extends IOException {
    private static final long serialVersionUID = 1L;

    private final String address;

    CannotListen(String address, Throwable cause) {
      super("cannot listen on " + address + ": " + reason(cause), cause);
      this.address = address;
    }

    /// The system's own words, without those of the libraries around them.
    private static String reason(Throwable cause) {
      Throwable root = cause;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      String message = root.getMessage();
      if (message == null || message.isEmpty()) {
        return "the address cannot be used";
      }
      int colon = message.lastIndexOf(": ");
      String words = colon < 0 ? message : message.substring(colon + 2);
      return words.toLowerCase(Locale.ROOT);
    }

    /// `host:port` as configured.
    public String address() {
      return address;
    }
  }
}
