package dev.gatewayctl.policy.evaluation;

/// A lowered expression. Its value is that of a fact (see [FactSource]), one of [Nothing], or a
/// [Failure]; an error never is an exception.
interface Node {
  Object value(Facts facts);

  /// A value that is none.
  enum Nothing {
    /// `none`: equal to nothing, in no list.
    ABSENT,
    /// The literal null, or JSON's.
    NULL
  }

  /// An error; its words are the policy's, never the caller's.
  record Failure(String why) {
    static final Failure OVERFLOW = new Failure("overflow");
    static final Failure DIVISION_BY_ZERO = new Failure("division by zero");
    static final Failure MISSING_KEY = new Failure("missing key");
    static final Failure OUT_OF_RANGE = new Failure("index out of range");
    static final Failure ABSENT = new Failure("absent value");
    static final Failure WRONG_TYPE = new Failure("value of another type");
    static final Failure NOTHING_FOUND = new Failure("nothing found");
    static final Failure NOT_CONVERTIBLE = new Failure("value cannot be converted");
    static final Failure TOO_LARGE = new Failure("value too large");
    static final Failure TOO_MANY_STEPS = new Failure("too many steps");
    static final Failure REPEATED_KEY = new Failure("repeated key");
    static final Failure REPEATED_HEADER = new Failure("header sent more than once");
  }
}
