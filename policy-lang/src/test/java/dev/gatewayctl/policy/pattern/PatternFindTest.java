package dev.gatewayctl.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternFindTest {
  static Pattern pattern(String source) {
    return switch (Pattern.parse(source)) {
      case Pattern.Parsed.Valid(Pattern pattern) -> pattern;
      case Pattern.Parsed.Invalid invalid -> throw new AssertionError(source + ": " + invalid);
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void findsWhatRe2Finds(long seed) {
    RandomPatterns random = new RandomPatterns(seed);
    for (int i = 0; i < 1500; i++) {
      String source = random.pattern().ours();
      com.google.re2j.Pattern theirs = com.google.re2j.Pattern.compile(source);
      Pattern ours = pattern(source);
      for (int k = 0; k < 12; k++) {
        String text = random.text(k);
        assertThat(ours.find(text))
            .as("seed %d: %s on <%s>", seed, source, text)
            .isEqualTo(theirs.matcher(text).find());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\pL+\\d",
        "\\p{Lu}\\p{Ll}",
        "\\p{Greek}",
        "[[:alpha:]][[:^digit:]]",
        "(?i)straße|ſtop|KELVIN",
        "\\x{1F600}|\\x41\\101",
        "\\Qa.b\\E+",
        "[\\d\\-x]{2}",
        "[]a]",
        "[^]a]",
        "a{,3}",
        "a{2",
        "(?s).\\n.",
        "(?P<year>\\d{4})-(?P<day>\\d\\d)",
        "(?U)a+",
        "(?i-s:AB).",
        "\\A\\pN\\z",
        "x*",
        "[Z-\\]]",
        "\\070\\x7a"
      })
  void findsWhatRe2FindsInTextsOfManyScripts(String source) {
    String[] atoms = {
      "a", "B", "Ω", "ω", "1", "٣", "-", "]", "ß", "ẞ", "ſ", "s", "K", "k", "K", "elvin", "STRA",
      "E", "top", "😀", "A", "\n", "{", ",", "3}", "{2", ".", "b", "2024-05", "8z", "ς", "Σ", "x"
    };
    com.google.re2j.Pattern theirs = com.google.re2j.Pattern.compile(source);
    Pattern ours = pattern(source);
    Random random = new Random(source.hashCode());
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(7); k > 0; k--) {
        text.append(atoms[random.nextInt(atoms.length)]);
      }
      assertThat(ours.find(text))
          .as("%s on <%s>", source, text)
          .isEqualTo(theirs.matcher(text).find());
    }
  }

  @Test
  void readsALoneSurrogateAsTheReplacementCharacter() {
    assertThat(pattern("^.$").find("\ud800")).isTrue();
    assertThat(pattern("\\x{FFFD}").find("a\udc00b")).isTrue();
  }
}
