package dev.gatewayctl.policy.field;

import dev.gatewayctl.policy.diagnostic.Span;

/// A value with the place where the policy says it.
public record Located<T>(T value, Span span) {}
