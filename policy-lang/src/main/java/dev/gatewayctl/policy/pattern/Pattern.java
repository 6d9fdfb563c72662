package dev.gatewayctl.policy.pattern;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A regular expression of the RE2 class, compiled once; immutable and thread-safe.
///
/// Texts are UTF-8: a pattern matches whole characters, bytes that are not UTF-8 match nothing.
/// `\b`, `\d`, `\s`, `\w` and the POSIX classes are ASCII; `(?i)` folds by Unicode.
public final class Pattern {
  /// Transitions that the tables behind [#find] may hold.
  private static final int FIND_TRANSITIONS = 1 << 16;

  private final String source;
  private final Syntax syntax;
  private final Shape shape;
  private volatile @Nullable Dfa finder;

  private Pattern(String source, Syntax syntax, Shape shape) {
    this.source = source;
    this.syntax = syntax;
    this.shape = shape;
  }

  /// A pattern, or what is wrong with its source.
  public sealed interface Parsed {
    /// The source is a pattern.
    record Valid(Pattern pattern) implements Parsed {}

    /// It is not. `start` and `end` are UTF-16 offsets into the source, `help` says what to write.
    record Invalid(String message, int start, int end, String help) implements Parsed {}
  }

  /// What a pattern's matches look like from their ends: a head, then perhaps any number of
  /// characters of `tail`. Without a tail the head is the whole pattern.
  record Shape(Syntax head, @Nullable CharSet tail) {
    static Shape of(Syntax syntax) {
      List<Syntax> parts = syntax.parts();
      if (!parts.isEmpty()
          && parts.getLast() instanceof Syntax.Repeat(Syntax.Chars(CharSet set), int min, int max)
          && max == Syntax.NO_MAX) {
        List<Syntax> before = parts.subList(0, parts.size() - 1);
        int fewest = before.isEmpty() ? Math.max(1, min) : min;
        List<Syntax> headParts = new java.util.ArrayList<>(before);
        headParts.add(new Syntax.Repeat(new Syntax.Chars(set), fewest, fewest));
        Syntax head = Syntax.concat(headParts);
        if (head.longest() < Syntax.UNBOUNDED && head.shortest() > 0) {
          return new Shape(head, set);
        }
      }
      return new Shape(syntax, null);
    }
  }

  /// Reads RE2 syntax. Lookaround, references and possessive repetitions are refused, and so is a
  /// pattern whose automaton would be too large.
  public static Parsed parse(String source) {
    try {
      Syntax syntax = Parser.parse(source);
      Pattern pattern = new Pattern(source, syntax, Shape.of(syntax));
      Automaton sized = new Automaton(false, Automaton.MAX_NODES);
      sized.anything(sized.build(syntax, sized.match(0)));
      return new Parsed.Valid(pattern);
    } catch (Parser.Refusal refusal) {
      return new Parsed.Invalid(
          String.valueOf(refusal.getMessage()), refusal.start, refusal.end, refusal.help);
    } catch (Automaton.TooLarge tooLarge) {
      return new Parsed.Invalid(
          "the pattern is too large to run in bounded time",
          0,
          source.length(),
          "ask for fewer repetitions, or repeat smaller classes: `{n,m}` copies what it repeats");
    }
  }

  /// What it was read from.
  public String source() {
    return source;
  }

  /// The most bytes that a match can have; empty: there is no bound.
  public OptionalInt longestMatchBytes() {
    return bound(syntax.longest());
  }

  /// The most bytes after which a match is certain. For a bounded head followed by an unbounded
  /// tail of one class of characters (`X*`, `X+` or `X{n,}` at the end) the longest head; otherwise
  /// the longest match. Empty: neither is bounded, and the pattern cannot run on a stream.
  public OptionalInt longestHeadBytes() {
    return bound(shape.head().longest());
  }

  private static OptionalInt bound(long longest) {
    return longest >= Syntax.UNBOUNDED ? OptionalInt.empty() : OptionalInt.of((int) longest);
  }

  Syntax syntax() {
    return syntax;
  }

  Shape shape() {
    return shape;
  }

  /// Whether there is a match anywhere, the empty one included; in time linear in the text. A
  /// surrogate without its other half counts as U+FFFD.
  public boolean find(CharSequence text) {
    Dfa dfa = finder();
    Dfa.Cursor cursor = new Dfa.Cursor(dfa);
    int value = cursor.start(Side.EDGE);
    int length = text.length();
    for (int i = 0; i < length; ) {
      char c = text.charAt(i);
      if (value < 0) {
        int kind = c < 128 ? Side.of((byte) c) : Side.OTHER;
        if (((value >>> Dfa.MATCH_SHIFT >> kind) & 1) != 0) {
          return true;
        }
      }
      if (c < 0x80) {
        value = step(cursor, c);
        i++;
      } else {
        int codePoint = Character.codePointAt(text, i);
        i += Character.charCount(codePoint);
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
          codePoint = 0xFFFD;
        }
        int bytes = Utf8.length(codePoint);
        for (int k = 0; k < bytes; k++) {
          value = step(cursor, Utf8.byteAt(codePoint, bytes, k));
        }
      }
    }
    return value < 0 && ((value >>> Dfa.MATCH_SHIFT >> Side.EDGE) & 1) != 0;
  }

  private static int step(Dfa.Cursor cursor, int read) {
    int value = cursor.tables.transitions[cursor.row + cursor.classOf(read)];
    if (value == 0) {
      return cursor.step((byte) read);
    }
    cursor.row = value & Dfa.ROW;
    return value;
  }

  private Dfa finder() {
    Dfa known = finder;
    if (known == null) {
      Automaton automaton = new Automaton(false, Automaton.MAX_NODES);
      int entry = automaton.anything(automaton.build(syntax, automaton.match(0)));
      known = new Dfa(automaton, new int[] {entry}, false, FIND_TRANSITIONS);
      finder = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return source;
  }
}
