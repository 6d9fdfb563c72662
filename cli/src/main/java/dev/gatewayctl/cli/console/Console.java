package dev.gatewayctl.cli.console;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The world as a command sees it: streams, environment, folder, time and chance. Results go to
/// [#out], everything else to [#err]; colours and progress only where a person looks.
public final class Console {
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final World world;
  private Colour colour = Colour.AUTO;
  private boolean quiet;
  private boolean verbose;

  /// When output is coloured.
  public enum Colour {
    AUTO,
    ALWAYS,
    NEVER
  }

  /// What is passed in once per process.
  ///
  /// @param folder relative paths are relative to it
  /// @param terminalOut whether standard output is a terminal
  /// @param terminalErr whether standard error is one
  public record World(
      Map<String, String> environment,
      Path folder,
      boolean terminalOut,
      boolean terminalErr,
      InstantSource clock,
      RandomGenerator random) {
    public World {
      environment = Map.copyOf(environment);
    }
  }

  private Console(InputStream in, PrintStream out, PrintStream err, World world) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.world = world;
  }

  public static Console of(InputStream in, PrintStream out, PrintStream err, World world) {
    return new Console(in, out, err, world);
  }

  public InputStream in() {
    return in;
  }

  public PrintStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }

  public World world() {
    return world;
  }

  /// Prints a result, as it is.
  public void print(String text) {
    out.print(text);
    out.flush();
  }

  /// Prints a line of a result.
  public void line(String text) {
    out.print(text);
    out.print('\n');
    out.flush();
  }

  /// Writes bytes of a result.
  public void bytes(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  /// Says something that is no result, unless `--quiet`.
  public void note(String text) {
    if (!quiet) {
      err.print(text);
      err.print('\n');
      err.flush();
    }
  }

  /// Says what went wrong: never silenced.
  public void problem(String text) {
    err.print(text);
    err.print('\n');
    err.flush();
  }

  /// Reports a bug of ours: one line for the user, the trace only when asked for.
  ///
  /// @return the exit code
  public int bug(Throwable bug) {
    problem(
        "gatewayctl: a bug in gatewayctl: "
            + bug.getClass().getSimpleName()
            + (verbose ? "" : " (--verbose shows the trace)"));
    if (verbose) {
      bug.printStackTrace(err);
    }
    return ExitCode.BUG;
  }

  /// A path of the command line.
  public Path path(String written) {
    return world.folder().resolve(written);
  }

  public void configure(Colour newColour, boolean newQuiet, boolean newVerbose) {
    colour = newColour;
    quiet = newQuiet;
    verbose = newVerbose;
  }

  public boolean verbose() {
    return verbose;
  }

  public boolean quiet() {
    return quiet;
  }

  /// Whether what goes to standard output may be coloured.
  public boolean colourOut() {
    return coloured(world.terminalOut());
  }

  /// Whether what goes to standard error may be coloured.
  public boolean colourErr() {
    return coloured(world.terminalErr());
  }

  private boolean coloured(boolean terminal) {
    return switch (colour) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO ->
          terminal
              && world.environment().getOrDefault("NO_COLOR", "").isEmpty()
              && !world.environment().getOrDefault("TERM", "").equals("dumb");
    };
  }

  /// Paints text for standard output where that is wanted.
  public String paint(Paint paint, String text) {
    return colourOut() ? paint.code() + text + "\u001b[0m" : text;
  }

  /// Colours with a meaning.
  public enum Paint {
    GOOD("\u001b[32m"),
    BAD("\u001b[31m"),
    WARN("\u001b[33m"),
    DIM("\u001b[2m"),
    BOLD("\u001b[1m");

    private final String code;

    Paint(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /// The columns of the terminal, 80 when unknown.
  public int width() {
    String columns = world.environment().getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{2,4}") ? Integer.parseInt(columns) : 80;
  }

  /// Reads standard input whole, up to `most` bytes.
  public byte[] readIn(int most) {
    try {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw CommandFailure.input("standard input is longer than " + most + " bytes");
      }
      return bytes;
    } catch (java.io.IOException e) {
      throw CommandFailure.input("standard input cannot be read: " + e.getMessage());
    }
  }

  /// Reads standard input whole as text.
  public String readInText(int most) {
    return new String(readIn(most), StandardCharsets.UTF_8);
  }
}
