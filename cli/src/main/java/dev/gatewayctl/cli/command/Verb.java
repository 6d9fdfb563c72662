package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.GlobalOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/// A verb of the command line.
abstract class Verb implements Callable<Integer> {
  private final Console console;

  @Mixin private GlobalOptions global = new GlobalOptions();

  Verb(Console console) {
    this.console = console;
  }

  Console console() {
    return console;
  }

  @Override
  public final Integer call() {
    global.apply(console);
    return run();
  }

  /// Does the work and gives the exit code.
  abstract int run();
}
