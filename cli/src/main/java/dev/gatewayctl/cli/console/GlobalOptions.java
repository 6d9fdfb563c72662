package dev.gatewayctl.cli.console;

import java.util.Locale;
import picocli.CommandLine.Option;

/// The options that every verb has.
public final class GlobalOptions {
  /// When output is coloured, in lower case on the command line.
  enum When {
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The place of these options in a help: after the verb's own.
  private static final int LAST = 100;

  @Option(
      names = "--color",
      order = LAST,
      paramLabel = "WHEN",
      defaultValue = "auto",
      description =
          "Colour output: ${COMPLETION-CANDIDATES}; default: auto. NO_COLOR is respected.")
  private When color = When.AUTO;

  @Option(
      names = {"-q", "--quiet"},
      order = LAST,
      description = "Say only what was asked for.")
  private boolean quiet;

  @Option(
      names = "--verbose",
      order = LAST,
      description = "Say more; show the trace of a bug of ours.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      order = LAST,
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /// Makes the console as the options say.
  public void apply(Console console) {
    Console.Colour colour =
        switch (color) {
          case AUTO -> Console.Colour.AUTO;
          case ALWAYS -> Console.Colour.ALWAYS;
          case NEVER -> Console.Colour.NEVER;
        };
    console.configure(colour, quiet, verbose);
  }

  /// Whether help was asked for.
  public boolean help() {
    return help;
  }
}
