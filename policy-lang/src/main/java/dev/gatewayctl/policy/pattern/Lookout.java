package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Passes over stretches of a text in which no gate can be seen, without reading them by automaton.
///
/// Most needles hold a byte that is rare in prose within their first few: the `@` of an address, a
/// digit of a number, the `_` of `ghp_`. The bytes are parted into _common_ and _rare_ ones so that
/// every needle has a rare one within its first [#MOST_BEFORE]; the common ones are as many as that
/// allows, the most frequent first. Where no needle is in progress, the next one that is seen
/// therefore begins at most so many bytes before the next rare byte, and what lies before that need
/// not be read: needles that begin there have died by then. Needles that only are long, such as
/// forty letters and digits, are looked for as what they are: of each stretch of their shortest
/// length the last byte that they cannot hold says where the next one may begin. The first is the
/// idea of looking for rare bytes first, as `memchr` does in many searches for literals; the second
/// is R. S. Boyer and J. S. Moore's ("A Fast String Searching Algorithm", 1977).
final class Lookout {
  /// The most bytes of a needle before its first rare one.
  private static final int MOST_BEFORE = 16;

  /// Needles with at least so many bytes may do without a rare one.
  private static final int LONG = 24;

  /// When rare bytes have a larger share of prose than this, nothing is passed over.
  private static final double MOST_RARE = 0.35;

  /// The place of all bytes beyond ASCII among the bytes.
  private static final int BEYOND = 128;

  /// By byte: 1 when it is rare.
  private final byte[] rare;

  /// By byte: the most bytes from the begin of a needle to this one, where it is the first rare one
  /// of the needle; 0 for those that begin needles, or are in none.
  private final byte[] before;

  /// The greatest of them.
  private final int mostBefore;

  /// By byte: whether a long needle may hold it.
  private final boolean[] inRun;

  /// The length of the shortest long needle; 0 when there is none.
  private final int run;

  private Lookout(byte[] rare, byte[] before, boolean[] inRun, int run) {
    this.rare = rare;
    this.before = before;
    int most = 0;
    for (byte each : before) {
      most = Math.max(most, each);
    }
    this.mostBefore = most;
    this.inRun = inRun;
    this.run = run;
  }

  /// For these needles; empty when too little would be passed over.
  static Optional<Lookout> of(List<Syntax> needles) {
    boolean[] inRun = new boolean[BEYOND + 1];
    int run = 0;
    List<Needle> sparse = new ArrayList<>();
    for (Syntax syntax : needles) {
      Needle needle = Needle.of(syntax);
      if (syntax.shortest() < LONG) {
        sparse.add(needle);
        continue;
      }
      int shortest = (int) Math.min(Integer.MAX_VALUE / 2, syntax.shortest());
      run = run == 0 ? shortest : Math.min(run, shortest);
      for (int b = 0; b <= BEYOND; b++) {
        inRun[b] |= needle.mentions(b);
      }
    }
    BitSet common = common(sparse);
    double rareShare = 0;
    for (int b = 0; b < BEYOND; b++) {
      rareShare += common.get(b) ? 0 : Gate.Frequency.of(b);
    }
    if (rareShare > MOST_RARE || !sparse.stream().allMatch(needle -> needle.hasRare(common))) {
      return Optional.empty();
    }
    byte[] atMost = new byte[BEYOND + 1];
    sparse.forEach(needle -> needle.mark(common, 0, atMost));
    byte[] rare = new byte[256];
    byte[] before = new byte[256];
    boolean[] inRunBytes = new boolean[256];
    for (int b = 0; b < 256; b++) {
      rare[b] = (byte) (common.get(Math.min(b, BEYOND)) ? 0 : 1);
      before[b] = atMost[Math.min(b, BEYOND)];
      inRunBytes[b] = inRun[Math.min(b, BEYOND)];
    }
    return Optional.of(new Lookout(rare, before, inRunBytes, run));
  }

  private static BitSet common(List<Needle> sparse) {
    BitSet common = new BitSet(BEYOND + 1);
    IntStream.rangeClosed(0, BEYOND)
        .boxed()
        .sorted(Comparator.comparingDouble(b -> b == BEYOND ? -1 : -Gate.Frequency.of(b)))
        .forEach(
            b -> {
              common.set(b);
              common.set(
                  b,
                  sparse.stream()
                      .allMatch(needle -> !needle.mentions(b) || needle.hasRare(common)));
            });
    return common;
  }

  /// The place of the first rare byte in `bytes[from, stop)`, or `stop`.
  int nextRare(byte[] bytes, int from, int stop) {
    byte[] rares = rare;
    int i = from;
    for (; i + 8 <= stop; i += 8) {
      int any =
          rares[bytes[i] & 0xFF]
              | rares[bytes[i + 1] & 0xFF]
              | rares[bytes[i + 2] & 0xFF]
              | rares[bytes[i + 3] & 0xFF]
              | rares[bytes[i + 4] & 0xFF]
              | rares[bytes[i + 5] & 0xFF]
              | rares[bytes[i + 6] & 0xFF]
              | rares[bytes[i + 7] & 0xFF];
      if (any != 0) {
        break;
      }
    }
    while (i < stop && rares[bytes[i] & 0xFF] == 0) {
      i++;
    }
    return i;
  }

  /// The first place from `from` on at which a needle may begin that is seen at or after the next
  /// rare byte, which stands at `rareAt`, or `stop`. No needle may be in progress at `from`.
  int resume(byte[] bytes, int from, int rareAt, int stop) {
    int target =
        Math.max(from, rareAt - (rareAt < stop ? before[bytes[rareAt] & 0xFF] : mostBefore));
    if (run == 0) {
      return target;
    }
    int start = from;
    while (start < target) {
      int bad = Math.min(start + run, stop) - 1;
      while (bad >= start && inRun[bytes[bad] & 0xFF]) {
        bad--;
      }
      if (bad < start) {
        return start;
      }
      start = bad + 1;
    }
    return target;
  }

