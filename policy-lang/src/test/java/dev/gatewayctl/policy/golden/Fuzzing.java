package dev.gatewayctl.policy.golden;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Tries a property of a reader on the inputs of its corpus as they are, and then on damaged ones.
///
/// The corpus of the test `HeadFuzzTest` is the folder `HeadFuzzInputs/read` beside it among the
/// resources. Damages are seeded: a failure names seed and round, and shows the input. What was
/// found once stays in the corpus.
public final class Fuzzing {
  private static final long SEED = Long.getLong("fuzz.seed", 20261124L);
  private static final int MORE = "full".equals(System.getProperty("laws")) ? 20 : 1;
  private static final int MOST_BYTES = 16 * 1024;

  private Fuzzing() {}

  /// What holds for every input; throws when it does not.
  public interface Property {
    void holds(byte[] input);
  }

  /// Tries each input of the corpus and then `rounds` damaged ones, twenty times as many with
  /// `-Dlaws=full`.
  public static void run(Class<?> test, int rounds, Property property) {
    List<byte[]> corpus = corpus(test);
    for (int i = 0; i < corpus.size(); i++) {
      check(property, corpus.get(i), "input " + i + " of the corpus");
    }
    Random random = new Random(SEED);
    for (int round = 0; round < rounds * MORE; round++) {
      byte[] input = corpus.get(random.nextInt(corpus.size()));
      for (int damages = random.nextInt(5); damages >= 0; damages--) {
        input = damaged(input, corpus, random);
      }
      check(property, input, "seed " + SEED + " round " + round);
    }
  }

  private static void check(Property property, byte[] input, String which) {
    try {
      property.holds(input);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw new AssertionError(which + ": " + shown(input), e);
    }
  }

  /// The input as a Latin-1 literal.
  private static String shown(byte[] input) {
    StringBuilder out = new StringBuilder("\"");
    for (byte b : input) {
      char c = (char) (b & 0xff);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        out.append(c);
      } else {
        out.append("\\%03o".formatted((int) c));
      }
    }
    return out.append('"').toString();
  }

  private static List<byte[]> corpus(Class<?> test) {
    String folder = test.getSimpleName().replaceFirst("Test$", "Inputs") + "/read";
    URL found = test.getResource(folder);
    if (found == null) {
      throw new IllegalStateException("no corpus " + folder + " beside " + test.getName());
    }
    try (Stream<Path> files = Files.list(Path.of(found.toURI()))) {
      List<byte[]> corpus = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        corpus.add(Files.readAllBytes(file));
      }
      return corpus;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] damaged(byte[] input, List<byte[]> corpus, Random random) {
    int at = random.nextInt(input.length + 1);
    int end = Math.min(input.length, at + 1 + random.nextInt(16));
    byte[] other = corpus.get(random.nextInt(corpus.size()));
    int from = random.nextInt(other.length + 1);
    int to = Math.min(other.length, from + 1 + random.nextInt(random.nextBoolean() ? 4 : 40));
    byte[] piece = Arrays.copyOfRange(other, from, to);
    byte[] any = {(byte) random.nextInt(256)};
    return switch (random.nextInt(8)) {
      case 0 -> joined(input, at, any, Math.min(input.length, at + 1));
      case 1 -> joined(input, at, any, at);
      case 2, 3 -> joined(input, at, piece, at);
      case 4 -> joined(input, at, piece, end);
      case 5 -> joined(input, at, new byte[0], end);
      case 6 -> joined(input, end, Arrays.copyOfRange(input, at, end), end);
      default ->
          random.nextInt(4) == 0 ? Arrays.copyOf(input, at) : joined(input, at, signs(random), at);
    };
  }

  private static byte[] signs(Random random) {
    String[] signs = {
      "\"",
      "\\",
      "\r\n",
      "\n",
      "\r",
      "\0",
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "\ufeff",
      "\ud83e\udd80",
      "\\ud83e",
      "\\u0000",
      "9223372036854775808",
      "-0",
      "1e999",
      "null",
      " ",
      "\t",
      "é",
      "\u2028"
    };
    return signs[random.nextInt(signs.length)].getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] input, int to, byte[] middle, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(input, 0, to);
    out.writeBytes(middle);
    out.write(input, from, input.length - from);
    byte[] all = out.toByteArray();
    return all.length > MOST_BYTES ? Arrays.copyOf(all, MOST_BYTES) : all;
  }
}
