package dev.gatewayctl.runtime.engine;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.evaluation.Decision;
import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.policy.evaluation.Findings;
import dev.gatewayctl.policy.graph.ModelNode;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.FindingCount;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.RuleHit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gathers what the record of an exchange will say about its decisions, step by step.
final class RecordDraft {
  private static final String MASK = "mask";

  private final Set<RuleHit> hits = new LinkedHashSet<>();
  private final SortedSet<String> tags = new TreeSet<>();
  private final Map<FindingCount, double[]> counts = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> scores = new TreeMap<>();
  private final SortedSet<String> scanned = new TreeSet<>();
  private final SortedMap<String, Integer> masked = new TreeMap<>();
  private final List<String> stripped = new ArrayList<>();
  private final Map<String, Set<String>> maskedDetectors;

  /// @param maskedDetectors by rule, the detectors whose findings it masks
  RecordDraft(Map<String, Set<String>> maskedDetectors) {
    this.maskedDetectors = maskedDetectors;
  }

  /// The rules that applied in a phase. A rule decided several times (per candidate, per event)
  /// stands once.
  void decided(Decision decision) {
    decided(decision, List.of());
  }

  /// The same without rules that are decided later.
  void decided(Decision decision, List<String> without) {
    Phase phase = decision.phase();
    for (Decision.Applied applied : decision.applied()) {
      if (!without.contains(applied.rule())) {
        hits.add(
            new RuleHit(
                applied.rule(),
                Optional.of(phase.word()),
                applied.effects(),
                applied.shadow() ? "shadow" : "enforce",
                applied.error()));
      }
    }
    tags.addAll(decision.tags());
  }

  /// What refused without being a rule.
  void refusedBy(String path) {
    boolean rule = hits().stream().anyMatch(hit -> hit.id().equals(path));
    if (!rule) {
      hits.add(new RuleHit(path, Optional.empty(), List.of("deny"), "enforce", Optional.empty()));
    }
  }

  void tag(String name) {
    tags.add(name);
  }

  void scanned(Set<String> detectors) {
    scanned.addAll(detectors);
  }

  /// Findings of a request or an answer, without their texts.
  void found(String phase, Findings findings) {
    for (Finding finding : findings.found()) {
      FindingCount key =
          new FindingCount(
              phase,
              finding.kind(),
              finding.detector(),
              finding.location().word(),
              finding.latest(),
              0,
              0);
      double[] sum = counts.computeIfAbsent(key, _ -> new double[2]);
      sum[0]++;
      sum[1] = Math.max(sum[1], finding.score());
      score(phase, finding);
    }
    findings.faint().forEach(finding -> score(phase, finding));
  }

  private void score(String phase, Finding finding) {
    scores
        .computeIfAbsent(phase, _ -> new TreeMap<>())
        .merge(finding.kind(), finding.score(), Math::max);
  }

  void masked(Map<String, Integer> kinds) {
    kinds.forEach((kind, count) -> masked.merge(kind, count, Integer::sum));
  }

  void stripped(String what) {
    if (!stripped.contains(what)) {
      stripped.add(what);
    }
  }

  /// What a translation left out of the request.
  void lost(Set<String> names, ModelNode.Unsupported choice) {
    names.forEach(this::stripped);
    if (choice == ModelNode.Unsupported.WARN && !names.isEmpty()) {
      tag("unsupported");
    }
  }

  /// The rules that applied and what they did. A mask that had nothing to mask did nothing: the
  /// findings of its phase say so, whatever became of the exchange.
  List<RuleHit> hits() {
    List<RuleHit> effective = new ArrayList<>(hits.size());
    for (RuleHit hit : hits) {
      if (hit.error().isPresent() || !hit.effects().contains(MASK) || isFound(hit)) {
        effective.add(hit);
      } else if (hit.effects().size() > 1) {
        List<String> others = hit.effects().stream().filter(word -> !word.equals(MASK)).toList();
        effective.add(new RuleHit(hit.id(), hit.phase(), others, hit.mode(), hit.error()));
      }
    }
    return List.copyOf(effective);
  }

  /// Whether anything stood there for the masks of a rule.
  private boolean isFound(RuleHit hit) {
    Set<String> detectors = maskedDetectors.getOrDefault(hit.id(), Set.of());
    return counts.keySet().stream()
        .anyMatch(
            found ->
                hit.phase().filter(found.phase()::equals).isPresent()
                    && detectors.contains(found.detector()));
  }

  SortedSet<String> tags() {
    return tags;
  }

  List<FindingCount> findings() {
    List<FindingCount> list = new ArrayList<>();
    counts.forEach(
        (key, sum) ->
            list.add(
                new FindingCount(
                    key.phase(),
                    key.kind(),
                    key.detector(),
                    key.location(),
                    key.latest(),
                    (int) sum[0],
                    sum[1])));
    return list;
  }

  Map<String, Map<String, Double>> scores() {
    return new HashMap<>(scores);
  }

  SortedSet<String> scanned() {
    return scanned;
  }

  SortedMap<String, Integer> masked() {
    return masked;
  }

  List<String> stripped() {
    return List.copyOf(stripped);
  }
}
