package dev.gatewayctl.policy.expression;

import java.util.Locale;

/// The static type of an expression.
public sealed interface Type {
  /// How diagnostics name it.
  String word();

  /// The types without parameters. `DYN` only stands for callers' own maps.
  enum Simple implements Type {
    BOOL,
    INT,
    DOUBLE,
    STRING,
    BYTES,
    DURATION,
    TIMESTAMP,
    IP,
    NULL,
    FINDING,
    FINDINGS,
    DYN;

    @Override
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A name out of a closed catalogue; its values are strings.
  enum Nominal implements Type {
    MODEL,
    TEAM,
    APP,
    ORG,
    GROUP,
    PROVIDER,
    TARGET,
    REGION,
    SURFACE,
    LOCATION,
    DETECTOR,
    KIND,
    CLASS,
    PRINCIPAL_KIND,
    MODALITY;

    @Override
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ') + " name";
    }
  }

  record ListOf(Type element) implements Type {
    @Override
    public String word() {
      return "list of " + element.word();
    }
  }

  record MapOf(Type key, Type value) implements Type {
    @Override
    public String word() {
      return "map of " + key.word() + " to " + value.word();
    }
  }
}
