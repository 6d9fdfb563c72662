package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A nondeterministic automaton on bytes (Thompson's), in arrays: a node reads one byte of a set,
/// splits in two, asserts a condition on its two sides, or matches.
///
/// Nodes are built from the end to the begin, each knowing its successor. One automaton can hold
/// several patterns, told apart by the number at their match nodes.
final class Automaton {
  /// Nodes of one pattern. A larger one is refused when it is parsed: this bounds the memory and,
  /// times the length of a text, the time that any pattern can take.
  static final int MAX_NODES = 16_384;

  static final byte BYTE = 0;
  static final byte SPLIT = 1;
  static final byte ASSERT = 2;
  static final byte MATCH = 3;

  /// More nodes than the automaton may have.
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLarge() {
      super("an automaton has more nodes than it may have", null, false, false);
    }
  }

  private final int maxNodes;
  private final boolean backwards;
  private byte[] kinds = new byte[32];
  private int[] nexts = new int[32];

  /// The second successor of a split, the set of a byte node, the matrix of an assertion, the
  /// pattern of a match.
  private int[] details = new int[32];

  private boolean[] tails = new boolean[32];
  private int size;
  private boolean buildingTail;
  private final List<long[]> sets = new ArrayList<>();
  private final Map<List<Long>, Integer> setIndex = new HashMap<>();

  /// A forward or backward automaton without nodes.
  Automaton(boolean backwards, int maxNodes) {
    this.backwards = backwards;
    this.maxNodes = maxNodes;
  }

  int size() {
    return size;
  }

  byte kind(int node) {
    return kinds[node];
  }

  int next(int node) {
    return nexts[node];
  }

  int detail(int node) {
    return details[node];
  }

  /// Whether a byte node belongs to the unbounded tail of a head-and-tail pattern.
  boolean isTail(int node) {
    return tails[node];
  }

  boolean reads(int node, int value) {
    long[] set = sets.get(details[node]);
    return ((set[value >> 6] >>> (value & 63)) & 1) != 0;
  }

  List<long[]> sets() {
    return sets;
  }

  boolean hasAssertions() {
    for (int node = 0; node < size; node++) {
      if (kinds[node] == ASSERT) {
        return true;
      }
    }
    return false;
  }

  private int add(byte kind, int next, int detail) {
    if (size == maxNodes) {
      throw new TooLarge();
    }
    if (size == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * size);
      nexts = Arrays.copyOf(nexts, 2 * size);
      details = Arrays.copyOf(details, 2 * size);
      tails = Arrays.copyOf(tails, 2 * size);
    }
    kinds[size] = kind;
    nexts[size] = next;
    details[size] = detail;
    tails[size] = buildingTail;
    return size++;
  }

  int match(int pattern) {
    return add(MATCH, -1, pattern);
  }

  int split(int first, int second) {
    return add(SPLIT, first, second);
  }

  private int reading(long[] set, int next) {
    List<Long> key = List.of(set[0], set[1], set[2], set[3]);
    int index =
        setIndex.computeIfAbsent(
            key,
            _ -> {
              sets.add(set);
              return sets.size() - 1;
            });
    return add(BYTE, next, index);
  }

  /// Builds a syntax in front of `next`; the answer is the node to enter by.
  int build(Syntax syntax, int next) {
    return switch (syntax) {
      case Syntax.Empty ignored -> next;
      case Syntax.Chars(CharSet set) -> characters(set, next);
      case Syntax.Assertion(int sides) ->
          add(ASSERT, next, backwards ? Side.transposed(sides) : sides);
      case Syntax.Concat(List<Syntax> parts) -> {
        int entry = next;
        for (int i = 0; i < parts.size(); i++) {
          entry = build(parts.get(backwards ? i : parts.size() - 1 - i), entry);
        }
        yield entry;
      }
      case Syntax.Alternate(List<Syntax> choices) -> {
        int entry = build(choices.getFirst(), next);
        for (Syntax choice : choices.subList(1, choices.size())) {
          entry = split(entry, build(choice, next));
        }
        yield entry;
      }
      case Syntax.Repeat repeat -> repeat(repeat, next);
    };
  }

  private int repeat(Syntax.Repeat repeat, int next) {
    int entry = next;
    if (repeat.unbounded()) {
      entry = loop(repeat.body(), next);
    } else {
      for (int i = repeat.min(); i < repeat.max(); i++) {
        entry = split(build(repeat.body(), entry), next);
      }
    }
    for (int i = 0; i < repeat.min(); i++) {
      entry = build(repeat.body(), entry);
    }
    return entry;
  }

  private int loop(Syntax body, int next) {
    int loop = split(next, next);
    int entry = build(body, loop);
    details[loop] = entry;
    return loop;
  }

  /// Builds `set*` as the tail of a head-and-tail pattern.
  int tail(CharSet set, int next) {
    buildingTail = true;
    int entry = loop(new Syntax.Chars(set), next);
    buildingTail = false;
    return entry;
  }

  /// A character is a choice of sequences of bytes; those with the same rest share it.
  private int characters(CharSet set, int next) {
    Map<List<Integer>, long[]> firstByRest = new java.util.LinkedHashMap<>();
    for (int[] sequence : Utf8.sequences(set)) {
      int length = sequence.length / 2;
      int first = backwards ? length - 1 : 0;
      List<Integer> rest = new ArrayList<>();
      for (int i = 1; i < length; i++) {
        int index = backwards ? length - 1 - i : i;
        rest.add(sequence[2 * index]);
        rest.add(sequence[2 * index + 1]);
      }
      long[] bytes = firstByRest.computeIfAbsent(rest, _ -> new long[4]);
      fill(bytes, sequence[2 * first], sequence[2 * first + 1]);
    }
    Map<List<Integer>, Integer> built = new HashMap<>();
    int entry = -1;
    for (Map.Entry<List<Integer>, long[]> choice : firstByRest.entrySet()) {
      int node = reading(choice.getValue(), rest(choice.getKey(), next, built));
      entry = entry < 0 ? node : split(entry, node);
    }
    return entry < 0 ? reading(new long[4], next) : entry;
  }

  private int rest(List<Integer> ranges, int next, Map<List<Integer>, Integer> built) {
    if (ranges.isEmpty()) {
      return next;
    }
    Integer known = built.get(ranges);
    if (known != null) {
      return known;
    }
    int following = rest(ranges.subList(2, ranges.size()), next, built);
    long[] bytes = new long[4];
    fill(bytes, ranges.get(0), ranges.get(1));
    int node = reading(bytes, following);
    built.put(List.copyOf(ranges), node);
    return node;
  }

  private static void fill(long[] set, int low, int high) {
    for (int b = low; b <= high; b++) {
      set[b >> 6] |= 1L << (b & 63);
    }
  }

  /// In front of `next`, any number of any bytes.
  int anything(int next) {
    int loop = split(next, next);
    int any = reading(new long[] {-1, -1, -1, -1}, loop);
    details[loop] = any;
    return loop;
  }

  /// An automaton that reads the other way and its entries.
  static final class Reversed {
    final Automaton automaton;
    final int[] entries;

    private Reversed(Automaton automaton, int[] entries) {
      this.automaton = automaton;
      this.entries = entries;
    }
  }

  /// Reads backwards from anywhere inside a text of one of these syntaxes, and matches where that
  /// text may have begun.
  ///
  /// A node `q` of the forward automaton becomes the place just before `q` was executed; the
  /// entries are the places before a byte, or before a condition on a byte, that is not there yet.
  static Reversed inside(List<Syntax> syntaxes) {
    List<Automaton> forwards = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    int nodes = 0;
    for (Syntax syntax : syntaxes) {
      Automaton forward = new Automaton(false, 4 * MAX_NODES);
      starts.add(forward.build(syntax, forward.match(0)));
      forwards.add(forward);
      nodes += forward.size;
    }
    Automaton reversed = new Automaton(true, 4 * nodes + 4 * forwards.size());
    int[] entries = new int[nodes];
    int count = 0;
    for (int i = 0; i < forwards.size(); i++) {
      Automaton forward = forwards.get(i);
      int[] places = reversed.reverse(forward, starts.get(i));
      for (int node = 0; node < forward.size; node++) {
        boolean waits = forward.kinds[node] == BYTE || forward.kinds[node] == ASSERT;
        if (waits && places[node] >= 0) {
          entries[count++] = places[node];
        }
      }
    }
    return new Reversed(reversed, Arrays.copyOf(entries, count));
  }

  private int[] reverse(Automaton forward, int start) {
    int[][] before = forward.predecessors();
    int match = match(0);
    int[] places = new int[forward.size];
    // A place that several nodes lead to is a chain of splits, whose links are filled in below.
    for (int node = 0; node < forward.size; node++) {
      int choices = before[node].length + (node == start ? 1 : 0);
      int place = -1;
      for (int i = 0; i < choices; i++) {
        place = split(place, place);
      }
      places[node] = place;
    }
    for (int node = 0; node < forward.size; node++) {
      int link = places[node];
      for (int previous : before[node]) {
        int target =
            switch (forward.kinds[previous]) {
              case BYTE -> reading(forward.sets.get(forward.details[previous]), places[previous]);
              case ASSERT ->
                  add(ASSERT, places[previous], Side.transposed(forward.details[previous]));
              default -> places[previous];
            };
        link = fill(link, target);
      }
      if (node == start) {
        fill(link, match);
      }
    }
    return places;
  }

  /// Points one link of a chain of splits at its target and answers the link after it.
  private int fill(int link, int target) {
    int following = nexts[link];
    details[link] = target;
    if (following < 0) {
      nexts[link] = target;
    }
    return following;
  }

  private int[][] predecessors() {
    int[] counts = new int[size];
    for (int node = 0; node < size; node++) {
      if (kinds[node] != MATCH) {
        counts[nexts[node]]++;
      }
      if (kinds[node] == SPLIT && details[node] != nexts[node]) {
        counts[details[node]]++;
      }
    }
    int[][] before = new int[size][];
    for (int node = 0; node < size; node++) {
      before[node] = new int[counts[node]];
    }
    for (int node = 0; node < size; node++) {
      if (kinds[node] != MATCH) {
        before[nexts[node]][--counts[nexts[node]]] = node;
      }
      if (kinds[node] == SPLIT && details[node] != nexts[node]) {
        before[details[node]][--counts[details[node]]] = node;
      }
    }
    return before;
  }
}
