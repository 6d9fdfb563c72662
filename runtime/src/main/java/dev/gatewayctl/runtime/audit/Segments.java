package dev.gatewayctl.runtime.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a log: their names, their order, and what a file holds up to its last whole line.
final class Segments {
  private static final Pattern NAME = Pattern.compile("[0-9]{20}\\.jsonl");
  private static final int BLOCK_BYTES = 1 << 20;

  private Segments() {}

  /// The folder of the segments.
  static Path folder(Path log) {
    return log.resolve("seg");
  }

  /// The name of the segment whose first record has that number.
  static String name(long firstRecord) {
    String digits = Long.toString(firstRecord);
    return "0".repeat(20 - digits.length()) + digits + ".jsonl";
  }

  /// The number of the first record of a segment.
  static long firstRecord(Path segment) {
    return Long.parseLong(segment.getFileName().toString().substring(0, 20));
  }

  /// The segments of a folder in order; files of other names are none.
  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /// What a segment holds.
  ///
  /// @param lines whole lines
  /// @param bytes of them
  /// @param tornBytes behind the last line end
  /// @param badLine the first line, from 1, that does not begin and end as a record does; 0: none
  record Extent(long lines, long bytes, long tornBytes, long badLine) {}

  /// Looks through a segment once.
  static Extent extent(Path segment) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(block);
    long position = 0;
    long lines = 0;
    long end = 0;
    long bad = 0;
    byte first = 0;
    byte last = 0;
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
      for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer.clear())) {
        for (int i = 0; i < read; i++) {
          byte b = block[i];
          if (b == '\n') {
            lines++;
            if (bad == 0 && (first != '{' || last != '}')) {
              bad = lines;
            }
            end = position + i + 1;
            first = 0;
          } else if (first == 0) {
            first = b == 0 ? 1 : b;
          }
          last = b;
        }
        position += read;
      }
    }
    return new Extent(lines, end, position - end, bad);
  }
}
