package dev.gatewayctl.runtime.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.golden.Fuzzing;
import dev.gatewayctl.runtime.wire.Mask;
import dev.gatewayctl.runtime.wire.RequestBody;
import dev.gatewayctl.runtime.wire.RequestEdits;
import dev.gatewayctl.runtime.wire.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/// Whatever a request is: refused in words, or its texts lie in the body, without edits it is the
/// same array, and with every edit it is still a request that asks for what the edits say.
final class ChatRequestFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(ChatRequestFuzzTest.class, 20000, ChatRequestFuzzTest::read);
  }

  static void read(byte[] input) {
    switch (ChatRequest.read(input)) {
      case RequestBody.Reading.Refused(String message, String place) -> {
        assertThat(message).isNotBlank();
        assertThat(place).isNotNull();
      }
      case RequestBody.Reading.Read(RequestBody request) -> {
        assertThat(request.write(RequestEdits.NONE)).isSameAs(input);
        RequestEdits edits =
            RequestEdits.NONE
                .withModel("z")
                .withIncludeUsage()
                .withMaxTokens(5, "max_tokens")
                .withTemperature(OptionalDouble.of(0.3), OptionalDouble.of(0.7))
                .withChoices(1)
                .withMasks(masks(request.pieces(), input.length));
        byte[] written = request.write(edits);
        if (ChatRequest.read(written) instanceof RequestBody.Reading.Read(RequestBody again)) {
          assertThat(again.model()).isEqualTo("z");
          assertThat(again.choices()).isLessThanOrEqualTo(1);
          assertThat(again.maxTokens().orElse(9)).isLessThanOrEqualTo(5);
        } else {
          throw new AssertionError("what was written is no request");
        }
      }
    }
  }

  /// A mask over the second half of each text that can be written over.
  static List<Mask> masks(List<TextPiece> pieces, int length) {
    List<Mask> masks = new ArrayList<>();
    for (TextPiece piece : pieces) {
      assertThat(piece.start()).isBetween(0, piece.end());
      assertThat(piece.end()).isLessThanOrEqualTo(length);
      int to = piece.text().length();
      int from = to / 2;
      if (to > from && piece.rewritable(from, to)) {
        masks.add(new Mask(piece, from, to, "\"\\\n[X]"));
      }
    }
    return masks;
  }
}
