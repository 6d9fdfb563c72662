package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.golden.Fuzzing;
import dev.gatewayctl.runtime.wire.AnswerStream;
import dev.gatewayctl.runtime.wire.KeywordWindow;
import dev.gatewayctl.runtime.wire.StreamDialect;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Whatever a stream is: cut anywhere it gives the same; uninspected it passes, but for an event
/// that is only half there at the end; inspected it gives the same however it is cut, too.
final class ChatStreamFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(ChatStreamFuzzTest.class, 8000, ChatStreamFuzzTest::read);
  }

  private static final StreamDialect.Settings PLAIN = new StreamDialect.Settings(false, false, 1);
  private static final StreamDialect.Settings CHANGED = new StreamDialect.Settings(true, true, 2);

  static void read(byte[] input) {
    byte[] plain = sameHoweverCut(input, () -> AnswerStream.of(new ChatEvents(PLAIN)));
    assertThat(plain).isEqualTo(Arrays.copyOf(input, plain.length));
    sameHoweverCut(input, () -> AnswerStream.of(new ChatEvents(CHANGED)));
    sameHoweverCut(
        input,
        () -> AnswerStream.of(new ChatEvents(CHANGED), _ -> KeywordWindow.masking("the", "\"<\\")));
    sameHoweverCut(
        input, () -> AnswerStream.of(new ChatEvents(PLAIN), _ -> KeywordWindow.refusing("no")));
  }

  private static byte[] sameHoweverCut(byte[] input, Supplier<AnswerStream> fresh) {
    byte[] whole = RecordedExchangesTest.through(fresh.get(), input, Math.max(1, input.length));
    for (int size : new int[] {1, 7}) {
      assertThat(RecordedExchangesTest.through(fresh.get(), input, size)).isEqualTo(whole);
    }
    return whole;
  }
}
