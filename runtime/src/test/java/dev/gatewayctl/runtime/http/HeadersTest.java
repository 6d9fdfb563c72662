package dev.gatewayctl.runtime.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeadersTest {
  private static final String HEAD =
      """
      POST /v1/chat HTTP/1.1
      Host: a.test
      X-Rare-Name:   spaced\tout \t
      Content-Type: application/json
      Accept:
      x-rare-name: again
      Authorization: Bearer k\u00e9y

      """
          .replace("\n", "\r\n");

  private static Headers received() throws MalformedHead {
    byte[] bytes = HEAD.getBytes(ISO_8859_1);
    HeadParser parser = HeadParser.within(4096);
    int end = parser.scan(bytes, 0, bytes.length);
    assertThat(end).isEqualTo(bytes.length);
    return HeadParser.request(bytes, 0, end).headers();
  }

  private static String written(Headers headers) throws Exception {
    Outbound out = new Outbound(new Worker(() -> {}, 0, Clock.systemUTC()));
    for (int i = 0; i < headers.size(); i++) {
      headers.write(i, out);
      out.append(HeadBytes.CRLF);
    }
    ByteBuffer sent = ByteBuffer.allocate(4096);
    out.flush(
        source -> {
          int count = source.remaining();
          sent.put(source);
          return count;
        });
    return new String(sent.array(), 0, sent.position(), ISO_8859_1);
  }

  @Test
  void receivedFieldsReadAsNamesInLowerCaseAndTrimmedValues() throws Exception {
    Headers headers = received();

    assertThat(headers)
        .hasToString("[host, x-rare-name, content-type, accept, x-rare-name, authorization]");
    assertThat(headers.first("X-RARE-name")).isEqualTo("spaced\tout");
    assertThat(headers.all("x-rare-name")).isEqualTo(List.of("spaced\tout", "again"));
    assertThat(headers.first("accept")).isEmpty();
    assertThat(headers.first("authorization")).isEqualTo("Bearer k\u00e9y");
    assertThat(headers.first("x-rare")).isNull();
    assertThat(headers.first("x-rare-name: ")).isNull();
  }

  @Test
  void copiedFieldsAreWrittenAsTheyCame() throws Exception {
    Headers received = received();
    Headers passedOn = Headers.empty();
    for (int i = 1; i < received.size(); i++) {
      passedOn.copy(received, i);
    }
    passedOn.remove("Content-Type").set("x-rare-name", "mine").add("via", "here");

    assertThat(written(passedOn))
        .isEqualTo(
            "accept: \r\nauthorization: Bearer k\u00e9y\r\nx-rare-name: mine\r\nvia: here\r\n");
  }

  @Test
  void fieldsOfTwoHeadsStandBesideEachOther() throws Exception {
    Headers first = received();
    Headers second = received();
    Headers both = Headers.empty().copy(first, 0).copy(second, 1).copy(Headers.of("age", "1"), 0);

    assertThat(written(both)).isEqualTo("host: a.test\r\nx-rare-name: spaced\tout\r\nage: 1\r\n");
    assertThat(both.value(1)).isEqualTo("spaced\tout");
    assertThatThrownBy(() -> both.copy(first, 6)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /// Wherever a head is cut in two, the second look finds what one look at the whole finds.
  @Test
  void aHeadMayArriveInAnyTwoPieces() throws Exception {
    byte[] bytes = HEAD.getBytes(ISO_8859_1);
    for (int cut = 0; cut < bytes.length; cut++) {
      HeadParser parser = HeadParser.within(4096);
      assertThat(parser.scan(bytes, 0, cut)).isEqualTo(-1);
      assertThat(parser.scan(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }
  }

  /// Eight bytes are looked at in one step, so each place within them is tried.
  @Test
  void aControlCharacterIsFoundAtEveryPlace() {
    for (int place = 0; place < 40; place++) {
      for (int control : new int[] {0, 1, 9, 10, 13, 31, 127}) {
        byte[] bytes = new byte[40];
        java.util.Arrays.fill(bytes, (byte) (place % 2 == 0 ? 0xff : ' '));
        bytes[place] = (byte) control;
        assertThat(HeadBytes.control(bytes, 0, bytes.length)).isEqualTo(place);
      }
    }
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) (i < ' ' || i == 127 ? 'x' : i);
    }
    assertThat(HeadBytes.control(all, 0, all.length)).isEqualTo(all.length);
  }
}
