package dev.gatewayctl.cli.console;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A completion script for fish, which the option parser's library does not write.
public final class FishCompletion {
  private FishCompletion() {}

  public static String script(String program, CommandSpec root) {
    StringBuilder text = new StringBuilder("# Completion of " + program + " for fish.\n");
    text.append("complete -c ").append(program).append(" -f\n");
    root.subcommands()
        .forEach(
            (name, verb) -> {
              text.append("complete -c ").append(program);
              text.append(" -n __fish_use_subcommand -a ").append(name);
              describe(text, verb.getCommandSpec().usageMessage().description());
              verb(text, program, name, verb.getCommandSpec());
            });
    return text.toString();
  }

  private static void verb(StringBuilder text, String program, String name, CommandSpec verb) {
    String seen = " -n '__fish_seen_subcommand_from " + name + "'";
    for (OptionSpec option : verb.options()) {
      text.append("complete -c ").append(program).append(seen);
      for (String spelled : option.names()) {
        text.append(
            spelled.startsWith("--")
                ? " -l " + spelled.substring(2)
                : " -s " + spelled.substring(1));
      }
      if (option.arity().max() > 0) {
        text.append(" -r");
        choices(text, option.completionCandidates());
        if (option.completionCandidates() == null) {
          text.append(" -F");
        }
      }
      describe(text, option.description());
    }
    verb.subcommands()
        .forEach(
            (inner, command) -> {
              text.append("complete -c ").append(program).append(seen).append(" -a ").append(inner);
              describe(text, command.getCommandSpec().usageMessage().description());
            });
    for (PositionalParamSpec parameter : verb.positionalParameters()) {
      text.append("complete -c ").append(program).append(seen);
      choices(text, parameter.completionCandidates());
      if (parameter.completionCandidates() == null) {
        text.append(" -F");
      }
      text.append('\n');
    }
  }

  private static void choices(
      StringBuilder text, @org.jspecify.annotations.Nullable Iterable<String> candidates) {
    if (candidates != null) {
      text.append(" -a '").append(String.join(" ", candidates)).append('\'');
    }
  }

  private static void describe(StringBuilder text, String... description) {
    String first = description.length == 0 ? "" : description[0];
    String plain = first.replace("${COMPLETION-CANDIDATES}", "one of the choices");
    text.append(" -d '").append(plain.replace("\\", "\\\\").replace("'", "\\'")).append("'\n");
  }
}
