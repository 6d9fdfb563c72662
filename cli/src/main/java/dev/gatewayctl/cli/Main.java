package dev.gatewayctl.cli;

import dev.gatewayctl.cli.command.GatewayctlCommand;
import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
    Output output = new Output(new FileOutputStream(FileDescriptor.out));
    PrintStream out = new PrintStream(output, false, StandardCharsets.UTF_8);
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
    Console console = Console.of(System.in, out, err, world);
    int code = run(console, args);
    if (output.lost() && code == ExitCode.FINE) {
      console.problem("gatewayctl: standard output cannot be written");
      code = ExitCode.INPUT;
    }
    System.exit(code);
  }

  /// Standard output, which remembers that a result was lost: a `PrintStream` tells nobody.
  static final class Output extends FilterOutputStream {
    private boolean lost;

    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        // A reader that has seen enough, such as `head`, lost nothing.
        lost |= !"Broken pipe".equals(e.getMessage());
        throw e;
      }
    }

    /// Whether something could not be written that somebody still wanted.
    boolean lost() {
      return lost;
    }
  }

  /// Runs one command line and gives its exit code.
  public static int run(Console console, String... args) {
    try {
      return GatewayctlCommand.execute(console, args);
    } catch (CommandFailure failure) {
      console.problem("gatewayctl: " + failure.getMessage());
      return failure.exitCode();
    } catch (RuntimeException | Error bug) {
      return console.bug(bug);
    } finally {
      console.out().flush();
      console.err().flush();
    }
  }
}
