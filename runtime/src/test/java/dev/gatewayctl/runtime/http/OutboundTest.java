package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OutboundTest {
  private final Worker worker = new Worker(() -> {}, 0, Clock.systemUTC());
  private final Outbound out = new Outbound(worker);
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private int writes;

  /// A socket that takes at most `most` bytes of each write.
  private Outbound.Socket socket(int most) {
    return source -> {
      byte[] taken = new byte[Math.min(most, source.remaining())];
      source.get(taken);
      sent.writeBytes(taken);
      writes++;
      return taken.length;
    };
  }

  @Test
  void aHeadAndItsLongBodyLeaveInOneWrite() throws IOException {
    byte[] body = new byte[Worker.READ_BYTES / 2];
    new Random(7).nextBytes(body);
    out.append("a head");
    out.appendOwned(body);

    assertThat(out.flush(socket(Integer.MAX_VALUE), worker.output)).isTrue();
    assertThat(writes).isEqualTo(1);
    byte[] all = sent.toByteArray();
    assertThat(new String(all, 0, 6, ISO_8859_1)).isEqualTo("a head");
    assertThat(all).hasSize(6 + body.length).endsWith(body);
    assertThat(out.pending()).isZero();
  }

  @Test
  void aFullSocketTakesTheRestLaterWithoutAByteLostOrTwice() throws IOException {
    Random random = new Random(11);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (int round = 0; round < 200; round++) {
      byte[] piece = new byte[random.nextInt(1, 40_000)];
      random.nextBytes(piece);
      expected.writeBytes(piece);
      if (round % 2 == 0) {
        out.appendOwned(piece);
      } else {
        out.append(piece);
      }
      boolean all = out.flush(socket(random.nextInt(1, 30_000)), worker.output);
      assertThat(all).isEqualTo(out.pending() == 0);
      assertThat(out.published()).isEqualTo(out.pending());
    }
    while (out.pending() > 0) {
      out.flush(socket(50_000), worker.output);
    }
    assertThat(sent.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void numbersAreWrittenInDigits() throws IOException {
    for (long number : new long[] {0, 9, 10, 65_536, Long.MAX_VALUE}) {
      out.append(number);
      out.append(" ");
    }
    ByteBuffer copy = ByteBuffer.allocate(100);
    out.flush(
        source -> {
          int count = source.remaining();
          copy.put(source);
          return count;
        });
    assertThat(new String(copy.array(), 0, copy.position(), ISO_8859_1))
        .isEqualTo("0 9 10 65536 9223372036854775807 ");
  }
}
