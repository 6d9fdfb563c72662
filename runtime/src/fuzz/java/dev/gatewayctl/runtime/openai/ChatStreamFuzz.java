package dev.gatewayctl.runtime.openai;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [ChatStreamFuzzTest], guided by coverage.
final class ChatStreamFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    ChatStreamFuzzTest.read(input);
  }
}
