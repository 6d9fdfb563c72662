package dev.gatewayctl.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No pattern and no text takes long, and threads do not disturb one another.
class ScanLimitsTest {
  /// Far more than is needed, far less than backtracking takes.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static PatternSet set(String... sources) {
    return PatternSet.of(Arrays.stream(sources).map(PatternFindTest::pattern).toList());
  }

  private static List<String> spans(PatternSet set, String text) {
    List<String> spans = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    set.scan(
        bytes,
        0,
        bytes.length,
        new Matches() {
          @Override
          public boolean accept(int pattern, byte[] in, int start, int end, long position) {
            spans.add(pattern + ":" + new String(in, start, end - start, StandardCharsets.UTF_8));
            return true;
          }

          @Override
          public void closed(int pattern, long end) {
            spans.add(pattern + " closed at " + end);
          }
        });
    return spans;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|a)*b",
        "(a|aa)+$",
        "(a*)*c",
        "(?:a{0,30}){0,30}b",
        "([a-z]{0,40}){0,20}9",
        "(x+x+)+y",
        "(.*a){12}$",
        "(?i)(a?){200}a{200}z",
        "[ab]*a[ab]{14}x"
      })
  void adversaryTakesNoTime(String source) {
    Random random = new Random(5);
    StringBuilder noise = new StringBuilder();
    while (noise.length() < 20_000) {
      noise.append(random.nextBoolean() ? 'a' : 'b');
    }
    Pattern pattern = PatternFindTest.pattern(source);
    PatternSet set = PatternSet.of(List.of(pattern));
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (String text : List.of("a".repeat(20_000) + "!", "x".repeat(20_000), noise + "!")) {
            assertThat(spans(set, text).isEmpty()).isEqualTo(!pattern.find(text));
          }
        });
  }

  @Test
  void refusedCandidatesStayWithinTheBound() {
    PatternSet set = set("[a-z]{1,200}", "(?:a|b)*");
    byte[] text = "ab".repeat(5_000).getBytes(StandardCharsets.UTF_8);
    long[] offers = new long[2];
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () ->
            set.scan(
                text,
                0,
                text.length,
                (pattern, _, _, _, _) -> {
                  offers[pattern]++;
                  return false;
                }));
    assertThat(offers[0]).isEqualTo(200L * text.length - 200 * 199 / 2);
    long most = PatternSet.MAX_UNBOUNDED_MATCH;
    assertThat(offers[1]).isEqualTo(most * text.length - most * (most - 1) / 2);
  }

  @Test
  void swallowsTailsOfAnyLength() {
    PatternSet set = set("-----BEGIN KEY-----[\\s\\S]*", "sk-[a-z]{3,}", "x[^ ]+");
    String body = "日本".repeat(20_000);
    assertThat(spans(set, "x sk-abcdef. sk-ab -----BEGIN KEY-----" + body + " x€é"))
        .containsExactlyInAnyOrder(
            "1:sk-abc",
            "1 closed at 11",
            "0:-----BEGIN KEY-----",
            "0 closed at " + (38 + body.length() * 3 + 7),
            "2:x€",
            "2 closed at " + (38 + body.length() * 3 + 7));
  }

  @Test
  void aTailIsNotHeldBack() {
    PatternSet set = set("KEY[\\s\\S]*");
    StreamScan stream = set.stream((_, _, _, _, _) -> true);
    byte[] head = "a KEY".getBytes(StandardCharsets.UTF_8);
    stream.append(head, 0, head.length);
    long appended = head.length;
    byte[] piece = "0123456789".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 10_000; i++) {
      stream.append(piece, 0, piece.length);
      appended += piece.length;
      assertThat(stream.settled()).isEqualTo(appended);
    }
  }

  @Test
  void whatIsNotUtf8MatchesNothing() {
    PatternSet set = set(".", "[^a]b", "b");
    byte[] bytes = {(byte) 0xC3, 'b', (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xFF, 'b'};
    List<String> spans = new ArrayList<>();
    set.scan(
        bytes,
        0,
        bytes.length,
        (pattern, _, _, _, position) -> spans.add(pattern + "@" + position));
    assertThat(spans).containsExactlyInAnyOrder("0@1", "0@6", "2@1", "2@6");
  }

  @Test
  void anEmptySetAndEmptyTextsFindNothing() {
    assertThat(spans(PatternSet.of(List.of()), "abc")).isEmpty();
    assertThat(spans(set("a*", "^$", "\\b"), "")).isEmpty();
    assertThat(PatternSet.of(List.of()).longestHeadBytes()).isZero();
  }

  @Test
  void threadsShareTheTables() throws Exception {
    PatternSet set =
        PatternSet.of(ScanSpeed.DETECTORS.stream().map(PatternFindTest::pattern).toList());
    List<String> texts = new ArrayList<>();
    Random random = new Random(3);
    String[] words = {
      "4111 1111 1111 1111",
      "me@example.org",
      "token = abcdefghij1234",
      "192.0.2.7 ",
      "Bearer ",
      "AKIAABCDEFGHIJKLMNOP",
      "the ",
      "quick ",
      "\n",
      "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0",
      "+44 7700 900123"
    };
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < 60; k++) {
        text.append(words[random.nextInt(words.length)]);
      }
      texts.add(text.toString());
    }
    List<Callable<List<List<String>>>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tasks.add(() -> texts.stream().map(text -> spans(set, text)).toList());
    }
    PatternSet alone =
        PatternSet.of(ScanSpeed.DETECTORS.stream().map(PatternFindTest::pattern).toList());
    List<List<String>> expected = texts.stream().map(text -> spans(alone, text)).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<List<List<String>>> answer : threads.invokeAll(tasks)) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    }
    assertThat(expected.toString()).contains("4111 1111 1111 1111", "me@example.org");
  }
}
