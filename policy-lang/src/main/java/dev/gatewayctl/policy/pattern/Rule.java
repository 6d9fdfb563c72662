package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One pattern of a set, as automata; shared by all texts.
final class Rule {
  /// The longest match, in bytes, that is looked for by a pattern which is neither bounded nor a
  /// bounded head with a tail: later ends are not offered. With it, no scan takes more steps than
  /// the text has bytes times the longest head.
  static final int MAX_UNBOUNDED_MATCH = 4096;

  /// Bytes held back up to which loose fronts are exact: a count becomes a loop only when it leaves
  /// more freedom than this, and so few bytes cannot use it up.
  static final int TRUSTED_HOLD = 16;

  /// Transitions in the tables of one automaton of one pattern.
  private static final int MAX_TRANSITIONS = 1 << 15;

  final int number;

  /// The most bytes after which a match is decided.
  final int longest;

  /// Reads a whole match, or a head, from its start.
  final Dfa forward;

  /// Reads the tail's characters.
  final @Nullable Dfa tail;

  final List<Approach> approaches;

  /// Whether candidates are found in the order of their starts.
  final boolean ordered;

  private volatile @Nullable Dfa ungated;

  /// A gate of this pattern with what it takes to get from there to the starts of matches.
  static final class Approach {
    final Rule rule;
    final Gate gate;
    final int fixedLength;
    final int shortestBefore;

    /// Reads what must follow the gate; null: nothing that is worth a look.
    final @Nullable Dfa after;

    /// Reads backwards from the gate's end; null: all matches start at the fixed length before it.
    final @Nullable Dfa before;

    Approach(Rule rule, Gate gate) {
      this.rule = rule;
      this.gate = gate;
      this.fixedLength = gate.fixedLength();
      this.shortestBefore = (int) gate.before().shortest();
      boolean looksAhead =
          fixedLength < 0 && gate.after().isPresent() && gate.after().get().shortest() > 0;
      this.after = looksAhead ? reading(gate.after().orElseThrow(), false) : null;
      this.before = fixedLength < 0 ? reading(gate.before(), true) : null;
    }
  }

  Rule(int number, Pattern pattern) {
    this.number = number;
    this.longest = pattern.longestHeadBytes().orElse(MAX_UNBOUNDED_MATCH);
    CharSet tailSet = pattern.shape().tail();
    Automaton automaton = new Automaton(false, 4 * Automaton.MAX_NODES);
    int match = automaton.match(0);
    int last = tailSet == null ? match : automaton.tail(tailSet, match);
    int entry = automaton.build(pattern.shape().head(), last);
    this.forward = new Dfa(automaton, new int[] {entry}, false, MAX_TRANSITIONS);
    this.tail =
        tailSet == null
            ? null
            : reading(new Syntax.Repeat(new Syntax.Chars(tailSet), 0, Syntax.NO_MAX), false);
    List<Approach> found = new ArrayList<>();
    for (Gate gate : Gate.of(pattern.shape().head())) {
      found.add(new Approach(this, gate));
    }
    this.approaches = List.copyOf(found);
    this.ordered = found.size() == 1 && found.getFirst().fixedLength >= 0;
  }

  private static Dfa reading(Syntax syntax, boolean backwards) {
    Automaton automaton = new Automaton(backwards, 4 * Automaton.MAX_NODES);
    int entry = automaton.build(syntax, automaton.match(0));
    return new Dfa(automaton, new int[] {entry}, false, MAX_TRANSITIONS);
  }

  /// What may stand from the start of a match to the end of one of its gates, or more.
  Stream<Syntax> looseFronts() {
    return approaches.stream().map(approach -> Gate.loosened(approach.gate.before(), TRUSTED_HOLD));
  }

  /// Reads backwards to where a match may have begun of which no gate was seen yet.
  Dfa ungated() {
    Dfa known = ungated;
    if (known == null) {
      Automaton.Reversed reversed =
          Automaton.inside(approaches.stream().map(approach -> approach.gate.before()).toList());
      known = new Dfa(reversed.automaton, reversed.entries, false, MAX_TRANSITIONS);
      ungated = known;
    }
    return known;
  }
}
