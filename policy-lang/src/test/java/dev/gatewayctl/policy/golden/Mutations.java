package dev.gatewayctl.policy.golden;

import java.util.List;
import java.util.Random;

/// Small damages to a file of policy syntax: pieces cut out, doubled, put in, the end cut off.
public final class Mutations {
  private static final int MOST_DAMAGES = 4;

  private static final String PIECES =
      "\t|\n"
          + "|\n\n"
          + "|\r\n"
          + "|  |: |:| #|#|- |?|, |[|]|{|}|'|\"|\"\\b|\\|!|&a |*a |@|%|`| "
          + " |\u00a0|‘|🦀|\ud83e|\u0000|\uFEFF|>-\n"
          + "|(|)|//|\n"
          + "---\n"
          + "|\n"
          + "...\n"
          + "|null|true|on|x|0|when: |pattern: |let:\n"
          + "|deny: |~|<<: ";

  private static final List<String> INSERTS =
      List.of((PIECES + "|\u2028|\u0085|\u200b|\\x41|''|\"\"").split("\\|", -1));

  private Mutations() {}

  /// The text with one to four damages.
  public static String of(String text, Random random) {
    String damaged = text;
    for (int i = 1 + random.nextInt(MOST_DAMAGES); i > 0; i--) {
      damaged = mutate(damaged, random);
    }
    return damaged;
  }

  /// The text with everything written out that cannot be seen.
  public static String visible(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c == '\n' || (c >= ' ' && c < 0x7f);
      out.append(plain ? String.valueOf(c) : "<%04x>".formatted((int) c));
    }
    return out.toString();
  }

  private static String mutate(String text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), at + 1 + random.nextInt(5));
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at) + text.substring(to);
      case 1 -> text.substring(0, at) + text.substring(at, to) + text.substring(at);
      case 2 -> text.substring(0, at);
      default ->
          text.substring(0, at) + INSERTS.get(random.nextInt(INSERTS.size())) + text.substring(at);
    };
  }
}
