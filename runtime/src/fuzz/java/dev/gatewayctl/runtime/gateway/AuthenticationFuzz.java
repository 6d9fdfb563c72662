package dev.gatewayctl.runtime.gateway;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [AuthenticationFuzzTest], guided by coverage.
final class AuthenticationFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    AuthenticationFuzzTest.read(input);
  }
}
