package dev.gatewayctl.policy.evaluation;

import java.util.List;

/// What the detectors say of a request or an answer.
///
/// @param found at or above the detector's threshold, in the order of the text
/// @param faint below it: no element of the list `findings`, but counted in `findings.score`
public record Findings(List<Finding> found, List<Finding> faint) {
  private static final Findings NONE = new Findings(List.of(), List.of());

  public Findings {
    found = List.copyOf(found);
    faint = List.copyOf(faint);
  }

  /// Nothing was found.
  public static Findings none() {
    return NONE;
  }
}
