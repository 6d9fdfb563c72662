package dev.gatewayctl.policy.graph;

/// A text of the policy that may be a reference to the environment: `$env:NAME`, `$file:PATH`.
public sealed interface Setting {
  /// The text itself; as a credential it must never be printed.
  record Literal(String value) implements Setting {
    @Override
    public String toString() {
      return "***";
    }
  }

  /// The value of an environment variable, read when the gateway starts or reloads.
  record Environment(String name) implements Setting {}

  /// The content of a file without its trailing line end; `path` is relative to the root policy's
  /// folder.
  record File(String path) implements Setting {}
}
