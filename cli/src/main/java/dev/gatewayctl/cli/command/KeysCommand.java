package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.ApiKey;
import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.FormatOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "keys",
    description = "Make keys for callers; the policy holds only their hashes.",
    subcommands = {KeysCommand.New.class, KeysCommand.Hash.class},
    synopsisSubcommandLabel = "COMMAND")
final class KeysCommand extends Verb {
  private static final int MOST_BYTES = 64 << 10;

  KeysCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    throw CommandFailure.usage("keys needs a command: new or hash");
  }

  @Command(
      name = "new",
      description = "Make a key. It is shown once; give it to the caller and keep the hash.",
      footer = {
        "",
        "The hash belongs into the policy:",
        "  principals:",
        "    apps:",
        "      helpdesk: { keys: { first: { sha256: HASH } } }"
      })
  static final class New extends Verb {
    @Mixin private FormatOption format = new FormatOption();

    New(Console console) {
      super(console);
    }

    @Override
    int run() {
      String key = ApiKey.make(console().world().random());
      String hash = ApiKey.sha256(key);
      format.print(
          console(),
          "key     " + key + "\npolicy  { sha256: " + hash + " }",
          json -> json.name("key").value(key).name("sha256").value(hash));
      return ExitCode.FINE;
    }
  }

  @Command(
      name = "hash",
      description =
          "Show the hash of a key. Without KEY, or with -, it is read from standard input.")
  static final class Hash extends Verb {
    @Parameters(
        arity = "0..1",
        paramLabel = "KEY",
        defaultValue = "-",
        description = "The key; better not given here, where others can read it.")
    private String key = "-";

    @Mixin private FormatOption format = new FormatOption();

    Hash(Console console) {
      super(console);
    }

    @Override
    int run() {
      String text = key.equals("-") ? console().readInText(MOST_BYTES).strip() : key;
      if (text.isEmpty()) {
        throw CommandFailure.input("there is no key to hash");
      }
      if (text.startsWith("gk_") && !ApiKey.isWellFormed(text)) {
        console().note("gatewayctl: the key's checksum does not hold: mistyped or cut?");
      }
      String hash = ApiKey.sha256(text);
      format.print(console(), "sha256:" + hash, json -> json.name("sha256").value(hash));
      return ExitCode.FINE;
    }
  }
}
