package dev.gatewayctl.runtime.audit;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [RecordFuzzTest], guided by coverage.
final class RecordFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    RecordFuzzTest.read(input);
  }
}
