package dev.gatewayctl.policy.pattern;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One pattern of a set, as automata; shared by all texts.
final class Rule {
  /// The longest match, in bytes, that is looked for by a pattern which is neither bounded nor a
  /// bounded head with a tail: later ends are not offered. With it, no scan takes more steps than
  /// the text has bytes times the longest head.
  static final int MAX_UNBOUNDED_MATCH = 4096;

  /// Transitions in the tables of one automaton of one pattern.
  private static final int MAX_TRANSITIONS = 1 << 16;

  final int number;

  /// The most bytes after which a match is decided.
  final int longest;

  final Automaton automaton;
  final int entry;

  /// Reads a whole match, or a head, from its start.
  final Dfa forward;

  /// Reads the tail's characters.
  final @Nullable Dfa tail;

  private volatile @Nullable Dfa undecided;

  Rule(int number, Pattern pattern) {
    this.number = number;
    this.longest = pattern.longestHeadBytes().orElse(MAX_UNBOUNDED_MATCH);
    CharSet tailSet = pattern.shape().tail();
    this.automaton = new Automaton(false, 4 * Automaton.MAX_NODES);
    int match = automaton.match(0);
    int last = tailSet == null ? match : automaton.tail(tailSet, match);
    this.entry = automaton.build(pattern.shape().head(), last);
    this.forward = new Dfa(automaton, new int[] {entry}, false, MAX_TRANSITIONS);
    this.tail = tailSet == null ? null : tailOf(tailSet);
  }

  private static Dfa tailOf(CharSet set) {
    Automaton tail = new Automaton(false, Automaton.MAX_NODES);
    int entry =
        tail.build(new Syntax.Repeat(new Syntax.Chars(set), 0, Syntax.NO_MAX), tail.match(0));
    return new Dfa(tail, new int[] {entry}, false, MAX_TRANSITIONS);
  }

  /// Reads backwards to where an undecided match of this pattern may have begun.
  Dfa undecided() {
    Dfa known = undecided;
    if (known == null) {
      Automaton.Reversed reversed = Automaton.undecided(List.of(automaton), List.of(entry));
      known = new Dfa(reversed.automaton, reversed.entries, false, MAX_TRANSITIONS);
      undecided = known;
    }
    return known;
  }
}
