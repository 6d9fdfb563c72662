package dev.gatewayctl.runtime.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.audit.AuditLog.Appended;
import dev.gatewayctl.runtime.audit.AuditLog.Durability;
import dev.gatewayctl.runtime.audit.AuditLog.Opened;
import dev.gatewayctl.runtime.audit.AuditLog.Settings;
import dev.gatewayctl.runtime.audit.AuditReader.Reading;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z"));
  private static final Settings BATCH = Settings.standard(CLOCK);

  @TempDir private Path directory;
  private final SampleRecords samples = new SampleRecords(99);

  private AuditLog open(Settings settings) {
    return ready(AuditLog.open(directory, settings));
  }

  private static AuditLog ready(Opened opened) {
    assertThat(opened).isInstanceOf(Opened.Ready.class);
    return ((Opened.Ready) opened).log();
  }

  private static long number(Appended appended) {
    assertThat(appended).isInstanceOf(Appended.Written.class);
    return ((Appended.Written) appended).number();
  }

  private List<AuditRecord> records() {
    List<AuditRecord> records = new ArrayList<>();
    assertThat(AuditReader.of(List.of(directory)).read(records::add))
        .isInstanceOf(Reading.Complete.class);
    return records;
  }

  private List<String> ids() {
    return records().stream()
        .filter(AuditRecord.Exchange.class::isInstance)
        .map(record -> ((AuditRecord.Exchange) record).exchange().id())
        .toList();
  }

  private Path segment(long first) {
    return directory.resolve("seg").resolve(Segments.name(first));
  }

  @Test
  void keepsWhatIsAppendedInOrder() throws IOException {
    List<String> expected = new ArrayList<>();
    try (AuditLog log = open(BATCH)) {
      for (int i = 0; i < 50; i++) {
        ExchangeRecord record = samples.next();
        expected.add(record.id());
        assertThat(number(log.append(record))).isEqualTo(i);
        // written before it returns, whether forced or not
        assertThat(Files.readString(segment(0))).contains(record.id()).endsWith("}\n");
      }
      assertThat(log.failure()).isEmpty();
    }
    assertThat(ids()).isEqualTo(expected);
    try (AuditLog log = open(BATCH)) {
      assertThat(number(log.append(samples.next()))).isEqualTo(50);
    }
  }

  @Test
  void aSecondOpenerIsRefusedByName() throws IOException {
    AuditLog log = open(BATCH);
    assertThat(AuditLog.open(directory, BATCH))
        .isEqualTo(new Opened.InUse(directory, "process " + ProcessHandle.current().pid()));
    log.close();
    log.close();
    assertThat(log.append(samples.next())).isInstanceOf(Appended.Failed.class);
    open(BATCH).close();
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(AuditLog.open(file, BATCH)).isInstanceOf(Opened.Unusable.class);
  }

  @Test
  void survivesACutAtEveryByte() throws IOException {
    List<String> ids = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    try (AuditLog log = open(BATCH)) {
      for (int i = 0; i < 5; i++) {
        ExchangeRecord record = samples.next();
        ids.add(record.id());
        log.append(record);
        ends.add(Files.size(segment(0)));
      }
    }
    byte[] whole = Files.readAllBytes(segment(0));
    FaultyDisk lazy = new FaultyDisk();
    lazy.fault.set("lazy");
    for (int size = Math.toIntExact(ends.get(2)); size <= whole.length; size++) {
      Files.write(segment(0), Arrays.copyOf(whole, size));
      long cut = size;
      long kept = ends.stream().filter(end -> end <= cut).count();
      long torn = cut - (kept == 0 ? 0 : ends.get(Math.toIntExact(kept) - 1));
      Opened opened = AuditLog.open(directory, BATCH, lazy);
      AuditLog log = ready(opened);
      assertThat(((Opened.Ready) opened).recovered().isPresent()).isEqualTo(torn > 0);
      ExchangeRecord next = samples.next();
      assertThat(number(log.append(next))).isEqualTo(kept + (torn > 0 ? 1 : 0));
      log.close();
      List<AuditRecord> records = records();
      if (torn > 0) {
        assertThat(records.get(Math.toIntExact(kept)))
            .isEqualTo(new AuditRecord.Recover(CLOCK.instant(), Segments.name(0), torn));
      }
      List<String> expected = new ArrayList<>(ids.subList(0, Math.toIntExact(kept)));
      expected.add(next.id());
      assertThat(ids()).as("cut at %d", size).isEqualTo(expected);
    }
  }

  @Test
  void damageElsewhereStopsTheStart() throws IOException {
    try (AuditLog log = open(BATCH)) {
      for (int i = 0; i < 3; i++) {
        log.append(samples.next());
      }
    }
    byte[] whole = Files.readAllBytes(segment(0));
    int second = new String(whole, ISO_8859_1).indexOf('\n') + 1;
    byte[] zeroed = whole.clone();
    Arrays.fill(zeroed, second, second + 10, (byte) 0);
    Files.write(segment(0), zeroed);
    assertThat(AuditLog.open(directory, BATCH))
        .isEqualTo(new Opened.Unusable(directory, Segments.name(0) + ":2 is no record"));
    assertThat(Files.readAllBytes(segment(0))).isEqualTo(zeroed);
    // a tail of zeroes is what a file system leaves after a loss of power
    Files.write(segment(0), Arrays.copyOf(whole, whole.length + 4096));
    ready(AuditLog.open(directory, BATCH)).close();
    assertThat(records()).hasSize(4);
  }

  @Test
  void beginsNewSegmentsBySize() throws IOException {
    Settings small = new Settings(Durability.BATCH, 4_000, CLOCK);
    List<String> expected = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      try (AuditLog log = open(small)) {
        for (int i = 0; i < 20; i++) {
          ExchangeRecord record = samples.next();
          expected.add(record.id());
          assertThat(number(log.append(record))).isEqualTo(run * 20 + i);
        }
      }
    }
    List<Path> segments = Segments.list(directory.resolve("seg"));
    assertThat(segments).hasSizeGreaterThan(5);
    long records = 0;
    for (Path segment : segments) {
      assertThat(Files.size(segment)).isLessThanOrEqualTo(4_000);
      assertThat(Segments.firstRecord(segment)).isEqualTo(records);
      records += Segments.extent(segment).lines();
    }
    assertThat(ids()).isEqualTo(expected);
  }

  /// A disk with faults: what is written when, and what fails.
  private static final class FaultyDisk implements SegmentFile.Opener {
    private final AtomicReference<String> fault = new AtomicReference<>("");
    private final AtomicInteger forces = new AtomicInteger();

    @Override
    public SegmentFile open(Path file) throws IOException {
      SegmentFile real = SegmentFile.onDisk(file);
      return new SegmentFile() {
        @Override
        public void write(long position, byte[] bytes) throws IOException {
          if (fault.get().contains("full")) {
            real.write(position, Arrays.copyOf(bytes, bytes.length / 2));
            throw new IOException("No space left on device");
          }
          real.write(position, bytes);
        }

        @Override
        public void force() throws IOException {
          forces.incrementAndGet();
          if (fault.get().contains("force")) {
            throw new IOException("Input/output error");
          }
          if (!fault.get().contains("lazy")) {
            real.force();
          }
        }

        @Override
        public void truncate(long size) throws IOException {
          if (fault.get().contains("truncate")) {
            throw new IOException("Input/output error");
          }
          real.truncate(size);
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }

  @Test
  void aFullDiskIsReportedAndLeavesNoTrace() {
    FaultyDisk disk = new FaultyDisk();
    AuditLog log = ready(AuditLog.open(directory, BATCH, disk));
    ExchangeRecord first = samples.next();
    log.append(first);
    disk.fault.set("full");
    assertThat(log.append(samples.next()))
        .isEqualTo(new Appended.Failed("No space left on device"));
    disk.fault.set("full truncate");
    assertThat(log.append(samples.next())).isEqualTo(new Appended.Failed("Input/output error"));
    disk.fault.set("");
    ExchangeRecord last = samples.next();
    assertThat(number(log.append(last))).isEqualTo(1);
    disk.fault.set("full");
    assertThat(log.append(samples.next())).isInstanceOf(Appended.Failed.class);
    log.close();
    assertThat(ids()).containsExactly(first.id(), last.id());
  }

  @Test
  void aFullDiskIsAFailureUntilThereIsRoomAgain() {
    FaultyDisk disk = new FaultyDisk();
    AuditLog log = ready(AuditLog.open(directory, BATCH, disk));
    ExchangeRecord first = samples.next();
    log.append(first);
    disk.fault.set("full");
    log.append(samples.next());
    assertThat(log.failure()).contains("No space left on device");
    disk.fault.set("");
    assertThat(log.failure()).isEmpty();
    ExchangeRecord last = samples.next();
    assertThat(number(log.append(last))).isEqualTo(1);
    assertThat(log.failure()).isEmpty();
    log.close();
    assertThat(ids()).containsExactly(first.id(), last.id());
  }

  @Test
  void aFailedForceIsTheEnd() throws InterruptedException {
    FaultyDisk disk = new FaultyDisk();
    AuditLog log =
        ready(AuditLog.open(directory, new Settings(Durability.SYNC, 1 << 20, CLOCK), disk));
    assertThat(log.append(samples.next())).isInstanceOf(Appended.Written.class);
    disk.fault.set("force");
    assertThat(log.append(samples.next())).isEqualTo(new Appended.Failed("Input/output error"));
    disk.fault.set("");
    assertThat(log.append(samples.next())).isEqualTo(new Appended.Failed("Input/output error"));
    assertThat(log.failure()).contains("Input/output error");
    log.close();
  }

  @Test
  void batchesReachTheDiskInTime() throws InterruptedException {
    FaultyDisk disk = new FaultyDisk();
    AuditLog log = ready(AuditLog.open(directory, BATCH, disk));
    for (int i = 0; i < 200; i++) {
      log.append(samples.next());
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (disk.forces.get() == 0 && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(disk.forces.get()).isBetween(1, 50);
    log.close();
  }

  @Test
  void manyThreadsShareForcesAndLoseNothing() throws Exception {
    FaultyDisk disk = new FaultyDisk();
    AuditLog log =
        ready(AuditLog.open(directory, new Settings(Durability.SYNC, 64 << 10, CLOCK), disk));
    List<ExchangeRecord> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.add(samples.next());
    }
    List<Long> numbers = Collections.synchronizedList(new ArrayList<>());
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (ExchangeRecord record : all) {
        running.add(pool.submit(() -> numbers.add(number(log.append(record)))));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    assertThat(numbers).doesNotHaveDuplicates().hasSize(2_000);
    assertThat(disk.forces.get()).isLessThan(1_500);
    log.close();
    assertThat(ids())
        .containsExactlyInAnyOrderElementsOf(all.stream().map(ExchangeRecord::id).toList());
  }

  @Test
  void anInterruptedThreadDoesNotTearTheLog() throws InterruptedException {
    try (AuditLog log = open(BATCH)) {
      Thread.currentThread().interrupt();
      assertThat(number(log.append(samples.next()))).isZero();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(number(log.append(samples.next()))).isEqualTo(1);
    }
    assertThat(records()).hasSize(2);
  }

  @Test
  void policiesStandInTheLogWithoutCredentials() throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    files.put(
        "gateway.yaml", "providers: { a: { api_key: sk-PLANTED-1 }, b: { api_key: $env:B } }\n");
    AuditRecord.Policy policy =
        AuditRecord.Policy.of(CLOCK.instant(), SamplePolicy.withKeys("sk-PLANTED-1"), files);
    AuditRecord.Policy hidden =
        AuditRecord.Policy.of(
            CLOCK.instant(), SamplePolicy.withKeys("sk-PLANTED-1", "sk-\u00e9scaped"), files);
    try (AuditLog log = open(BATCH)) {
      assertThat(number(log.appendPolicy(policy))).isZero();
      assertThat(number(log.appendPolicy(hidden))).isEqualTo(1);
    }
    String text = Files.readString(segment(0));
    assertThat(text).doesNotContain("PLANTED").contains("$env:B").contains("api_key: ***");
    assertThat(records()).containsExactly(policy, hidden);
    assertThat(hidden.files()).isEmpty();
  }
}
