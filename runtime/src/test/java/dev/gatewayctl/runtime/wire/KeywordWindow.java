package dev.gatewayctl.runtime.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A window that masks one word, however it is cut: the smallest thing that must hold text back.
public final class KeywordWindow implements TextWindow {
  private final byte[] word;
  private final String replacement;
  private final boolean refuses;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  private KeywordWindow(String word, String replacement, boolean refuses) {
    this.word = word.getBytes(StandardCharsets.UTF_8);
    this.replacement = replacement;
    this.refuses = refuses;
  }

  public static KeywordWindow masking(String word, String replacement) {
    return new KeywordWindow(word, replacement, false);
  }

  public static KeywordWindow refusing(String word) {
    return new KeywordWindow(word, "", true);
  }

  @Override
  public void append(byte[] utf8, int from, int to, Release release) {
    held.write(utf8, from, to - from);
    byte[] text = held.toByteArray();
    held.reset();
    int at = 0;
    int kept = 0;
    while (at < text.length) {
      int matched = 0;
      while (matched < word.length
          && at + matched < text.length
          && text[at + matched] == word[matched]) {
        matched++;
      }
      if (matched == word.length) {
        release.keep(text, kept, at);
        if (refuses) {
          release.refuse();
          return;
        }
        release.mask(text, at, at + matched, replacement);
        at += matched;
        kept = at;
      } else if (at + matched == text.length) {
        break;
      } else {
        at++;
      }
    }
    if (at > kept) {
      release.keep(text, kept, at);
    }
    held.write(text, at, text.length - at);
  }

  @Override
  public void finish(Release release) {
    byte[] text = held.toByteArray();
    held.reset();
    release.keep(text, 0, text.length);
  }
}
