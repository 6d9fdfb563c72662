package dev.gatewayctl.runtime.engine;

import java.util.Optional;

/// Where references of a policy are looked up.
public interface Environment {
  /// The value of an environment variable.
  Optional<String> variable(String name);

  /// The text of a file behind `$file:`, as the policy spells its path.
  Optional<String> file(String path);

  /// Knows nothing: for runs that send nothing.
  static Environment nothing() {
    return new Environment() {
      @Override
      public Optional<String> variable(String name) {
        return Optional.empty();
      }

      @Override
      public Optional<String> file(String path) {
        return Optional.empty();
      }
    };
  }
}
