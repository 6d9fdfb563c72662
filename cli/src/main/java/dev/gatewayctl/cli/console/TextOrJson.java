package dev.gatewayctl.cli.console;

import java.util.Locale;

/// The two forms that every result has.
public enum TextOrJson {
  TEXT,
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
