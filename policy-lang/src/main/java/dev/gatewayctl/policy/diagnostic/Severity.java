package dev.gatewayctl.policy.diagnostic;

/// How much a diagnostic weighs: an error stops the policy, a warning and a note do not.
public enum Severity {
  ERROR("error"),
  WARNING("warning"),
  NOTE("note");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  /// The word that people and machines read.
  public String word() {
    return word;
  }
}
