package dev.gatewayctl.policy.checking;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [ExpressionFuzzTest], guided by coverage.
final class ExpressionFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    ExpressionFuzzTest.read(input);
  }
}
