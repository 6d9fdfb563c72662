package dev.gatewayctl.runtime.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseReaderTest {
  /// The blocks that are given out before the stream ends, when it comes in those chunks.
  private static List<String> blocks(String... chunks) {
    SseReader reader = new SseReader();
    List<String> blocks = new ArrayList<>();
    for (String chunk : chunks) {
      byte[] bytes = chunk.getBytes(UTF_8);
      reader.feed(bytes, 0, bytes.length);
      for (SseEvent event = reader.next(); event != null; event = reader.next()) {
        blocks.add(new String(event.raw(), UTF_8));
      }
    }
    return blocks;
  }

  @Test
  void theLfOfACrlfThatWasCutDoesNotWaitForTheNextBlock() {
    assertThat(blocks("data: a\r\r", "\ndata: b")).containsExactly("data: a\r\r", "\n");
    assertThat(blocks("data: a\r\r\ndata: b")).containsExactly("data: a\r\r\n");
  }

  @Test
  void whereLinesEndWithCrlfABlockWaitsForItsLf() {
    assertThat(blocks("data: a\r\n\r", "\ndata: b")).containsExactly("data: a\r\n\r\n");
  }
}
