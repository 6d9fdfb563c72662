package dev.gatewayctl.cli.console;

/// What the process says to its caller; the same for every verb.
public final class ExitCode {
  /// Fine.
  public static final int FINE = 0;

  /// The thing that was checked failed.
  public static final int FAILED = 1;

  /// The command line was wrong.
  public static final int USAGE = 2;

  /// An input or the environment was wrong.
  public static final int INPUT = 3;

  /// A bug of ours.
  public static final int BUG = 70;

  /// Ended by an interrupt.
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
