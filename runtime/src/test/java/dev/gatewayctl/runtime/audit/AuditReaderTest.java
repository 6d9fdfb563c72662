package dev.gatewayctl.runtime.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.audit.AuditReader.Parsed;
import dev.gatewayctl.runtime.audit.AuditReader.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditReaderTest {
  @TempDir private Path directory;

  private static byte[] lines(int count) {
    SampleRecords samples = new SampleRecords(3);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      out.writeBytes(RecordText.line(new AuditRecord.Exchange(samples.next())));
    }
    return out.toByteArray();
  }

  private Reading read(Path... operands) {
    return AuditReader.of(List.of(operands)).read(record -> {});
  }

  @Test
  void everyLineIsSeenOnceByAnyNumberOfThreads() throws IOException {
    Path file = directory.resolve("big.jsonl");
    Random random = new Random(8);
    List<String> expected = new ArrayList<>();
    try (var out = Files.newBufferedWriter(file)) {
      long size = 0;
      for (int i = 0; size < (18L << 20); i++) {
        String line = i + "x".repeat(random.nextInt(random.nextInt(50) == 0 ? 3_000_000 : 2_000));
        size += line.length() + 1;
        out.write(line);
        out.write('\n');
        expected.add(i + ":" + line.length());
      }
    }
    for (int threads = 1; threads <= 3; threads++) {
      List<String> seen = Collections.synchronizedList(new ArrayList<>());
      Reading reading =
          AuditReader.of(List.of(file))
              .fold(
                  threads,
                  () ->
                      (bytes, from, to) -> {
                        String line = new String(bytes, from, to - from, UTF_8);
                        seen.add(line.replace("x", "") + ":" + line.length());
                        return null;
                      });
      assertThat(reading).isEqualTo(new Reading.Complete(expected.size(), List.of()));
      if (threads == 1) {
        assertThat(seen).isEqualTo(expected);
      } else {
        assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @Test
  void aCutLastLineIsAWarning() throws IOException {
    byte[] whole = lines(4);
    Path file = directory.resolve("log.jsonl");
    for (int cut = 1; cut < 40; cut++) {
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length - cut));
      Reading expected =
          cut == 1
              ? new Reading.Complete(4, List.of())
              : new Reading.Complete(
                  3, List.of(file + ": the last line is cut off and was left out"));
      assertThat(read(file)).isEqualTo(expected);
    }
  }

  @Test
  void anyOtherBadLineIsNamed() throws IOException {
    byte[] whole = lines(6);
    String text = new String(whole, UTF_8);
    Path file = directory.resolve("log.jsonl");
    int third = text.indexOf('\n', text.indexOf('\n') + 1) + 1;
    Files.writeString(file, text.substring(0, third) + "{\"v\":1}\n" + text.substring(third));
    assertThat(read(file)).isEqualTo(new Reading.BadLine(file, 3, "it has no `type`"));
    Files.writeString(file, text + "\n");
    assertThat(read(file)).isEqualTo(new Reading.BadLine(file, 7, "it is empty"));
  }

  @Test
  void onlyTheLastSegmentOfALogMayBeCut() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("seg"));
    byte[] whole = lines(4);
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 5);
    Path first = folder.resolve(Segments.name(0));
    Path second = folder.resolve(Segments.name(4));
    Files.write(first, whole);
    Files.write(second, cut);
    Files.writeString(folder.resolve("notes.txt"), "no segment");
    assertThat(read(directory))
        .isInstanceOfSatisfying(
            Reading.Complete.class, complete -> assertThat(complete.lines()).isEqualTo(7));
    assertThat(read(folder)).isEqualTo(read(directory));
    Files.write(first, cut);
    assertThat(read(directory))
        .isInstanceOfSatisfying(
            Reading.BadLine.class,
            bad -> {
              assertThat(bad.file()).isEqualTo(first);
              assertThat(bad.line()).isEqualTo(4);
            });
  }

  @Test
  void saysWhatCannotBeRead() throws IOException {
    Path missing = directory.resolve("missing");
    assertThat(read(missing))
        .isEqualTo(new Reading.Unreadable(missing, "there is no such file or directory"));
    assertThat(read(directory))
        .isEqualTo(new Reading.Unreadable(directory, "it holds no audit log"));
    Files.createDirectories(directory.resolve("seg"));
    assertThat(read(directory)).isEqualTo(new Reading.Complete(0, List.of()));
    Path empty = Files.createFile(directory.resolve("empty.jsonl"));
    assertThat(read(empty)).isEqualTo(new Reading.Complete(0, List.of()));
  }

  @Test
  void readsSingleLines() {
    byte[] line = lines(1);
    assertThat(AuditReader.parse(line, 0, line.length - 1)).isInstanceOf(Parsed.Good.class);
    assertThat(AuditReader.parse(line, 0, line.length - 2)).isInstanceOf(Parsed.Bad.class);
  }
}
