package dev.gatewayctl.runtime.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.golden.Fuzzing;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Whatever a line of a foreign log is: skipped for a reason, of another type, or decided and
/// counted once.
final class LogFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(LogFuzzTest.class, 4000, LogFuzzTest::read);
  }

  private static final RuleGraph GRAPH =
      PolicyCompiler.compile(
              "gateway.yaml",
              name ->
                  new Sources.Found(
                      SourceFile.of(
                          name,
                          """
                          gateway: v1
                          providers: { a: { protocol: script, script: [{ echo: true }] } }
                          models: { m: { targets: [a/x], price: { input: 1, output: 2 } } }
                          rules:
                            mail: { mask: email }
                            keys: { deny: "no", when: "findings.any(secret)" }
                          """)))
          .graph()
          .orElseThrow();

  private static final LogEvaluation LOG =
      LogEvaluation.of(
          GRAPH,
          new LogEvaluation.Settings(
              Caller.UNNAMED,
              Optional.empty(),
              Collections.unmodifiableSortedMap(new TreeMap<>()),
              Optional.empty(),
              Instant.EPOCH));

  static void read(byte[] input) {
    long before = LOG.allowed() + LOG.denied();
    long decided =
        switch (LOG.line(input)) {
          case LogEvaluation.Line.Skipped(String why) -> {
            assertThat(why).isNotBlank().doesNotContain("\n");
            yield 0;
          }
          case LogEvaluation.Line.Decided decision -> {
            assertThat(decision.decision()).isIn("allow", "deny");
            assertThat(decision.status()).isNotEqualTo(OptionalInt.of(400));
            yield 1;
          }
          case LogEvaluation.Line.Beside() -> 0;
        };
    assertThat(LOG.allowed() + LOG.denied()).isEqualTo(before + decided);
    assertThat(LOG.masked()).isBetween(0L, LOG.allowed());
  }
}
