package dev.gatewayctl.policy.field;

import dev.gatewayctl.policy.diagnostic.Span;

/// A value that may be a reference instead of a text.
public sealed interface SettingText {
  Span span();

  /// Written out, `$$` at the start already a single `$`. It may be a credential and is never
  /// printed.
  record Literal(String value, Span span) implements SettingText {
    @Override
    public String toString() {
      return "***";
    }
  }

  /// `$env:NAME`.
  record Environment(String name, Span span) implements SettingText {}

  /// `$file:PATH`, the path made relative to the root file's folder.
  record File(String path, Span span) implements SettingText {}
}
