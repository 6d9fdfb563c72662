package dev.gatewayctl.runtime.json;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [JsonFuzzTest], guided by coverage.
final class JsonFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    JsonFuzzTest.read(input);
  }
}
