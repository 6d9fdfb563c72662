package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.FormatOption;
import dev.gatewayctl.policy.catalog.PriceBook;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "version", description = "Print the version of the program and of what it embeds.")
final class VersionCommand extends Verb {
  @Mixin private FormatOption format = new FormatOption();

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
    format.print(
        console(),
        "gatewayctl " + version + "\nprices " + prices + "\njava " + java,
        json -> {
          json.name("gatewayctl").value(version);
          json.name("prices").value(prices).name("java").value(java);
        });
    return ExitCode.FINE;
  }
}
