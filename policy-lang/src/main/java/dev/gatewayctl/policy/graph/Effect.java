package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.expression.Expression;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;

/// What a rule does.
public sealed interface Effect {
  /// The word of the effect in policies and records.
  String word();

  /// Refuses the exchange.
  record Deny(int status, String code, TextTemplate reason) implements Effect {
    @Override
    public String word() {
      return "deny";
    }
  }

  /// Lets the caller in where `defaults.access` is `deny`.
  record Allow() implements Effect {
    @Override
    public String word() {
      return "allow";
    }
  }

  /// Masks findings.
  ///
  /// @param detectors ids of the detectors whose findings are masked, resolved from `what`
  /// @param what the kinds, classes and detectors as written, sorted
  /// @param keep how many characters at the end stay
  record Mask(SortedSet<String> detectors, SortedSet<String> what, OptionalInt keep)
      implements Effect {
    @Override
    public String word() {
      return "mask";
    }
  }

  /// Constrains the targets: one that does not satisfy it is no candidate.
  record Require(Expression constraint) implements Effect {
    @Override
    public String word() {
      return "require";
    }
  }

  /// Caps members of the request.
  record Set(
      OptionalLong maxTokens,
      OptionalDouble temperatureMin,
      OptionalDouble temperatureMax,
      OptionalLong choicesMax)
      implements Effect {
    @Override
    public String word() {
      return "set";
    }
  }

  /// Names the exchange.
  record Tag(SortedSet<String> names) implements Effect {
    @Override
    public String word() {
      return "tag";
    }
  }

  /// A text with expressions of content-free facts in it.
  record TextTemplate(List<Part> parts) {
    public TextTemplate {
      parts = List.copyOf(parts);
    }

    public sealed interface Part {
      record Literal(String text) implements Part {}

      record Value(Expression expression) implements Part {}
    }
  }
}
