package dev.gatewayctl.cli;

import dev.gatewayctl.cli.command.GatewayctlCommand;
import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;

/// The entry of the program.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    // The launcher sees which stream is a terminal; Java does not. Without it none is taken for
    // one.
    String terminals = Objects.requireNonNullElse(System.getenv("GATEWAYCTL_TERMINAL"), "");
    Console.World world =
        new Console.World(
            System.getenv(),
            Path.of(""),
            terminals.contains("out"),
            terminals.contains("err"),
            InstantSource.system(),
            new SecureRandom());
    System.exit(run(Console.of(System.in, out, err, world), args));
  }

  /// Runs one command line and gives its exit code.
  public static int run(Console console, String... args) {
    try {
      return GatewayctlCommand.execute(console, args);
    } catch (CommandFailure failure) {
      console.problem("gatewayctl: " + failure.getMessage());
      return failure.exitCode();
    } catch (RuntimeException | Error bug) {
      // A bug of ours: one line for the user, the trace only when asked for.
      console.problem(
          "gatewayctl: a bug in gatewayctl: "
              + bug.getClass().getSimpleName()
              + (console.verbose() ? "" : " (--verbose shows the trace)"));
      if (console.verbose()) {
        bug.printStackTrace(console.err());
      }
      return ExitCode.BUG;
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }
}
