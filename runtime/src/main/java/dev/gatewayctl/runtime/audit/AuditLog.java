package dev.gatewayctl.runtime.audit;

import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The audit log of one process, open for appending. Safe for use by many threads.
///
/// A record is written to the file before [#append] returns: a crash of the process loses nothing
/// that was acknowledged. A thread of its own brings it to the disk: within [#FORCE_MILLIS] and the
/// time that the disk takes with [Durability#BATCH]; with [Durability#SYNC] the call waits for it,
/// and one force serves all that wait (group commit).
///
/// A write that fails leaves no trace: what came of it is cut away before the next record is
/// written. A force that fails is the end of this log, because a disk that lost a page does not say
/// which: every later append fails until the program is started again.
public final class AuditLog implements AutoCloseable {
  /// How long an acknowledged record may wait before it is forced to the disk.
  public static final long FORCE_MILLIS = 50;

  /// The largest line; a record beyond it is not written.
  public static final int LONGEST_LINE = 64 << 20;

  private final Settings settings;
  private final Path folder;
  private final SegmentFile.Opener opener;
  private final FileChannel lockFile;
  private final Thread forcer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private final Condition closing = lock.newCondition();
  private final Condition forced = lock.newCondition();
  private SegmentFile file;
  private long fileBytes;
  private boolean fileHasRest;
  private long rotations;
  private long nextRecord;
  private long forcedRecords;
  private boolean forcerIdle;
  private boolean closed;
  private @Nullable String broken;

  /// Bytes of the line whose write failed last, 0 when the last write went well.
  private int unwritten;

  /// When an append returns.
  public enum Durability {
    /// When the record is written; it is on the disk within 100 ms.
    BATCH,
    /// When it is on the disk.
    SYNC
  }

  /// How a log is kept.
  ///
  /// @param segmentBytes a segment that a record would make larger is followed by a new one
  /// @param clock for the times of the records that the log writes itself
  public record Settings(Durability durability, long segmentBytes, InstantSource clock) {
    /// Batches, segments of 256 MiB.
    public static Settings standard(InstantSource clock) {
      return new Settings(Durability.BATCH, 256L << 20, clock);
    }
  }

  /// What came of opening.
  public sealed interface Opened {
    /// It is open, and nobody else has it.
    ///
    /// @param recovered the record of a torn line that was cut
    record Ready(AuditLog log, Optional<AuditRecord.Recover> recovered) implements Opened {}

    /// Another process, or another part of this one, has it open.
    ///
    /// @param owner what it calls itself, such as `process 4711`
    record InUse(Path directory, String owner) implements Opened {}

    /// The directory cannot be used, or its last segment is damaged elsewhere than in a torn last
    /// line.
    record Unusable(Path directory, String reason) implements Opened {}
  }

  /// What came of appending.
  public sealed interface Appended {
    /// It stands in the log.
    ///
    /// @param number of the record in the log, from 0
    record Written(long number) implements Appended {}

    /// It does not.
    record Failed(String reason) implements Appended {}
  }

  private AuditLog(
      Settings settings, Path folder, SegmentFile.Opener opener, FileChannel lockFile, Tail tail)
      throws IOException {
    this.settings = settings;
    this.folder = folder;
    this.opener = opener;
    this.lockFile = lockFile;
    this.file = opener.open(tail.segment());
    this.fileBytes = tail.extent().bytes();
    this.fileHasRest = tail.extent().tornBytes() > 0;
    this.nextRecord = Segments.firstRecord(tail.segment()) + tail.extent().lines();
    this.forcedRecords = nextRecord;
    this.forcer = Thread.ofPlatform().daemon().name("audit-force").unstarted(this::forceLoop);
  }

  /// Where a log ends.
  private record Tail(Path segment, Segments.Extent extent) {}

  /// Opens the log in a directory, which is made when it is not there, and takes it for this
  /// process until it is closed.
  public static Opened open(Path directory, Settings settings) {
    return open(directory, settings, SegmentFile::onDisk);
  }

