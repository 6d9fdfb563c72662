package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.runtime.gateway.Gateway;
import java.util.Map;
import java.util.TreeMap;

/// A compiled policy as the gateway takes it.
final class LoadedPolicy {
  private LoadedPolicy() {}

  /// Compiles a file; what is wrong goes to standard error, errors end the command.
  static Gateway.Loaded of(Console console, PolicyFile file, int exitCode) {
    Compilation compilation = file.compile();
    if (!compilation.diagnostics().isEmpty()) {
      console.err().print(DiagnosticText.render(compilation.diagnostics(), console.colourErr()));
      console.err().flush();
    }
    if (compilation.graph().isEmpty()) {
      throw CommandFailure.of(exitCode, "the policy `" + file.name() + "` does not compile");
    }
    return of(compilation);
  }

  static Gateway.Loaded of(Compilation compilation) {
    Map<String, String> texts = new TreeMap<>();
    for (SourceFile source : compilation.files()) {
      texts.put(source.name(), source.text());
    }
    return new Gateway.Loaded(compilation.graph().orElseThrow(), texts);
  }
}
