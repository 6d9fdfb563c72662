package dev.gatewayctl.runtime.json;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Random documents, and random damage to them.
final class RandomJson {
  private static final String[] CHARACTERS = {
    "a",
    "b",
    "Z",
    " ",
    "0",
    "é",
    "中",
    "😀",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\t",
    "{",
    "}",
    "[",
    ",",
    ":",
    "plain words here"
  };

  private RandomJson() {}

  static byte[] document(Random random) {
    StringBuilder out = new StringBuilder();
    space(out, random);
    value(out, random, 0);
    space(out, random);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  static void mutate(byte[] body, Random random) {
    int changes = 1 + random.nextInt(2);
    for (int i = 0; i < changes; i++) {
      body[random.nextInt(body.length)] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) "{}[]\",:\\u0019eE+-. \n".charAt(random.nextInt(20));
            default -> body[random.nextInt(body.length)];
          };
    }
  }

  /// The inside of a literal.
  static String literal(Random random) {
    StringBuilder out = new StringBuilder();
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      out.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return out.toString();
  }

  private static void value(StringBuilder out, Random random, int depth) {
    switch (depth > 4 ? 2 + random.nextInt(4) : random.nextInt(6)) {
      case 0 -> {
        out.append('{');
        int members = random.nextInt(5);
        for (int i = 0; i < members; i++) {
          out.append(i > 0 ? "," : "");
          space(out, random);
          out.append('"').append(literal(random)).append(i).append("\":");
          value(out, random, depth + 1);
        }
        out.append('}');
      }
      case 1 -> {
        out.append('[');
        int items = random.nextInt(5);
        for (int i = 0; i < items; i++) {
          out.append(i > 0 ? "," : "");
          value(out, random, depth + 1);
          space(out, random);
        }
        out.append(']');
      }
      case 2 -> out.append(random.nextInt(2000) - 1000);
      case 3 ->
          out.append(random.nextInt(100)).append(".").append(random.nextInt(100)).append("e2");
      case 4 -> out.append(random.nextBoolean() ? "true" : random.nextBoolean() ? "false" : "null");
      default -> out.append('"').append(literal(random)).append('"');
    }
  }

  private static void space(StringBuilder out, Random random) {
    if (random.nextInt(4) == 0) {
      out.append(random.nextBoolean() ? " " : "\r\n\t");
    }
  }
}
