package dev.gatewayctl.policy.evaluation;

/// What an expression came to.
public sealed interface Value {
  /// A value, see [FactSource] for its class.
  record Of(Object value) implements Value {}

  /// `none`, or the literal null.
  record Absent() implements Value {}

  /// An error.
  ///
  /// @param why a few words without content
  record Failed(String why) implements Value {}
}
