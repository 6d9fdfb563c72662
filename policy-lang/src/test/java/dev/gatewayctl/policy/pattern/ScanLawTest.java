package dev.gatewayctl.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Spans are those of the naive reference, and no cut of a text changes them.
class ScanLawTest {
  private static final int ROUNDS = "full".equals(System.getProperty("laws")) ? 300 : 30;

  /// Notes what it is told and checks that nothing comes from before what was called settled.
  private static final class Recorder implements Matches {
    private final List<List<Reference.Event>> events = new ArrayList<>();
    private final Reference.Taste taste;
    private long settled;

    Recorder(int patterns, Reference.Taste taste) {
      this.taste = taste;
      for (int i = 0; i < patterns; i++) {
        events.add(new ArrayList<>());
      }
    }

    @Override
    public boolean accept(int pattern, byte[] text, int start, int end, long position) {
      assertThat(position).isGreaterThanOrEqualTo(settled);
      long stop = position + end - start;
      boolean accepted = taste.accepts(pattern, position, stop);
      events.get(pattern).add(new Reference.Event(pattern, position, stop, accepted));
      return accepted;
    }

    @Override
    public void closed(int pattern, long end) {
      assertThat(end).isGreaterThanOrEqualTo(settled);
      events.get(pattern).add(new Reference.Event(pattern, -1, end, true));
    }
  }

  private static Reference.Taste taste(long seed, int mode) {
    return (pattern, start, end) ->
        switch (mode) {
          case 0 -> true;
          case 1 -> false;
          default ->
              new Random(31 * (31 * (31 * seed + pattern) + start) + end).nextInt(97) % mode == 0;
        };
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void agreesWithTheReferenceForEveryCut(long seed) {
    RandomPatterns patterns = new RandomPatterns(seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      List<Reference> references = new ArrayList<>();
      List<String> sources = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        RandomPatterns.Spelled spelled = patterns.pattern();
        references.add(new Reference(i, spelled));
        sources.add(spelled.ours());
      }
      PatternSet set = PatternSet.of(references.stream().map(Reference::pattern).toList());
      for (int k = 0; k < 6; k++) {
        String text = patterns.text(random.nextInt(24));
        Reference.Taste taste = taste(seed + k, random.nextInt(5));
        List<List<Reference.Event>> expected = new ArrayList<>();
        for (Reference reference : references) {
          expected.add(reference.events(text, taste));
        }
        String about = "seed " + seed + " round " + round + ": " + sources + " on <" + text + ">";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Recorder whole = new Recorder(count, taste);
        byte[] shifted = ("x1" + text + "y").getBytes(StandardCharsets.UTF_8);
        set.scan(shifted, 2, 2 + bytes.length, whole);
        assertThat(whole.events).as(about).isEqualTo(expected);
        checkCuts(set, references, bytes, expected, new Random(seed + round), taste, about);
      }
    }
  }

  /// A later gate can belong to an earlier start: the start that is known first has to wait.
  @ParameterizedTest
  @ValueSource(strings = {"xayfoobfoo", "xayfoo", "yfooxyfoo-foo", "xaaayfooaaayfoo foo"})
  void aStartWaitsForAnEarlierOneWhoseGateIsYetToCome(String text) {
    String source = "(?:x[a-z]{3,9}|y)foo";
    Reference reference = new Reference(0, new RandomPatterns.Spelled(source, source));
    PatternSet set = PatternSet.of(List.of(reference.pattern()));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int mode = 0; mode < 3; mode++) {
      Reference.Taste taste = taste(3, mode);
      List<List<Reference.Event>> expected = List.of(reference.events(text, taste));
      for (int cut = 0; cut <= bytes.length; cut++) {
        Recorder recorder = new Recorder(1, taste);
        StreamScan stream = set.stream(recorder);
        stream.append(bytes, 0, cut);
        recorder.settled = stream.settled();
        stream.append(bytes, cut, bytes.length);
        stream.end();
        assertThat(recorder.events).as("%s cut at %d", text, cut).isEqualTo(expected);
      }
    }
  }

  private static void checkCuts(
      PatternSet set,
      List<Reference> references,
      byte[] bytes,
      List<List<Reference.Event>> expected,
      Random random,
      Reference.Taste taste,
      String about) {
    for (int largest = 1; largest <= 8; largest += 1 + random.nextInt(3)) {
      Recorder recorder = new Recorder(references.size(), taste);
      StreamScan stream = set.stream(recorder);
      for (int at = 0; at < bytes.length; ) {
        int to = Math.min(bytes.length, at + 1 + random.nextInt(largest));
        stream.append(bytes, at, to);
        long settled = stream.settled();
        int appended = to;
        assertThat(settled).as(about).isBetween(recorder.settled, (long) to);
        assertThat(to - settled).as(about).isLessThanOrEqualTo(set.longestHeadBytes() + 1);
        int undecided =
            references.stream()
                .mapToInt(reference -> reference.undecidedFrom(bytes, appended))
                .min()
                .orElseThrow();
        int partial = partialCharacter(bytes, to);
        assertThat(settled)
            .as("%s at %d", about, to)
            .isGreaterThanOrEqualTo(Math.min(undecided, to - partial));
        recorder.settled = settled;
        at = to;
      }
      stream.end();
      assertThat(stream.settled()).isEqualTo(bytes.length);
      assertThat(recorder.events).as("%s in pieces up to %d", about, largest).isEqualTo(expected);
    }
  }

  /// How many bytes at the end belong to a character that is not complete.
  private static int partialCharacter(byte[] bytes, int to) {
    int back = 0;
    while (back < 3 && back < to && (bytes[to - 1 - back] & 0xC0) == 0x80) {
      back++;
    }
    if (back < to && (bytes[to - 1 - back] & 0xFF) >= 0xC0) {
      int length = new int[] {2, 2, 3, 4}[(bytes[to - 1 - back] >> 4) & 3];
      return back + 1 < length ? back + 1 : 0;
    }
    return 0;
  }
}
