package dev.gatewayctl.policy.checking;

/// Where an expression stands, which decides what it may read and what its absences may do.
public enum Scope {
  /// A condition, a `by`, a `let` that nothing uses: every fact.
  POLICY,
  /// The condition of a rule that allows: as `POLICY`, and what is absent must not pass.
  ALLOW,
  /// The constraint of a `require`: target facts and earlier ones, and what is absent must not
  /// pass.
  REQUIRE,
  /// A `where` over findings: `finding` is bound.
  FINDING,
  /// Inside a text: facts without content only.
  TEXT,
  /// An assert: the facts of decisions too.
  ASSERT;

  /// Whether a negation on an absent fact would let something through.
  boolean absenceMustNotPass() {
    return this == ALLOW || this == REQUIRE;
  }
}
