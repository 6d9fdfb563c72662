package dev.gatewayctl.runtime.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads audit logs: directories of a log, or files of lines. A log may be read while another
/// process appends to it. Memory is a buffer per thread, whatever the size of the log.
///
/// A last line that is cut is a warning, because a record is being written or the machine went down
/// then; any other line that is no record ends the reading.
public final class AuditReader {
  private static final int PIECE_BYTES = 16 << 20;

  /// Warnings that are kept; there is at most one per file.
  private static final int MOST_WARNINGS = 100;

  private final List<Path> operands;

  private AuditReader(List<Path> operands) {
    this.operands = List.copyOf(operands);
  }

  /// A reader of these directories and files, in this order.
  public static AuditReader of(List<Path> operands) {
    return new AuditReader(operands);
  }

  /// What came of reading.
  public sealed interface Reading {
    /// Everything was read.
    ///
    /// @param warnings torn last lines, in words
    record Complete(long lines, List<String> warnings) implements Reading {
      public Complete {
        warnings = List.copyOf(warnings);
      }
    }

    /// A line is no record; of several the first.
    ///
    /// @param line from 1
    /// @param reason in plain words, without any of the text
    record BadLine(Path file, long line, String reason) implements Reading {}

    /// A file or directory cannot be read.
    record Unreadable(Path file, String reason) implements Reading {}
  }

  /// Takes lines as they stand. Each is used by one thread only.
  public interface LineFold {
    /// One line: the bytes from `from` up to `to`, without its line end; not to be kept.
    ///
    /// @return why it is no record, in plain words, null when it is one; what it refused has left
    ///   no trace
    @Nullable String line(byte[] bytes, int from, int to);
  }

  /// Reads all records in their order.
  public Reading read(Consumer<AuditRecord> each) {
    return fold(
        1,
        () ->
            (bytes, from, to) ->
                switch (RecordParser.parse(bytes, from, to)) {
                  case Parsed.Good good -> {
                    each.accept(good.record());
                    yield null;
                  }
                  case Parsed.Bad bad -> bad.reason();
                });
  }

  /// Gives all lines to folds, one a thread; with one thread in order, on the caller's thread.
  public Reading fold(int threads, Supplier<LineFold> folds) {
    List<Piece> pieces = new ArrayList<>();
    for (Path operand : operands) {
      Reading.Unreadable problem = addPieces(operand, pieces);
      if (problem != null) {
        return problem;
      }
    }
    Progress progress = new Progress(pieces);
    if (threads == 1) {
      progress.work(folds.get());
      return progress.outcome();
    }
    List<LineFold> each = Stream.generate(folds).limit(threads).toList();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      for (LineFold fold : each) {
        running.add(workers.submit(() -> progress.work(fold)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
    }
    return progress.outcome();
  }

  /// What a line is.
  public sealed interface Parsed {
    /// A record.
    record Good(AuditRecord record) implements Parsed {}

    /// None.
    ///
    /// @param reason in plain words, without any of the text
    record Bad(String reason) implements Parsed {}
  }

  /// Reads one line on its own: the bytes from `from` up to `to`, without the line end.
  public static Parsed parse(byte[] bytes, int from, int to) {
    return RecordParser.parse(bytes, from, to);
  }

  /// A stretch of a file: the lines that begin in it.
  ///
  /// @param mayTear whether the file may end in the middle of a line
  private record Piece(Path file, long from, long to, boolean mayTear) {}

  private static Reading.@Nullable Unreadable addPieces(Path operand, List<Piece> pieces) {
    try {
      if (!Files.isDirectory(operand)) {
        addFile(operand, true, pieces);
        return null;
      }
      Path folder = Segments.folder(operand);
      List<Path> files = Segments.list(Files.isDirectory(folder) ? folder : operand);
      if (files.isEmpty() && !Files.isDirectory(folder)) {
        return new Reading.Unreadable(operand, "it holds no audit log");
      }
      for (Path file : files) {
        addFile(file, file.equals(files.getLast()), pieces);
      }
      return null;
    } catch (NoSuchFileException e) {
      return new Reading.Unreadable(operand, "there is no such file or directory");
    } catch (IOException e) {
      return new Reading.Unreadable(operand, String.valueOf(e.getMessage()));
    }
  }

  private static void addFile(Path file, boolean mayTear, List<Piece> pieces) throws IOException {
    long size = Files.size(file);
    for (long from = 0; from < size; from += PIECE_BYTES) {
      pieces.add(new Piece(file, from, Math.min(size, from + PIECE_BYTES), mayTear));
    }
  }

  /// What the threads of one reading share.
  private static final class Progress {
    private final List<Piece> pieces;
    private final AtomicInteger next = new AtomicInteger();
    private final List<String> warnings = new ArrayList<>();
    private long lines;
    private int badPiece = Integer.MAX_VALUE;
    private long badOffset;
    private @Nullable Reading bad;

    Progress(List<Piece> pieces) {
      this.pieces = pieces;
    }

    void work(LineFold fold) {
      LineBlock block = new LineBlock();
      for (int i = next.getAndIncrement(); i < pieces.size() && !isPast(i); ) {
        piece(i, block, fold);
        i = next.getAndIncrement();
      }
    }

    private void piece(int index, LineBlock block, LineFold fold) {
      Piece piece = pieces.get(index);
      long count = 0;
      try (FileChannel channel = FileChannel.open(piece.file(), StandardOpenOption.READ)) {
        block.begin(channel, piece.from(), piece.to());
        while (block.next()) {
          String reason =
              block.isTooLong()
                  ? "it is longer than " + AuditLog.LONGEST_LINE + " bytes"
                  : fold.line(block.bytes(), block.lineStart(), block.lineEnd());
          if (reason == null) {
            count++;
          } else if (block.isTorn() && piece.mayTear()) {
            warn(piece.file() + ": the last line is cut off and was left out");
          } else {
            fail(index, block.offset(), new Reading.BadLine(piece.file(), 0, reason));
            break;
          }
        }
      } catch (IOException e) {
        fail(index, 0, new Reading.Unreadable(piece.file(), String.valueOf(e.getMessage())));
      }
      add(count);
    }

    private synchronized boolean isPast(int index) {
      return index > badPiece;
    }

    private synchronized void add(long count) {
      lines += count;
    }

    private synchronized void warn(String text) {
      if (warnings.size() < MOST_WARNINGS) {
        warnings.add(text);
      }
    }

    private synchronized void fail(int index, long offset, Reading problem) {
      if (index < badPiece) {
        badPiece = index;
        badOffset = offset;
        bad = problem;
      }
    }

    synchronized Reading outcome() {
      return switch (bad) {
        case null -> new Reading.Complete(lines, warnings);
        case Reading.BadLine line -> {
          try {
            long number = LineBlock.linesBefore(line.file(), badOffset) + 1;
            yield new Reading.BadLine(line.file(), number, line.reason());
          } catch (IOException e) {
            yield new Reading.Unreadable(line.file(), String.valueOf(e.getMessage()));
          }
        }
        case Reading.Unreadable unreadable -> unreadable;
        case Reading.Complete complete -> complete;
      };
    }
  }
}
