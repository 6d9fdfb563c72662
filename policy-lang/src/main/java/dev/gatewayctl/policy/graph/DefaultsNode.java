package dev.gatewayctl.policy.graph;

/// What holds where no rule speaks.
///
/// @param accessAllow whether an identified caller may call without a grant or an `allow`
/// @param opaque what happens to content that cannot be read
public record DefaultsNode(boolean accessAllow, Opaque opaque) {
  public enum Opaque {
    DENY,
    ALLOW,
    TAG
  }
}
