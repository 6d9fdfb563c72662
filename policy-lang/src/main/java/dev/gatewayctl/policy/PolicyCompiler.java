package dev.gatewayctl.policy;

import dev.gatewayctl.policy.analysis.PolicyChecks;
import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.PriceBook;
import dev.gatewayctl.policy.definition.Policy;
import dev.gatewayctl.policy.definition.PolicyBinder;
import dev.gatewayctl.policy.definition.PolicyText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.graph.GraphBuilder;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.Optional;

/// Compiles a policy: text in, a rule graph or diagnostics out. Pure: the same files give the same
/// compilation.
public final class PolicyCompiler {
  private PolicyCompiler() {}

  /// Runs the stages. Each goes on after a mistake, so that one run shows every problem of a stage;
  /// the next one is not entered after an error, so that none shows a consequence.
  public static Compilation compile(String rootName, Sources sources) {
    Diagnostics out = new Diagnostics();

    PolicyFiles files = PolicyFiles.read(rootName, sources, out);
    if (out.hasErrors()) {
      return stopped(files, out);
    }
    PolicyText text = files.text();
    Policy policy = PolicyBinder.bind(text, DetectorCatalog.builtIn(), out);
    if (out.hasErrors()) {
      return stopped(files, out);
    }
    RuleGraph graph = GraphBuilder.build(policy, DetectorCatalog.builtIn(), PriceBook.embedded());
    PolicyChecks.check(policy, graph, out);
    if (out.hasErrors()) {
      return stopped(files, out);
    }
    return new Compilation(Optional.of(graph), out.sorted(), files.files());
  }

  private static Compilation stopped(PolicyFiles files, Diagnostics out) {
    return new Compilation(Optional.empty(), out.sorted(), files.files());
  }
}
