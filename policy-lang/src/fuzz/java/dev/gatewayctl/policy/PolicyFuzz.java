package dev.gatewayctl.policy;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [PolicyFuzzTest], guided by coverage.
final class PolicyFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    PolicyFuzzTest.read(input);
  }
}
