package dev.gatewayctl.runtime.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.engine.Candidate;
import dev.gatewayctl.runtime.http.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Which target is tried next, and after how long.
class AttemptPlanTest {
  private static final Set<String> ON = Set.of("connect", "timeout", "429", "5xx");

  private static List<Candidate> candidates() {
    String policy =
        """
        gateway: v1
        providers: { s: { protocol: script, script: [{ text: ok }] } }
        models: { m: { targets: [s/a, s/b, s/c], price: { input: 1.00, output: 1.00 } } }
        """;
    RuleGraph graph =
        PolicyCompiler.compile(
                "gateway.yaml", name -> new Sources.Found(SourceFile.of(name, policy)))
            .graph()
            .orElseThrow();
    return graph.model("m").orElseThrow().targets().stream()
        .map(target -> new Candidate(target, graph.providers().values().iterator().next()))
        .toList();
  }

  private static List<String> walk(int attempts, Optional<Duration> retryAfter) {
    AttemptPlan plan = new AttemptPlan(candidates(), attempts, ON);
    List<String> walked = new ArrayList<>(List.of(plan.current().id()));
    for (Optional<AttemptPlan.Next> next = plan.after(retryAfter);
        next.isPresent();
        next = plan.after(retryAfter)) {
      walked.add(next.get().candidate().id() + "+" + next.get().pause().toMillis());
    }
    return walked;
  }

  @Test
  void everyCandidateGetsItsAttemptsAndNoMore() {
    assertThat(walk(1, Optional.empty())).containsExactly("s/a", "s/b+0", "s/c+0");
    assertThat(walk(2, Optional.empty()))
        .containsExactly("s/a", "s/a+0", "s/b+0", "s/b+0", "s/c+0", "s/c+0");
  }

  @Test
  void aShortWaitIsWaitedAndALongOneGoesOn() {
    assertThat(walk(2, Optional.of(Duration.ofSeconds(10))))
        .containsExactly("s/a", "s/a+10000", "s/b+0", "s/b+10000", "s/c+0", "s/c+10000");
    assertThat(walk(2, Optional.of(Duration.ofMillis(10_001))))
        .containsExactly("s/a", "s/b+0", "s/c+0");
  }

  @Test
  void aServerErrorIsAnyStatusFromFiveHundred() {
    AttemptPlan plan = new AttemptPlan(candidates(), 1, ON);
    assertThat(List.of("500", "503", "529", "599", "429", "connect", "timeout"))
        .allMatch(plan::covers);
    assertThat(List.of("400", "401", "404", "200", "protocol")).noneMatch(plan::covers);
    AttemptPlan narrow = new AttemptPlan(candidates(), 1, Set.of("503"));
    assertThat(narrow.covers("503")).isTrue();
    assertThat(narrow.covers("500")).isFalse();
  }

  @Test
  void waitsAreReadInSecondsOrMilliseconds() {
    assertThat(RetryAfter.of(Headers.of("retry-after", "7"))).contains(Duration.ofSeconds(7));
    assertThat(RetryAfter.of(Headers.of("retry-after-ms", "70", "retry-after", "7")))
        .contains(Duration.ofMillis(70));
    for (String nonsense :
        List.of("", "-1", "1.5", "soon", "9999999999", "Wed, 21 Oct 2026 07:28:00 GMT")) {
      assertThat(RetryAfter.of(Headers.of("retry-after", nonsense))).as(nonsense).isEmpty();
    }
  }
}
