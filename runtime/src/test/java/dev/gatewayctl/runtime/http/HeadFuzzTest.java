package dev.gatewayctl.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.golden.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Whatever a head is: byte by byte it is read or refused as at once; what is read holds nothing
/// that could end a line or a field; and written in the usual form it is the same request.
final class HeadFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(HeadFuzzTest.class, 30000, HeadFuzzTest::read);
  }

  private static final int MOST_HEAD = 4096;

  static void read(byte[] input) {
    int whole = end(input, input.length);
    assertThat(end(input, 1)).isEqualTo(whole);
    if (whole < 0) {
      return;
    }
    assertThat(whole).isLessThanOrEqualTo(Math.min(MOST_HEAD, input.length));
    try {
      RequestHead head = HeadParser.request(input, 0, whole);
      assertThat(head.length()).isGreaterThanOrEqualTo(RequestHead.CHUNKED);
      assertThat(head.path()).matches(path -> path.startsWith("/") || path.startsWith("*"));
      harmless(head.headers());
      byte[] written = written(head);
      RequestHead again = HeadParser.request(written, 0, written.length);
      assertThat(again.toString()).isEqualTo(head.toString());
      assertThat(written(again)).isEqualTo(written);
    } catch (MalformedHead refused) {
      assertThat(refused.status()).isBetween(400, 499);
    }
    try {
      ResponseHead head = HeadParser.response(input, 0, whole, false);
      assertThat(head.status()).isBetween(100, 999);
      harmless(head.headers());
    } catch (MalformedHead refused) {
      assertThat(refused.status()).isBetween(400, 499);
    }
  }

  /// Where the head ends when it comes in pieces of that size, -1 when it does not, and the
  /// negative status when it is refused.
  private static int end(byte[] input, int size) {
    HeadParser parser = HeadParser.within(MOST_HEAD);
    try {
      for (int to = Math.min(size, input.length); ; to = Math.min(input.length, to + size)) {
        int end = parser.scan(input, 0, to);
        if (end >= 0 || to == input.length) {
          return end;
        }
      }
    } catch (MalformedHead refused) {
      return -refused.status();
    }
  }

  private static void harmless(Headers headers) {
    for (int i = 0; i < headers.size(); i++) {
      assertThat(headers.name(i)).isNotEmpty().isEqualTo(headers.name(i).toLowerCase(Locale.ROOT));
      assertThat(headers.value(i)).doesNotContain("\r", "\n", "\0").isEqualTo(headers.value(i));
    }
  }

  private static byte[] written(RequestHead head) {
    StringBuilder out = new StringBuilder(head.method()).append(' ').append(head.path());
    if (head.query() != null) {
      out.append('?').append(head.query());
    }
    out.append(head.olderVersion() ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    for (int i = 0; i < head.headers().size(); i++) {
      out.append(head.headers().name(i))
          .append(": ")
          .append(head.headers().value(i))
          .append("\r\n");
    }
    return out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
