package dev.gatewayctl.policy.pattern;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The stated semantics, tried naively: every start, every end; which ends there are is asked of
/// `java.util.regex` on a region of the text.
final class Reference {
  /// What a scan tells, in order: an offer with its answer, or a closed tail (`start` is -1).
  record Event(int pattern, long start, long end, boolean accepted) {}

  /// A validator that is a function of the candidate's place.
  interface Taste {
    boolean accepts(int pattern, long start, long end);
  }

  private final int number;
  private final Pattern pattern;
  private final String theirs;
  private final Automaton automaton;
  private final int entry;

  Reference(int number, RandomPatterns.Spelled spelled) {
    this.number = number;
    this.pattern = PatternFindTest.pattern(spelled.ours());
    this.theirs = spelled.theirs();
    this.automaton = new Automaton(false, 1 << 20);
    int match = automaton.match(0);
    CharSet tail = pattern.shape().tail();
    this.entry =
        automaton.build(pattern.shape().head(), tail == null ? match : automaton.tail(tail, match));
  }

  List<Event> events(String text, Taste taste) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean[][] matching = matching(text, bytes.length);
    CharSet tail = pattern.shape().tail();
    List<Event> events = new ArrayList<>();
    int next = 0;
    for (int start = 0; start < bytes.length; start++) {
      if (start < next) {
        continue;
      }
      int taken = -1;
      int most = tail == null ? bytes.length : decidedAt(bytes, start, bytes.length, true);
      for (int end = most; end > start && taken < 0; end--) {
        if (matching[start][end]) {
          boolean accepted = taste.accepts(number, start, end);
          events.add(new Event(number, start, end, accepted));
          taken = accepted ? end : -1;
        }
      }
      if (taken >= 0) {
        next = tail == null ? taken : tailEnd(tail, text, taken);
        if (tail != null) {
          events.add(new Event(number, -1, next, true));
        }
      }
    }
    return events;
  }

  private boolean[][] matching(String text, int length) {
    java.util.regex.Matcher matcher = java.util.regex.Pattern.compile(theirs).matcher(text);
    matcher.useAnchoringBounds(false).useTransparentBounds(true);
    boolean[][] matching = new boolean[length + 1][length + 1];
    int[] offset = new int[text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      offset[i + 1] = offset[i] + Utf8.length(text.charAt(i));
    }
    for (int start = 0; start <= text.length(); start++) {
      for (int end = start; end <= text.length(); end++) {
        matcher.region(start, end);
        matching[offset[start]][offset[end]] = matcher.matches();
      }
    }
    return matching;
  }

  private static int tailEnd(CharSet tail, String text, int from) {
    int end = 0;
    for (int i = 0; i < text.length(); i++) {
      if (end >= from && !tail.contains(text.charAt(i))) {
        return end;
      }
      end += Utf8.length(text.charAt(i));
    }
    return end;
  }

  /// The earliest start of a match that `bytes[0, end)` leaves undecided; `end`: there is none.
  int undecidedFrom(byte[] bytes, int end) {
    for (int start = 0; start < end; start++) {
      if (decidedAt(bytes, start, end, false) < 0) {
        return start;
      }
    }
    return end;
  }

  /// Where reading from a start ends: nothing but the tail can follow, or nothing at all; -1: more
  /// bytes are needed.
  private int decidedAt(byte[] bytes, int start, int end, boolean ended) {
    BitSet nodes = new BitSet();
    nodes.set(entry);
    for (int at = start; ; at++) {
      int behind = at == 0 ? Side.EDGE : Side.of(bytes[at - 1]);
      boolean continues = false;
      boolean asks = false;
      for (int ahead = 0; ahead < Side.KINDS; ahead++) {
        BitSet all = closure(nodes, behind, ahead);
        for (int node = all.nextSetBit(0); node >= 0; node = all.nextSetBit(node + 1)) {
          continues |= automaton.kind(node) == Automaton.BYTE && !automaton.isTail(node);
          asks |= automaton.kind(node) == Automaton.ASSERT;
        }
      }
      if (!continues && (at > start || nodes.isEmpty()) && (!asks || ended || at < end)) {
        return at;
      }
      if (at == end) {
        return ended ? end : -1;
      }
      BitSet all = closure(nodes, behind, Side.of(bytes[at]));
      nodes = new BitSet();
      for (int node = all.nextSetBit(0); node >= 0; node = all.nextSetBit(node + 1)) {
        if (automaton.kind(node) == Automaton.BYTE && automaton.reads(node, bytes[at] & 0xFF)) {
          nodes.set(automaton.next(node));
        }
      }
    }
  }

  private BitSet closure(BitSet from, int behind, int ahead) {
    BitSet all = (BitSet) from.clone();
    int before = -1;
    while (before != all.cardinality()) {
      before = all.cardinality();
      for (int node = all.nextSetBit(0); node >= 0; node = all.nextSetBit(node + 1)) {
        if (automaton.kind(node) == Automaton.SPLIT) {
          all.set(automaton.next(node));
          all.set(automaton.detail(node));
        } else if (automaton.kind(node) == Automaton.ASSERT
            && Side.holds(automaton.detail(node), behind, ahead)) {
          all.set(automaton.next(node));
        }
      }
    }
    return all;
  }

  Pattern pattern() {
    return pattern;
  }
}
