package dev.gatewayctl.runtime.gateway;

import dev.gatewayctl.policy.graph.LimitNode;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.graph.ServerNode;
import dev.gatewayctl.policy.graph.Setting;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.Environment;
import dev.gatewayctl.runtime.engine.ExchangeIds;
import dev.gatewayctl.runtime.http.HttpEdge;
import dev.gatewayctl.runtime.meter.RequestLimits;
import dev.gatewayctl.runtime.meter.UsageCounter;
import dev.gatewayctl.runtime.upstream.Providers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A running gateway: one policy in force, replaced as a whole by a reload.
public final class Gateway implements AutoCloseable {
  private final HttpEdge edge;
  private final Services services;
  private final Host host;
  private final Health health;
  private final ExchangeHandler handler;
  private final AtomicReference<Policy> policy;
  private final ServerNode boundTo;
  private final Optional<Setting> auditDirectory;
  private final UsageCounter usageCounter =
      UsageCounter.loading(
          task -> Thread.ofPlatform().daemon().name("gateway-encoder").start(task));

  /// The world that a gateway runs in.
  ///
  /// @param listen instead of `server.listen`
  /// @param admin instead of `server.admin`
  /// @param audit instead of `audit.dir`
  /// @param trust certificates of providers trusted instead of the platform's
  /// @param log told what an operator should know
  public record Host(
      Environment environment,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      Optional<String> listen,
      Optional<String> admin,
      Optional<Path> audit,
      @Nullable SSLContext trust,
      Consumer<LogLine> log) {}

  /// A compiled policy with the text that it came from.
  public record Loaded(RuleGraph graph, Map<String, String> files) {}

  /// What came of starting.
  public sealed interface Started {
    record Running(Gateway gateway) implements Started {}

    /// The world is not as it has to be: one line each.
    record Refused(List<String> problems) implements Started {}
  }

  private Gateway(
      HttpEdge edge, Services services, Host host, Listening listening, RuleGraph first) {
    this.edge = edge;
    this.services = services;
    this.host = host;
    this.health = listening.health();
    this.handler = listening.handler();
    this.policy = listening.policy();
    this.boundTo = first.server();
    this.auditDirectory = first.audit().directory();
  }

  /// What answers on the main listener, made before its socket is.
  private record Listening(
      Health health, ExchangeHandler handler, AtomicReference<Policy> policy) {}

  /// Starts serving, or says what keeps it from serving; then nothing is left running.
  public static Started start(Loaded loaded, Host host) {
    List<String> missing = Providers.missing(loaded.graph(), host.environment());
    if (!missing.isEmpty()) {
      return new Started.Refused(missing);
    }
    Optional<Path> directory =
        host.audit()
            .or(
                () ->
                    loaded
                        .graph()
                        .audit()
                        .directory()
                        .flatMap(setting -> Providers.lookUp(setting, host.environment()))
                        .map(Path::of));
    Optional<AuditLog> audit = Optional.empty();
    if (directory.isPresent()) {
      switch (AuditLog.open(directory.get(), AuditLog.Settings.standard(host.clock()))) {
        case AuditLog.Opened.Ready ready -> {
          audit = Optional.of(ready.log());
          ready
              .recovered()
              .ifPresent(
                  cut ->
                      host.log()
                          .accept(
                              LogLine.warning(
                                  "the audit log's torn last line was cut ("
                                      + cut.cutBytes()
                                      + " bytes)")));
        }
        case AuditLog.Opened.InUse used -> {
          return new Started.Refused(
              List.of(
                  "the audit directory `" + used.directory() + "` is in use by " + used.owner()));
        }
        case AuditLog.Opened.Unusable unusable -> {
          return new Started.Refused(
              List.of(
                  "the audit directory `"
                      + unusable.directory()
                      + "` cannot be used: "
                      + unusable.reason()));
        }
      }
    } else {
      host.log().accept(LogLine.warning("no audit: neither `audit.dir` nor --audit is given"));
    }
    return listen(loaded, host, audit);
  }

