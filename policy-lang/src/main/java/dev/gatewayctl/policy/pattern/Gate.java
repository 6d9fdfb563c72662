package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A part of a pattern that is rare in ordinary text and that every match contains: where it is
/// seen, the pattern is looked at more closely.
///
/// @param literal whether the part is made of fixed characters, or of broader classes
/// @param needle what is looked for, perhaps more than the part itself
/// @param before all that may stand from the start of a match to the end of the part, or more
/// @param after what follows the part to the end of the match (or of its head); empty: not known
record Gate(boolean literal, Syntax needle, Syntax before, Optional<Syntax> after) {
  /// Bits of surprise that make a run of fixed characters worth looking for.
  private static final double LITERAL_BITS = 10;

  /// Beyond these bits more characters help no more.
  private static final double ENOUGH_BITS = 26;

  /// Bits after which a shape is cut.
  private static final double SHAPE_BITS = 22;

  /// More characters than this are a class, not a choice of spellings.
  private static final int FEW_CHARACTERS = 4;

  /// Alternatives that get a gate each.
  private static final int MAX_BRANCHES = 24;

  /// Repetitions with more freedom than this are taken for unbounded in a needle.
  private static final int SMALL_FREEDOM = 4;

  /// The gates of a pattern: every match passes one of them.
  static List<Gate> of(Syntax syntax) {
    List<Syntax> parts = syntax.parts();
    Optional<Gate> literal = literal(parts);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof Syntax.Alternate(List<Syntax> choices)
          && choices.size() <= MAX_BRANCHES) {
        List<Gate> gates = new ArrayList<>();
        for (Syntax choice : choices) {
          List<Syntax> branch = new ArrayList<>(parts);
          branch.set(i, choice);
          literal(Syntax.concat(branch).parts()).ifPresent(gates::add);
        }
        if (gates.size() == choices.size()) {
          return gates;
        }
      }
    }
    return List.of(shape(parts));
  }

  /// How many bytes there are from the start of a match to the end of the part; -1: it depends.
  int fixedLength() {
    long longest = before.longest();
    return longest == before.shortest() ? (int) longest : -1;
  }

  private static Optional<Gate> literal(List<Syntax> parts) {
    int bestFrom = 0;
    int bestTo = 0;
    double best = LITERAL_BITS;
    for (int from = 0; from < parts.size(); from++) {
      if (!isLiteral(parts.get(from)) || (from > 0 && isLiteral(parts.get(from - 1)))) {
        continue;
      }
      int to = from;
      double bits = 0;
      while (to < parts.size() && isLiteral(parts.get(to)) && bits < ENOUGH_BITS) {
        bits += bits(parts.get(to++));
      }
      if (bits > best) {
        best = bits;
        bestFrom = from;
        bestTo = to;
      }
    }
    if (bestTo == 0) {
      return Optional.empty();
    }
    Syntax needle = Syntax.concat(parts.subList(bestFrom, bestTo));
    if (needle.shortest() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Gate(
            true,
            needle,
            Syntax.concat(parts.subList(0, bestTo)),
            Optional.of(Syntax.concat(parts.subList(bestTo, parts.size())))));
  }

  private static boolean isLiteral(Syntax syntax) {
    return switch (syntax) {
      case Syntax.Empty _ -> true;
      case Syntax.Chars(CharSet set) -> !set.isEmpty() && set.size() <= FEW_CHARACTERS;
      case Syntax.Assertion _ -> false;
      case Syntax.Concat(List<Syntax> parts) -> parts.stream().allMatch(Gate::isLiteral);
      case Syntax.Alternate(List<Syntax> choices) -> choices.stream().allMatch(Gate::isLiteral);
      case Syntax.Repeat repeat ->
          !repeat.unbounded() && repeat.max() <= SMALL_FREEDOM && isLiteral(repeat.body());
    };
  }

  /// The front of the pattern up to enough surprise.
  private static Gate shape(List<Syntax> parts) {
    List<Syntax> before = new ArrayList<>();
    double bits = 0;
    int index = 0;
    List<Syntax> rest = new ArrayList<>();
    boolean exact = true;
    while (index < parts.size() && bits < SHAPE_BITS) {
      Syntax part = parts.get(index++);
      if (part instanceof Syntax.Repeat repeat && repeat.min() > 0) {
        double each = Math.max(0.01, bits(repeat.body()));
        int copies = (int) Math.min(repeat.min(), Math.ceil((SHAPE_BITS - bits) / each));
        before.add(new Syntax.Repeat(repeat.body(), copies, copies));
        bits += copies * each;
        int max = repeat.unbounded() ? Syntax.NO_MAX : repeat.max() - copies;
        Syntax remainder = new Syntax.Repeat(repeat.body(), repeat.min() - copies, max);
        if (bits >= SHAPE_BITS || index == parts.size()) {
          rest.add(remainder);
        } else {
          before.add(remainder);
        }
      } else if (part instanceof Syntax.Alternate && bits + bits(part) > SHAPE_BITS) {
        before.add(front(part, SHAPE_BITS - bits));
        exact = false;
        break;
      } else {
        before.add(part);
        bits += bits(part);
      }
    }
    rest.addAll(parts.subList(index, parts.size()));
    while (!before.isEmpty() && before.getLast().shortest() == 0) {
      rest.addFirst(before.removeLast());
    }
    Syntax whole = Syntax.concat(before);
    if (before.isEmpty()) {
      whole = new Syntax.Chars(CharSet.ALL);
      exact = false;
    }
    if (endsInAssertion(whole)) {
      return new Gate(
          false, new Syntax.Chars(CharSet.ALL), new Syntax.Chars(CharSet.ALL), Optional.empty());
    }
    return new Gate(
        false,
        loosened(whole, SMALL_FREEDOM),
        whole,
        exact ? Optional.of(Syntax.concat(rest)) : Optional.empty());
  }

  /// A syntax that the front of every match has: cut inside alternatives, to no given length.
  private static Syntax front(Syntax syntax, double bits) {
    return switch (syntax) {
      case Syntax.Empty _ -> syntax;
      case Syntax.Chars _ -> syntax;
      case Syntax.Assertion _ -> syntax;
      case Syntax.Concat(List<Syntax> parts) -> {
        List<Syntax> front = new ArrayList<>();
        double left = bits;
        for (Syntax part : parts) {
          if (left <= 0) {
            break;
          }
          front.add(front(part, left));
          left -= bits(part);
        }
        yield Syntax.concat(front);
      }
      case Syntax.Alternate(List<Syntax> choices) ->
          Syntax.alternate(choices.stream().map(choice -> front(choice, bits)).toList());
      case Syntax.Repeat repeat -> {
        double each = Math.max(0.01, bits(repeat.body()));
        int copies = (int) Math.min(repeat.min(), Math.ceil(bits / each));
        yield copies > 0 && copies * each >= bits
            ? new Syntax.Repeat(repeat.body(), copies, copies)
            : repeat;
      }
    };
  }

  /// Whether some way through ends with a condition on the byte that follows.
  private static boolean endsInAssertion(Syntax syntax) {
    return switch (syntax) {
      case Syntax.Empty _ -> false;
      case Syntax.Chars _ -> false;
      case Syntax.Assertion _ -> true;
      case Syntax.Concat(List<Syntax> parts) -> {
        for (Syntax part : parts.reversed()) {
          if (endsInAssertion(part)) {
            yield true;
          }
          if (part.shortest() > 0) {
            yield false;
          }
        }
        yield false;
      }
      case Syntax.Alternate(List<Syntax> choices) ->
          choices.stream().anyMatch(Gate::endsInAssertion);
      case Syntax.Repeat repeat -> endsInAssertion(repeat.body());
    };
  }

  /// The same or more, with fewer states: counts that leave so much freedom become loops.
  static Syntax loosened(Syntax syntax, int freedom) {
    return switch (syntax) {
      case Syntax.Empty _ -> syntax;
      case Syntax.Chars _ -> syntax;
      case Syntax.Assertion _ -> syntax;
      case Syntax.Concat(List<Syntax> parts) ->
          Syntax.concat(parts.stream().map(part -> loosened(part, freedom)).toList());
      case Syntax.Alternate(List<Syntax> choices) ->
          Syntax.alternate(choices.stream().map(choice -> loosened(choice, freedom)).toList());
      case Syntax.Repeat repeat ->
          new Syntax.Repeat(
              loosened(repeat.body(), freedom),
              repeat.min(),
              repeat.max() - repeat.min() > freedom ? Syntax.NO_MAX : repeat.max());
    };
  }

  /// Bits of surprise at seeing the syntax match at a given place of ordinary text.
  private static double bits(Syntax syntax) {
    return switch (syntax) {
      case Syntax.Empty _ -> 0;
      case Syntax.Assertion _ -> 0;
      case Syntax.Chars(CharSet set) -> -log2(Frequency.of(set));
      case Syntax.Concat(List<Syntax> parts) -> parts.stream().mapToDouble(Gate::bits).sum();
      case Syntax.Alternate(List<Syntax> choices) ->
          Math.max(
              0, -log2(choices.stream().mapToDouble(choice -> Math.pow(2, -bits(choice))).sum()));
      case Syntax.Repeat repeat -> repeat.min() * bits(repeat.body());
    };
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  /// Rough shares of characters in prose and code.
  static final class Frequency {
    private static final double[] ASCII = new double[128];
    private static final double OTHERS = 0.005;

    static {
      java.util.Arrays.fill(ASCII, 0.0005);
      share(" ", 0.15);
      share("e", 0.08);
      share("taoinsr", 0.05);
      share("hldcu", 0.027);
      share("mfpgwyb", 0.014);
      share("vkxqjz", 0.004);
      share("\n", 0.03);
      share(".,\"()", 0.009);
      share("-_/=:;'", 0.006);
      share("0123456789", 0.0045);
      share("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0.003);
      share("<>{}[]*#", 0.002);
    }

    private static void share(String characters, double share) {
      characters.chars().forEach(c -> ASCII[c] = share);
    }

    /// The share of an ASCII character.
    static double of(int ascii) {
      return ASCII[ascii];
    }

    static double of(CharSet set) {
      double sum = 0;
      int others = 0;
      for (int[] range : set.pairs()) {
        for (int c = range[0]; c <= Math.min(range[1], 127); c++) {
          sum += ASCII[c];
        }
        others += Math.max(0, range[1] - Math.max(range[0], 128) + 1);
      }
      return Math.clamp(sum + OTHERS * Math.min(1, others / 50_000.0), 1e-6, 1);
    }
  }
}
