package dev.gatewayctl.policy.pattern;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Seeded patterns in two spellings, ours and that of `java.util.regex`, and texts that they tend
/// to match.
final class RandomPatterns {
  /// `ours` is RE2 syntax; `theirs` says the same to `java.util.regex`.
  record Spelled(String ours, String theirs) {}

  private static final String[] LETTERS = {"a", "b", "c", "-", "é", "1", "ab", "cab", "1b"};
  private static final String[] SETS = {
    "[ab]", "[a-c]", "\\d", "\\w", "[^a]", "[b1é]", "\\s", "[^\\s]"
  };
  private static final String[][] SIDES = {
    {"\\b", "\\b"},
    {"\\B", "\\B"},
    {"^", "\\A"},
    {"$", "\\z"},
    {"(?m:^)", "(?:\\A|(?<=\\n))"},
    {"(?m:$)", "(?=\\n|\\z)"}
  };

  private final Random random;

  RandomPatterns(long seed) {
    this.random = new Random(seed);
  }

  Spelled pattern() {
    Spelled body = concat(2 + random.nextInt(2));
    return switch (random.nextInt(8)) {
      case 6, 7 -> {
        // Two ways to come to one rare part, of unlike length.
        Spelled other = concat(1);
        String start = "(?:a[a-c1]{1,6}|";
        yield new Spelled(
            start + other.ours() + ")cab" + body.ours(),
            start + other.theirs() + ")cab" + body.theirs());
      }
      case 0 -> join("", body, "[ab]*");
      case 1 -> join("", body, "\\w+");
      case 2 -> join("", body, "[^\\s]{2,}");
      case 3 -> new Spelled("\\b" + body.ours() + "\\b", "\\b" + body.theirs() + "\\b");
      case 4 -> new Spelled("(?i)" + body.ours(), "(?iu)" + body.theirs());
      default -> body;
    };
  }

  private static Spelled join(String before, Spelled body, String after) {
    return new Spelled(before + body.ours() + after, before + body.theirs() + after);
  }

  private Spelled concat(int depth) {
    StringBuilder ours = new StringBuilder();
    StringBuilder theirs = new StringBuilder();
    int parts = 1 + random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      Spelled part = part(depth);
      ours.append(part.ours());
      theirs.append(part.theirs());
    }
    return new Spelled(ours.toString(), theirs.toString());
  }

  private Spelled part(int depth) {
    int choice = random.nextInt(depth > 0 ? 12 : 6);
    if (choice < 3) {
      return same(pick(LETTERS));
    }
    if (choice < 5) {
      return same(pick(SETS));
    }
    if (choice == 5) {
      if (random.nextInt(3) > 0) {
        return new Spelled(".", "[^\\n]");
      }
      String[] side = SIDES[random.nextInt(SIDES.length)];
      return new Spelled(side[0], side[1]);
    }
    if (choice < 8) {
      List<String> ours = new ArrayList<>();
      List<String> theirs = new ArrayList<>();
      for (int i = 0; i < 2 + random.nextInt(2); i++) {
        Spelled branch = concat(depth - 1);
        ours.add(branch.ours());
        theirs.add(branch.theirs());
      }
      return new Spelled(
          "(?:" + String.join("|", ours) + ")", "(?:" + String.join("|", theirs) + ")");
    }
    Spelled body = random.nextBoolean() ? same(pick(SETS)) : group(concat(depth - 1));
    String times = pick(new String[] {"?", "{2}", "{1,3}", "{0,2}", "{3,6}", "*", "+", "??", "+?"});
    return new Spelled(body.ours() + times, body.theirs() + times);
  }

  private static Spelled group(Spelled body) {
    return new Spelled("(?:" + body.ours() + ")", "(?:" + body.theirs() + ")");
  }

  private static Spelled same(String text) {
    return new Spelled(text, text);
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  String text(int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(
          pick(
              new String[] {
                "a", "b", "c", "a", "b", "-", "é", "1", "ab", "cab", "1b", " ", "\n", "A", "_", "日"
              }));
    }
    return text.toString();
  }
}
