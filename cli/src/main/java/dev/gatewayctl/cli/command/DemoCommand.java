package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.ReportText;
import dev.gatewayctl.cli.console.Signals;
import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.PolicyCompiler;
import dev.gatewayctl.policy.Sources;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.engine.Environment;
import dev.gatewayctl.runtime.gateway.Gateway;
import dev.gatewayctl.runtime.report.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = "A guided tour: a gateway, a built-in provider, and what the policy does.",
    footer = {
      "",
      "Needs no account, no key and no network. Exit: 0 only if every step did what it says."
    })
final class DemoCommand extends Verb {
  /// The policy that the tour serves, as it stands in `examples/quickstart`.
  private static final String RESOURCE = "quickstart/gateway.yaml";

  private static final String NAME = "examples/quickstart/gateway.yaml";
  private static final Duration DRAIN = Duration.ofSeconds(5);

  @Option(names = "--once", description = "End after the tour instead of serving on.")
  private boolean once;

  DemoCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    Path audit = temporaryFolder();
    try (Gateway gateway = start(audit)) {
      console().line("gatewayctl demo");
      console().line("  policy    " + NAME);
      console().line("  gateway   " + gateway.address() + ", a real socket");
      console().line("  provider  built in: nothing leaves this machine\n");
      DemoTour tour = DemoTour.of(console(), gateway, audit);
      boolean good = tour.run();
      report(audit);
      if (!good) {
        console().problem("gatewayctl: a step of the tour did not do what it says");
        return ExitCode.FAILED;
      }
      if (!once) {
        serveOn(gateway);
      }
      return ExitCode.FINE;
    } finally {
      delete(audit);
    }
  }

  private Gateway start(Path audit) {
    Gateway.Loaded loaded = policy();
    Optional<String> usual = once ? Optional.of("127.0.0.1:0") : Optional.empty();
    return switch (start(loaded, audit, usual)) {
      case Gateway.Started.Running running -> running.gateway();
      case Gateway.Started.Refused _ -> {
        // The usual port is taken: any other will do for a tour.
        console()
            .note(
                "gatewayctl: "
                    + loaded.graph().server().listen()
                    + " is in use; taking a free port");
        yield switch (start(loaded, audit, Optional.of("127.0.0.1:0"))) {
          case Gateway.Started.Running running -> running.gateway();
          case Gateway.Started.Refused refused ->
              throw CommandFailure.input(String.join("; ", refused.problems()));
        };
      }
    };
  }

  private Gateway.Started start(Gateway.Loaded loaded, Path audit, Optional<String> address) {
    return Gateway.start(
        loaded,
        new Gateway.Host(
            Environment.nothing(),
            console().world().clock(),
            System::nanoTime,
            console().world().random(),
            address,
            Optional.of("127.0.0.1:0"),
            Optional.of(audit),
            null,
            _ -> {}));
  }

  private static Gateway.Loaded policy() {
    String text;
    try (InputStream in = DemoCommand.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the tour's policy is not in the program");
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Compilation compilation =
        PolicyCompiler.compile(
            NAME,
            name ->
                name.equals(NAME)
                    ? new Sources.Found(SourceFile.of(name, text))
                    : new Sources.Unreadable("no such file"));
    return LoadedPolicy.of(compilation);
  }

  private void report(Path audit) {
    Report.Outcome outcome =
        Report.of(
            AuditReader.of(List.of(audit)),
            new Report.Query(
                List.of(Report.Dimension.TEAM, Report.Dimension.MODEL),
                Optional.empty(),
                Optional.empty()),
            1);
    if (outcome instanceof Report.Outcome.Made made) {
      console().line("What just happened (gatewayctl report AUDIT --by team,model):\n");
      console().print(ReportText.render(made.table(), Report.Kind.COST, ReportText.Format.TEXT));
    } else {
      throw new IllegalStateException("the tour's own audit log cannot be read");
    }
  }

  private void serveOn(Gateway gateway) {
    CountDownLatch stop = new CountDownLatch(1);
    Signals.on("INT", stop::countDown);
    Signals.on("TERM", stop::countDown);
    console()
        .line(
            """

            The gateway is still serving; end it with Ctrl-C. Try it:

              curl %s/v1/chat/completions \\
                -H 'authorization: Bearer %s' \\
                -d '{"model": "echo", "messages": [{"role": "user", "content": "I am jane@example.org"}]}'
            """
                .formatted(gateway.address(), DemoTour.KEY));
    try {
      stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    gateway.drain(DRAIN);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("gatewayctl-demo");
    } catch (IOException e) {
      throw CommandFailure.input("no temporary folder can be made");
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the tour's audit log cannot be removed", e);
    }
  }
}
