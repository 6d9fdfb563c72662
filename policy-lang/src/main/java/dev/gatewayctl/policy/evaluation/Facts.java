package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Vocabulary;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The facts of one exchange in one phase, each computed once, when it is first read. Used by one
/// thread at a time. A phase in which `findings` mean something else needs a frame of its own.
public final class Facts {
  /// How many elements the macros of one expression may go over, nested ones multiplied.
  private static final int MOST_STEPS = 1_000_000;

  /// Stands in a slot for a fact that was asked for and is not there.
  private static final Object NOTHING = new Object();

  private static final @Nullable Object[] NO_LOCALS = {};

  private final FactSource source;
  private final Vocabulary vocabulary;
  private final @Nullable Object[] slots;
  private @Nullable Map<Fact, FactSource.Bounds> fromBounds;
  private @Nullable Object[] locals = NO_LOCALS;
  private int steps;

  private Facts(FactSource source, Vocabulary vocabulary) {
    this.source = source;
    this.vocabulary = vocabulary;
    this.slots = new Object[vocabulary.slots()];
  }

  /// A frame in which nothing is computed yet.
  public static Facts of(FactSource source, Vocabulary vocabulary) {
    return new Facts(source, vocabulary);
  }

  /// The fact's value, or null when the exchange has none.
  public @Nullable Object read(Fact fact) {
    Object value = slots[fact.slot()];
    if (value == null) {
      value = source.read(fact);
      slots[fact.slot()] = value == null ? NOTHING : value;
      return value;
    }
    return value == NOTHING ? null : value;
  }

  /// The facts that were computed and are there, in the order of the vocabulary; an int of which
  /// only [FactSource.Bounds] were asked stands as those.
  public Map<Fact, Object> known() {
    Map<Fact, Object> known = new LinkedHashMap<>();
    for (Fact fact : vocabulary.facts()) {
      Object value = slots[fact.slot()];
      if (value == null && fromBounds != null) {
        value = fromBounds.get(fact);
      }
      if (value != null && value != NOTHING) {
        known.put(fact, value);
      }
    }
    return known;
  }

  /// What is known of an int that was not computed yet.
  FactSource.@Nullable Bounds bounds(Fact fact) {
    FactSource.Bounds bounds = slots[fact.slot()] == null ? source.bounds(fact) : null;
    if (bounds != null) {
      if (fromBounds == null) {
        fromBounds = new HashMap<>();
      }
      fromBounds.put(fact, bounds);
    }
    return bounds;
  }

  boolean ran(Phase phase) {
    return source.ran(phase);
  }

  /// Begins a new expression.
  void begin() {
    steps = 0;
  }

  /// Whether a macro may go on to one more element.
  boolean step() {
    return ++steps <= MOST_STEPS;
  }

  Object local(int index) {
    return Objects.requireNonNull(locals[index]);
  }

  void bindLocal(int index, Object value) {
    if (index >= locals.length) {
      locals = Arrays.copyOf(locals, Math.max(4, index * 2));
    }
    locals[index] = value;
  }
}
