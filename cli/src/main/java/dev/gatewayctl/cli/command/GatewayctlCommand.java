package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The program itself: its verbs, its help and the one place where failures become exit codes.
@Command(
    name = "gatewayctl",
    description = {"An AI gateway whose policy is a program: compiled, tested, replayed, served."},
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      CheckCommand.class,
      CompileCommand.class,
      FmtCommand.class,
      ExplainCommand.class,
      TestPromptCommand.class,
      EvalCommand.class,
      ReplayCommand.class,
      ReportCommand.class,
      DetectorsCommand.class,
      KeysCommand.class,
      CompletionCommand.class,
      VersionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 fine, 1 the thing checked failed, 2 usage, 3 input or environment,",
      "70 a bug of ours, 130 interrupted.",
      "",
      "Try it:",
      "  gatewayctl demo",
      "  gatewayctl check examples/quickstart/gateway.yaml",
      "  gatewayctl COMMAND --help"
    })
public final class GatewayctlCommand extends Verb {
  @Option(
      names = {"-V", "--version"},
      description = "Print the version; as the command `version`.")
  private boolean version;

  GatewayctlCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    if (version) {
      return new VersionCommand(console()).run();
    }
    console().err().print(commandLine(console()).getUsageMessage());
    return ExitCode.USAGE;
  }

  /// Runs one command line.
  public static int execute(Console console, String... args) {
    return commandLine(console).execute(args);
  }

  /// The parser with every verb, for running and for completion scripts.
  static CommandLine commandLine(Console console) {
    CommandLine line = new CommandLine(new GatewayctlCommand(console), factory(console));
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(Math.min(100, Math.max(80, console.width())));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    // A word that begins with `@` is a word: no file is opened for it.
    line.setExpandAtFiles(false);
    plainHelp(line);
    line.setParameterExceptionHandler(
        (failure, _) -> {
          console.problem(UsageProblem.of(failure).text(name(failure.getCommandLine())));
          return ExitCode.USAGE;
        });
    line.setExecutionExceptionHandler(
        (failure, command, _) -> {
          if (failure instanceof CommandFailure expected) {
            console.problem("gatewayctl: " + expected.getMessage());
            if (expected.exitCode() == ExitCode.USAGE) {
              console.problem("  see `" + name(command) + " --help`");
            }
            return expected.exitCode();
          }
          // Thrown on, the parser would print the trace and end with 1.
          return console.bug(failure);
        });
    return line;
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName();
  }

  /// A verb's own options come first and in the order in which they are declared, those that all
  /// verbs have last; the line of usage names none of them.
  private static void plainHelp(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .sortOptions(false)
        .abbreviateSynopsis(true)
        .optionListHeading("%nOptions:%n");
    if (!line.getCommandSpec().positionalParameters().isEmpty()) {
      line.getCommandSpec().usageMessage().parameterListHeading("%n");
    }
    if (!line.getSubcommands().isEmpty()) {
      line.getCommandSpec().usageMessage().commandListHeading("%nCommands:%n");
    }
    line.getSubcommands().values().forEach(GatewayctlCommand::plainHelp);
  }

  /// Makes verbs: each takes the console.
  private static CommandLine.IFactory factory(Console console) {
    return new CommandLine.IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        if (Verb.class.isAssignableFrom(type)) {
          return type.cast(type.getDeclaredConstructor(Console.class).newInstance(console));
        }
        return CommandLine.defaultFactory().create(type);
      }
    };
  }
}
