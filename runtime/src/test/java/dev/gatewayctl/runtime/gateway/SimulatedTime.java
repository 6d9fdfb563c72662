package dev.gatewayctl.runtime.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// A clock that jumps from one thing that is due to the next, all on the thread of the test.
final class SimulatedTime extends AbstractExecutorService
    implements ScheduledExecutorService, InstantSource {
  private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");

  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));
  private long now;
  private long numbers;

  private record Due(long nanos, long number, Runnable action) {}

  long nanos() {
    return now;
  }

  void after(Duration wait, Runnable action) {
    queue.add(new Due(now + wait.toNanos(), numbers++, action));
  }

  /// Runs until nothing is due any more.
  void run() {
    for (Due due = queue.poll(); due != null; due = queue.poll()) {
      now = due.nanos();
      due.action().run();
    }
  }

  @Override
  public Instant instant() {
    return START.plusNanos(now);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    after(Duration.of(delay, unit.toChronoUnit()), command);
    return new Scheduled(command);
  }

  private static final class Scheduled extends FutureTask<Void> implements ScheduledFuture<Void> {
    Scheduled(Runnable command) {
      super(command, null);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }

  @Override
  public void execute(Runnable command) {
    after(Duration.ZERO, command);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<?> submit(Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
