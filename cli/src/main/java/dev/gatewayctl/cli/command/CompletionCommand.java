package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.FishCompletion;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    description = "Print a completion script for a shell.",
    footer = {
      "",
      "bash:  source <(gatewayctl completion bash)",
      "zsh:   source <(gatewayctl completion zsh)",
      "fish:  gatewayctl completion fish | source"
    })
final class CompletionCommand extends Verb {
  /// The shells that are known.
  enum Shell {
    BASH,
    ZSH,
    FISH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.BASH;

  CompletionCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    console().print(script(shell, GatewayctlCommand.commandLine(console())));
    return ExitCode.FINE;
  }

  /// The script of one shell, the same on every run.
  static String script(Shell shell, CommandLine line) {
    String script =
        switch (shell) {
          // The generated bash script loads in zsh through bashcompinit, which it calls itself.
          case BASH, ZSH -> AutoComplete.bash("gatewayctl", line);
          case FISH -> FishCompletion.script("gatewayctl", line.getCommandSpec());
        };
    // The generator writes the time of generation.
    return script.replaceAll("(?m)^# *[Gg]enerated .*$\n", "");
  }
}
