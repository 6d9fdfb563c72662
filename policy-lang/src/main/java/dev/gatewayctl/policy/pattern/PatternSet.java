package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Patterns that are looked for together. Immutable and thread-safe; the tables behind it grow as
/// texts ask for them, up to a bound, and are then begun anew.
///
/// What is reported, for each pattern by itself: the smallest start at which some end, the longest
/// tried first, is accepted; then the same from that end on. Matches are never empty. A pattern
/// that is a bounded head with an unbounded tail of one class of characters (`X*`, `X+` or `X{n,}`
/// at its end) is offered as soon as nothing but the tail can follow; once accepted, the tail is
/// swallowed up to the first byte that cannot belong, and [Matches#closed] tells where that is.
///
/// A pattern that is neither bounded nor such a head and tail is looked for up to
/// [#MAX_UNBOUNDED_MATCH] bytes.
public final class PatternSet {
  /// The longest match, in bytes, of a pattern that has no [Pattern#longestHeadBytes].
  public static final int MAX_UNBOUNDED_MATCH = Rule.MAX_UNBOUNDED_MATCH;

  /// Transitions in the tables of one automaton for all patterns.
  private static final int MAX_TRANSITIONS = 1 << 20;

  /// Scans of whole texts whose working memory is kept for the next ones.
  private static final int MAX_SPARE = 16;

  private final List<Rule> rules;
  private final int longestHeadBytes;

  /// The gates of all rules, by number: the rule of each, and which of its approaches it is.
  private final int[] ruleOf;

  private final int[] approachOf;

  /// Looks for gates made of fixed characters.
  private final Dfa literals;

  /// Looks for gates made of broader classes. Apart from the others because together they would
  /// have the product of their states.
  private final Dfa shapes;

  /// Passes over what no gate can be seen in; null when that does not pay.
  private final @Nullable Lookout lookout;

  private final ArrayBlockingQueue<StreamScan> spare = new ArrayBlockingQueue<>(MAX_SPARE);
  private volatile @Nullable Dfa ungated;

  private PatternSet(List<Rule> rules) {
    this.rules = rules;
    this.longestHeadBytes = rules.stream().mapToInt(rule -> rule.longest).max().orElse(0);
    int gates = rules.stream().mapToInt(rule -> rule.approaches.size()).sum();
    this.ruleOf = new int[gates];
    this.approachOf = new int[gates];
    int gate = 0;
    for (Rule rule : rules) {
      for (int i = 0; i < rule.approaches.size(); i++) {
        ruleOf[gate] = rule.number;
        approachOf[gate++] = i;
      }
    }
    this.literals = sieve(true);
    this.shapes = sieve(false);
    this.lookout =
        Lookout.of(
                rules.stream()
                    .flatMap(rule -> rule.approaches.stream())
                    .map(approach -> approach.gate.needle())
                    .toList())
            .orElse(null);
  }

  /// The places in the list are the numbers that matches are reported under.
  public static PatternSet of(List<Pattern> patterns) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      rules.add(new Rule(i, patterns.get(i)));
    }
    return new PatternSet(List.copyOf(rules));
  }

  private Dfa sieve(boolean literal) {
    Automaton automaton = new Automaton(false, Integer.MAX_VALUE);
    int[] entries = new int[ruleOf.length];
    int count = 0;
    for (int gate = 0; gate < ruleOf.length; gate++) {
      Gate of = rules.get(ruleOf[gate]).approaches.get(approachOf[gate]).gate;
      if (of.literal() == literal) {
        entries[count++] = automaton.build(of.needle(), automaton.match(gate));
      }
    }
    return new Dfa(automaton, Arrays.copyOf(entries, count), true, MAX_TRANSITIONS);
  }

  int size() {
    return rules.size();
  }

  Rule rule(int number) {
    return rules.get(number);
  }

  int ruleOf(int gate) {
    return ruleOf[gate];
  }

  int approachOf(int gate) {
    return approachOf[gate];
  }

  Dfa literals() {
    return literals;
  }

  Dfa shapes() {
    return shapes;
  }

  @Nullable Lookout lookout() {
    return lookout;
  }

  /// Reads backwards to where a match of any pattern may have begun of which no gate was seen yet,
  /// or somewhat further: counts are taken for loops, which keeps its states few.
  Dfa ungated() {
    Dfa known = ungated;
    if (known == null) {
      Automaton.Reversed reversed =
          Automaton.inside(rules.stream().flatMap(Rule::looseFronts).toList());
      known = new Dfa(reversed.automaton, reversed.entries, false, MAX_TRANSITIONS);
      ungated = known;
    }
    return known;
  }

  /// The longest head of any pattern, in bytes: no stream holds back more, beside a byte of
  /// context.
  public int longestHeadBytes() {
    return longestHeadBytes;
  }

  /// Looks through a whole text; the same as a stream that is fed once and ended.
  public void scan(byte[] utf8, int from, int to, Matches matches) {
    StreamScan kept = spare.poll();
    StreamScan scan = kept == null ? stream(matches) : kept;
    scan.whole(utf8, from, to, matches);
    spare.offer(scan);
  }

  /// Begins a stream. It is for one thread at a time.
  public StreamScan stream(Matches matches) {
    return new StreamScan(this, matches);
  }
}
