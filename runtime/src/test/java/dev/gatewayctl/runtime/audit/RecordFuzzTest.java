package dev.gatewayctl.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.golden.Fuzzing;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Whatever a line of the log is: none, with a reason, or a record whose line, read and written
/// again, is the same line. The record that came may say more, such as times finer than ours.
final class RecordFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(RecordFuzzTest.class, 20000, RecordFuzzTest::read);
  }

  static void read(byte[] input) {
    switch (AuditReader.parse(input, 0, input.length)) {
      case AuditReader.Parsed.Bad(String reason) -> assertThat(reason).isNotBlank();
      case AuditReader.Parsed.Good(AuditRecord.Other other) -> assertThat(other.type()).isNotNull();
      case AuditReader.Parsed.Good(AuditRecord record) -> {
        byte[] line = RecordText.line(record);
        assertThat(line).endsWith((byte) '\n');
        if (AuditReader.parse(line, 0, line.length - 1)
            instanceof AuditReader.Parsed.Good(AuditRecord again)) {
          assertThat(Arrays.equals(RecordText.line(again), line)).isTrue();
        } else {
          throw new AssertionError("what was written is no record");
        }
      }
    }
  }
}
