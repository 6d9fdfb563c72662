package dev.gatewayctl.policy.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SourceFileTest {
  @Test
  void countsLinesOfAllEndings() {
    SourceFile file = SourceFile.of("p", "a\nbb\r\nccc\rdddd");
    assertThat(file.lineCount()).isEqualTo(4);
    assertThat(file.lineText(1)).isEqualTo("a");
    assertThat(file.lineText(2)).isEqualTo("bb");
    assertThat(file.lineText(3)).isEqualTo("ccc");
    assertThat(file.lineText(4)).isEqualTo("dddd");
    assertThat(file.line(file.text().indexOf("ccc"))).isEqualTo(3);
    assertThat(file.column(file.text().length())).isEqualTo(5);
    assertThat(file.lineEnd(2)).isEqualTo(4);
  }

  @Test
  void columnsAreCodePointsBehindAByteOrderMark() {
    SourceFile file = SourceFile.of("p", "\uFEFF🦀x");
    assertThat(file.column(3)).isEqualTo(2);
    assertThat(file.column(0)).isEqualTo(1);
    assertThat(file.lineText(1)).isEqualTo("🦀x");
  }

  @Test
  void decodesBytes() {
    assertThat(SourceFile.decode("p", "é".getBytes(StandardCharsets.UTF_8)).text()).isEqualTo("é");
    assertThat(SourceFile.decode("p", new byte[] {'a', (byte) 0xff}).text()).isEqualTo("a\uFFFD");
  }
}
