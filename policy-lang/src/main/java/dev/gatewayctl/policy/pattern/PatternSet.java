package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.List;

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

  private final List<Rule> rules;
  private final int longestHeadBytes;

  private PatternSet(List<Rule> rules) {
    this.rules = rules;
    this.longestHeadBytes = rules.stream().mapToInt(rule -> rule.longest).max().orElse(0);
  }

  /// The places in the list are the numbers that matches are reported under.
  public static PatternSet of(List<Pattern> patterns) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      rules.add(new Rule(i, patterns.get(i)));
    }
    return new PatternSet(List.copyOf(rules));
  }

  List<Rule> rules() {
    return rules;
  }

  /// The longest head of any pattern, in bytes: no stream holds back more, beside a byte of
  /// context.
  public int longestHeadBytes() {
    return longestHeadBytes;
  }

  /// Looks through a whole text; the same as a stream that is fed once and ended.
  public void scan(byte[] utf8, int from, int to, Matches matches) {
    StreamScan scan = stream(matches);
    scan.append(utf8, from, to);
    scan.end();
  }

  /// Begins a stream. It is for one thread at a time.
  public StreamScan stream(Matches matches) {
    return new StreamScan(this, matches);
  }
}
