package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.expression.Expression.FindingQuery;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// `findings.any(K, where)` and its like.
final class FindingNode implements Node {
  private final FindingQuery query;
  private final Set<String> detectors;
  private final EnumSet<Location> locations;

  FindingNode(FindingQuery query) {
    this.query = query;
    this.detectors = Set.copyOf(query.detectors());
    this.locations = EnumSet.noneOf(Location.class);
    query.locations().forEach(word -> Location.of(word).ifPresent(locations::add));
  }

  @Override
  public Object value(Facts facts) {
    if (!(facts.read(query.source()) instanceof Findings findings)) {
      return new Failure("missing fact `" + query.source().name() + "`");
    }
    List<Finding> found = findings.found();
    return switch (query.query()) {
      case ANY -> first(found) instanceof Finding;
      case COUNT -> count(found);
      case SCORE -> Math.max(score(found), score(findings.faint()));
      case FIRST -> first(found);
    };
  }

  private Object first(List<Finding> all) {
    for (Finding finding : all) {
      if (matches(finding)) {
        return finding;
      }
    }
    return Failure.NOTHING_FOUND;
  }

  private long count(List<Finding> all) {
    long count = 0;
    for (Finding finding : all) {
      count += matches(finding) ? 1 : 0;
    }
    return count;
  }

  private double score(List<Finding> all) {
    double score = 0;
    for (Finding finding : all) {
      if (matches(finding)) {
        score = Math.max(score, finding.score());
      }
    }
    return score;
  }

  private boolean matches(Finding finding) {
    return detectors.contains(finding.detector())
        && (!query.latest() || finding.latest())
        && (locations.isEmpty() || locations.contains(finding.location()));
  }
}
