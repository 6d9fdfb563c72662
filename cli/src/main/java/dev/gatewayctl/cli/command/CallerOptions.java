package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.offline.Caller;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say who asks.
final class CallerOptions {
  @Option(names = "--team", paramLabel = "TEAM", description = "Ask as this team.")
  private @Nullable String team;

  @Option(
      names = "--app",
      paramLabel = "APP",
      description = "Ask as this app, with its team, org and groups.")
  private @Nullable String app;

  @Option(names = "--user", paramLabel = "USER", description = "Ask as this user.")
  private @Nullable String user;

  /// The caller; a name that the policy does not declare ends the command.
  Caller caller(RuleGraph graph) {
    Caller caller =
        new Caller(
            Optional.empty(),
            Optional.ofNullable(team),
            Optional.ofNullable(app),
            Optional.ofNullable(user),
            Optional.empty(),
            Collections.emptySortedSet(),
            false);
    List<Caller.Unknown> unknown = caller.unknown(graph);
    if (!unknown.isEmpty()) {
      Caller.Unknown first = unknown.getFirst();
      throw CommandFailure.input(
          first.message()
              + first.nearest().map(near -> "; did you mean `" + near + "`?").orElse(""));
    }
    return caller;
  }
}
