package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.cli.console.PromptReport;
import dev.gatewayctl.cli.console.TestReport;
import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.offline.Caller;
import dev.gatewayctl.runtime.offline.OfflineExchange;
import dev.gatewayctl.runtime.offline.PromptTests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "test-prompt",
    description = "Decide one prompt, or run the tests of a policy.",
    footer = {
      "",
      "Without a prompt every *.test.yaml beside the policy is run. Nothing is sent anywhere.",
      "",
      "Examples:",
      "  gatewayctl test-prompt 'mail jane@example.org' --model fast",
      "  gatewayctl test-prompt hello --app helpdesk --response 'call +49 30 901820' --stream",
      "  gatewayctl test-prompt --tests gateway.test.yaml --format junit",
      "",
      "Exit: one prompt 0 allowed, 1 denied, or whether --expect holds; tests 1 when one fails."
    })
final class TestPromptCommand extends Verb {
  private static final int MOST_BYTES = 16 << 20;

  /// What a prompt is checked for.
  enum Expected {
    ALLOW,
    DENY,
    MASK;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "PROMPT", arity = "0..1", description = "The prompt, or -.")
  private @Nullable String prompt;

  @Option(
      names = {"-p", "--policy"},
      paramLabel = "FILE",
      description = "The policy; default: gateway.yaml, with --tests the one that a file names.")
  private @Nullable String policy;

  @Option(names = "--file", paramLabel = "FILE", description = "Read the prompt from this file.")
  private @Nullable String file;

  @Option(
      names = "--tests",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Run these files of tests.")
  private List<String> tests = new ArrayList<>();

  @Option(names = "--model", paramLabel = "MODEL", description = "Ask for this model.")
  private @Nullable String model;

  @Mixin private CallerOptions caller = new CallerOptions();

  @Option(
      names = "--header",
      paramLabel = "NAME: VALUE",
      description = "Send this header; may be repeated.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--surface",
      paramLabel = "ID",
      defaultValue = "chat",
      description = "Ask on this surface, such as messages; default: chat.")
  private String surface = "chat";

  @Option(names = "--response", paramLabel = "TEXT", description = "Answer with this text.")
  private @Nullable String response;

  @Option(names = "--stream", description = "Ask for a stream.")
  private boolean stream;

  @Option(
      names = "--expect",
      paramLabel = "WHAT",
      description = "Check for ${COMPLETION-CANDIDATES}.")
  private @Nullable Expected expect;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}; the last three for tests only.")
  private TestReport.Format format = TestReport.Format.TEXT;

  TestPromptCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    boolean one = prompt != null || file != null;
    if (one && !tests.isEmpty()) {
      throw CommandFailure.usage("a prompt and `--tests` do not go together");
    }
    if (prompt != null && file != null) {
      throw CommandFailure.usage("a prompt and `--file` do not go together");
    }
    return one ? prompt() : tests();
  }

  private int prompt() {
    if (format != TestReport.Format.TEXT && format != TestReport.Format.JSON) {
      throw CommandFailure.usage("`--format " + format + "` is for tests; a prompt has text, json");
    }
    Surface on = SurfaceOption.asked(surface);
    if (response != null && !OfflineExchange.Question.answered(on)) {
      throw CommandFailure.usage("no text can be an answer on the surface `" + surface + "`");
    }
    RuleGraph graph = PolicyFile.at(console(), policyName()).require();
    Caller who = caller.caller(graph);
    if (who.isUnnamed() && graph.principals().isPresent()) {
      noteUnnamed();
    }
    Optional<OfflineExchange.Answer> answer =
        Optional.ofNullable(response)
            .map(text -> new OfflineExchange.Answer.Text(text, stream, List.of()));
    OfflineExchange.Outcome outcome =
        OfflineExchange.run(
            Engine.link(graph),
            new OfflineExchange.Asked(
                OfflineExchange.Question.of(on, model(graph), promptText(), stream),
                who,
                headers(),
                console().world().clock().instant(),
                Map.of(),
                answer));
    console()
        .print(
            format == TestReport.Format.JSON
                ? PromptReport.json(outcome)
                : PromptReport.text(outcome, console()));
    return exit(outcome);
  }

  private int exit(OfflineExchange.Outcome outcome) {
    boolean holds =
        switch (expect) {
          case null -> !outcome.denied();
          case ALLOW -> !outcome.denied();
          case DENY -> outcome.denied();
          case MASK -> !outcome.denied() && !outcome.exchange().masked().isEmpty();
        };
    if (!holds && expect != null) {
      console().problem("gatewayctl: expected `" + expect + "`, which does not hold");
    }
    return holds ? ExitCode.FINE : ExitCode.FAILED;
  }

  private void noteUnnamed() {
    console().note("no caller is named: authentication and access are left out");
  }

  private String policyName() {
    return policy == null ? PolicyFile.DEFAULT : policy;
  }

  private String promptText() {
    if (file != null) {
      return text(file, MOST_BYTES);
    }
    return "-".equals(prompt)
        ? console().readInText(MOST_BYTES)
        : java.util.Objects.requireNonNull(prompt);
  }

  private String model(RuleGraph graph) {
    if (model != null) {
      return model;
    }
    if (graph.models().size() != 1) {
      throw CommandFailure.usage(
          "which model? `--model` "
              + String.join(
                  ", ", graph.models().keySet().stream().map(m -> "`" + m + "`").toList()));
    }
    return graph.models().firstKey();
  }

  private Map<String, Object> headers() {
    Map<String, Object> all = new HashMap<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon <= 0) {
        throw CommandFailure.usage("`--header " + header + "` is not `NAME: VALUE`");
      }
      String name = header.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      all.put(name, header.substring(colon + 1).strip());
    }
    return all;
  }

  private int tests() {
    List<TestReport.Ran> ran = new ArrayList<>();
    boolean unnamed = false;
    for (String name : tests.isEmpty() ? beside() : tests) {
      unnamed |= tests(name, ran);
    }
    if (unnamed) {
      noteUnnamed();
    }
    console().print(TestReport.render(ran, format, console()));
    return ran.stream().allMatch(TestReport.Ran::passed) ? ExitCode.FINE : ExitCode.FAILED;
  }

  /// The files of tests in the policy's folder.
  private List<String> beside() {
    Path parent = Path.of(policyName()).getParent();
    Path folder = console().path(parent == null ? "" : parent.toString());
    try (Stream<Path> files = Files.list(folder)) {
      List<String> found =
          files
              .map(path -> path.getFileName().toString())
              .filter(name -> name.endsWith(".test.yaml"))
              .sorted()
              .map(name -> parent == null ? name : parent.resolve(name).toString())
              .toList();
      if (found.isEmpty()) {
        throw CommandFailure.usage("neither a prompt nor a `*.test.yaml` beside the policy");
      }
      return found;
    } catch (IOException e) {
      throw CommandFailure.input("cannot read the folder of `" + policyName() + "`");
    }
  }

  /// Runs one file; says whether a test of it names nobody although the policy knows callers.
  private boolean tests(String name, List<TestReport.Ran> ran) {
    Diagnostics out = new Diagnostics();
    SourceFile source = SourceFile.of(name, text(name, MOST_BYTES));
    Optional<PromptTests> read = PromptTests.read(source, out);
    if (read.isEmpty()) {
      throw wrong(name, out);
    }
    Path parent = Path.of(name).getParent();
    String named = read.get().policy();
    String itsPolicy =
        policy != null ? policy : parent == null ? named : parent.resolve(named).toString();
    RuleGraph graph = PolicyFile.at(console(), itsPolicy).require();
    List<PromptTests.Test> bound =
        read.get()
            .against(
                graph,
                caller.caller(graph),
                console().world().clock().instant(),
                path -> records(parent == null ? path : parent.resolve(path).toString()),
                out);
    if (out.hasErrors()) {
      throw wrong(name, out);
    }
    Engine engine = Engine.link(graph);
    Engine enforcing = Engine.link(OfflineExchange.enforced(graph));
    for (PromptTests.Test test : bound) {
      ran.add(
          new TestReport.Ran(name, test.name(), PromptTests.run(test, engine, enforcing).why()));
    }
    return graph.principals().isPresent() && bound.stream().anyMatch(PromptTests.Test::isUnnamed);
  }

  /// A file of audit records that a test names.
  private Optional<byte[]> records(String name) {
    try {
      Path path = console().path(name);
      return Files.size(path) > MOST_BYTES
          ? Optional.empty()
          : Optional.of(Files.readAllBytes(path));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private CommandFailure wrong(String name, Diagnostics out) {
    console().err().print(DiagnosticText.render(out.sorted(), console().colourErr()));
    return CommandFailure.input("the tests `" + name + "` cannot be run");
  }

  private String text(String name, int most) {
    try {
      Path path = console().path(name);
      if (Files.size(path) > most) {
        throw CommandFailure.input("`" + name + "` is longer than " + most + " bytes");
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
          .toString();
    } catch (CharacterCodingException e) {
      throw CommandFailure.input("`" + name + "` is not UTF-8");
    } catch (IOException e) {
      throw CommandFailure.input("cannot read `" + name + "`");
    }
  }
}
