package dev.gatewayctl.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.graph.RuleGraph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The digest follows what a policy does, not how it is written.
class GraphDigestTest {
  private static final String HEAD =
      """
      gateway: v1
      providers:
        demo: { protocol: script, region: eu }
      models:
        fast: { targets: [demo/small], price: { input: 0, output: 0 } }
      defaults: { opaque: deny }
      detectors:
        employee_id: { pattern: 'EMP-[0-9]{6}', except: [EMP-000000] }
      """;
  private static final List<String> RULES =
      List.of(
          "  a: { when: tokens.input > 4000, deny: \"too long\" }\n",
          "  b: { when: findings.any(employee_id), mask: employee_id }\n",
          "  c: { set: { max_tokens: { max: 100 } } }\n",
          "  d: { when: principal.known, tag: [known, seen] }\n",
          "  e: { require: target.region == 'eu' }\n");

  private static String digest(String text) {
    return digest(TestSources.compile(text));
  }

  private static String digest(Compilation compilation) {
    RuleGraph graph =
        compilation
            .graph()
            .orElseThrow(
                () -> new AssertionError(DiagnosticText.render(compilation.diagnostics(), false)));
    assertThat(graph.policyDigest()).matches("sha256:[0-9a-f]{64}");
    return graph.policyDigest();
  }

  private static String whole(List<String> rules) {
    return HEAD + "rules:\n" + String.join("", rules);
  }

  @Test
  void orderOfRulesMeansNothing() {
    long seed = 20261124;
    Random random = new Random(seed);
    String first = digest(whole(RULES));
    for (int i = 0; i < 20; i++) {
      List<String> rules = new ArrayList<>(RULES);
      Collections.shuffle(rules, random);
      assertThat(digest(whole(rules))).as("seed %d round %d", seed, i).isEqualTo(first);
    }
  }

  @Test
  void splittingIntoFilesMeansNothing() {
    Map<String, String> files =
        Map.of(
            "p/gateway.yaml",
            "include: [rules/one.yaml, two.yaml]\n" + HEAD,
            "p/rules/one.yaml",
            "include: [../three.yaml]\nrules:\n" + RULES.get(3) + RULES.get(0),
            "p/two.yaml",
            "rules:\n" + RULES.get(4) + RULES.get(2),
            "p/three.yaml",
            "rules:\n" + RULES.get(1));
    Compilation split = PolicyCompiler.compile("p/gateway.yaml", TestSources.texts(files));
    assertThat(digest(split)).isEqualTo(digest(whole(RULES)));
    assertThat(split.files())
        .extracting(file -> file.name())
        .containsExactly("p/gateway.yaml", "p/rules/one.yaml", "p/three.yaml", "p/two.yaml");
  }

  @Test
  void layoutCommentsAndLetNamesMeanNothing() {
    String other =
        HEAD
            + """
            let: { long: tokens.input   >  4000 }
            rules:
              # a comment
              a:
                deny: too long
                when: long   # and another one
            """;
    assertThat(digest(other)).isEqualTo(digest(whole(RULES.subList(0, 1))));
  }

  @Test
  void aDefaultWrittenOutMeansNothing() {
    String text = whole(RULES);
    String first = digest(text);
    List<String> same =
        List.of(
            text + "server: { time_zone: UTC, max_body: 16MiB, listen: 127.0.0.1:8080 }\n",
            text + "server: { time_zone: Etc/UTC, max_head: 32768B, open: false }\n",
            text + "audit: { on_failure: deny, facts: computed }\n",
            text.replace("opaque: deny", "opaque: deny, access: allow"),
            text.replace("region: eu", "region: eu, trains: true, usage: ask"),
            text.replace("price:", "timeout: 5m, idle_timeout: 60s, strategy: ordered, price:"),
            text.replace("tag: [known, seen]", "tag: [seen, known], mode: enforce, priority: 0"),
            text.replace("deny: \"too long\"", "deny: { reason: too long, status: 403 }"),
            text.replace("mask: employee_id", "mask: { what: [employee_id] }"));
    for (String each : same) {
      assertThat(each).isNotEqualTo(text);
      assertThat(digest(each)).as(each).isEqualTo(first);
    }
  }

  @Test
  void whatAPolicyDoesMeansEverything() {
    String text = whole(RULES);
    String first = digest(text);
    List<String> changed =
        List.of(
            text.replace("4000", "4001"),
            text.replace("too long", "too  long"),
            text.replace("[0-9]{6}", "[0-9]{7}"),
            text.replace("EMP-000000", "EMP-000001"),
            text.replace("max: 100", "max: 101"),
            text.replace("seen", "seem"),
            text.replace("  a:", "  aa:"),
            text.replace("deny: \"too long\"", "deny: \"too long\", mode: shadow"),
            text.replace("deny: \"too long\"", "deny: \"too long\", priority: 1"),
            text.replace("input: 0", "input: 0.000000001"),
            text.replace("opaque: deny", "opaque: allow"),
            text.replace("target.region == 'eu'", "target.provider == 'demo'"),
            text.replace("protocol: script", "protocol: script, script: hello"),
            text.replace("protocol: script", "protocol: script, trains: false"));
    for (String each : changed) {
      assertThat(digest(each)).isNotEqualTo(first);
    }
    assertThat(changed.stream().map(GraphDigestTest::digest).distinct()).hasSize(changed.size());
  }

  @Test
  void aCredentialEntersAsItsHash() {
    String text = HEAD + "server: { listen: 127.0.0.1:9 }\n";
    String one = text.replace("script,", "openai, api_key: sk-one,");
    String two = text.replace("script,", "openai, api_key: sk-two,");
    String reference = text.replace("script,", "openai, api_key: $env:KEY,");
    assertThat(List.of(digest(one), digest(two), digest(reference))).doesNotHaveDuplicates();
    Compilation compilation = TestSources.compile(one);
    assertThat(compilation.graph().orElseThrow().toString()).doesNotContain("sk-one");
    assertThat(DiagnosticText.render(compilation.diagnostics(), false))
        .contains("secret-written-out")
        .doesNotContain("sk-one");
  }
}
