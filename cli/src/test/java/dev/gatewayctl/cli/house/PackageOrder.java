package dev.gatewayctl.cli.house;

import java.util.List;

/// The packages in their order: each may use those above it, in its own module and in the modules
/// below. The same table stands in `docs/architecture.md`; a test compares them.
final class PackageOrder {
  static final List<String> POLICY =
      List.of(
          "diagnostic",
          "syntax",
          "pattern",
          "catalog",
          "expression",
          "checking",
          "format",
          "field",
          "definition",
          "graph",
          "evaluation",
          "analysis");

  static final List<String> RUNTIME =
      List.of(
          "json",
          "exchange",
          "http",
          "wire",
          "conversation",
          "openai",
          "mcp",
          "responses",
          "anthropic",
          "gemini",
          "bedrock",
          "ollama",
          "cohere",
          "surface",
          "translation",
          "inspect",
          "meter",
          "engine",
          "credential",
          "upstream",
          "audit",
          "gateway",
          "offline",
          "report");

  static final List<String> CLI = List.of("console", "editor", "command");

  private PackageOrder() {}

  /// The full names of a module's packages in order, the root package last.
  static List<String> full(String root, List<String> names) {
    return java.util.stream.Stream.concat(
            names.stream().map(name -> root + "." + name), java.util.stream.Stream.of(root))
        .toList();
  }
}
