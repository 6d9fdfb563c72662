package dev.gatewayctl.runtime.meter;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Counts the tokens of usage that no provider reported. Loading the encoding takes a third of a
/// second and 60 MB, and few gateways ever need it: a counter that may not wait loads it beside the
/// first time it is asked, and until it is there a token is taken for four bytes. Thread-safe.
public final class UsageCounter {
  private static final long BYTES_PER_TOKEN = 4;

  private final Optional<Executor> beside;
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile boolean loaded;

  private UsageCounter(Optional<Executor> beside) {
    this.beside = beside;
  }

  /// Waits for the encoding when it is first asked, and is always exact.
  public static UsageCounter waiting() {
    return new UsageCounter(Optional.empty());
  }

  /// Never waits.
  ///
  /// @param beside loads the encoding, once
  public static UsageCounter loading(Executor beside) {
    return new UsageCounter(Optional.of(beside));
  }

  /// Loads the encoding now and on this thread.
  public void load() {
    TokenCounter.warm();
    loaded = true;
  }

  /// Tokens of all these texts.
  public long count(List<String> texts) {
    if (!loaded && beside.isPresent()) {
      if (asked.compareAndSet(false, true)) {
        beside.get().execute(this::load);
      }
      return byLength(TokenCounter.bounds(texts).max());
    }
    return TokenCounter.count(texts);
  }

  /// The tokens that a text of so many bytes is taken for without looking at it.
  public static long byLength(long bytes) {
    return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
  }
}
