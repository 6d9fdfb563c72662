package dev.gatewayctl.cli.console;

/// Ends a command with a line for the user and an exit code. Never a bug of ours.
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /// The command line is wrong in a way that the option parser cannot see.
  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }

  /// A file, a port or the environment is not as it has to be.
  public static CommandFailure input(String message) {
    return new CommandFailure(ExitCode.INPUT, message);
  }

  /// What was checked failed.
  public static CommandFailure failed(String message) {
    return new CommandFailure(ExitCode.FAILED, message);
  }

  /// Any other, by its code.
  public static CommandFailure of(int exitCode, String message) {
    return new CommandFailure(exitCode, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
