package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program itself: its verbs, its help and the one place where failures become exit codes.
@Command(
    name = "gatewayctl",
    description = {
      "An AI gateway whose policy is a program: compiled, tested, replayed, served.",
      ""
    },
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      CheckCommand.class,
      CompileCommand.class,
      FmtCommand.class,
      ExplainCommand.class,
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
      "Try it:  gatewayctl demo"
    })
public final class GatewayctlCommand extends Verb {

  GatewayctlCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
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
    line.setParameterExceptionHandler((failure, _) -> usage(console, failure));
    line.setExecutionExceptionHandler(
        (failure, _, _) -> {
          if (failure instanceof CommandFailure expected) {
            console.problem("gatewayctl: " + expected.getMessage());
            return expected.exitCode();
          }
          throw failure;
        });
    return line;
  }

  private static int usage(Console console, CommandLine.ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    console.problem("gatewayctl: " + choices(decapitalised(String.valueOf(failure.getMessage()))));
    if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        console.problem("  did you mean `" + String.join("` or `", suggestions) + "`?");
      }
    }
    console.problem("  see `" + command.getCommandSpec().qualifiedName() + " --help`");
    return ExitCode.USAGE;
  }

  /// The library names choices in upper case and in brackets; the help names them in lower case.
  private static String choices(String message) {
    return Pattern.compile("expected one of \\[(.*)] \\(case-insensitive\\)")
        .matcher(message)
        .replaceAll(found -> "expected " + found.group(1).toLowerCase(Locale.ROOT));
  }

  private static String decapitalised(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
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
