package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.YamlReader;
import dev.gatewayctl.runtime.engine.Engine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A file of tests of a policy. [#read] takes it apart as far as it can be without the policy,
/// [#against] binds its names, [#run] decides one test.
public final class PromptTests {
  /// A longer streamed text is not tried at every split.
  static final int MOST_SPLITS = 20_000;

  private final SyntaxNode.Mapping root;
  private final String policy;

  private PromptTests(SyntaxNode.Mapping root, String policy) {
    this.root = root;
    this.policy = policy;
  }

  /// One test, ready to run.
  public static final class Test {
    private final String name;
    private final OfflineExchange.Asked asked;
    private final List<Expectation> expectations;
    private final boolean enforces;
    private final boolean everySplit;

    Test(
        String name,
        OfflineExchange.Asked asked,
        List<Expectation> expectations,
        boolean enforces,
        boolean everySplit) {
      this.name = name;
      this.asked = asked;
      this.expectations = List.copyOf(expectations);
      this.enforces = enforces;
      this.everySplit = everySplit;
    }

    public String name() {
      return name;
    }

    /// Whether authentication and access are left out for want of a caller.
    public boolean isUnnamed() {
      return asked.caller().isUnnamed();
    }
  }

  /// What came of a test.
  ///
  /// @param why one line for each expectation that does not hold
  public record Result(String name, List<String> why) {
    public Result {
      why = List.copyOf(why);
    }

    public boolean passed() {
      return why.isEmpty();
    }
  }

  /// Reads a file; what is wrong is reported, and empty given when there is nothing to go on with.
  public static Optional<PromptTests> read(SourceFile file, Diagnostics out) {
    SyntaxNode.Mapping root = YamlReader.read(file, out);
    if (root == null) {
      return Optional.empty();
    }
    TestFields.keys(
        root, "a test file", List.of("policy", "defaults", "tests"), List.of("coverage"), out);
    SyntaxNode policy = root.find("policy");
    String name = policy instanceof SyntaxNode.Scalar scalar ? scalar.value() : "gateway.yaml";
    if (policy != null && !(policy instanceof SyntaxNode.Scalar)) {
      TestFields.wrongShape(policy, "policy", "the path of a policy", out);
    }
    if (root.find("tests") == null) {
      out.report(DiagnosticCode.MISSING_KEY, root.span(), "a test file has no `tests`")
          .help("write `tests:` and a list of tests");
    }
    return Optional.of(new PromptTests(root, name));
  }

  /// The path of the policy, relative to the file.
  public String policy() {
    return policy;
  }

  /// The tests bound to a policy; names that it does not declare are reported.
  ///
  /// @param named who asks where a test names nobody
  /// @param now the time where a test names none
  public List<Test> against(RuleGraph graph, Caller named, Instant now, Diagnostics out) {
    TestReader reader = new TestReader(graph, named, now, out);
    List<Test> tests = new ArrayList<>();
    SyntaxNode defaults = root.find("defaults");
    if (defaults != null && !(defaults instanceof SyntaxNode.Mapping)) {
      TestFields.wrongShape(defaults, "defaults", "a mapping of keys to values", out);
    }
    switch (root.find("tests")) {
      case SyntaxNode.Sequence list -> {
        int number = 1;
        for (SyntaxNode item : list.items()) {
          if (item instanceof SyntaxNode.Mapping test) {
            tests.addAll(
                reader.tests(
                    defaults instanceof SyntaxNode.Mapping mapping ? mapping : null, test, number));
          } else {
            TestFields.wrongShape(item, "tests", "a mapping for each test", out);
          }
          number++;
        }
      }
      case null -> {}
      case SyntaxNode other -> TestFields.wrongShape(other, "tests", "a list of tests", out);
    }
    return tests;
  }

  /// Decides a test.
  ///
  /// @param enforcing the same policy with its shadow rules enforced
  public static Result run(Test test, Engine engine, Engine enforcing) {
    Engine used = test.enforces ? enforcing : engine;
    List<String> why = new ArrayList<>(failures(test, OfflineExchange.run(used, test.asked)));
    if (test.everySplit
        && why.isEmpty()
        && test.asked.answer().orElse(null) instanceof OfflineExchange.Answer.Text text) {
      why.addAll(splits(test, used, text));
    }
    return new Result(test.name, why);
  }

  private static List<String> failures(Test test, OfflineExchange.Outcome outcome) {
    return test.expectations.stream().flatMap(each -> each.failure(outcome).stream()).toList();
  }

  /// The stream cut in two at every place must give what it gives in one piece; the first place
  /// where it does not is told.
  private static List<String> splits(Test test, Engine engine, OfflineExchange.Answer.Text text) {
    int length = text.text().codePointCount(0, text.text().length());
    OfflineExchange.Outcome whole = OfflineExchange.run(engine, cut(test, text, length));
    String expected = received(whole);
    for (int at = 1; at < length; at++) {
      OfflineExchange.Outcome split = OfflineExchange.run(engine, cut(test, text, at));
      List<String> why = failures(test, split);
      if (!why.isEmpty()) {
        return List.of("cut at character " + at + ": " + why.getFirst());
      }
      if (!received(split).equals(expected)
          || !split.exchange().masked().equals(whole.exchange().masked())) {
        return List.of("cut at character " + at + ": the answer is not that of the whole");
      }
    }
    return List.of();
  }

  private static String received(OfflineExchange.Outcome outcome) {
    return outcome.received().map(AnswerText::of).orElse("");
  }

  private static OfflineExchange.Asked cut(Test test, OfflineExchange.Answer.Text text, int at) {
    OfflineExchange.Asked asked = test.asked;
    return new OfflineExchange.Asked(
        asked.body(),
        asked.caller(),
        asked.surface(),
        asked.headers(),
        asked.now(),
        asked.given(),
        Optional.of(new OfflineExchange.Answer.Text(text.text(), true, List.of(at))));
  }
}
