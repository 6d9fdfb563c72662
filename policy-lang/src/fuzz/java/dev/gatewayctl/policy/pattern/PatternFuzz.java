package dev.gatewayctl.policy.pattern;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [PatternFuzzTest], guided by coverage.
final class PatternFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    PatternFuzzTest.read(input);
  }
}
