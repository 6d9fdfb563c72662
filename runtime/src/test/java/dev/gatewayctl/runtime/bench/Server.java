package dev.gatewayctl.runtime.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process that serves a port of 127.0.0.1, with the processes that it starts itself.
///
/// @param startMillis from the start of the process until the port took a connection
record Server(String name, int port, Process process, long startMillis) implements AutoCloseable {
  private static final long MOST_START_MILLIS = 60_000;
  private static final long TICKS_PER_SECOND = 100;

  /// Starts a process and waits until it serves.
  ///
  /// @param log what it prints
  static Server start(String name, int port, Path log, List<String> command) throws IOException {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (true) {
      long millis = (System.nanoTime() - begin) / 1_000_000;
      if (!process.isAlive() || millis > MOST_START_MILLIS) {
        process.destroy();
        throw new IOException(name + " does not serve:\n" + Files.readString(log));
      }
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return new Server(name, port, process, millis);
      } catch (IOException notYet) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// A port that nobody serves now.
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// CPU time of the process and of those that it started, in microseconds, in user and kernel; to
  /// 10 ms, as the kernel tells it (`/proc/PID/stat`).
  long cpuMicros() throws IOException {
    long ticks = 0;
    for (ProcessHandle each : all()) {
      String stat = Files.readString(Path.of("/proc/" + each.pid() + "/stat"));
      // The name, which may hold blanks, ends with the last parenthesis.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks * 1_000_000 / TICKS_PER_SECOND;
  }

  /// Memory that is resident, in MB.
  long residentMegabytes() throws IOException {
    long kilobytes = 0;
    for (ProcessHandle each : all()) {
      for (String line : Files.readAllLines(Path.of("/proc/" + each.pid() + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return kilobytes / 1024;
  }

  private List<ProcessHandle> all() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
