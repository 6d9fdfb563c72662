package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.runtime.engine.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// References of a policy looked up on this machine: the process's variables, files beside the
/// policy.
record HostEnvironment(Map<String, String> variables, Path folder) implements Environment {
  private static final long MOST_BYTES = 1 << 20;

  static HostEnvironment of(Console console, PolicyFile policy) {
    return new HostEnvironment(console.world().environment(), policy.folder());
  }

  @Override
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  @Override
  public Optional<String> file(String path) {
    Path file = folder.resolve(path);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(file).stripTrailing());
    } catch (IOException unreadable) {
      // Unreadable is missing to who asks; the caller names the path.
      return Optional.empty();
    }
  }
}
