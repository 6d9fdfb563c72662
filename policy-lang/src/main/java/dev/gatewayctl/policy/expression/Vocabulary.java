package dev.gatewayctl.policy.expression;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The facts that expressions may read, by name and by slot.
public final class Vocabulary {
  private static final Vocabulary STANDARD = new Vocabulary(StandardFacts.all());

  private final List<Fact> facts;
  private final Map<String, Fact> byName;

  private Vocabulary(List<Fact> facts) {
    this.facts = List.copyOf(facts);
    Map<String, Fact> names = HashMap.newHashMap(facts.size());
    for (Fact fact : facts) {
      if (names.put(fact.name(), fact) != null || !facts.get(fact.slot()).equals(fact)) {
        throw new IllegalArgumentException("fact " + fact.name() + " or its slot stands twice");
      }
    }
    this.byName = Collections.unmodifiableMap(names);
  }

  /// The facts of the language, those included that this version does not execute yet.
  public static Vocabulary standard() {
    return STANDARD;
  }

  /// A vocabulary of its own; each fact stands at the index that is its slot.
  public static Vocabulary of(List<Fact> facts) {
    return new Vocabulary(facts);
  }

  public Optional<Fact> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /// The fact of a name that the language fixes.
  ///
  /// @throws IllegalArgumentException when there is none: a mistake of the caller, not of a policy
  public Fact named(String name) {
    Fact fact = byName.get(name);
    if (fact == null) {
      throw new IllegalArgumentException("no fact " + name);
    }
    return fact;
  }

  /// All facts in the order of their slots.
  public List<Fact> facts() {
    return facts;
  }

  /// How many slots a frame of these facts has.
  public int slots() {
    return facts.size();
  }
}
