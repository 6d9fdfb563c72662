package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.YamlReader;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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
    private final Subject subject;
    private final List<Expectation> expectations;
    private final boolean enforces;

    Test(String name, Subject subject, List<Expectation> expectations, boolean enforces) {
      this.name = name;
      this.subject = subject;
      this.expectations = List.copyOf(expectations);
      this.enforces = enforces;
    }

    public String name() {
      return name;
    }

    /// Whether authentication and access are left out for want of a caller.
    public boolean isUnnamed() {
      return subject instanceof Subject.Authored authored && authored.asked().caller().isUnnamed();
    }
  }

  /// What a test decides.
  sealed interface Subject {
    /// An exchange that the author makes up.
    record Authored(OfflineExchange.Asked asked, boolean everySplit) implements Subject {}

    /// One that took place.
    record Recorded(ExchangeRecord exchange) implements Subject {}
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
  /// @param records reads a file of audit records by its path, relative to the file of tests; empty
  ///   when it cannot be read
  public List<Test> against(
      RuleGraph graph,
      Caller named,
      Instant now,
      Function<String, Optional<byte[]>> records,
      Diagnostics out) {
    TestReader reader = new TestReader(graph, named, now, new RecordOperand(records, out), out);
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
    return new Result(
        test.name,
        switch (test.subject) {
          case Subject.Recorded(ExchangeRecord exchange) ->
              RecordedTest.failures(test.expectations, used, exchange);
          case Subject.Authored authored -> authored(test, authored, used);
        });
  }

  private static List<String> authored(Test test, Subject.Authored authored, Engine engine) {
    List<String> why =
        new ArrayList<>(failures(test, OfflineExchange.run(engine, authored.asked())));
    if (authored.everySplit()
        && why.isEmpty()
        && authored.asked().answer().orElse(null) instanceof OfflineExchange.Answer.Text text) {
      why.addAll(splits(test, authored.asked(), engine, text));
    }
    return why;
  }

  private static List<String> failures(Test test, OfflineExchange.Outcome outcome) {
    return test.expectations.stream().flatMap(each -> each.failure(outcome).stream()).toList();
  }

  /// The stream cut in two at every place must give what it gives in one piece; the first place
  /// where it does not is told.
  private static List<String> splits(
      Test test, OfflineExchange.Asked asked, Engine engine, OfflineExchange.Answer.Text text) {
    int length = text.text().codePointCount(0, text.text().length());
    OfflineExchange.Outcome whole = OfflineExchange.run(engine, cut(asked, text, length));
    String expected = received(whole);
    for (int at = 1; at < length; at++) {
      OfflineExchange.Outcome split = OfflineExchange.run(engine, cut(asked, text, at));
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
    return outcome.received().map(OfflineExchange.Spelled::answer).orElse("");
  }

  private static OfflineExchange.Asked cut(
      OfflineExchange.Asked asked, OfflineExchange.Answer.Text text, int at) {
    return asked.with(new OfflineExchange.Answer.Text(text.text(), true, List.of(at)));
  }
}
