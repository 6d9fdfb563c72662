package dev.gatewayctl.runtime.bench;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Measures the built gateway beside nginx on the same work: a mock provider, nginx as
/// `proxy_pass`, and the gateway under two policies, each a process of its own, are asked the same
/// in turns. Prints CPU time per request and its ratio to nginx in the same round, because on a
/// shared machine only ratios of neighbouring slices mean anything.
///
/// Run it from the root of a clone after `mvn package`; `docs/how-to/measure.md` shows the command.
/// Options: `--rounds N`, `--seconds S` (of a slice), `--warm S`, `--only WORD` (workloads whose
/// name holds it), `--folder DIR` (where it writes; else a temporary one).
public final class GatewayBench {
  private static final List<Workload> WORKLOADS =
      List.of(
          new Workload("1 KB, 1 connection", 1024, false, 1, 0),
          new Workload("1 KB, 8 connections", 1024, false, 8, 0),
          new Workload("1 KB, 32 connections", 1024, false, 32, 0),
          new Workload("1 KB, 2,000 a second", 1024, false, 32, 2000),
          new Workload("stream of 100 events", 1024, true, 8, 0),
          new Workload("64 KB prompt, 8 connections", 64 << 10, false, 8, 0));

  private final PrintStream out;
  private final Options options;
  private final Path folder;
  private final List<Server> servers = new ArrayList<>();

  private record Workload(
      String name, int bodyBytes, boolean stream, int connections, int ratePerSecond) {}

  private record Options(int rounds, double seconds, double warm, String only, Path folder) {
    static Options of(String[] arguments) throws IOException {
      Map<String, String> given = new LinkedHashMap<>();
      for (int i = 0; i + 1 < arguments.length; i += 2) {
        given.put(arguments[i], arguments[i + 1]);
      }
      String folder = given.getOrDefault("--folder", "");
      return new Options(
          Integer.parseInt(given.getOrDefault("--rounds", "5")),
          Double.parseDouble(given.getOrDefault("--seconds", "2.5")),
          Double.parseDouble(given.getOrDefault("--warm", "20")),
          given.getOrDefault("--only", ""),
          folder.isEmpty()
              ? Files.createTempDirectory("gatewayctl-bench")
              : Files.createDirectories(Path.of(folder)).toAbsolutePath());
    }
  }

  /// One slice: what the load saw, and what the server's processes used.
  private record Slice(Load.Outcome load, double cpuMicrosPerRequest) {}

  private GatewayBench(PrintStream out, Options options) {
    this.out = out;
    this.options = options;
    this.folder = options.folder();
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    GatewayBench bench = new GatewayBench(out, Options.of(arguments));
    try {
      bench.run();
    } finally {
      bench.servers.reversed().forEach(Server::close);
    }
  }

  private void run() throws IOException {
    Server mock = startMock(folder);
    servers.add(mock);
    Optional<Server> nginx = startNginx(mock.port());
    nginx.ifPresent(servers::add);
    servers.add(startGateway("rules", mock.port(), false));
    servers.add(startGateway("masking", mock.port(), true));
    warm();
    for (Workload workload : WORKLOADS) {
      if (workload.name().contains(options.only())) {
        print(workload, measure(workload));
      }
    }
    out.println("\nresident memory after the load:");
    for (Server server : servers) {
      out.printf(Locale.ROOT, "  %-8s %4d MB%n", server.name(), server.residentMegabytes());
    }
  }

  /// Starts the mock provider.
  static Server startMock(Path folder) throws IOException {
    int port = Server.freePort();
    return Server.start(
        "direct",
        port,
        folder.resolve("mock.log"),
        List.of(
            java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path", ""),
            MockProvider.class.getName(),
            Integer.toString(port)));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
  }

