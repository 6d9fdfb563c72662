package dev.gatewayctl.runtime.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Names of providers to addresses, each within a time. The platform's resolver blocks, knows no
/// deadline of ours and holds on to the threads that virtual ones share, so it gets some of its
/// own; what it answers too late is dropped. Thread-safe.
final class NameLookup {
  /// Lookups at a time.
  static final int MAX_THREADS = 16;

  /// Lookups that wait for one of those; one more fails at once.
  static final int MAX_WAITING = 4096;

  private static final int IDLE_SECONDS = 10;

  private final Resolver resolver;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          MAX_THREADS,
          MAX_THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          work -> Thread.ofPlatform().daemon().name("resolve").unstarted(work));

  /// All addresses of a name; may block.
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private NameLookup(Resolver resolver) {
    this.resolver = resolver;
    threads.allowCoreThreadTimeOut(true);
  }

  static NameLookup by(Resolver resolver) {
    return new NameLookup(resolver);
  }

  /// The addresses of a name. Fails with `UnknownHostException`, with `TimeoutException` after
  /// `limit`, and with `RejectedExecutionException` when too many wait already.
  CompletableFuture<InetAddress[]> start(String host, Duration limit) {
    CompletableFuture<InetAddress[]> found = new CompletableFuture<>();
    try {
      threads.execute(() -> resolve(host, found));
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(full);
    }
    return found.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void resolve(String host, CompletableFuture<InetAddress[]> found) {
    if (found.isDone()) {
      return;
    }
    try {
      found.complete(resolver.resolve(host));
    } catch (UnknownHostException | RuntimeException e) {
      found.completeExceptionally(e);
    }
  }
}
