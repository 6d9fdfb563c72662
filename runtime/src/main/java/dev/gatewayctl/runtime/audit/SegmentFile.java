package dev.gatewayctl.runtime.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/// The file of a segment that is written: the edge at which the disk can fail. The real one is a
/// [RandomAccessFile], whose writes an interrupted thread cannot tear (a channel would close).
interface SegmentFile extends AutoCloseable {
  /// Opens or creates files of segments.
  interface Opener {
    SegmentFile open(Path file) throws IOException;
  }

  /// Writes all bytes at that place; some may be there when it fails.
  void write(long position, byte[] bytes) throws IOException;

  /// Returns when all that was written is on the disk.
  void force() throws IOException;

  void truncate(long size) throws IOException;

  @Override
  void close() throws IOException;

  /// A file of the file system.
  static SegmentFile onDisk(Path file) throws IOException {
    RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
    return new SegmentFile() {
      private long position = -1;

      @Override
      public void write(long at, byte[] bytes) throws IOException {
        if (position != at) {
          open.seek(at);
        }
        position = -1;
        open.write(bytes);
        position = at + bytes.length;
      }

      @Override
      public void force() throws IOException {
        open.getFD().sync();
      }

      @Override
      public void truncate(long size) throws IOException {
        position = -1;
        open.setLength(size);
      }

      @Override
      public void close() throws IOException {
        open.close();
      }
    };
  }
}
