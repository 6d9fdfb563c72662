package dev.gatewayctl.cli.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where the checkout is.
final class Sources {
  static final List<String> MODULES = List.of("policy-lang", "runtime", "cli");

  /// The root of the checkout, found upward from where the tests run.
  static final Path ROOT = root();

  private Sources() {}

  private static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("policy-lang")) && Files.isDirectory(at.resolve("cli"))) {
        return at;
      }
    }
    throw new IllegalStateException("the checkout's root is not above the working directory");
  }
}
