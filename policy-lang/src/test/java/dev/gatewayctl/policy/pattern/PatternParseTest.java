package dev.gatewayctl.policy.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternParseTest {
  private static Pattern.Parsed.Invalid invalid(String source) {
    return switch (Pattern.parse(source)) {
      case Pattern.Parsed.Valid _ -> throw new AssertionError(source + " is valid");
      case Pattern.Parsed.Invalid invalid -> invalid;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '#',
      value = {
        "a(?=b)~1~4~`(?=` looks around",
        "a(?!b)~1~4~`(?!` looks around",
        "(?<=a)b~0~4~`(?<=` looks around",
        "(?<!a)b~0~4~`(?<!` looks around",
        "(?>a)b~0~3~`(?>` is an atomic group",
        "(a)\\1~3~5~`\\1` refers back to a group",
        "(?P<n>a)(?P=n)~8~12~a reference to a group",
        "é(a)\\k<n>~4~7~`\\k<` refers back to a group",
        "ba*+c~2~4~`*+` is possessive",
        "a{2}+~1~5~`{2}+` is possessive",
        "a**~1~3~a repetition of a repetition",
        "a{3}{2}~1~5~a repetition of a repetition",
        "*a~0~1~`*` has nothing to repeat",
        "(+)~1~2~`+` has nothing to repeat",
        "a(b~1~2~`(` is never closed",
        "ab)~2~3~`)` without a `(`",
        "x[a~1~2~`[` is never closed",
        "[z-a]~1~4~the range `z-a` ends before it starts",
        "[a-\\d]~1~5~a range cannot end in a class",
        "[[:foo:]]~1~8~no class is named `[:foo:]`",
        "\\p{Klingon}~0~11~no Unicode class is named `Klingon`",
        "a{1001}~1~7~a repetition of more than 1000",
        "a{3,2}~1~6~the repetition ends before it starts",
        "a\\~1~2~`\\` at the end",
        "\\Z~0~2~`\\Z` has no meaning",
        "\\q~0~2~`\\q` has no meaning",
        "\\x{110000}~0~2~`\\x` without a code point",
        "(?x)a~0~3~not a kind of group: `(?x`",
        "(?P<a b>c)~0~8~a group's name consists of letters, digits and `_`",
        "(?<a>b)(?<a>c)~7~12~two groups are named `a`",
      })
  void saysWhatIsWrongAndWhere(String source, int start, int end, String message) {
    Pattern.Parsed.Invalid invalid = invalid(source);
    assertThat(invalid.message()).isEqualTo(message);
    assertThat(invalid.start()).as("start").isEqualTo(start);
    assertThat(invalid.end()).as("end").isEqualTo(end);
    assertThat(invalid.help()).isNotBlank().doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((a{100}){100}){100}){100}",
        "(?:.{1000}){1000}",
        "\\pL{500}",
        "((((a{0,30}){0,30}){0,30}){0,30}){0,30}",
        "(?i)[\\p{Lu}\\p{Greek}]{300}x"
      })
  void refusesWhatWouldBeTooLarge(String source) {
    assertThat(invalid(source).message()).contains("too large");
    assertThat(invalid(source).end()).isEqualTo(source.length());
  }

  @Test
  void refusesDeepNestingAndEndlessSources() {
    assertThat(invalid("(".repeat(5000) + ")".repeat(5000)).message()).contains("nested deeper");
    assertThat(invalid("a".repeat(100_000)).message()).contains("longer than");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "abc~3~3",
        "a{2,5}~5~5",
        "é{2,5}~10~10",
        ".~4~4",
        "\\bab?c$~3~3",
        "a|bcd|ef~3~3",
        "(?i)k~3~3",
        "(ab|c){0,3}~6~6",
        "a*~-1~1",
        "ab+~-1~2",
        "a[^b]{3,}~-1~13",
        "(?:ghp|gho)_\\w{4,}~-1~8",
        "a*b~-1~-1",
        "a+b+~-1~-1",
        "(?:ab)+~-1~-1",
        "(?:a|b)*~-1~-1",
        "x{0}~0~0",
        "^*~0~0"
      })
  void knowsItsBounds(String source, int match, int head) {
    Pattern pattern = PatternFindTest.pattern(source);
    assertThat(pattern.longestMatchBytes().orElse(-1)).isEqualTo(match);
    assertThat(pattern.longestHeadBytes().orElse(-1)).isEqualTo(head);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void itsBoundIsThatOfTheLongestMatchThereIs(long seed) {
    RandomPatterns random = new RandomPatterns(seed);
    int bounded = 0;
    for (int i = 0; i < 400; i++) {
      RandomPatterns.Spelled spelled = random.pattern();
      Pattern pattern = PatternFindTest.pattern(spelled.ours());
      OptionalInt longest = pattern.longestMatchBytes();
      if (longest.isPresent()) {
        bounded++;
        int most = mostBytes(spelled.theirs(), random);
        assertThat(most).as("seed %d: %s", seed, spelled).isLessThanOrEqualTo(longest.getAsInt());
      }
    }
    assertThat(bounded).isGreaterThan(50);
  }

  private static int mostBytes(String theirs, RandomPatterns random) {
    int most = 0;
    for (int k = 0; k < 20; k++) {
      java.util.regex.Matcher matcher =
          java.util.regex.Pattern.compile(theirs).matcher(random.text(12));
      while (matcher.find()) {
        most =
            Math.max(
                most, matcher.group().getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
      }
    }
    return most;
  }
}
