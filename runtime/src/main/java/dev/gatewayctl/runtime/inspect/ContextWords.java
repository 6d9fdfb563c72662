package dev.gatewayctl.runtime.inspect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/// Words that make a match likelier when one stands shortly before it, in any case, not inside a
/// longer word; the humps of `secretAccessKey` and the underscores of `secret_access_key` part
/// words.
///
/// Only what stands before is looked at: on a stream that is known when the match is, so that whole
/// texts and streams agree and nothing is held back to wait for a word.
final class ContextWords {
  /// Bytes of the longest character in UTF-8.
  static final int CHARACTER_BYTES = 4;

  private final List<List<byte[]>> byFirst = new ArrayList<>();
  private final int reach;

  private ContextWords(int reach) {
    this.reach = reach;
    for (int i = 0; i < 256; i++) {
      byFirst.add(List.of());
    }
  }

  /// @param reach how many characters before a match are looked at
  static ContextWords of(List<String> words, int reach) {
    var made = new ContextWords(reach);
    var spellings = new LinkedHashSet<String>();
    for (String word : words) {
      spellings.add(word.toLowerCase(Locale.ROOT));
      // Letters beyond ASCII are compared as they are, so their capitals are words of their own.
      spellings.add(asciiLower(word.toUpperCase(Locale.ROOT)));
    }
    for (String spelling : spellings) {
      byte[] bytes = spelling.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > 0) {
        var longer = new ArrayList<>(made.byFirst.get(bytes[0] & 0xFF));
        longer.add(bytes);
        made.byFirst.set(bytes[0] & 0xFF, List.copyOf(longer));
      }
    }
    return made;
  }

  private static String asciiLower(String text) {
    var lower = new StringBuilder();
    text.chars().forEach(c -> lower.append((char) (c < 128 ? Character.toLowerCase(c) : c)));
    return lower.toString();
  }

  /// The most bytes before a match that may be looked at.
  int reachBytes() {
    return CHARACTER_BYTES * reach + 1;
  }

  boolean standBefore(byte[] text, int floor, int start) {
    int from = start;
    int lowest = Math.max(floor, start - CHARACTER_BYTES * reach);
    for (int characters = 0; from > lowest && characters < reach; ) {
      from--;
      if ((text[from] & 0xC0) != 0x80) {
        characters++;
      }
    }
    for (int i = from; i < start; i++) {
      List<byte[]> words = byFirst.get(lower(text[i]));
      if (words.isEmpty() || (i > floor && continues(text[i - 1], text[i]))) {
        continue;
      }
      for (byte[] word : words) {
        if (isAt(word, text, i, start)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isAt(byte[] word, byte[] text, int at, int end) {
    if (end - at < word.length) {
      return false;
    }
    for (int i = 1; i < word.length; i++) {
      if (lower(text[at + i]) != (word[i] & 0xFF)) {
        return false;
      }
    }
    int after = at + word.length;
    return after == end || !continues(text[after - 1], text[after]);
  }

  /// Whether two neighbours stand in one word.
  private static boolean continues(byte left, byte right) {
    boolean hump = left >= 'a' && left <= 'z' && right >= 'A' && right <= 'Z';
    return isLetter(left) && isLetter(right) && !hump;
  }

  private static boolean isLetter(byte b) {
    return b < 0 || Validator.isLetter(b);
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b & 0xFF;
  }
}
