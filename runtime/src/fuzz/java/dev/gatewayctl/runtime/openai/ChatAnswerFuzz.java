package dev.gatewayctl.runtime.openai;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// The property of [ChatAnswerFuzzTest], guided by coverage.
final class ChatAnswerFuzz {
  @FuzzTest(maxDuration = "30s")
  void read(byte[] input) {
    ChatAnswerFuzzTest.read(input);
  }
}
