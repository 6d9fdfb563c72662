package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.TextOrJson;
import dev.gatewayctl.policy.catalog.PriceBook;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "version", description = "Print the version of the program and of what it embeds.")
final class VersionCommand extends Verb {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}.")
  private TextOrJson format = TextOrJson.TEXT;

  VersionCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    String version =
        Objects.requireNonNullElse(
            VersionCommand.class.getPackage().getImplementationVersion(), "development");
    String prices = PriceBook.embedded().version();
    String java = Runtime.version().toString();
    switch (format) {
      case TEXT ->
          console().line("gatewayctl " + version + "\nprices " + prices + "\njava " + java);
      case JSON ->
          console()
              .line(
                  new JsonWriter()
                      .beginObject()
                      .name("version")
                      .value(1)
                      .name("gatewayctl")
                      .value(version)
                      .name("prices")
                      .value(prices)
                      .name("java")
                      .value(java)
                      .endObject()
                      .text());
    }
    return ExitCode.FINE;
  }
}
