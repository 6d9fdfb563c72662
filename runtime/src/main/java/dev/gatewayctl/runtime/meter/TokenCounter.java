package dev.gatewayctl.runtime.meter;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.gatewayctl.policy.evaluation.FactSource.Bounds;
import java.util.List;

/// Counts the tokens of texts by one fixed encoding, `o200k`: the same number on every run and
/// every machine, whatever the vendor's own encoding is. Framing, images and a vendor's own factor
/// are no part of it.
///
/// Up to [#EXACT_BYTES] bytes of UTF-8, all texts of an exchange together, the count is exact. A
/// longer one is counted in [#SAMPLES] stretches of equal length, spread evenly over all of it, and
/// scaled up by bytes: the work stays bounded, and the same texts give the same number. On prose,
/// code and JSON the difference from the exact count stays within three percent; on texts that
/// change their kind halfway it can be more.
public final class TokenCounter {
  /// What is counted exactly, in bytes of UTF-8.
  public static final int EXACT_BYTES = 64 * 1024;

  /// The longest token of the encoding, in bytes of UTF-8.
  static final int LONGEST_TOKEN_BYTES = 128;

  private static final int SAMPLES = 16;

  private TokenCounter() {}

  /// The encoding is loaded by the first count: it takes a third of a second and 60 MB.
  private static final class O200k {
    private static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
  }

  /// Loads the encoding now, so that no exchange waits for it.
  public static void warm() {
    O200k.ENCODING.countTokensOrdinary("warm");
  }

  /// Bounds of [#count] from the length alone, without loading the encoding: no token is shorter
  /// than a byte of UTF-8 or longer than 128.
  public static Bounds bounds(List<String> texts) {
    long bytes = bytes(texts);
    return new Bounds((bytes + LONGEST_TOKEN_BYTES - 1) / LONGEST_TOKEN_BYTES, bytes);
  }

  /// Tokens of all these texts, each encoded on its own.
  public static long count(List<String> texts) {
    long bytes = bytes(texts);
    if (bytes > EXACT_BYTES) {
      return extrapolated(texts, bytes);
    }
    long tokens = 0;
    for (String text : texts) {
      tokens += O200k.ENCODING.countTokensOrdinary(text);
    }
    return tokens;
  }

  /// Tokens of one text.
  public static long count(String text) {
    return count(List.of(text));
  }

  private static long extrapolated(List<String> texts, long bytes) {
    long characters = 0;
    for (String text : texts) {
      characters += text.length();
    }
    long stretch = Math.max(1, characters * EXACT_BYTES / bytes / SAMPLES);
    long tokens = 0;
    long sampled = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      long from = (characters - stretch) * sample / (SAMPLES - 1);
      long start = 0;
      for (String text : texts) {
        String part = between(text, from - start, from + stretch - start);
        if (!part.isEmpty()) {
          tokens += O200k.ENCODING.countTokensOrdinary(part);
          sampled += bytes(part);
        }
        start += text.length();
      }
    }
    long scaled = Math.ceilDiv(Math.multiplyExact(tokens, bytes), Math.max(1, sampled));
    Bounds bounds = bounds(texts);
    return Math.clamp(scaled, bounds.min(), bounds.max());
  }

  /// The part of a text within a stretch, cut between code points.
  private static String between(String text, long from, long to) {
    int start = Math.clamp(from, 0, text.length());
    int end = Math.clamp(to, start, text.length());
    return text.substring(whole(text, start), whole(text, end));
  }

  private static int whole(String text, int at) {
    boolean splits =
        at > 0
            && at < text.length()
            && Character.isLowSurrogate(text.charAt(at))
            && Character.isHighSurrogate(text.charAt(at - 1));
    return splits ? at + 1 : at;
  }

  private static long bytes(List<String> texts) {
    long bytes = 0;
    for (String text : texts) {
      bytes += bytes(text);
    }
    return bytes;
  }

  private static long bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit < 0x80) {
        bytes += 1;
      } else if (unit < 0x800) {
        bytes += 2;
      } else if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else if (Character.isSurrogate(unit)) {
        bytes += 1; // half a character is encoded as a question mark
      } else {
        bytes += 3;
      }
    }
    return bytes;
  }
}
