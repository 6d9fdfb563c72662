package dev.gatewayctl.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.golden.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The first line is a pattern, the rest a text. A pattern is refused at a place inside it or scans
/// the text: cut anywhere, the matches are those of the whole.
final class PatternFuzzTest {
  @Test
  void readsItsCorpusAndDamagedInputs() {
    Fuzzing.run(PatternFuzzTest.class, 6000, PatternFuzzTest::read);
  }

  private static final int MOST_PATTERN = 64;
  private static final int MOST_TEXT = 256;

  static void read(byte[] input) {
    int line = 0;
    while (line < input.length && input[line] != '\n') {
      line++;
    }
    String source = new String(input, 0, Math.min(line, MOST_PATTERN), StandardCharsets.UTF_8);
    switch (Pattern.parse(source)) {
      case Pattern.Parsed.Invalid(String message, int start, int end, String help) -> {
        assertThat(message).isNotBlank();
        assertThat(help).isNotNull();
        assertThat(start).isBetween(0, end);
        assertThat(end).isLessThanOrEqualTo(source.length());
      }
      case Pattern.Parsed.Valid(Pattern pattern) -> scans(pattern, input, line);
    }
  }

  private static void scans(Pattern pattern, byte[] input, int line) {
    int from = Math.min(input.length, line + 1);
    int to = Math.min(input.length, from + MOST_TEXT);
    boolean found = pattern.find(new String(input, from, to - from, StandardCharsets.UTF_8));
    assertThat(pattern.source()).isNotNull();
    if (pattern.longestHeadBytes().isEmpty() || pattern.longestHeadBytes().getAsInt() == 0) {
      return;
    }
    PatternSet set = PatternSet.of(List.of(pattern));
    List<String> whole = new ArrayList<>();
    set.scan(input, from, to, noting(whole));
    for (int size = 1; size <= 3; size++) {
      List<String> cut = new ArrayList<>();
      StreamScan scan = set.stream(noting(cut));
      for (int at = from; at < to; at += size) {
        scan.append(input, at, Math.min(to, at + size));
      }
      scan.end();
      assertThat(cut).isEqualTo(whole);
    }
    if (!whole.isEmpty() && ascii(input, from, to)) {
      assertThat(found).isTrue();
    }
  }

  private static boolean ascii(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private static Matches noting(List<String> matches) {
    return new Matches() {
      @Override
      public boolean accept(int number, byte[] text, int start, int end, long position) {
        matches.add(position + "+" + (end - start));
        return true;
      }

      @Override
      public void closed(int number, long end) {
        matches.add("to " + end);
      }
    };
  }
}
