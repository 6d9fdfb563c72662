package dev.gatewayctl.runtime.inspect;

import static dev.gatewayctl.runtime.inspect.Validator.Verdict.BARRED;
import static dev.gatewayctl.runtime.inspect.Validator.Verdict.INVALID;
import static dev.gatewayctl.runtime.inspect.Validator.Verdict.PLAUSIBLE;
import static dev.gatewayctl.runtime.inspect.Validator.Verdict.VALID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.runtime.inspect.Validator.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValidatorsTest {
  private static Verdict verdict(String name, String candidate) {
    return verdict(name, "", candidate);
  }

  private static Verdict verdict(String name, String before, String candidate) {
    byte[] text = (before + candidate).getBytes(StandardCharsets.UTF_8);
    return Validators.named(name).check(text, 0, before.length(), text.length);
  }

  @Test
  void everyWrongDigitOfACardIsSeen() {
    String card = "4639963286440946";
    assertThat(verdict("card/1", card)).isEqualTo(VALID);
    for (int i = 1; i < card.length(); i++) {
      for (char digit = '0'; digit <= '9'; digit++) {
        if (digit != card.charAt(i)) {
          String wrong = card.substring(0, i) + digit + card.substring(i + 1);
          assertThat(verdict("card/1", wrong)).as(wrong).isEqualTo(INVALID);
        }
      }
    }
  }

  @Test
  void cardsAreJudgedByPrefixLengthAndWriting() {
    assertThat(verdict("card/1", "1234561808196957")).isEqualTo(PLAUSIBLE);
    assertThat(verdict("card/1", "6304 3633 6436")).isEqualTo(VALID);
    assertThat(verdict("card/1", "4639 9632-8644 0946")).isEqualTo(INVALID);
    assertThat(verdict("card/1", "4639963286440946 12")).isEqualTo(INVALID);
    assertThat(verdict("card/1", "12.", "4639963286440946")).isEqualTo(BARRED);
  }

  @Test
  void everyWrongCharacterOfAnAccountIsSeen() {
    String iban = "MT37VALL31405B1UXX5EN5SK8R6WL5Z";
    assertThat(verdict("iban/1", iban)).isEqualTo(VALID);
    for (int i = 2; i < iban.length(); i++) {
      char other = iban.charAt(i) == '7' ? '8' : '7';
      String wrong = iban.substring(0, i) + other + iban.substring(i + 1);
      assertThat(verdict("iban/1", wrong)).as(wrong).isEqualTo(INVALID);
    }
    assertThat(verdict("iban/1", "ZZ37VALL31405B1UXX5EN5SK8R6WL5Z")).isEqualTo(BARRED);
    assertThat(verdict("iban/1", "XK670232245195193201 9")).isEqualTo(INVALID);
  }

  @Test
  void socialSecurityNumbersFollowTheIssuersRules() {
    assertThat(verdict("us_ssn/1", "536-22-8765")).isEqualTo(VALID);
    assertThat(verdict("us_ssn/1", "899-01-0001")).isEqualTo(VALID);
    assertThat(verdict("us_ssn/1", "536228765")).isEqualTo(PLAUSIBLE);
    assertThat(verdict("us_ssn/1", "536 22-8765")).isEqualTo(INVALID);
    for (String wrong :
        new String[] {"000-12-3456", "666-12-3456", "900-12-3456", "123-00-3456", "123-12-0000"}) {
      assertThat(verdict("us_ssn/1", wrong)).as(wrong).isEqualTo(INVALID);
    }
  }

  @Test
  void addressesAreReadWhole() {
    assertThat(verdict("ip_address/2", "203.0.113.255")).isEqualTo(VALID);
    assertThat(verdict("ip_address/2", "203.0.113.256")).isEqualTo(BARRED);
    assertThat(verdict("ip_address/2", "203.0.113.07")).isEqualTo(BARRED);
    assertThat(verdict("ip_address/2", "1.", "2.3.4.5")).isEqualTo(BARRED);
    assertThat(verdict("ip_address/2", "1:2:3:4:5:6:7:8")).isEqualTo(VALID);
    assertThat(verdict("ip_address/2", "1:2:3:4:5:6:7")).isEqualTo(INVALID);
    assertThat(verdict("ip_address/2", "2001:db8::")).isEqualTo(VALID);
    assertThat(verdict("ip_address/2", "2001:db8::1:")).isEqualTo(INVALID);
    assertThat(verdict("ip_address/2", "2001::db8::1")).isEqualTo(INVALID);
    assertThat(verdict("ip_address/2", "a::b")).isEqualTo(INVALID);
  }

  @Test
  void numbersWithTheirCountryAreCheckedAgainstThePlans() {
    assertThat(verdict("phone/2", "+49 30 901820")).isEqualTo(VALID);
    assertThat(verdict("phone/2", "+999 30 901820")).isEqualTo(INVALID);
    assertThat(verdict("phone/2", "001-212-736-5000x17")).isEqualTo(VALID);
    assertThat(verdict("phone/2", "0171 3920105")).isEqualTo(VALID);
    assertThat(verdict("phone/2", "555 0199")).isEqualTo(PLAUSIBLE);
    assertThat(verdict("phone/2", "2026-11-24")).isEqualTo(BARRED);
    assertThat(verdict("phone/2", "12345")).isEqualTo(INVALID);
    assertThat(verdict("phone/2", "a", "+49 30 901820")).isEqualTo(INVALID);
  }

  @Test
  void theChecksumOfATokenCoversEveryCharacter() {
    String token = "gh" + "p_qBhy02hoi8ucTVyAmSRnraF4pk0bZu3i8raG";
    assertThat(verdict("github_token/1", token)).isEqualTo(VALID);
    for (int i = 4; i < token.length(); i++) {
      String wrong =
          token.substring(0, i) + (token.charAt(i) == 'x' ? 'y' : 'x') + token.substring(i + 1);
      assertThat(verdict("github_token/1", wrong)).as(wrong).isEqualTo(PLAUSIBLE);
    }
  }

  @Test
  void randomBytesNeverBreakAValidator() {
    long seed = 7;
    var random = new Random(seed);
    for (String name : new String[] {"card/1", "phone/2", "ip_address/2", "iban/1", "us_ssn/1"}) {
      for (int round = 0; round < 2000; round++) {
        var candidate = new StringBuilder("12");
        for (int i = random.nextInt(40) + 10; i > 0; i--) {
          candidate.append("0123456789 -.:()+/".charAt(random.nextInt(18)));
        }
        candidate.append("34");
        assertThat(verdict(name, candidate.toString())).as("seed %d %s", seed, name).isNotNull();
      }
    }
  }

  @Test
  void anUnknownValidatorIsRefused() {
    assertThatThrownBy(() -> Validators.named("card/0"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
