package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import dev.gatewayctl.policy.catalog.DetectorDefinition.Scores;
import dev.gatewayctl.policy.graph.DetectorNode;
import dev.gatewayctl.policy.pattern.Pattern;
import dev.gatewayctl.policy.pattern.PatternSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The detectors of one inspector with the patterns that find their candidates.
final class Detectors {
  /// How a match of the policy's own detector counts; with context words only beside one of them.
  private static final Scores OWN = new Scores(1, 1, 1);

  private static final Scores OWN_WITH_CONTEXT = new Scores(0.4, 0.4, 1);
  private static final double OWN_THRESHOLD = 0.5;
  private static final int OWN_REACH = 50;

  /// Characters of words that share one automaton.
  private static final int WORDS_TOGETHER = 1500;

  /// What validators look at before a match.
  private static final int LEFT_BYTES = 8;

  private final List<Detector> all;
  private final PatternSet patterns;

  /// For each pattern of the set its detector.
  private final List<Detector> owners;

  /// The patterns of the set whose matches have an unbounded tail.
  private final BitSet tailed;

  private final int historyBytes;

  private Detectors(
      List<Detector> all, List<Pattern> patterns, List<Detector> owners, int historyBytes) {
    this.all = List.copyOf(all);
    this.patterns = PatternSet.of(patterns);
    this.owners = List.copyOf(owners);
    this.historyBytes = historyBytes;
    this.tailed = new BitSet(patterns.size());
    for (int i = 0; i < patterns.size(); i++) {
      Pattern pattern = patterns.get(i);
      tailed.set(
          i, pattern.longestMatchBytes().isEmpty() && pattern.longestHeadBytes().isPresent());
    }
  }

  /// How many there are.
  int count() {
    return all.size();
  }

  PatternSet patterns() {
    return patterns;
  }

  int patternCount() {
    return owners.size();
  }

  /// Whose pattern it is.
  Detector owner(int pattern) {
    return owners.get(pattern);
  }

  /// Whether the engine swallows a tail behind the matches of a pattern.
  boolean hasTail(int pattern) {
    return tailed.get(pattern);
  }

  /// How much text before a match any of them may look at, in bytes.
  int historyBytes() {
    return historyBytes;
  }

  static Detectors of(Collection<DetectorNode> nodes) {
    var detectors = new ArrayList<Detector>();
    var patterns = new ArrayList<Pattern>();
    var owners = new ArrayList<Detector>();
    int history = LEFT_BYTES;
    for (DetectorNode node : nodes) {
      Detector detector = detector(detectors.size(), node);
      history = Math.max(history, detector.context().map(ContextWords::reachBytes).orElse(0));
      detectors.add(detector);
      for (String source : sources(node)) {
        patterns.add(pattern(node.id(), source));
        owners.add(detector);
      }
    }
    return new Detectors(detectors, patterns, owners, history);
  }

  private static Pattern pattern(String id, String source) {
    return switch (Pattern.parse(source)) {
      case Pattern.Parsed.Valid(Pattern pattern) -> pattern;
      case Pattern.Parsed.Invalid _ ->
          throw new IllegalArgumentException("the pattern of the detector " + id + " is not valid");
    };
  }

  private static @Nullable DetectorDefinition builtIn(DetectorNode node) {
    return node.builtIn()
        .map(
            id ->
                DetectorCatalog.builtIn()
                    .find(id)
                    .orElseThrow(() -> new IllegalArgumentException("no detector " + id)))
        .orElse(null);
  }

  private static Detector detector(int number, DetectorNode node) {
    DetectorDefinition built = builtIn(node);
    List<String> words = new ArrayList<>(node.context());
    int reach = OWN_REACH;
    if (built != null) {
      words.addAll(built.context());
      reach = built.contextReach();
    }
    Scores own = words.isEmpty() ? OWN : OWN_WITH_CONTEXT;
    return new Detector(
        number,
        node.id(),
        node.kind(),
        Set.copyOf(node.classes()),
        built == null ? Optional.empty() : built.validator().map(Validators::named),
        built == null ? null : built.tail().map(Detectors::tail).orElse(null),
        words.isEmpty() ? Optional.empty() : Optional.of(ContextWords.of(words, reach)),
        built == null ? 0 : built.entropyFloor().orElse(0),
        built == null ? List.of() : lower(built.allow()),
        Set.copyOf(lower(node.except())),
        built == null ? own : built.scores(),
        node.threshold().orElse(built == null ? OWN_THRESHOLD : built.threshold()),
        Set.copyOf(node.in()));
  }

  private static Tail tail(String name) {
    return Tail.named(name).orElseThrow(() -> new IllegalArgumentException("no tail " + name));
  }

  private static List<String> lower(List<String> texts) {
    return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).distinct().toList();
  }

  private static List<String> sources(DetectorNode node) {
    DetectorDefinition built = builtIn(node);
    if (built != null) {
      return List.of(built.pattern());
    }
    if (node.pattern().isPresent()) {
      return List.of(node.pattern().get());
    }
    var sources = new ArrayList<String>();
    var together = new StringBuilder();
    for (String word : new TreeSet<>(node.words())) {
      if (word.isBlank()) {
        continue;
      }
      if (!together.isEmpty() && together.length() + word.length() > WORDS_TOGETHER) {
        sources.add("(?i:" + together + ")");
        together.setLength(0);
      }
      together.append(together.isEmpty() ? "" : "|").append(wordPattern(word.strip()));
    }
    if (!together.isEmpty()) {
      sources.add("(?i:" + together + ")");
    }
    return sources;
  }

  /// A word between word boundaries. `\b` only knows ASCII: beside another letter the same is said
  /// by `\B`, that no ASCII word character follows or precedes.
  static String wordPattern(String word) {
    var source = new StringBuilder(boundary(word.codePointAt(0)));
    boolean blank = false;
    for (int i = 0; i < word.length(); ) {
      int c = word.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c)) {
        source.append(blank ? "" : "\\s{1,4}");
        blank = true;
        continue;
      }
      blank = false;
      if (c < 128 && !Character.isLetterOrDigit(c)) {
        source.append('\\');
      }
      source.appendCodePoint(c);
    }
    return source.append(boundary(word.codePointBefore(word.length()))).toString();
  }

  private static String boundary(int c) {
    if (c < 128) {
      return Character.isLetterOrDigit(c) || c == '_' ? "\\b" : "";
    }
    return Character.isLetterOrDigit(c) ? "\\B" : "";
  }
}
