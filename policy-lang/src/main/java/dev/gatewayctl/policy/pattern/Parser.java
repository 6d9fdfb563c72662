package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads RE2 syntax into [Syntax]: one pass, recursive descent, depth and counts bounded.
final class Parser {
  /// Groups inside groups.
  private static final int MAX_DEPTH = 200;

  /// The most that `{n,m}` may ask for, as in RE2.
  private static final int MAX_REPEAT = 1000;

  /// The longest source.
  private static final int MAX_SOURCE = 32_768;

  private static final String LINEAR =
      "patterns run in linear time, which leaves this out; match the text itself and leave the"
          + " condition to the rule";

  private static final int IGNORE_CASE = 1;
  private static final int DOT_ALL = 2;
  private static final int MULTI_LINE = 4;
  private static final int UNGREEDY = 8;

  private final String source;
  private final Set<String> names = new HashSet<>();
  private int at;
  private int flags;
  private int depth;

  private Parser(String source) {
    this.source = source;
  }

  /// Why a source is no pattern; `start` and `end` are UTF-16 offsets.
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int start;
    final int end;
    final String help;

    Refusal(String message, int start, int end, String help) {
      super(message, null, false, false);
      this.start = start;
      this.end = end;
      this.help = help;
    }
  }

  static Syntax parse(String source) {
    if (source.length() > MAX_SOURCE) {
      throw new Refusal(
          "the pattern is longer than " + MAX_SOURCE + " characters",
          0,
          source.length(),
          "split it into several patterns");
    }
    Parser parser = new Parser(source);
    Syntax whole = parser.alternatives();
    if (parser.at < source.length()) {
      throw parser.refuse(
          "`)` without a `(`", parser.at, parser.at + 1, "write `\\)` for the character itself");
    }
    return whole;
  }

  private Refusal refuse(String message, int start, int end, String help) {
    return new Refusal(message, start, Math.min(end, source.length()), help);
  }

  private boolean more() {
    return at < source.length();
  }

  private boolean ahead(String text) {
    return source.startsWith(text, at);
  }

  private int nextCodePoint() {
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private boolean flag(int flag) {
    return (flags & flag) != 0;
  }

  private Syntax alternatives() {
    List<Syntax> choices = new ArrayList<>();
    choices.add(sequence());
    while (more() && source.charAt(at) == '|') {
      at++;
      choices.add(sequence());
    }
    return Syntax.alternate(choices);
  }

  private Syntax sequence() {
    List<Syntax> parts = new ArrayList<>();
    while (more() && source.charAt(at) != '|' && source.charAt(at) != ')') {
      int start = at;
      if (ahead("\\Q")) {
        quoted(parts);
        continue;
      }
      Optional<Syntax> atom = atom();
      if (atom.isPresent()) {
        parts.add(repeated(atom.get(), start));
      }
    }
    return Syntax.concat(parts);
  }

  /// `\Q...\E`; a repetition after it concerns the last character.
  private void quoted(List<Syntax> parts) {
    at += 2;
    int end = source.indexOf("\\E", at);
    int stop = end < 0 ? source.length() : end;
    while (at < stop) {
      int start = at;
      Syntax one = literal(nextCodePoint());
      if (at == stop && end >= 0) {
        at = end + 2;
        parts.add(repeated(one, start));
        return;
      }
      parts.add(one);
    }
    at = end < 0 ? stop : end + 2;
  }

  private Syntax literal(int codePoint) {
    return chars(CharSet.one(codePoint));
  }

  private Syntax chars(CharSet set) {
    return new Syntax.Chars(flag(IGNORE_CASE) ? set.folded() : set);
  }

  /// Empty: a flag group, which stands for no text.
  private Optional<Syntax> atom() {
    int start = at;
    int c = nextCodePoint();
    return switch (c) {
      case '(' -> group(start);
      case '[' -> Optional.of(bracket(start));
      case '.' -> Optional.of(new Syntax.Chars(flag(DOT_ALL) ? CharSet.ALL : CharSet.NO_NEWLINE));
      case '^' ->
          Optional.of(new Syntax.Assertion(flag(MULTI_LINE) ? Side.LINE_BEGIN : Side.TEXT_BEGIN));
      case '$' ->
          Optional.of(new Syntax.Assertion(flag(MULTI_LINE) ? Side.LINE_END : Side.TEXT_END));
      case '\\' -> Optional.of(escape(start));
      case '*', '+', '?' ->
          throw refuse(
              "`" + (char) c + "` has nothing to repeat",
              start,
              at,
              "write `\\" + (char) c + "` for the character itself");
      default -> Optional.of(literal(c));
    };
  }

  private Syntax repeated(Syntax atom, int atomStart) {
    int start = at;
    if (!more()) {
      return atom;
    }
    int min;
    int max;
    switch (source.charAt(at)) {
      case '*' -> {
        min = 0;
        max = Syntax.NO_MAX;
        at++;
      }
      case '+' -> {
        min = 1;
        max = Syntax.NO_MAX;
        at++;
      }
      case '?' -> {
        min = 0;
        max = 1;
        at++;
      }
      case '{' -> {
        int[] counts = counts();
        if (counts.length == 0) {
          return atom;
        }
        min = counts[0];
        max = counts[1];
      }
      default -> {
        return atom;
      }
    }
    if (more() && source.charAt(at) == '?') {
      at++;
    } else if (more() && source.charAt(at) == '+') {
      throw refuse(
          "`" + source.substring(start, at + 1) + "` is possessive", start, at + 1, LINEAR);
    }
    if (more() && (isRepetition(source.charAt(at)) || (source.charAt(at) == '{' && hasCounts()))) {
      throw refuse(
          "a repetition of a repetition",
          start,
          at + 1,
          "put `" + source.substring(atomStart, at) + "` into `(?:...)` if that is what is meant");
    }
    return new Syntax.Repeat(atom, min, max);
  }

  private static boolean isRepetition(char c) {
    return c == '*' || c == '+' || c == '?';
  }

  private boolean hasCounts() {
    int start = at;
    boolean has = counts().length > 0;
    at = start;
    return has;
  }

  /// Reads `{n}`, `{n,}` or `{n,m}`; anything else is text: nothing is read and the answer is
  /// empty.
  private int[] counts() {
    int start = at;
    int close = source.indexOf('}', at);
    if (close < 0 || close - at > 16) {
      return new int[0];
    }
    String inside = source.substring(at + 1, close);
    int comma = inside.indexOf(',');
    String low = comma < 0 ? inside : inside.substring(0, comma);
    String high = comma < 0 ? inside : inside.substring(comma + 1);
    if (!isNumber(low) || !(isNumber(high) || (comma >= 0 && high.isEmpty()))) {
      return new int[0];
    }
    at = close + 1;
    long min = Long.parseLong(low);
    long max = high.isEmpty() ? Syntax.NO_MAX : Long.parseLong(high);
    if (min > MAX_REPEAT || max > MAX_REPEAT) {
      throw refuse(
          "a repetition of more than " + MAX_REPEAT,
          start,
          at,
          "use `*` or `+`, or at most " + MAX_REPEAT);
    }
    if (max != Syntax.NO_MAX && max < min) {
      throw refuse(
          "the repetition ends before it starts", start, at, "write `{" + max + "," + min + "}`");
    }
    return new int[] {(int) min, (int) max};
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Optional<Syntax> group(int start) {
    if (++depth > MAX_DEPTH) {
      throw refuse("groups are nested deeper than " + MAX_DEPTH, start, at, "flatten the pattern");
    }
    int outer = flags;
    if (ahead("?")) {
      refuseLookaround(start);
      if (ahead("?P<") || ahead("?<")) {
        name(start);
      } else if (!flagGroup(start)) {
        depth--;
        return Optional.empty();
      }
    }
    Syntax inside = alternatives();
    if (!more()) {
      throw refuse("`(` is never closed", start, start + 1, "add `)`, or write `\\(`");
    }
    at++;
    flags = outer;
    depth--;
    return Optional.of(inside);
  }

  private void refuseLookaround(int start) {
    for (String opener : List.of("?=", "?!", "?<=", "?<!")) {
      if (ahead(opener)) {
        throw refuse("`(" + opener + "` looks around", start, at + opener.length(), LINEAR);
      }
    }
    if (ahead("?>")) {
      throw refuse("`(?>` is an atomic group", start, at + 2, LINEAR);
    }
    if (ahead("?P=") || ahead("?P>")) {
      throw refuse("a reference to a group", start, at + 3, LINEAR);
    }
    if (ahead("?#")) {
      throw refuse("comments are not part of the syntax", start, at + 2, "leave the comment out");
    }
  }

  private void name(int start) {
    int open = source.indexOf('<', at);
    int close = source.indexOf('>', open);
    String name = close < 0 ? "" : source.substring(open + 1, close);
    boolean word =
        !name.isEmpty() && name.chars().allMatch(c -> c < 128 && CharSet.WORD.contains(c));
    if (!word) {
      throw refuse(
          "a group's name consists of letters, digits and `_`",
          start,
          close < 0 ? source.length() : close + 1,
          "write `(?P<name>...)`");
    }
    if (!names.add(name)) {
      throw refuse("two groups are named `" + name + "`", start, close + 1, "rename one of them");
    }
    at = close + 1;
  }

  /// True when a group follows (`(?i:`), false when the flags hold to the end of this group
  /// (`(?i)`).
  private boolean flagGroup(int start) {
    at++;
    int set = flags;
    boolean on = true;
    boolean any = false;
    while (more()) {
      int c = nextCodePoint();
      switch (c) {
        case 'i', 'm', 's', 'U' -> {
          int bit =
              switch (c) {
                case 'i' -> IGNORE_CASE;
                case 'm' -> MULTI_LINE;
                case 's' -> DOT_ALL;
                default -> UNGREEDY;
              };
          set = on ? set | bit : set & ~bit;
          any = true;
        }
        case '-' -> {
          if (!on) {
            throw badFlags(start);
          }
          on = false;
          any = false;
        }
        case ':', ')' -> {
          if (!on && !any) {
            throw badFlags(start);
          }
          flags = set;
          return c == ':';
        }
        default -> throw badFlags(start);
      }
    }
    throw refuse("`(` is never closed", start, start + 1, "add `)`, or write `\\(`");
  }

  private Refusal badFlags(int start) {
    return refuse(
        "not a kind of group: `" + source.substring(start, at) + "`",
        start,
        at,
        "groups are `(...)`, `(?:...)`, `(?P<name>...)`; flags are `i`, `m`, `s`, `U`");
  }

  /// What follows a backslash outside brackets.
  private Syntax escape(int start) {
    if (!more()) {
      throw refuse("`\\` at the end", start, at, "write `\\\\` for the character itself");
    }
    int sides =
        switch (source.charAt(at)) {
          case 'A' -> Side.TEXT_BEGIN;
          case 'z' -> Side.TEXT_END;
          case 'b' -> Side.WORD_BOUNDARY;
          case 'B' -> Side.NO_WORD_BOUNDARY;
          default -> 0;
        };
    if (sides != 0) {
      at++;
      return new Syntax.Assertion(sides);
    }
    Optional<CharSet> named = namedSet(start);
    return named.isPresent() ? chars(named.get()) : literal(escapedCharacter(start));
  }

  /// `\d`, `\pL` and the like, at the letter; nothing is read when it is none of them.
  private Optional<CharSet> namedSet(int start) {
    char c = source.charAt(at);
    CharSet perl =
        switch (Character.toLowerCase(c)) {
          case 'd' -> CharSet.DIGIT;
          case 'w' -> CharSet.WORD;
          case 's' -> CharSet.SPACE;
          default -> CharSet.NONE;
        };
    if (!perl.isEmpty()) {
      at++;
      return Optional.of(Character.isUpperCase(c) ? perl.negated() : perl);
    }
    if (c != 'p' && c != 'P') {
      return Optional.empty();
    }
    at++;
    if (!more()) {
      throw refuse("`\\p` without a class", start, at, "write `\\pL` or `\\p{Greek}`");
    }
    String name;
    if (source.charAt(at) == '{') {
      int close = source.indexOf('}', at);
      if (close < 0) {
        throw refuse("`{` is never closed", start, source.length(), "write `\\p{Greek}`");
      }
      name = source.substring(at + 1, close);
      at = close + 1;
    } else {
      name = Character.toString(nextCodePoint());
    }
    boolean negated = c == 'P';
    if (name.startsWith("^")) {
      negated = !negated;
      name = name.substring(1);
    }
    Optional<CharSet> set = CharSet.unicode(name);
    if (set.isEmpty()) {
      throw refuse(
          "no Unicode class is named `" + name + "`",
          start,
          at,
          "use a general category (`L`, `Lu`, `Nd`) or a script (`Greek`, `Han`)");
    }
    return Optional.of(negated ? set.get().negated() : set.get());
  }

  private int escapedCharacter(int start) {
    int c = nextCodePoint();
    if (c >= '1' && c <= '9' && !(c <= '7' && more() && isOctal(source.charAt(at)))) {
      throw refuse("`\\" + (char) c + "` refers back to a group", start, at, LINEAR);
    }
    if (c == 'k' && ahead("<")) {
      throw refuse("`\\k<` refers back to a group", start, at + 1, LINEAR);
    }
    if (c >= '0' && c <= '7') {
      int value = c - '0';
      for (int i = 1; i < 3 && more() && isOctal(source.charAt(at)); i++) {
        value = 8 * value + source.charAt(at++) - '0';
      }
      return value;
    }
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      case 'x' -> hexadecimal(start);
      default -> {
        if (c < 128 && !CharSet.WORD.contains(c)) {
          yield c;
        }
        throw refuse(
            "`\\" + Character.toString(c) + "` has no meaning",
            start,
            at,
            c == 'Z' || c == 'G'
                ? "`\\z` is the end of the text, `\\A` its begin"
                : "leave the backslash out, or write `\\\\` for a backslash");
      }
    };
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private int hexadecimal(int start) {
    int close = ahead("{") ? source.indexOf('}', at) : at + 1;
    int from = ahead("{") ? at + 1 : at;
    int to = ahead("{") ? close : at + 2;
    String digits =
        close < 0 || to > source.length() || to - from > 8 ? "" : source.substring(from, to);
    boolean hex =
        !digits.isEmpty() && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    long value = hex ? Long.parseLong(digits, 16) : -1;
    if (value < 0 || value > Character.MAX_CODE_POINT) {
      throw refuse("`\\x` without a code point", start, at, "write `\\x41` or `\\x{1F600}`");
    }
    at = close + 1;
    return (int) value;
  }

  /// `[...]`, after the bracket.
  private Syntax bracket(int start) {
    boolean negated = ahead("^");
    if (negated) {
      at++;
    }
    List<int[]> ranges = new ArrayList<>();
    boolean first = true;
    while (first || !ahead("]")) {
      if (!more()) {
        throw refuse("`[` is never closed", start, start + 1, "add `]`, or write `\\[`");
      }
      first = false;
      int itemStart = at;
      Optional<CharSet> named = bracketClass();
      if (named.isPresent()) {
        ranges.addAll(folded(named.get()).pairs());
        continue;
      }
      int low = bracketCharacter();
      int high = low;
      if (ahead("-") && at + 1 < source.length() && source.charAt(at + 1) != ']') {
        at++;
        int highStart = at;
        if (bracketClass().isPresent()) {
          throw refuse(
              "a range cannot end in a class",
              itemStart,
              at,
              "put `-` first or last, or write `\\-`");
        }
        at = highStart;
        high = bracketCharacter();
      }
      if (high < low) {
        throw refuse(
            "the range `" + source.substring(itemStart, at) + "` ends before it starts",
            itemStart,
            at,
            "swap its ends, or write `\\-` for the character itself");
      }
      ranges.addAll(folded(CharSet.of(low, high)).pairs());
    }
    at++;
    CharSet set = CharSet.join(ranges);
    return new Syntax.Chars(negated ? set.negated() : set);
  }

  private CharSet folded(CharSet set) {
    return flag(IGNORE_CASE) ? set.folded() : set;
  }

  private Optional<CharSet> bracketClass() {
    int start = at;
    if (ahead("[:")) {
      int close = source.indexOf(":]", at + 2);
      if (close >= 0) {
        String name = source.substring(at + 2, close);
        boolean negated = name.startsWith("^");
        Optional<CharSet> set = CharSet.posix(negated ? name.substring(1) : name);
        at = close + 2;
        if (set.isEmpty()) {
          throw refuse(
              "no class is named `[:" + name + ":]`",
              start,
              at,
              "the classes are alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print,"
                  + " punct, space, upper, word, xdigit");
        }
        return Optional.of(negated ? set.get().negated() : set.get());
      }
    }
    if (ahead("\\") && at + 1 < source.length()) {
      at++;
      Optional<CharSet> named = namedSet(start);
      if (named.isEmpty()) {
        at = start;
      }
      return named;
    }
    return Optional.empty();
  }

  private int bracketCharacter() {
    int start = at;
    if (!more()) {
      throw refuse("`[` is never closed", start, start, "add `]`");
    }
    int c = nextCodePoint();
    if (c != '\\') {
      return c;
    }
    if (!more()) {
      throw refuse("`\\` at the end", start, at, "write `\\\\` for the character itself");
    }
    return escapedCharacter(start);
  }
}