  private Optional<Server> startNginx(int provider) throws IOException {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
    Optional<Path> program =
        Stream.of(path.split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry, "nginx"))
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty()) {
      out.println("nginx is not on the PATH: its column and the ratios are missing");
      return Optional.empty();
    }
    int port = Server.freePort();
    Path configuration = folder.resolve("nginx.conf");
    Files.writeString(configuration, Texts.nginx(port, provider, folder));
    return Optional.of(
        Server.start(
            "nginx",
            port,
            folder.resolve("nginx.log"),
            List.of(
                program.get().toString(),
                "-p",
                folder.toString(),
                "-c",
                configuration.toString())));
  }

  private Server startGateway(String name, int provider, boolean all) throws IOException {
    int port = Server.freePort();
    Path policy = folder.resolve(name + ".yaml");
    Files.writeString(policy, Texts.policy(port, provider, all));
    List<String> command =
        new ArrayList<>(List.of("sh", "./gatewayctl", "serve", policy.toString()));
    if (all) {
      command.add("--audit");
      command.add(folder.resolve("audit-" + port).toString());
    }
    Server server = Server.start(name, port, folder.resolve(name + ".log"), command);
    out.printf(Locale.ROOT, "%s: takes connections after %d ms%n", name, server.startMillis());
    return server;
  }

  /// Compiled code takes some ten thousand requests to come about.
  private void warm() throws IOException {
    for (Server server : servers) {
      for (Workload workload : WORKLOADS) {
        if (workload.connections() == 8) {
          slice(server, workload, workload.bodyBytes() == 1024 ? options.warm() : 3);
        }
      }
    }
  }

  private Slice slice(Server server, Workload workload, double seconds) throws IOException {
    long before = server.cpuMicros();
    Load.Outcome load =
        Load.run(
            new Load.Plan(
                server.port(),
                ByteBuffer.wrap(Texts.request(workload.bodyBytes(), workload.stream())),
                workload.connections(),
                seconds,
                workload.ratePerSecond()));
    long cpu = server.cpuMicros() - before;
    return new Slice(load, (double) cpu / Math.max(1, load.done()));
  }

  /// By server, a slice for each round; the servers take turns within a round.
  private Map<Server, List<Slice>> measure(Workload workload) throws IOException {
    Map<Server, List<Slice>> slices = new LinkedHashMap<>();
    for (int round = 0; round < options.rounds(); round++) {
      for (Server server : servers) {
        slices
            .computeIfAbsent(server, _ -> new ArrayList<>())
            .add(slice(server, workload, options.seconds()));
      }
    }
    return slices;
  }

  private void print(Workload workload, Map<Server, List<Slice>> slices) {
    out.printf(
        Locale.ROOT,
        "%n%-28s %12s %8s %9s %9s %9s %6s%n",
        workload.name(),
        "CPU us/req",
        "x nginx",
        "req/s",
        "p50 us",
        "p99 us",
        "wrong");
    List<Slice> nginx =
        slices.entrySet().stream()
            .filter(entry -> entry.getKey().name().equals("nginx"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(List.of());
    slices.forEach((server, mine) -> printRow(server, mine, nginx));
  }

  private void printRow(Server server, List<Slice> mine, List<Slice> nginx) {
    double[] ratios = new double[nginx.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = mine.get(i).cpuMicrosPerRequest() / nginx.get(i).cpuMicrosPerRequest();
    }
    out.printf(
        Locale.ROOT,
        "  %-26s %12.1f %8s %9.0f %9.0f %9.0f %6d%n",
        server.name(),
        median(mine.stream().mapToDouble(Slice::cpuMicrosPerRequest).toArray()),
        ratios.length == 0 ? "-" : "%.2f".formatted(median(ratios)),
        median(mine.stream().mapToDouble(slice -> slice.load().perSecond()).toArray()),
        median(mine.stream().mapToDouble(slice -> slice.load().p50Micros()).toArray()),
        median(mine.stream().mapToDouble(slice -> slice.load().p99Micros()).toArray()),
        mine.stream().mapToInt(slice -> slice.load().wrong()).sum());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
