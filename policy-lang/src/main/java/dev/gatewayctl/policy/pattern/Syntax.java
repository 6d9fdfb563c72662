package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.List;

/// What a pattern says, without what has no bearing on which bytes it matches: groups are gone,
/// greedy and lazy are one, letter case is in the sets.
sealed interface Syntax {
  /// More than any match that can be bounded.
  long UNBOUNDED = Long.MAX_VALUE / 4;

  /// The empty text.
  record Empty() implements Syntax {}

  /// One character of the set. An empty set matches nothing.
  record Chars(CharSet set) implements Syntax {}

  /// A condition on the two sides of a position; see [Side].
  record Assertion(int sides) implements Syntax {}

  record Concat(List<Syntax> parts) implements Syntax {
    public Concat {
      parts = List.copyOf(parts);
    }
  }

  record Alternate(List<Syntax> choices) implements Syntax {
    public Alternate {
      choices = List.copyOf(choices);
    }
  }

  /// `max` is [#NO_MAX] for no upper bound.
  record Repeat(Syntax body, int min, int max) implements Syntax {
    boolean unbounded() {
      return max == NO_MAX;
    }
  }

  int NO_MAX = -1;

  static Syntax concat(List<Syntax> parts) {
    List<Syntax> flat = new ArrayList<>();
    for (Syntax part : parts) {
      switch (part) {
        case Empty ignored -> {}
        case Concat nested -> flat.addAll(nested.parts());
        case Chars one -> flat.add(one);
        case Assertion one -> flat.add(one);
        case Alternate one -> flat.add(one);
        case Repeat one -> flat.add(one);
      }
    }
    return flat.isEmpty() ? new Empty() : flat.size() == 1 ? flat.getFirst() : new Concat(flat);
  }

  static Syntax alternate(List<Syntax> choices) {
    return choices.size() == 1 ? choices.getFirst() : new Alternate(choices);
  }

  /// The parts in their order; a syntax that is no concatenation is its own only part.
  default List<Syntax> parts() {
    return switch (this) {
      case Concat(List<Syntax> parts) -> parts;
      case Empty ignored -> List.of();
      case Chars one -> List.of(one);
      case Assertion one -> List.of(one);
      case Alternate one -> List.of(one);
      case Repeat one -> List.of(one);
    };
  }

  /// The most bytes a match can have, [#UNBOUNDED] when there is no bound.
  default long longest() {
    return switch (this) {
      case Empty ignored -> 0;
      case Assertion ignored -> 0;
      case Chars(CharSet set) -> set.isEmpty() ? 0 : Utf8.length(set.greatest());
      case Concat(List<Syntax> parts) -> {
        long sum = 0;
        for (Syntax part : parts) {
          sum = Math.min(UNBOUNDED, sum + part.longest());
        }
        yield sum;
      }
      case Alternate(List<Syntax> choices) -> {
        long most = 0;
        for (Syntax choice : choices) {
          most = Math.max(most, choice.longest());
        }
        yield most;
      }
      case Repeat repeat -> {
        long one = repeat.body().longest();
        if (one == 0) {
          yield 0;
        }
        yield repeat.unbounded() || one >= UNBOUNDED
            ? repeat.max() == 0 ? 0 : UNBOUNDED
            : Math.min(UNBOUNDED, one * repeat.max());
      }
    };
  }

  /// The fewest bytes a match can have.
  default long shortest() {
    return switch (this) {
      case Empty ignored -> 0;
      case Assertion ignored -> 0;
      case Chars(CharSet set) -> set.isEmpty() ? 0 : Utf8.length(set.least());
      case Concat(List<Syntax> parts) -> {
        long sum = 0;
        for (Syntax part : parts) {
          sum = Math.min(UNBOUNDED, sum + part.shortest());
        }
        yield sum;
      }
      case Alternate(List<Syntax> choices) -> {
        long least = UNBOUNDED;
        for (Syntax choice : choices) {
          least = Math.min(least, choice.shortest());
        }
        yield least;
      }
      case Repeat repeat -> Math.min(UNBOUNDED, repeat.body().shortest() * repeat.min());
    };
  }
}
