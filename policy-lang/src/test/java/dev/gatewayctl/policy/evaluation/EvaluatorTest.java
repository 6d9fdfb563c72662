package dev.gatewayctl.policy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.checking.DeclaredNames;
import dev.gatewayctl.policy.checking.ExpressionChecker;
import dev.gatewayctl.policy.checking.Scope;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.graph.AuditNode;
import dev.gatewayctl.policy.graph.DefaultsNode;
import dev.gatewayctl.policy.graph.Effect;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.RuleNode;
import dev.gatewayctl.policy.graph.ServerNode;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EvaluatorTest {
  private static final Finding EMAIL =
      new Finding("email", Set.of("pii"), "email", Location.USER, 0.9, true);
  private static final Finding IBAN =
      new Finding("iban", Set.of("pii"), "iban", Location.SYSTEM, 0.8, false);
  private static final Finding FAINT =
      new Finding("iban", Set.of("pii"), "iban", Location.TOOL_CALL, 0.95, true);

  private final Map<String, Object> values = new HashMap<>();
  private final List<String> read = new ArrayList<>();
  private final Set<Phase> ran = new TreeSet<>(Arrays.asList(Phase.values()));
  private FactSource.@Nullable Bounds bounds;

  EvaluatorTest() {
    values.put("model.name", "strong");
    values.put("principal.team", "research");
    values.put("principal.groups", List.of("leads"));
    values.put("principal.id", "user:ada");
    values.put("principal.claims", Map.of("level", 3L, "roles", List.of("admin")));
    values.put("request.stream", true);
    values.put("request.bytes", 1000L);
    values.put("request.source_ip", InetAddress.ofLiteral("10.1.2.3"));
    values.put("headers", Map.of("x-one", "1", "x-two", List.of("a", "b")));
    values.put("now.time", Instant.parse("2026-11-24T23:30:00Z"));
    values.put("tokens.input", 5000L);
    values.put("tools.names", List.of("shell", "web"));
    values.put("prompt.text", "pay EMP-123456 now");
    values.put("findings", new Findings(List.of(EMAIL, IBAN), List.of(FAINT)));
    values.put("target.region", "us");
    values.put("latency.total", Duration.ofSeconds(3));
  }

  private Facts facts() {
    FactSource source =
        new FactSource() {
          @Override
          public @Nullable Object read(Fact fact) {
            read.add(fact.name());
            return values.get(fact.name());
          }

          @Override
          public @Nullable Bounds bounds(Fact fact) {
            return bounds;
          }

          @Override
          public boolean ran(Phase phase) {
            return ran.contains(phase);
          }
        };
    return Facts.of(source, Vocabulary.standard());
  }

  private static Expression expression(String text) {
    Diagnostics out = new Diagnostics();
    Expression expression =
        ExpressionChecker.of(DeclaredNames.sample(), Vocabulary.standard(), out)
            .check(ScalarText.of(SourceFile.of("test", text)), null, Scope.POLICY);
    if (expression == null || out.hasErrors()) {
      throw new AssertionError(DiagnosticText.render(out.sorted(), false));
    }
    return expression;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "principal.user == 'ada' # false",
        "principal.user != 'ada' # true",
        "principal.user in ['ada'] # false",
        "principal.user == principal.user # false",
        "has(principal.user) # false",
        "principal.user.startsWith('a') # absent value",
        "request.temperature > 1.0 # missing fact `request.temperature`",
        "request.temperature > 1.0 || request.stream # true",
        "request.stream && request.temperature > 1.0 # missing fact `request.temperature`",
        "!request.stream && request.temperature > 1.0 # false",
        "request.temperature > 1.0 && !request.stream # false",
        "findings.any(pii) # true",
        "findings.any(pii, 'tool_call') # false",
        "findings.any(pii, latest) # true",
        "findings.any(iban, latest) # false",
        "findings.count(pii) # 2",
        "findings.count(pii, ['user', 'system']) # 2",
        "findings.score(iban) # 0.95",
        "findings.score(secret) # 0.0",
        "findings.first(pii).kind # email",
        "findings.first(secret).kind # nothing found",
        "findings.exists(f, f.kind == 'iban' && f.location == 'system') # true",
        "findings.filter(f, f.latest).size() # 1",
        "findings.map(f, f.kind) # [email, iban]",
        "limit # 0.97",
        "big # true",
        "model.name in lists.premium # true",
        "principal.groups.contains('leads') # true",
        "request.source_ip.in('10.0.0.0/8') # true",
        "request.source_ip.in(lists.office) # true",
        "request.source_ip.in('10.1.2.4/31') # false",
        "headers['x-one'] == '1' # true",
        "headers['x-two'] == 'a' # header sent more than once",
        "headers.get('x-three', 'none') # none",
        "headers['x-three'] == 'a' # missing key",
        "has(principal.claims.level) && principal.claims.level == 3 # true",
        "principal.claims.level == 3.0 # true",
        "principal.claims.roles.contains('admin') # true",
        "principal.claims.level.startsWith('a') # value of another type",
        "principal.claims.none == 1 # missing key `none`",
        "now.at('Europe/Berlin').hour # 0",
        "now.at('Europe/Berlin').date # 2026-11-25",
        "now.at('UTC').weekday # 2",
        "latency.total > duration('2s') # true",
        "prompt.text.matches('EMP-[0-9]{6}') # true",
        "9223372036854775807 + 1 == 0 # overflow",
        "1 / 0 == 1 # division by zero",
        "9007199254740993 == 9007199254740992.0 # false",
        "9223372036854775807 < 9223372036854775808.0 # true",
        "percent('user:ada') == percent(principal.id) # true",
        "tools.names.all(t, t.size() < 6) # true",
        "tools.names.exists_one(t, t == 'web') # true",
        "['b', 'a'].join('-').upperAscii() # B-A",
        "'a,b,c'.split(',', 2) # [a, b,c]",
        "[1, 2].exists(x, 4 / (x - 1) == 4) # true",
        "[1, 2].all(x, 4 / (x - 1) == 4) # division by zero",
        "request.stream ? 1 : 2 # 1",
      })
  void evaluates(String text, String expected) {
    Evaluator evaluator = Evaluator.link(graph(List.of()));
    String actual =
        switch (evaluator.evaluate(expression(text), facts())) {
          case Value.Of(Object value) -> value.toString();
          case Value.Absent absent -> "absent";
          case Value.Failed(String why) -> why;
        };
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void decidesThresholdsFromBoundsWhereTheySuffice() {
    Evaluator evaluator = Evaluator.link(graph(List.of()));
    Expression big = expression("tokens.input > 4000");
    bounds = new FactSource.Bounds(0, 4000);
    assertThat(evaluator.test(big, facts())).isEqualTo(Tri.FALSE);
    bounds = new FactSource.Bounds(4001, 9000);
    assertThat(evaluator.test(expression("4000 < tokens.input"), facts())).isEqualTo(Tri.TRUE);
    assertThat(evaluator.test(expression("tokens.input == 3"), facts())).isEqualTo(Tri.FALSE);
    assertThat(read).isEmpty();
    bounds = new FactSource.Bounds(1, 9000);
    assertThat(evaluator.test(big, facts())).isEqualTo(Tri.TRUE);
    assertThat(evaluator.test(expression("tokens.input == 5000"), facts())).isEqualTo(Tri.TRUE);
    assertThat(read).containsExactly("tokens.input", "tokens.input");
  }

  @Test
  void decidesTheCheapPartFirst() {
    Evaluator evaluator = Evaluator.link(graph(List.of()));
    Expression both = expression("findings.any(pii) && big && model.name == 'fast'");
    assertThat(evaluator.test(both, facts())).isEqualTo(Tri.FALSE);
    assertThat(read).containsExactly("model.name");
  }

  @Test
  void joinsWhatApplies() {
    Evaluator evaluator =
        Evaluator.link(
            graph(
                List.of(
                    rule("a-deny", "findings.any(pii)", 0, deny("has ${findings.count(pii)}")),
                    rule("b-deny", "findings.any(pii)", 5, deny("high")),
                    rule("c-deny", "findings.any(secret)", 9, deny("never")),
                    rule("cap-1", "request.stream", 0, cap(100, 0.5)),
                    rule("cap-2", "request.stream", 0, cap(50, 0.9)),
                    rule("mask", "findings.any(pii)", 0, mask()),
                    rule("tags", "big", 0, new Effect.Tag(new TreeSet<>(Set.of("large")))))));
    Decision decision = evaluator.decide(Phase.REQUEST, facts());
    assertThat(decision.denial())
        .contains(new Decision.Denial("b-deny", 403, "policy_denied", "high"));
    assertThat(decision.applied().stream().map(Decision.Applied::rule))
        .containsExactly("a-deny", "b-deny", "cap-1", "cap-2", "mask", "tags");
    assertThat(decision.masks()).hasSize(1);
    assertThat(decision.tags()).containsExactly("large");
    assertThat(decision.caps().orElseThrow().maxTokens()).hasValue(50);
    assertThat(decision.caps().orElseThrow().temperatureMax()).hasValue(0.5);
    assertThat(decision.allowed()).isFalse();
  }

  @Test
  void rendersTexts() {
    Evaluator evaluator =
        Evaluator.link(
            graph(
                List.of(
                    rule(
                        "a",
                        "request.stream",
                        0,
                        deny(
                            "${findings.count(pii)} of ${principal.groups}, ${principal.user}")))));
    assertThat(evaluator.decide(Phase.REQUEST, facts()).denial().orElseThrow().reason())
        .isEqualTo("2 of leads, ?");
  }

  @Test
  void anErrorDoesWhatProtects() {
    String failing = "request.temperature > 1.0";
    Expression constraint = expression("target.region == 'eu'");
    Evaluator evaluator =
        Evaluator.link(
            graph(
                List.of(
                    rule("allow", failing, 0, new Effect.Allow()),
                    rule("cap", failing, 0, cap(10, 1)),
                    rule("deny", failing, 0, deny("no")),
                    rule("mask", failing, 0, mask()),
                    rule("require", failing, 0, new Effect.Require(constraint)),
                    rule("tag", failing, 0, new Effect.Tag(new TreeSet<>(Set.of("t")))))));
    Decision decision = evaluator.decide(Phase.REQUEST, facts());
    assertThat(decision.denial().orElseThrow().code()).isEqualTo("policy_error");
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.tags()).isEmpty();
    assertThat(decision.masks()).hasSize(1);
    assertThat(decision.caps()).isPresent();
    assertThat(decision.applied().stream().map(Decision.Applied::rule))
        .containsExactly("cap", "deny", "mask", "require");
    assertThat(decision.applied().getFirst().error())
        .contains("missing fact `request.temperature`");
    assertThat(evaluator.allows(decision.requirements().getFirst(), facts())).isFalse();
    values.put("target.region", "eu");
    assertThat(evaluator.allows(decision.requirements().getFirst(), facts())).isTrue();
    values.remove("target.region");
    assertThat(evaluator.allows(decision.requirements().getFirst(), facts())).isFalse();
  }

  @Test
  void shadowRulesChangeNothing() {
    RuleNode enforced = rule("a", "request.stream", 0, deny("no"));
    RuleNode shadow =
        new RuleNode("a", enforced.phase(), enforced.when(), enforced.effects(), true, 0, true);
    Decision decision = Evaluator.link(graph(List.of(shadow))).decide(Phase.REQUEST, facts());
    assertThat(decision.denial()).isEmpty();
    assertThat(decision.buffer()).isFalse();
    assertThat(decision.applied())
        .containsExactly(new Decision.Applied("a", List.of("deny"), true, Optional.empty()));
  }

  @Test
  void nothingAppliesWithoutAnObject() {
    Evaluator evaluator =
        Evaluator.link(graph(List.of(rule("a", "model.name == 'fast'", 0, deny("no")))));
    Decision decision = evaluator.decide(Phase.REQUEST, facts());
    assertThat(decision).isSameAs(evaluator.decide(Phase.REQUEST, facts()));
    assertThat(decision).isEqualTo(Decision.nothing(Phase.REQUEST));
  }

  @Test
  void settleRulesNeedThePhasesTheyRead() {
    RuleNode rule =
        new RuleNode(
            "a",
            Phase.SETTLE,
            Optional.of(
                expression("!request.findings.any(secret) && latency.total > duration('1s')")),
            List.of(new Effect.Tag(new TreeSet<>(Set.of("slow")))),
            false,
            0,
            false);
    values.put("request.findings", Findings.none());
    Evaluator evaluator = Evaluator.link(graph(List.of(rule)));
    assertThat(evaluator.decide(Phase.SETTLE, facts()).tags()).containsExactly("slow");
    ran.removeAll(Set.of(Phase.RESPONSE, Phase.TARGET));
    assertThat(evaluator.decide(Phase.SETTLE, facts()).tags()).containsExactly("slow");
    ran.remove(Phase.REQUEST);
    assertThat(evaluator.decide(Phase.SETTLE, facts()).applied()).isEmpty();
  }

  @Test
  void permutedRulesDecideAlike() {
    long seed = 20261124;
    Random random = new Random(seed);
    List<String> conditions =
        List.of(
            "request.stream",
            "findings.any(pii)",
            "request.temperature > 1.0",
            "model.name == 'fast'",
            "big",
            "principal.user != 'x'");
    List<Effect> effects =
        List.of(
            deny("a"),
            deny("b ${findings.count(pii)}"),
            cap(10, 1),
            cap(20, 0.5),
            mask(),
            new Effect.Allow(),
            new Effect.Require(expression("target.region == 'eu'")),
            new Effect.Tag(new TreeSet<>(Set.of("x"))));
    for (int round = 0; round < 200; round++) {
      List<RuleNode> rules = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String condition = conditions.get(random.nextInt(conditions.size()));
        Effect effect = effects.get(random.nextInt(effects.size()));
        rules.add(rule("r" + i, condition, random.nextInt(3), effect));
      }
      Decision first = Evaluator.link(graph(rules)).decide(Phase.REQUEST, facts());
      List<RuleNode> shuffled = new ArrayList<>(rules);
      Collections.shuffle(shuffled, random);
      Decision second = Evaluator.link(graph(shuffled)).decide(Phase.REQUEST, facts());
      assertThat(second).as("seed %d, round %d", seed, round).isEqualTo(first);
    }
  }

  private static RuleNode rule(String id, String when, int priority, Effect effect) {
    return new RuleNode(
        id, Phase.REQUEST, Optional.of(expression(when)), List.of(effect), false, priority, false);
  }

  private static Effect deny(String text) {
    List<Effect.TextTemplate.Part> parts = new ArrayList<>();
    int at = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", at)) {
      int end = ExpressionChecker.endInText(text, open + 2);
      parts.add(new Effect.TextTemplate.Part.Literal(text.substring(at, open)));
      parts.add(new Effect.TextTemplate.Part.Value(expression(text.substring(open + 2, end))));
      at = end + 1;
    }
    parts.add(new Effect.TextTemplate.Part.Literal(text.substring(at)));
    return new Effect.Deny(403, "policy_denied", new Effect.TextTemplate(parts));
  }

  private static Effect cap(long maxTokens, double temperatureMax) {
    return new Effect.Set(
        OptionalLong.of(maxTokens),
        OptionalDouble.empty(),
        OptionalDouble.of(temperatureMax),
        OptionalLong.empty());
  }

  private static Effect mask() {
    return new Effect.Mask(
        new TreeSet<>(Set.of("email")), new TreeSet<>(Set.of("pii")), OptionalInt.empty());
  }

  private static RuleGraph graph(List<RuleNode> rules) {
    Map<Phase, List<RuleNode>> byPhase = new HashMap<>();
    for (Phase phase : Phase.values()) {
      byPhase.put(phase, rules.stream().filter(rule -> rule.phase() == phase).toList());
    }
    return new RuleGraph(
        new ServerNode(
            "127.0.0.1:8080",
            Optional.empty(),
            false,
            1,
            1,
            Duration.ZERO,
            Duration.ZERO,
            ZoneOffset.UTC,
            false),
        new TreeMap<>(),
        new TreeMap<>(),
        Optional.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        new DefaultsNode(true, DefaultsNode.Opaque.TAG),
        new AuditNode(Optional.empty(), false, true),
        new TreeMap<>(),
        byPhase,
        "sha256:");
  }
}
