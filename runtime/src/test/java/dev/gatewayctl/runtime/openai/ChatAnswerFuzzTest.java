package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.golden.Fuzzing;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.wire.AnswerBody;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whatever an answer is: unread it is one text, without masks it is the same array, and a document
/// stays a document when it is masked and stripped.
final class ChatAnswerFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(ChatAnswerFuzzTest.class, 20000, ChatAnswerFuzzTest::read);
  }

  static void read(byte[] input) {
    switch (ChatDialect.INSTANCE.answer(input)) {
      case AnswerBody.Reading.Read(AnswerBody answer) -> {
        assertThat(answer.write(List.of(), false)).isSameAs(input);
        boolean json = JsonDocument.read(input) instanceof JsonDocument.Reading.Read;
        byte[] written =
            answer.write(ChatRequestFuzzTest.masks(answer.pieces(), input.length), true);
        assertThat(JsonDocument.read(written) instanceof JsonDocument.Reading.Read).isEqualTo(json);
        assertThat(answer.textBytes()).isNotNegative();
        assertThat(answer.toolCalls()).doesNotContainNull();
        assertThat(answer.finishReasons()).doesNotContainNull();
        assertThat(answer.usage()).isNotNull();
        assertThat(answer.sideChannels()).doesNotContainNull();
      }
      case AnswerBody.Reading reading -> assertThat(reading.toString()).isNotBlank();
    }
  }
}
