package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.field.Located;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;

/// A detector that the policy writes, or a built-in one that it adjusts (neither `pattern` nor
/// `words`).
///
/// @param pattern the expression with its place
/// @param words texts matched without case at word boundaries
/// @param listOfWords the list that the words came from
/// @param in locations that it looks at; empty: all
public record OwnDetector(
    Located<String> name,
    boolean adjustsBuiltIn,
    Optional<Located<String>> pattern,
    List<String> words,
    Optional<Located<String>> listOfWords,
    Optional<Located<String>> ofClass,
    List<String> except,
    List<String> context,
    SortedSet<String> in,
    OptionalDouble threshold) {

  public OwnDetector {
    words = List.copyOf(words);
    except = List.copyOf(except);
    context = List.copyOf(context);
  }

  public Span span() {
    return name.span();
  }
}
