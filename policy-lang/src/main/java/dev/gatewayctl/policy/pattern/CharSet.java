package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/// A set of code points: sorted, disjoint, closed ranges in one array, low and high in turn.
final class CharSet {
  static final CharSet NONE = new CharSet(new int[0]);
  static final CharSet ALL = of(0, Character.MAX_CODE_POINT);
  static final CharSet DIGIT = of('0', '9');
  static final CharSet WORD = of('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
  static final CharSet SPACE = of('\t', '\n', '\f', '\r', ' ', ' ');
  static final CharSet NO_NEWLINE = of('\n', '\n').negated();

  private static final Map<String, CharSet> POSIX =
      Map.ofEntries(
          Map.entry("alnum", of('0', '9', 'A', 'Z', 'a', 'z')),
          Map.entry("alpha", of('A', 'Z', 'a', 'z')),
          Map.entry("ascii", of(0, 127)),
          Map.entry("blank", of('\t', '\t', ' ', ' ')),
          Map.entry("cntrl", of(0, 31, 127, 127)),
          Map.entry("digit", DIGIT),
          Map.entry("graph", of('!', '~')),
          Map.entry("lower", of('a', 'z')),
          Map.entry("print", of(' ', '~')),
          Map.entry("punct", of('!', '/', ':', '@', '[', '`', '{', '~')),
          Map.entry("space", of('\t', '\r', ' ', ' ')),
          Map.entry("upper", of('A', 'Z')),
          Map.entry("word", WORD),
          Map.entry("xdigit", of('0', '9', 'A', 'F', 'a', 'f')));

  /// Unicode classes asked for so far; as many as Unicode has names for them, no more.
  private static final Map<String, CharSet> UNICODE = new ConcurrentHashMap<>();

  /// The names of the general categories, each with its number in [Character#getType(int)].
  private static final Map<String, Integer> CATEGORIES =
      Map.ofEntries(
          Map.entry("Lu", (int) Character.UPPERCASE_LETTER),
          Map.entry("Ll", (int) Character.LOWERCASE_LETTER),
          Map.entry("Lt", (int) Character.TITLECASE_LETTER),
          Map.entry("Lm", (int) Character.MODIFIER_LETTER),
          Map.entry("Lo", (int) Character.OTHER_LETTER),
          Map.entry("Mn", (int) Character.NON_SPACING_MARK),
          Map.entry("Me", (int) Character.ENCLOSING_MARK),
          Map.entry("Mc", (int) Character.COMBINING_SPACING_MARK),
          Map.entry("Nd", (int) Character.DECIMAL_DIGIT_NUMBER),
          Map.entry("Nl", (int) Character.LETTER_NUMBER),
          Map.entry("No", (int) Character.OTHER_NUMBER),
          Map.entry("Zs", (int) Character.SPACE_SEPARATOR),
          Map.entry("Zl", (int) Character.LINE_SEPARATOR),
          Map.entry("Zp", (int) Character.PARAGRAPH_SEPARATOR),
          Map.entry("Cc", (int) Character.CONTROL),
          Map.entry("Cf", (int) Character.FORMAT),
          Map.entry("Co", (int) Character.PRIVATE_USE),
          Map.entry("Cs", (int) Character.SURROGATE),
          Map.entry("Pd", (int) Character.DASH_PUNCTUATION),
          Map.entry("Ps", (int) Character.START_PUNCTUATION),
          Map.entry("Pe", (int) Character.END_PUNCTUATION),
          Map.entry("Pc", (int) Character.CONNECTOR_PUNCTUATION),
          Map.entry("Po", (int) Character.OTHER_PUNCTUATION),
          Map.entry("Pi", (int) Character.INITIAL_QUOTE_PUNCTUATION),
          Map.entry("Pf", (int) Character.FINAL_QUOTE_PUNCTUATION),
          Map.entry("Sm", (int) Character.MATH_SYMBOL),
          Map.entry("Sc", (int) Character.CURRENCY_SYMBOL),
          Map.entry("Sk", (int) Character.MODIFIER_SYMBOL),
          Map.entry("So", (int) Character.OTHER_SYMBOL));

  private final int[] ranges;

  private CharSet(int[] ranges) {
    this.ranges = ranges;
  }

  static CharSet of(int... ranges) {
    return new CharSet(ranges);
  }

  static CharSet one(int codePoint) {
    return of(codePoint, codePoint);
  }

  static Optional<CharSet> posix(String name) {
    return Optional.ofNullable(POSIX.get(name));
  }

  /// A general category (`L`, `Lu`), a script (`Greek`) or `Any`; empty: no such class.
  static Optional<CharSet> unicode(String name) {
    CharSet known = UNICODE.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<CharSet> found = unicodeMembers(name).map(CharSet::where);
    found.ifPresent(set -> UNICODE.put(name, set));
    return found;
  }

  private static Optional<IntPredicate> unicodeMembers(String name) {
    if (name.equals("Any")) {
      return Optional.of(c -> true);
    }
    boolean[] types = new boolean[32];
    boolean category = false;
    for (Map.Entry<String, Integer> entry : CATEGORIES.entrySet()) {
      boolean member =
          entry.getKey().equals(name) || (name.length() == 1 && entry.getKey().startsWith(name));
      types[entry.getValue()] |= member;
      category |= member;
    }
    if (category) {
      return Optional.of(c -> types[Character.getType(c)]);
    }
    String constant = name.toUpperCase(Locale.ROOT);
    for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
      if (script.name().equals(constant) && script != Character.UnicodeScript.UNKNOWN) {
        return Optional.of(c -> Character.UnicodeScript.of(c) == script);
      }
    }
    return Optional.empty();
  }

