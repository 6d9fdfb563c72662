package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.FormatOption;
import dev.gatewayctl.cli.console.LogWriter;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.cli.console.Signals;
import dev.gatewayctl.policy.Compilation;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.gateway.Gateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "serve",
    description = "Run the gateway in the foreground.",
    footer = {
      "",
      "Prints `ready URL` as soon as it answers. SIGHUP reloads the policy; SIGTERM and",
      "SIGINT drain and end, a second one ends at once.",
      "",
      "Examples:",
      "  gatewayctl serve",
      "  gatewayctl serve staging.yaml --listen 127.0.0.1:0 --audit audit",
      "",
      "Exit: 1 when the policy does not compile; 3 when a port, a variable or the audit",
      "directory is not to be had."
    })
final class ServeCommand extends Verb {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[^:\\[\\]\\s]+|\\[[0-9A-Fa-f:.]+\\]):([0-9]{1,5})");
  private static final int MOST_PORT = 65_535;
  private static final Duration DRAIN = Duration.ofSeconds(30);

  @Parameters(
      paramLabel = "POLICY",
      arity = "0..1",
      defaultValue = PolicyFile.DEFAULT,
      description = "The policy; default: ${DEFAULT-VALUE}.")
  private String policy = PolicyFile.DEFAULT;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Listen here, not where the policy says; port 0 picks one.")
  private @Nullable String listen;

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "Answer health, metrics and policy here, not where the policy says.")
  private @Nullable String admin;

  @Option(
      names = "--audit",
      paramLabel = "DIR",
      description = "Write the audit log here, not where the policy says.")
  private @Nullable String audit;

  @Mixin private FormatOption format = new FormatOption();

  ServeCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    requireAddress("--listen", listen);
    requireAddress("--admin", admin);
    PolicyFile file = PolicyFile.at(console(), policy);
    LogWriter log = LogWriter.of(console());
    Gateway.Loaded loaded = LoadedPolicy.of(console(), file, ExitCode.FAILED);
    refuseOpenListener(loaded.graph());
    Gateway gateway = start(loaded, file, log);
    CountDownLatch stop = new CountDownLatch(1);
    AtomicInteger signals = new AtomicInteger();
    Runnable onStop =
        () -> {
          if (signals.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(ExitCode.FINE);
          }
          stop.countDown();
        };
    Signals.on("TERM", onStop);
    Signals.on("INT", onStop);
    Signals.on("HUP", () -> reload(gateway, file));
    ready(gateway);
    await(stop);
    gateway.drain(DRAIN);
    return ExitCode.FINE;
  }

  private Gateway start(
      Gateway.Loaded loaded,
      PolicyFile file,
      Consumer<dev.gatewayctl.runtime.gateway.LogLine> log) {
    Gateway.Host host =
        new Gateway.Host(
            HostEnvironment.of(console(), file),
            console().world().clock(),
            System::nanoTime,
            console().world().random(),
            Optional.ofNullable(listen),
            Optional.ofNullable(admin),
            auditFolder(loaded.graph(), file),
            null,
            log);
    return switch (Gateway.start(loaded, host)) {
      case Gateway.Started.Running running -> running.gateway();
      case Gateway.Started.Refused refused ->
          throw CommandFailure.input(String.join("\ngatewayctl: ", refused.problems()));
    };
  }

  /// `--audit` is relative to where the program runs, `audit.dir` to the policy's folder.
  private Optional<Path> auditFolder(RuleGraph graph, PolicyFile file) {
    if (audit != null) {
      return Optional.of(console().path(audit));
    }
    return graph
        .audit()
        .directory()
        .flatMap(
            setting ->
                dev.gatewayctl.runtime.upstream.Providers.lookUp(
                    setting, HostEnvironment.of(console(), file)))
        .map(folder -> file.folder().resolve(folder));
  }

  private static void requireAddress(String option, @Nullable String address) {
    if (address == null) {
      return;
    }
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches() || Integer.parseInt(parts.group(1)) > MOST_PORT) {
      throw CommandFailure.usage(
          "`" + option + " " + address + "` is not HOST:PORT, such as 127.0.0.1:8080");
    }
  }

  private void refuseOpenListener(RuleGraph graph) {
    if (listen == null || graph.principals().isPresent() || graph.server().open()) {
      return;
    }
    int colon = listen.lastIndexOf(':');
    String host = colon < 0 ? listen : listen.substring(0, colon);
    boolean loopback = host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    if (!loopback) {
      throw CommandFailure.input(
          "`--listen "
              + listen
              + "` is not loopback and the policy has no principals: anyone could call;"
              + " add principals or `server: { open: true }`");
    }
  }

  private void ready(Gateway gateway) {
    format.print(
        console(),
        "ready " + gateway.address(),
        json -> {
          json.name("listen").value(gateway.address());
          gateway.adminAddress().ifPresent(address -> json.name("admin").value(address));
          json.name("policy_digest").value(gateway.policyDigest());
        });
  }

  private void reload(Gateway gateway, PolicyFile file) {
    try {
      Compilation compilation = file.compile();
      if (compilation.graph().isEmpty()) {
        console().problem(DiagnosticText.render(compilation.diagnostics(), console().colourErr()));
        gateway.reloadRefused("it does not compile; the old one stays in force");
        return;
      }
      gateway.reload(LoadedPolicy.of(compilation));
    } catch (CommandFailure unreadable) {
      gateway.reloadRefused(unreadable.getMessage() + "; the old one stays in force");
    }
  }

  private static void await(CountDownLatch stop) {
    try {
      stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