  private static Started listen(Loaded loaded, Host host, Optional<AuditLog> audit) {
    Telemetry telemetry = new Telemetry();
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("gateway-timer").unstarted(task));
    // What is waited for in vain holds a whole exchange.
    timer.setRemoveOnCancelPolicy(true);
    Services services =
        new Services(
            host.clock(),
            host.nanoTime(),
            ExchangeIds.of(host.random()),
            RequestLimits.of(host.nanoTime()),
            audit,
            telemetry,
            timer,
            host.log());
    AtomicReference<Policy> policy = new AtomicReference<>();
    Health health = new Health(audit);
    ExchangeHandler handler = new ExchangeHandler(services, policy::get, health);
    ServerNode server = loaded.graph().server();
    List<HttpEdge.Listener> listeners = new ArrayList<>();
    try {
      listeners.add(listener(host.listen().orElse(server.listen()), handler));
      Optional<String> admin = host.admin().or(server::admin);
      admin.ifPresent(
          address ->
              listeners.add(listener(address, new AdminHandler(policy::get, telemetry, health))));
      HttpEdge edge = HttpEdge.start(settings(server, services), listeners);
      Gateway gateway =
          new Gateway(edge, services, host, new Listening(health, handler, policy), loaded.graph());
      Policy first = gateway.link(loaded);
      Optional<String> unwritten = gateway.evidence(loaded);
      if (unwritten.isPresent()) {
        gateway.close();
        return new Started.Refused(List.of(unwritten.get()));
      }
      policy.set(first);
      health.serve();
      return new Started.Running(gateway);
    } catch (HttpEdge.CannotListen e) {
      timer.shutdownNow();
      audit.ifPresent(AuditLog::close);
      return new Started.Refused(List.of(e.getMessage()));
    }
  }

  private static HttpEdge.Settings settings(ServerNode server, Services services) {
    HttpEdge.Settings standard =
        HttpEdge.Settings.standard(
            services.clock(),
            fault ->
                services
                    .log()
                    .accept(
                        new LogLine(
                            "error",
                            "a fault in the HTTP edge",
                            Map.of("fault", fault.getClass().getName()))));
    return new HttpEdge.Settings(
        standard.workers(),
        server.maxBodyBytes(),
        server.maxHeadBytes(),
        server.headDeadline(),
        server.bodyDeadline(),
        standard.idle(),
        standard.upstreamIdle(),
        standard.maxConnections(),
        standard.maxPendingBytes(),
        standard.clock(),
        standard.faults());
  }

  private static HttpEdge.Listener listener(
      String address, dev.gatewayctl.runtime.http.HttpService service) {
    int colon = address.lastIndexOf(':');
    String name = address.substring(0, colon);
    String bare =
        name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    return new HttpEdge.Listener(
        bare, Integer.parseInt(address.substring(colon + 1)), service, null);
  }

  /// Everything that the first exchange would wait for is loaded afterwards.
  private Policy link(Loaded loaded) {
    Engine engine = Engine.link(loaded.graph(), usageCounter);
    engine.warm();
    return new Policy(
        engine,
        Providers.of(
            loaded.graph(),
            host.environment(),
            new Providers.Links(
                edge.upstream(),
                services.timer(),
                host.trust(),
                host.clock(),
                why -> host.log().accept(LogLine.warning(why)))),
        Authentication.of(loaded.graph(), setting -> Providers.lookUp(setting, host.environment())),
        loaded.files());
  }

  /// Writes the record of a policy, before an exchange can name it. Gives what keeps the policy
  /// from being put in force: without evidence none is, unless it says otherwise itself.
  private Optional<String> evidence(Loaded loaded) {
    if (services.audit().isEmpty()) {
      return Optional.empty();
    }
    AuditRecord.Policy record =
        AuditRecord.Policy.of(host.clock().instant(), loaded.graph(), loaded.files());
    if (services.audit().get().appendPolicy(record) instanceof AuditLog.Appended.Failed failed) {
      services.auditFailed("policy", failed.reason());
      return loaded.graph().audit().denyOnFailure()
          ? Optional.of("the audit log cannot be written: " + failed.reason())
          : Optional.empty();
    }
    return Optional.empty();
  }

  /// `http://host:port` of the main listener.
  public String address() {
    return "http://" + hostOf(host.listen().orElse(boundTo.listen())) + ":" + edge.port(0);
  }

  /// The same of the admin listener, when there is one.
  public Optional<String> adminAddress() {
    return host.admin()
        .or(boundTo::admin)
        .map(address -> "http://" + hostOf(address) + ":" + edge.port(1));
  }

  private static String hostOf(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }

  /// The digest of the policy in force.
  public String policyDigest() {
    return policy.get().engine().graph().policyDigest();
  }

  /// The bodies that a scripted provider received.
  public List<byte[]> received(String provider) {
    return policy.get().providers().received(provider).orElse(List.of());
  }

  /// Puts another policy in force for new exchanges; running ones end under the old one. Refused
  /// when its references lead nowhere: then the old one stays.
  ///
  /// @return what keeps it from being served; empty when it is in force
  public synchronized List<String> reload(Loaded loaded) {
    List<String> problems = Providers.missing(loaded.graph(), host.environment());
    if (problems.isEmpty()) {
      Policy next = link(loaded);
      problems = evidence(loaded).map(List::of).orElse(List.of());
      if (problems.isEmpty()) {
        policy.set(next);
        edge.use(settings(loaded.graph().server(), services));
      }
    }
    services.telemetry().reloaded(problems.isEmpty());
    if (!problems.isEmpty()) {
      problems.forEach(
          problem -> host.log().accept(LogLine.error("the policy is not reloaded: " + problem)));
      return problems;
    }
    warnOfFixedSettings(loaded.graph());
    services
        .limits()
        .retain(loaded.graph().limits().stream().map(LimitNode::path).collect(Collectors.toSet()));
    host.log()
        .accept(
            new LogLine(
                "info",
                "the policy is reloaded",
                Map.of("policy_digest", loaded.graph().policyDigest())));
    return List.of();
  }

  /// Says that a reload did not come about, for a reason outside of this class.
  public void reloadRefused(String why) {
    services.telemetry().reloaded(false);
    host.log().accept(LogLine.error("the policy is not reloaded: " + why));
  }

  /// Sockets stay where they are until the next start.
  private void warnOfFixedSettings(RuleGraph graph) {
    ServerNode next = graph.server();
    if (!next.listen().equals(boundTo.listen())) {
      host.log().accept(LogLine.warning("`server.listen` changes with the next start only"));
    }
    if (!next.admin().equals(boundTo.admin())) {
      host.log().accept(LogLine.warning("`server.admin` changes with the next start only"));
    }
    if (!graph.audit().directory().equals(auditDirectory)) {
      host.log().accept(LogLine.warning("`audit.dir` changes with the next start only"));
    }
  }

  /// Takes no new exchanges, lets those that run end, and stops. Blocks for up to `limit`.
  public void drain(Duration limit) {
    health.drain();
    edge.drain(limit);
    close();
  }

  /// Stops at once.
  @Override
  public void close() {
    health.drain();
    edge.close();
    handler.close();
    services.timer().shutdownNow();
    try {
      services.timer().awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    services.audit().ifPresent(AuditLog::close);
  }
}
