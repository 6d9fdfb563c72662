package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.TestSources;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a decision in `request` costs by the number of rules: each compares the team, the model and
/// a number, and none applies.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecisionBenchmark {
  @Param({"10", "50", "1000"})
  public int rules = 50;

  private Evaluator evaluator = Evaluator.link(compiled(1));
  private final Map<String, Object> said =
      Map.of("principal.team", "t1", "model.name", "fast", "request.max_tokens", 100L);

  @Setup
  public void compile() {
    evaluator = Evaluator.link(compiled(rules));
  }

  private static dev.gatewayctl.policy.graph.RuleGraph compiled(int rules) {
    StringBuilder policy =
        new StringBuilder(
            """
            gateway: v1
            providers: { a: { protocol: script } }
            models:
              fast: { targets: [a/x], price: { input: 1, output: 1 } }
              slow: { targets: [a/y], price: { input: 1, output: 1 } }
            principals:
              teams: { t1: {}, t2: {} }
              apps:
                a1: { team: t1, keys: ["sha256:%s"] }
                a2: { team: t2, keys: ["sha256:%s"] }
            defaults: { access: allow }
            rules:
            """
                .formatted("1".repeat(64), "2".repeat(64)));
    for (int i = 0; i < rules; i++) {
      policy.append(
          """
            r%d:
              when: principal.team == 't2' && model.name == 'slow' && request.max_tokens > %d
              deny: "no"
          """
              .formatted(i, i));
    }
    return TestSources.compile(policy.toString()).graph().orElseThrow();
  }

  /// A fresh frame and the decision over it, as each exchange has it.
  @Benchmark
  public Decision request() {
    Facts facts = Facts.of(fact -> said.get(fact.name()), Vocabulary.standard());
    return evaluator.decide(Phase.REQUEST, facts);
  }
}
