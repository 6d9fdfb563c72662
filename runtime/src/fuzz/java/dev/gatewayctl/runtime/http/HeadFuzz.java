package dev.gatewayctl.runtime.http;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [HeadFuzzTest], guided by coverage.
final class HeadFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    HeadFuzzTest.read(input);
  }
}