  static Opened open(Path directory, Settings settings, SegmentFile.Opener opener) {
    FileChannel lockFile = null;
    try {
      Path folder = Files.createDirectories(Segments.folder(directory));
      Path lockPath = directory.resolve("lock");
      lockFile =
          FileChannel.open(
              lockPath,
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (!taken(lockFile)) {
        String owner = Files.readString(lockPath).strip();
        lockFile.close();
        return new Opened.InUse(directory, owner.isEmpty() ? "another process" : owner);
      }
      Tail tail = tail(folder);
      if (tail.extent().badLine() > 0) {
        lockFile.close();
        return new Opened.Unusable(
            directory,
            tail.segment().getFileName() + ":" + tail.extent().badLine() + " is no record");
      }
      AuditLog log = new AuditLog(settings, folder, opener, lockFile, tail);
      forceFolder(folder);
      return log.begin(directory, tail);
    } catch (IOException e) {
      closeQuietly(lockFile);
      return new Opened.Unusable(directory, reason(e));
    }
  }

  private static boolean taken(FileChannel lockFile) throws IOException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      return false;
    }
    if (lock == null) {
      return false;
    }
    String owner = "process " + ProcessHandle.current().pid() + "\n";
    lockFile.truncate(0);
    lockFile.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
    return true;
  }

  private static Tail tail(Path folder) throws IOException {
    List<Path> segments = Segments.list(folder);
    if (segments.isEmpty()) {
      return new Tail(folder.resolve(Segments.name(0)), new Segments.Extent(0, 0, 0, 0));
    }
    Path last = segments.getLast();
    return new Tail(last, Segments.extent(last));
  }

  private Opened begin(Path directory, Tail tail) {
    forcer.start();
    if (tail.extent().tornBytes() == 0) {
      return new Opened.Ready(this, Optional.empty());
    }
    AuditRecord.Recover recover =
        new AuditRecord.Recover(
            settings.clock().instant(),
            tail.segment().getFileName().toString(),
            tail.extent().tornBytes());
    return switch (append(recover)) {
      case Appended.Written _ -> new Opened.Ready(this, Optional.of(recover));
      case Appended.Failed failed -> {
        close();
        yield new Opened.Unusable(directory, failed.reason());
      }
    };
  }

  /// Appends the record of an exchange.
  public Appended append(ExchangeRecord exchange) {
    return append(new AuditRecord.Exchange(exchange));
  }

  /// Appends the record of a policy that is put in force.
  public Appended appendPolicy(AuditRecord.Policy policy) {
    return append(policy);
  }

  private Appended append(AuditRecord record) {
    byte[] line = RecordText.line(record);
    if (line.length > LONGEST_LINE) {
      return new Appended.Failed("the record has " + line.length + " bytes");
    }
    lock.lock();
    try {
      if (broken != null) {
        return new Appended.Failed(broken);
      }
      if (closed) {
        return new Appended.Failed("the log is closed");
      }
      write(line);
      long number = nextRecord++;
      if (forcerIdle) {
        forcerIdle = false;
        written.signal();
      }
      return settings.durability() == Durability.SYNC
          ? awaitForced(number)
          : new Appended.Written(number);
    } catch (IOException e) {
      return new Appended.Failed(reason(e));
    } finally {
      lock.unlock();
    }
  }

  /// Why nothing can be appended now; empty while all is well. After a write that failed, such as
  /// on a full disk, it is tried whether as many bytes can be written again, so that who waits for
  /// a healthy log does not wait for ever.
  public Optional<String> failure() {
    lock.lock();
    try {
      if (broken == null && unwritten > 0 && !closed) {
        tryAgain();
      }
      return Optional.ofNullable(broken);
    } catch (IOException e) {
      return Optional.of(reason(e));
    } finally {
      lock.unlock();
    }
  }

  /// Writes blanks where the line would stand, and cuts them off.
  private void tryAgain() throws IOException {
    byte[] blanks = new byte[unwritten];
    Arrays.fill(blanks, (byte) ' ');
    fileHasRest = true;
    file.write(fileBytes, blanks);
    file.truncate(fileBytes);
    fileHasRest = false;
    unwritten = 0;
  }

  private void write(byte[] line) throws IOException {
    unwritten = line.length;
    if (fileHasRest) {
      file.truncate(fileBytes);
      fileHasRest = false;
    }
    if (fileBytes > 0 && fileBytes + line.length > settings.segmentBytes()) {
      rotate();
    }
    fileHasRest = true;
    file.write(fileBytes, line);
    fileHasRest = false;
    unwritten = 0;
    fileBytes += line.length;
  }

  private void rotate() throws IOException {
    forceNow();
    SegmentFile next = opener.open(folder.resolve(Segments.name(nextRecord)));
    try {
      forceFolder(folder);
    } catch (IOException e) {
      next.close();
      throw e;
    }
    SegmentFile full = file;
    file = next;
    fileBytes = 0;
    rotations++;
    full.close();
  }

  private Appended awaitForced(long number) {
    while (forcedRecords <= number && broken == null && !closed) {
      forced.awaitUninterruptibly();
    }
    if (forcedRecords > number) {
      return new Appended.Written(number);
    }
    return new Appended.Failed(broken == null ? "the log was closed" : broken);
  }

  /// Forces what was written, again and again, until the log is closed.
  private void forceLoop() {
    lock.lock();
    try {
      while (!closed && broken == null) {
        if (forcedRecords == nextRecord) {
          forcerIdle = true;
          written.awaitUninterruptibly();
        } else {
          pauseForBatch();
          forceOnce();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void pauseForBatch() {
    if (settings.durability() == Durability.SYNC) {
      return;
    }
    long left = TimeUnit.MILLISECONDS.toNanos(FORCE_MILLIS);
    try {
      while (left > 0 && !closed) {
        left = closing.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Forces come early from now on, and that is all.
      Thread.currentThread().interrupt();
    }
  }

  /// One force outside the lock, so that records are appended meanwhile.
  private void forceOnce() {
    SegmentFile current = file;
    long upTo = nextRecord;
    long rotationsBefore = rotations;
    String failure = null;
    lock.unlock();
    try {
      current.force();
    } catch (IOException e) {
      failure = reason(e);
    } finally {
      lock.lock();
    }
    // A segment that was replaced meanwhile was forced before it was closed.
    if (failure != null && rotations == rotationsBefore) {
      fail(failure);
    } else {
      forcedRecords = Math.max(forcedRecords, upTo);
      forced.signalAll();
    }
  }

  private void forceNow() throws IOException {
    try {
      file.force();
    } catch (IOException e) {
      fail(reason(e));
      throw e;
    }
    forcedRecords = nextRecord;
    forced.signalAll();
  }

  private void fail(String reason) {
    broken = reason;
    forced.signalAll();
    written.signalAll();
  }

  /// Forces what is left, and lets go of the directory. Later appends fail.
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (fileHasRest) {
        file.truncate(fileBytes);
      }
      if (broken == null) {
        forceNow();
      }
      file.close();
      lockFile.close();
    } catch (IOException e) {
      fail(reason(e));
      closeQuietly(lockFile);
    } finally {
      written.signalAll();
      closing.signalAll();
      forced.signalAll();
      lock.unlock();
    }
  }

  /// Makes names of files durable.
  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The failure that led here is the one that is reported.
      return;
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
