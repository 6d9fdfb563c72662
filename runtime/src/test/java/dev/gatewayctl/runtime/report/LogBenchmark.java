package dev.gatewayctl.runtime.report;

import com.sun.management.OperatingSystemMXBean;
import dev.gatewayctl.runtime.audit.AuditLog;
import dev.gatewayctl.runtime.audit.AuditLog.Appended;
import dev.gatewayctl.runtime.audit.AuditLog.Durability;
import dev.gatewayctl.runtime.audit.AuditLog.Opened;
import dev.gatewayctl.runtime.audit.AuditLog.Settings;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.SampleRecords;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.report.Report.Dimension;
import dev.gatewayctl.runtime.report.Report.Query;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/// How fast records are appended and a log is read; no test. Arguments: a directory for logs, and
/// how many records.
final class LogBenchmark {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
  private static final int IN_FLIGHT = 256;

  private LogBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out =
        new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);
    Path directory = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    SampleRecords samples = SampleRecords.ordinary(1);
    List<ExchangeRecord> records = Stream.generate(samples::next).limit(20_000).toList();
    for (Durability durability : Durability.values()) {
      append(out, directory.resolve(durability.name()), durability, records, count);
    }
    Path log = directory.resolve(Durability.BATCH.name());
    long bytes = size(log);
    for (int round = 0; round < 4; round++) {
      for (int threads = 1; threads <= 2; threads++) {
        long begin = System.nanoTime();
        long cpu = cpuNanos();
        Query query =
            new Query(
                List.of(Dimension.TEAM, Dimension.MODEL, Dimension.DAY),
                Optional.empty(),
                Optional.empty());
        var outcome = Report.of(AuditReader.of(List.of(log)), query, threads);
        double seconds = (System.nanoTime() - begin) / 1e9;
        out.printf(
            "report, %d threads: %.2f GB/s, %.2f GB a CPU second, %d rows%n",
            threads,
            bytes / 1e9 / seconds,
            (double) bytes / (cpuNanos() - cpu),
            ((Report.Outcome.Made) outcome).table().rows().size());
      }
    }
    long cpu = cpuNanos();
    AuditReader.of(List.of(log)).read(record -> {});
    out.printf("whole records: %.3f GB a CPU second%n", (double) bytes / (cpuNanos() - cpu));
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static void append(
      PrintStream out,
      Path directory,
      Durability durability,
      List<ExchangeRecord> records,
      int count)
      throws Exception {
    if (!(AuditLog.open(directory, new Settings(durability, 256L << 20, CLOCK))
        instanceof Opened.Ready ready)) {
      throw new IllegalStateException("cannot open " + directory);
    }
    long[] waits = new long[count];
    long cpu = cpuNanos();
    long begin = System.nanoTime();
    try (AuditLog log = ready.log();
        var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Semaphore free = new Semaphore(IN_FLIGHT);
      List<Future<?>> running = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        int number = i;
        free.acquire();
        running.add(
            pool.submit(
                () -> {
                  long start = System.nanoTime();
                  Appended appended = log.append(records.get(number % records.size()));
                  waits[number] = System.nanoTime() - start;
                  free.release();
                  return appended;
                }));
      }
      for (Future<?> one : running) {
        if (!(one.get() instanceof Appended.Written)) {
          throw new IllegalStateException("not written");
        }
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    Arrays.sort(waits);
    out.printf(
        "%s, %d in flight: %,.0f records/s, %.1f us CPU and %,d bytes a record, wait p50"
            + " %.3f ms, p99 %.3f ms%n",
        durability,
        IN_FLIGHT,
        count / seconds,
        (cpuNanos() - cpu) / 1e3 / count,
        size(directory) / count,
        waits[count / 2] / 1e6,
        waits[count * 99 / 100] / 1e6);
  }

  private static long size(Path log) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(log.resolve("seg"))) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