  /// The bytes of a needle, in a form that many sets of common bytes are tried on.
  private sealed interface Needle {
    /// No text of the needle is made of common bytes alone.
    long NONE = -1;

    /// One character. `beyond` is the length of the longest one beyond ASCII, 0 without any.
    record Chars(BitSet mentioned, int beyond) implements Needle {}

    record Concat(List<Needle> parts) implements Needle {}

    record Alternate(List<Needle> choices) implements Needle {}

    record Repeat(Needle body, int min, long max) implements Needle {}

    static Needle of(Syntax syntax) {
      return switch (syntax) {
        case Syntax.Empty _, Syntax.Assertion _ -> new Concat(List.of());
        case Syntax.Chars(CharSet set) -> {
          BitSet mentioned = new BitSet(BEYOND + 1);
          for (int[] range : set.pairs()) {
            if (range[0] < BEYOND) {
              mentioned.set(range[0], Math.min(range[1] + 1, BEYOND));
            }
            if (range[1] >= BEYOND) {
              mentioned.set(BEYOND);
            }
          }
          yield new Chars(mentioned, mentioned.get(BEYOND) ? Utf8.length(set.greatest()) : 0);
        }
        case Syntax.Concat(List<Syntax> parts) ->
            new Concat(parts.stream().map(Needle::of).toList());
        case Syntax.Alternate(List<Syntax> choices) ->
            new Alternate(choices.stream().map(Needle::of).toList());
        case Syntax.Repeat repeat ->
            new Repeat(
                of(repeat.body()),
                repeat.min(),
                repeat.unbounded() ? Syntax.UNBOUNDED : repeat.max());
      };
    }

    default boolean hasRare(BitSet common) {
      return allCommon(common) == NONE && commonFront(common) <= MOST_BEFORE;
    }

    default boolean mentions(int b) {
      return switch (this) {
        case Chars chars -> chars.mentioned.get(b);
        case Concat(List<Needle> parts) -> parts.stream().anyMatch(part -> part.mentions(b));
        case Alternate(List<Needle> choices) ->
            choices.stream().anyMatch(choice -> choice.mentions(b));
        case Repeat repeat -> repeat.body.mentions(b);
      };
    }

    /// The length of the longest text that is made of common bytes alone, or [#NONE].
    default long allCommon(BitSet common) {
      return switch (this) {
        case Chars chars -> {
          if (chars.mentioned.get(BEYOND) && common.get(BEYOND)) {
            yield chars.beyond;
          }
          yield chars.mentioned.intersects(common) ? 1 : NONE;
        }
        case Concat(List<Needle> parts) -> {
          long sum = 0;
          for (Needle part : parts) {
            long length = part.allCommon(common);
            if (length == NONE) {
              yield NONE;
            }
            sum = Math.min(Syntax.UNBOUNDED, sum + length);
          }
          yield sum;
        }
        case Alternate(List<Needle> choices) ->
            choices.stream().mapToLong(choice -> choice.allCommon(common)).max().orElse(NONE);
        case Repeat(Needle body, int min, long max) -> {
          long length = body.allCommon(common);
          yield length == NONE ? (min == 0 ? 0 : NONE) : times(length, max);
        }
      };
    }

    /// The most common bytes that stand before the first rare one.
    default long commonFront(BitSet common) {
      return switch (this) {
        case Chars _ -> 0;
        case Concat(List<Needle> parts) -> {
          long most = 0;
          long sum = 0;
          for (Needle part : parts) {
            most = Math.max(most, Math.min(Syntax.UNBOUNDED, sum + part.commonFront(common)));
            long length = part.allCommon(common);
            if (length == NONE) {
              break;
            }
            sum = Math.min(Syntax.UNBOUNDED, sum + length);
          }
          yield most;
        }
        case Alternate(List<Needle> choices) ->
            choices.stream().mapToLong(choice -> choice.commonFront(common)).max().orElse(0);
        case Repeat(Needle body, int _, long max) -> {
          long length = body.allCommon(common);
          long repeated = length == NONE ? 0 : times(length, Math.max(0, max - 1));
          yield Math.min(Syntax.UNBOUNDED, repeated + body.commonFront(common));
        }
      };
    }

    /// Notes for each rare byte how many common ones may stand before it, `offset` and more.
    default void mark(BitSet common, long offset, byte[] before) {
      switch (this) {
        case Chars chars ->
            chars.mentioned.stream()
                .filter(b -> !common.get(b))
                .forEach(b -> before[b] = (byte) Math.max(before[b], offset));
        case Concat(List<Needle> parts) -> {
          long sum = offset;
          for (Needle part : parts) {
            part.mark(common, sum, before);
            long length = part.allCommon(common);
            if (length == NONE) {
              break;
            }
            sum += length;
          }
        }
        case Alternate(List<Needle> choices) ->
            choices.forEach(choice -> choice.mark(common, offset, before));
        case Repeat(Needle body, int _, long max) -> {
          long length = body.allCommon(common);
          long repeated = length == NONE ? 0 : times(length, Math.max(0, max - 1));
          body.mark(common, offset + repeated, before);
        }
      }
    }

    private static long times(long length, long count) {
      return length == 0 || count == 0
          ? 0
          : length >= Syntax.UNBOUNDED / count ? Syntax.UNBOUNDED : length * count;
    }
  }
}
