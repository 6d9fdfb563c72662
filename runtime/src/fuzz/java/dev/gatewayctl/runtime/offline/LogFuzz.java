package dev.gatewayctl.runtime.offline;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [LogFuzzTest], guided by coverage.
final class LogFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    LogFuzzTest.read(input);
  }
}
