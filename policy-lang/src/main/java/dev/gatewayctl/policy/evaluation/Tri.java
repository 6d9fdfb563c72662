package dev.gatewayctl.policy.evaluation;

/// What a condition came to.
public enum Tri {
  TRUE,
  FALSE,
  ERROR
}