  private static CharSet where(IntPredicate member) {
    List<int[]> ranges = new ArrayList<>();
    int start = -1;
    for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
      boolean in = c <= Character.MAX_CODE_POINT && member.test(c);
      if (in && start < 0) {
        start = c;
      } else if (!in && start >= 0) {
        ranges.add(new int[] {start, c - 1});
        start = -1;
      }
    }
    return join(ranges);
  }

  /// The union of ranges in any order.
  static CharSet join(List<int[]> ranges) {
    List<int[]> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingInt(range -> range[0]));
    int[] joined = new int[2 * sorted.size()];
    int size = 0;
    for (int[] range : sorted) {
      if (size > 0 && range[0] <= joined[size - 1] + 1) {
        joined[size - 1] = Math.max(joined[size - 1], range[1]);
      } else {
        joined[size++] = range[0];
        joined[size++] = range[1];
      }
    }
    return new CharSet(Arrays.copyOf(joined, size));
  }

  List<int[]> pairs() {
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < ranges.length; i += 2) {
      pairs.add(new int[] {ranges[i], ranges[i + 1]});
    }
    return pairs;
  }

  /// The smallest member of a set that is not empty.
  int least() {
    return ranges[0];
  }

  /// The greatest member of a set that is not empty.
  int greatest() {
    return ranges[ranges.length - 1];
  }

  CharSet or(CharSet other) {
    List<int[]> both = pairs();
    both.addAll(other.pairs());
    return join(both);
  }

  CharSet negated() {
    List<int[]> gaps = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] > next) {
        gaps.add(new int[] {next, ranges[i] - 1});
      }
      next = ranges[i + 1] + 1;
    }
    if (next <= Character.MAX_CODE_POINT) {
      gaps.add(new int[] {next, Character.MAX_CODE_POINT});
    }
    return join(gaps);
  }

  boolean contains(int codePoint) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (codePoint >= ranges[i] && codePoint <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return ranges.length == 0;
  }

  /// How many code points there are.
  int size() {
    int size = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      size += ranges[i + 1] - ranges[i] + 1;
    }
    return size;
  }

  /// With every letter in each of its cases, by Unicode's simple case folding: `k` also brings the
  /// Kelvin sign.
  CharSet folded() {
    List<int[]> all = pairs();
    for (int[] orbit : Folding.ORBITS) {
      for (int member : orbit) {
        if (contains(member)) {
          for (int other : orbit) {
            all.add(new int[] {other, other});
          }
          break;
        }
      }
    }
    return join(all);
  }

  /// The letters that are one another's cases, computed on first use.
  private static final class Folding {
    /// Turkish dotted capital and dotless small i fold only under Turkish rules.
    private static final CharSet TURKISH = of(0x130, 0x131);

    static final List<int[]> ORBITS = orbits();

    private static List<int[]> orbits() {
      Map<Integer, List<Integer>> byKey = new java.util.HashMap<>();
      for (int c = 0; c <= 0x1FFFF; c++) {
        int upper = Character.toUpperCase(c);
        int key = Character.toLowerCase(upper);
        boolean cased = upper != c || Character.toLowerCase(c) != c;
        if (cased && !TURKISH.contains(c)) {
          byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(c);
        }
      }
      List<int[]> orbits = new ArrayList<>();
      for (List<Integer> members : byKey.values()) {
        if (members.size() > 1) {
          orbits.add(members.stream().mapToInt(Integer::intValue).toArray());
        }
      }
      return List.copyOf(orbits);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharSet set && Arrays.equals(ranges, set.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    return Arrays.toString(ranges);
  }
}
