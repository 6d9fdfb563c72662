package dev.gatewayctl.cli.console;

/// How far long work has come, on standard error and only on a terminal.
public final class Progress implements AutoCloseable {
  private static final long STEP = 1L << 20;

  private final Console console;
  private final String what;
  private final long total;
  private final boolean shown;
  private long done;
  private long lastShown;

  private Progress(Console console, String what, long total) {
    this.console = console;
    this.what = what;
    this.total = total;
    this.shown = console.world().terminalErr() && !console.quiet();
  }

  /// Work on `total` bytes.
  public static Progress of(Console console, String what, long total) {
    return new Progress(console, what, total);
  }

  /// Some more bytes are done.
  public void advance(long bytes) {
    done += bytes;
    if (shown && done - lastShown >= STEP) {
      lastShown = done;
      long percent = total <= 0 ? 0 : Math.min(100, done * 100 / total);
      console.err().print("\r" + what + " " + percent + " %  ");
      console.err().flush();
    }
  }

  @Override
  public void close() {
    if (shown && lastShown > 0) {
      console.err().print("\r" + " ".repeat(what.length() + 8) + "\r");
      console.err().flush();
    }
  }
}
