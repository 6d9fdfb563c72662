package dev.gatewayctl.runtime.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.reactor.IOReactorShutdownException;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Connections to providers that wait for work, by worker and origin, the last one used first.
///
/// There is no lease to give back: a connection parks itself when its answer is whole and is
/// forgotten when it closes, so none can leak. How many are open at a time is bounded by the calls
/// that run, how many wait by [#MAX_IDLE].
final class UpstreamPool implements Upstream {
  /// Connections that wait, for each worker and origin.
  static final int MAX_IDLE = 256;

  /// Addresses of one name that are tried in turn.
  private static final int MAX_ADDRESSES = 4;

  /// The connections of one worker to one origin; taken from any thread, so locked.
  private static final class Waiting {
    private final ArrayDeque<UpstreamConnection> connections = new ArrayDeque<>();

    synchronized @Nullable UpstreamConnection take() {
      return connections.pollLast();
    }

    /// Adds one; hands out the one that waited longest when there are too many.
    synchronized @Nullable UpstreamConnection add(UpstreamConnection connection) {
      connections.addLast(connection);
      return connections.size() > MAX_IDLE ? connections.pollFirst() : null;
    }

    synchronized void remove(UpstreamConnection connection) {
      connections.remove(connection);
    }

    synchronized int size() {
      return connections.size();
    }
  }

  private final EdgeReactor reactor;
  private final NameLookup names;
  private final List<ConcurrentHashMap<Origin, Waiting>> idle;
  private final Set<UpstreamConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger turn = new AtomicInteger();

  UpstreamPool(EdgeReactor reactor, int workers, NameLookup names) {
    this.reactor = reactor;
    this.names = names;
    idle = new ArrayList<>(workers);
    for (int i = 0; i < workers; i++) {
      idle.add(new ConcurrentHashMap<>());
    }
  }

  HttpEdge.Settings settings() {
    return reactor.settings();
  }

  EdgeReactor.Totals totals() {
    return reactor.totals();
  }

  boolean isClosed() {
    return reactor.isClosed();
  }

  void fault(Throwable fault) {
    reactor.settings().faults().accept(fault);
  }

  @Override
  public Call send(Request request, Listener listener) {
    UpstreamCall call = new UpstreamCall(this, request, listener);
    Worker here = Worker.current();
    UpstreamConnection waiting =
        here != null ? take(here.index, request.origin()) : takeAny(request.origin());
    if (waiting == null) {
      dial(call);
    } else {
      waiting.execute(() -> waiting.reuse(call));
    }
    return call;
  }

  private @Nullable UpstreamConnection takeAny(Origin origin) {
    int first = Math.floorMod(turn.getAndIncrement(), idle.size());
    for (int i = 0; i < idle.size(); i++) {
      UpstreamConnection found = take((first + i) % idle.size(), origin);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable UpstreamConnection take(int worker, Origin origin) {
    Waiting waiting = idle.get(worker).get(origin);
    if (waiting == null) {
      return null;
    }
    UpstreamConnection found = waiting.take();
    while (found != null && !found.isOpen()) {
      found = waiting.take();
    }
    return found;
  }

  /// Keeps a connection for the next call; closes the one that waited longest beyond the bound.
  void park(UpstreamConnection connection) {
    Waiting waiting =
        idle.get(connection.worker.index).computeIfAbsent(connection.origin, key -> new Waiting());
    UpstreamConnection tooMany = waiting.add(connection);
    if (tooMany != null) {
      tooMany.finish();
    }
  }

  void forget(UpstreamConnection connection) {
    Waiting waiting = idle.get(connection.worker.index).get(connection.origin);
    if (waiting != null) {
      waiting.remove(connection);
    }
  }

  UpstreamConnection opened(UpstreamConnection connection) {
    open.add(connection);
    totals().upstreamOpened.increment();
    return connection;
  }

  void closed(UpstreamConnection connection) {
    open.remove(connection);
  }

  int open() {
    return open.size();
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  void cutAll() {
    for (UpstreamConnection connection : open) {
      connection.execute(connection::cut);
    }
  }

  long waiting() {
    long count = 0;
    for (ConcurrentHashMap<Origin, Waiting> byOrigin : idle) {
      for (Waiting waiting : byOrigin.values()) {
        count += waiting.size();
      }
    }
    return count;
  }

  /// Connects for this call, on the worker that asks.
  void dial(UpstreamCall call) {
    Worker here = Worker.current();
    int worker = here != null ? here.index : Math.floorMod(turn.getAndIncrement(), idle.size());
    String host = call.request.origin().host();
    if (isLiteral(host)) {
      dial(call, worker, List.of(new InetSocketAddress(host, call.request.origin().port())), 0);
    } else {
      lookUp(call, worker);
    }
  }

  /// Looks the name up for as long as connecting may take; goes on away from the resolver's
  /// threads.
  private void lookUp(UpstreamCall call, int worker) {
    Origin origin = call.request.origin();
    var _ =
        names
            .start(origin.host(), call.connectPatience())
            .handleAsync(
                (found, failure) -> {
                  if (failure == null) {
                    dial(call, worker, sockets(found, origin), 0);
                  } else {
                    refused(call, failure);
                  }
                  return call;
                },
                task -> Thread.ofVirtual().name("dial").start(task))
            .exceptionally(
                bug -> {
                  fault(bug);
                  return call;
                });
  }

  /// Digits and dots, or a colon: an address that needs no resolver.
  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static List<InetSocketAddress> sockets(InetAddress[] found, Origin origin) {
    return Arrays.stream(found)
        .limit(MAX_ADDRESSES)
        .map(address -> new InetSocketAddress(address, origin.port()))
        .toList();
  }

  private void dial(UpstreamCall call, int worker, List<InetSocketAddress> addresses, int attempt) {
    if (call.isCancelled()) {
      return;
    }
    FutureCallback<IOSession> callback =
        new FutureCallback<>() {
          @Override
          public void completed(IOSession session) {
            reactor.secure(session, call);
          }

          @Override
          public void failed(Exception cause) {
            if (attempt + 1 < addresses.size()) {
              dial(call, worker, addresses, attempt + 1);
            } else {
              refused(call, cause);
            }
          }

          @Override
          public void cancelled() {
            stopped(call);
          }
        };
    try {
      reactor.connect(
          worker, call, addresses.get(attempt), Timeout.of(call.connectPatience()), callback);
    } catch (IOReactorShutdownException e) {
      stopped(call);
    }
  }

  private void refused(UpstreamCall call, Throwable cause) {
    String what = call.request.origin().authority();
    String why =
        switch (cause) {
          case UnknownHostException unknown -> " is not a known name";
          case TimeoutException late -> " was not found in time";
          case RejectedExecutionException full -> " waits behind too many other names";
          case java.net.SocketTimeoutException late -> " did not accept in time";
          default -> " refused the connection";
        };
    Worker here = Worker.current();
    Runnable report =
        () -> call.failed(new Failure(Failure.Kind.CONNECT, false, what + why), false);
    if (here == null) {
      report.run();
      return;
    }
    here.enter();
    try {
      report.run();
    } finally {
      here.leave();
    }
  }

  private static void stopped(UpstreamCall call) {
    call.failed(new Failure(Failure.Kind.STOPPED, false, "the gateway is stopping"), false);
  }
}
