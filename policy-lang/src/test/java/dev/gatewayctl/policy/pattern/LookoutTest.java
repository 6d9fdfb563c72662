package dev.gatewayctl.policy.pattern;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is passed over holds nothing: a set finds the same with a lookout as without one.
class LookoutTest {
  /// Of every detector's kind: a rare byte first, in the middle, and none but a length.
  private static final List<String> SOURCES =
      List.of(
          "[a-z.]{1,20}@[a-z]{1,10}\\.[a-z]{2,3}",
          "\\bghp_[a-z]{6}",
          "(?:\\b[A-Za-z0-9]|[+/])[A-Za-z0-9/+]{39}",
          "\\b[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}\\b",
          "(?:\\+|\\b)[0-9](?:[ ./-]{0,2}[0-9]){5,14}",
          "(?i)\\bfalcon\\b",
          "//[a-zé]{2,8}:[0-9]{1,3}");

  /// Every letter begins a match of it, so that nothing can be passed over.
  private static final String DENSE = "[a-z]{3}";

  private static final List<String> PARTS =
      List.of(
          "the parcel left the depot, and ",
          "a.b@example.org",
          "ghp_abcdefgh",
          "ghp_ghp_",
          "g",
          "DE89 3704 0044 0532 0130 00",
          "+49 30 901820",
          "Falcon",
          "fal",
          "con",
          "//café:12",
          "ü",
          " ",
          "\n",
          "7",
          "@",
          "abcdefghijklmnopqrstuvwxyzabcdefghijklm",
          "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq");

  private static PatternSet set(List<String> sources) {
    return PatternSet.of(sources.stream().map(PatternFindTest::pattern).toList());
  }

  private static PatternSet dense() {
    List<String> sources = new ArrayList<>(SOURCES);
    sources.add(DENSE);
    return set(sources);
  }

  /// Says what it is told of all patterns but the dense one.
  private static final class Told implements Matches {
    private final List<List<String>> events = new ArrayList<>();

    Told() {
      SOURCES.forEach(_ -> events.add(new ArrayList<>()));
    }

    @Override
    public boolean accept(int pattern, byte[] text, int start, int end, long position) {
      if (pattern == SOURCES.size()) {
        return false;
      }
      events.get(pattern).add(position + "-" + (position + end - start));
      return (position & 3) != 0;
    }

    @Override
    public void closed(int pattern, long end) {
      events.get(pattern).add("closed " + end);
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(random.nextInt(8) == 0 ? 600 : 40);
    for (int i = 0; i < parts; i++) {
      text.append(PARTS.get(random.nextInt(random.nextBoolean() ? 1 : PARTS.size())));
    }
    return text.toString();
  }

  private static List<List<String>> whole(PatternSet set, byte[] text) {
    Told told = new Told();
    set.scan(text, 0, text.length, told);
    return told.events;
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void findsTheSameAsWithoutOneWholeAndInPieces(long seed) {
    PatternSet aided = set(SOURCES);
    PatternSet unaided = dense();
    assertThat(aided.lookout()).isNotNull();
    assertThat(unaided.lookout()).isNull();
    Random random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      byte[] text = text(random).getBytes(UTF_8);
      List<List<String>> expected = whole(unaided, text);
      assertThat(whole(aided, text)).as("seed %d, round %d", seed, round).isEqualTo(expected);

      Told told = new Told();
      StreamScan stream = aided.stream(told);
      int most = 1 + random.nextInt(60);
      for (int from = 0; from < text.length; ) {
        int to = Math.min(text.length, from + 1 + random.nextInt(most));
        stream.append(text, from, to);
        from = to;
      }
      stream.end();
      assertThat(told.events).as("seed %d, round %d in pieces", seed, round).isEqualTo(expected);
    }
  }

  @Test
  void passesOverProse() {
    Lookout lookout = Objects.requireNonNull(set(SOURCES).lookout());
    byte[] text =
        "the parcel that came here has a letter in it, said mail@example.org".getBytes(UTF_8);
    int at = text.length - "@example.org".length();

    int rare = lookout.nextRare(text, 0, text.length);
    assertThat(rare).isEqualTo(at);
    assertThat(lookout.resume(text, 0, rare, text.length)).isEqualTo(at);
  }

  @Test
  void stopsBeforeALongNeedleWithoutRareBytes() {
    Lookout lookout = Objects.requireNonNull(set(SOURCES).lookout());
    byte[] text = ("one two and " + "abcde".repeat(9) + " and so on").getBytes(UTF_8);
    int begin = "one two and ".length();

    assertThat(lookout.nextRare(text, 0, text.length)).isEqualTo(text.length);
    assertThat(lookout.resume(text, 0, text.length, text.length)).isEqualTo(begin);
  }
}
