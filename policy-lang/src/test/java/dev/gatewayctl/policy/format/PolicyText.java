package dev.gatewayctl.policy.format;

import java.util.Random;

/// Writes random files that are valid and untidy: any indentation, spacing, styles and comments.
final class PolicyText {
  private static final String[] PLAIN = {"a", "1", "x y", "on", "10.0.0.0/8", "k:v", "a#b", "é🦀"};
  private static final String[] EXPRESSIONS = {
    "a==b&&c", "model.name  == 'x'", "has(a.b)?1:2", "f( x )>1", "(!a)", "x.all(y,y>1)"
  };
  private static final String[] KEYS = {
    "a", "b", "when", "deny", "pattern", "by", "\"q k\"", "let"
  };

  private final Random random;
  private final StringBuilder out = new StringBuilder();

  PolicyText(Random random) {
    this.random = random;
  }

  String generate() {
    noise(0);
    mapping(0, 0, false);
    return out.toString();
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private void spaces(int least) {
    out.repeat(' ', least + (chance(30) ? random.nextInt(4) : 0));
  }

  /// Empty lines and comments on lines of their own.
  private void noise(int indent) {
    while (chance(25)) {
      if (chance(50)) {
        out.repeat(' ', random.nextInt(3)).append('\n');
      } else {
        out.repeat(' ', chance(70) ? indent : random.nextInt(6)).append(pick("# note\n", "#\n"));
      }
    }
  }

  private void lineEnd() {
    if (chance(15)) {
      out.append("  # behind");
    } else if (chance(10)) {
      out.append("  ");
    }
    out.append('\n');
  }

  private void mapping(int indent, int depth, boolean inline) {
    int entries = 1 + random.nextInt(4);
    int offset = random.nextInt(KEYS.length);
    for (int i = 0; i < entries; i++) {
      if (i > 0 || !inline) {
        noise(indent);
        out.repeat(' ', indent);
      }
      out.append(KEYS[(offset + i) % KEYS.length]).append(':');
      value(indent, depth + 1);
    }
  }

  private void value(int indent, int depth) {
    int kind = random.nextInt(depth > 3 ? 6 : 9);
    int deeper = indent + 1 + random.nextInt(4);
    switch (kind) {
      case 0, 1 -> {
        spaces(1);
        out.append(chance(50) ? pick(PLAIN) : pick(EXPRESSIONS));
        lineEnd();
      }
      case 2 -> {
        spaces(1);
        out.append(
            pick("'it''s'", "\"a \\\"b\\\" \\u00e9\"", "\"a==b\"", "\"two\n\n     lines\"", "''"));
        lineEnd();
      }
      case 3 -> block(deeper);
      case 4, 5 -> {
        spaces(1);
        flow(deeper, 0);
        lineEnd();
      }
      case 6 -> sequence(indent + random.nextInt(3), depth);
      default -> {
        lineEnd();
        mapping(deeper, depth, false);
      }
    }
  }

  private void block(int indent) {
    out.append(' ').append(pick("|-", "|", "|+", ">-", ">"));
    out.append(chance(10) ? " # header\n" : "\n");
    int lines = 1 + random.nextInt(3);
    for (int i = 0; i < lines; i++) {
      out.repeat(' ', indent)
          .append(i > 0 && chance(20) ? "  more" : pick("one", "two == 2", "3  x"));
      out.append('\n').append(chance(20) && i + 1 < lines ? "\n" : "");
    }
  }

  private void flow(int indent, int depth) {
    boolean mapping = chance(50);
    out.append(mapping ? '{' : '[');
    int items = random.nextInt(4);
    for (int i = 0; i < items; i++) {
      gap(indent);
      if (mapping) {
        out.append(KEYS[i]).append(": ");
      }
      if (depth < 2 && chance(25)) {
        flow(indent, depth + 1);
      } else {
        out.append(pick("x", "1", "'q, r'", "\"d\"", "x y", "a/b"));
      }
      gap(indent);
      if (i + 1 < items || chance(15)) {
        out.append(',');
      }
    }
    gap(indent);
    out.append(mapping ? '}' : ']');
  }

  private void gap(int indent) {
    if (chance(15)) {
      out.append(chance(30) ? " # in flow\n" : "\n").repeat(' ', indent + 1);
    } else {
      spaces(0);
    }
  }

  private void sequence(int indent, int depth) {
    lineEnd();
    int items = 1 + random.nextInt(3);
    for (int i = 0; i < items; i++) {
      noise(indent);
      out.repeat(' ', indent).append('-');
      if (depth < 3 && chance(30)) {
        out.append("   ");
        mapping(indent + 4, depth + 1, true);
      } else {
        spaces(1);
        out.append(pick(PLAIN));
        lineEnd();
      }
    }
  }
}
