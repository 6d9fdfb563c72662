package dev.gatewayctl.runtime.openai;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [ChatRequestFuzzTest], guided by coverage.
final class ChatRequestFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    ChatRequestFuzzTest.read(input);
  }
}
