package dev.gatewayctl.runtime.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Measures cold processes of the built gateway: `serve` to the first whole answer, and `check` of
/// a policy of fifty rules, with the launcher's class cache and without it, in turns. Run from the
/// root of a clone; the argument is the number of rounds.
public final class StartBench {
  /// Keeps the launcher from using or making the cache.
  private static final String NO_CACHE = "GATEWAYCTL_NO_CACHE";

  private StartBench() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    int rounds = arguments.length == 0 ? 7 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("gatewayctl-start");
    int provider = Server.freePort();
    Path policy = folder.resolve("check.yaml");
    Files.writeString(policy, Texts.policy(8080, provider, true));
    Map<String, List<Long>> millis = new LinkedHashMap<>();
    try (Server mock = GatewayBench.startMock(folder)) {
      for (int round = 0; round < rounds; round++) {
        for (boolean cache : new boolean[] {false, true}) {
          String suffix = cache ? ", class cache" : "";
          add(millis, "check, 50 rules" + suffix, check(policy, cache));
          add(millis, "serve to first answer" + suffix, serve(folder, mock.port(), cache));
        }
      }
    }
    out.printf("%-40s %9s %9s%n", "milliseconds", "median", "least");
    millis.forEach(
        (name, all) -> {
          long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
          out.printf(Locale.ROOT, "%-40s %9d %9d%n", name, sorted[sorted.length / 2], sorted[0]);
        });
  }

  private static void add(Map<String, List<Long>> all, String name, long millis) {
    all.computeIfAbsent(name, _ -> new ArrayList<>()).add(millis);
  }

  private static ProcessBuilder gatewayctl(boolean cache, String... arguments) {
    List<String> command = new ArrayList<>(List.of("sh", "./gatewayctl"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (!cache) {
      builder.environment().put(NO_CACHE, "1");
    }
    return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
  }

  private static long check(Path policy, boolean cache) throws Exception {
    long begin = System.nanoTime();
    Process process = gatewayctl(cache, "check", policy.toString()).start();
    int exit = process.waitFor();
    long millis = (System.nanoTime() - begin) / 1_000_000;
    if (exit != 0) {
      throw new IOException("check ended with " + exit);
    }
    return millis;
  }

  private static long serve(Path folder, int provider, boolean cache) throws Exception {
    int port = Server.freePort();
    Path policy = folder.resolve("serve.yaml");
    Files.writeString(policy, Texts.policy(port, provider, true));
    long begin = System.nanoTime();
    Process process = gatewayctl(cache, "serve", policy.toString()).start();
    try {
      awaitAnswer(process, port);
      return (System.nanoTime() - begin) / 1_000_000;
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static void awaitAnswer(Process process, int port) throws Exception {
    while (process.isAlive()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(Texts.request(1024, false));
        byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        if (new String(status, java.nio.charset.StandardCharsets.ISO_8859_1).endsWith("200")) {
          return;
        }
      } catch (java.net.ConnectException notYet) {
        Thread.sleep(2);
      }
    }
    throw new IOException("serve ended at once");
  }
}
