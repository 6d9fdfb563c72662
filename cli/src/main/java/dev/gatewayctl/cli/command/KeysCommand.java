package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.ApiKey;
import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.TextOrJson;
import dev.gatewayctl.runtime.json.JsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
      description = "Make a key. It is shown once; give it to the caller and keep the hash.")
  static final class New extends Verb {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = "${COMPLETION-CANDIDATES}.")
    private TextOrJson format = TextOrJson.TEXT;

    New(Console console) {
      super(console);
    }

    @Override
    int run() {
      String key = ApiKey.make(console().world().random());
      String hash = ApiKey.sha256(key);
      switch (format) {
        case TEXT -> console().line("key     " + key + "\npolicy  { sha256: " + hash + " }");
        case JSON ->
            console()
                .line(
                    new JsonWriter()
                        .beginObject()
                        .name("version")
                        .value(1)
                        .name("key")
                        .value(key)
                        .name("sha256")
                        .value(hash)
                        .endObject()
                        .text());
      }
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

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = "${COMPLETION-CANDIDATES}.")
    private TextOrJson format = TextOrJson.TEXT;

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
      switch (format) {
        case TEXT -> console().line("sha256:" + hash);
        case JSON ->
            console()
                .line(
                    new JsonWriter()
                        .beginObject()
                        .name("version")
                        .value(1)
                        .name("sha256")
                        .value(hash)
                        .endObject()
                        .text());
      }
      return ExitCode.FINE;
    }
  }
}
