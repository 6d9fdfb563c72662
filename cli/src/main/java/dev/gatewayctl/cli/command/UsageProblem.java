package dev.gatewayctl.cli.command;

import dev.gatewayctl.policy.diagnostic.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What is wrong with a command line, in the words of this program instead of its parser's.
///
/// @param message one line
/// @param suggestion what the user may have meant
record UsageProblem(String message, Optional<String> suggestion) {

  static UsageProblem of(CommandLine.ParameterException failure) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    return switch (failure) {
      case CommandLine.UnmatchedArgumentException unmatched
          when !unmatched.getUnmatched().isEmpty() ->
          unmatched(command, unmatched.getUnmatched().getFirst());
      case CommandLine.OverwrittenOptionException twice ->
          alone("`" + name(twice.getOverwritten()) + "` is given twice");
      case CommandLine.MissingParameterException missing when !missing.getMissing().isEmpty() ->
          missing(missing.getMissing().getFirst());
      default -> value(failure);
    };
  }

  /// What the user reads, without the end of the last line.
  String text(String command) {
    String meant = suggestion.map(near -> "\n  did you mean `" + near + "`?").orElse("");
    return "gatewayctl: " + message + meant + "\n  see `" + command + " --help`";
  }

  private static UsageProblem alone(String message) {
    return new UsageProblem(message, Optional.empty());
  }

  private static UsageProblem unmatched(CommandSpec command, String word) {
    if (word.startsWith("-") && word.length() > 1) {
      int equals = word.indexOf('=');
      String option = equals < 0 ? word : word.substring(0, equals);
      List<String> known = new ArrayList<>();
      command.options().forEach(each -> known.addAll(List.of(each.names())));
      known.removeIf(name -> !name.startsWith("--"));
      return new UsageProblem("unknown option `" + option + "`", Spelling.nearest(option, known));
    }
    if (command.positionalParameters().isEmpty() && !command.subcommands().isEmpty()) {
      return new UsageProblem(
          "there is no command `" + word + "`",
          Spelling.nearest(word, command.subcommands().keySet()));
    }
    return alone("`" + word + "` is an operand too many");
  }

  private static UsageProblem missing(ArgSpec argument) {
    return alone(
        argument.isOption()
            ? "`" + name(argument) + "` needs a value: " + argument.paramLabel()
            : "an operand is missing: " + argument.paramLabel());
  }

  private static UsageProblem value(CommandLine.ParameterException failure) {
    ArgSpec argument = failure.getArgSpec();
    String value = failure.getValue();
    if (argument == null || value == null) {
      String message = String.valueOf(failure.getMessage());
      return alone(Character.toLowerCase(message.charAt(0)) + message.substring(1));
    }
    String written = argument.isOption() ? name(argument) + " " + value : value;
    List<String> choices = choices(argument.completionCandidates());
    return alone(
        choices.isEmpty()
            ? "`" + written + "`: this is no " + argument.paramLabel()
            : "`" + written + "`: choose one of " + String.join(", ", choices));
  }

  private static List<String> choices(@Nullable Iterable<String> candidates) {
    List<String> choices = new ArrayList<>();
    if (candidates != null) {
      candidates.forEach(choice -> choices.add(choice.toLowerCase(Locale.ROOT)));
    }
    return choices;
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
