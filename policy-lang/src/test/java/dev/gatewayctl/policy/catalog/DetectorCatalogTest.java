package dev.gatewayctl.policy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewayctl.policy.pattern.Pattern;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DetectorCatalogTest {
  private final DetectorCatalog catalog = DetectorCatalog.builtIn();
  private final Collection<DetectorDefinition> all = catalog.all();

  @Test
  void everyPatternIsValidAndMayRunOnAStream() {
    for (DetectorDefinition detector : all) {
      assertThat(Pattern.parse(detector.pattern()))
          .as(detector.id())
          .isInstanceOfSatisfying(
              Pattern.Parsed.Valid.class,
              valid -> assertThat(valid.pattern().longestHeadBytes()).isPresent());
    }
  }

  @Test
  void everyDetectorHasFiveExamplesOfEachKind() {
    for (DetectorDefinition detector : all) {
      assertThat(detector.positives()).as(detector.id()).hasSizeGreaterThanOrEqualTo(5);
      assertThat(detector.negatives()).as(detector.id()).hasSizeGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void everyDetectorStatesWhatItBearsOn() {
    for (DetectorDefinition detector : all) {
      assertThat(detector.severity()).isIn("low", "medium", "high", "critical");
      assertThat(detector.controls()).as(detector.id()).contains("owasp-llm:02");
      assertThat(detector.classes()).as(detector.id()).isNotEmpty();
      assertThat(catalog.classes()).containsAll(detector.classes());
    }
  }

  @Test
  void scoresAreProbabilitiesAndTheThresholdCanBeReached() {
    for (DetectorDefinition detector : all) {
      DetectorDefinition.Scores scores = detector.scores();
      double best = Math.max(scores.context(), scores.validated());
      assertThat(scores.base()).as(detector.id()).isBetween(0.0, best);
      assertThat(detector.threshold()).as(detector.id()).isBetween(0.0, best);
      assertThat(best).as(detector.id()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void namesAreUnlikeEachOther() {
    assertThat(catalog.kinds()).doesNotContainAnyElementsOf(catalog.classes());
    for (String name : catalog.kinds()) {
      assertThat(name).matches("[a-z][a-z0-9_]*");
    }
  }

  @Test
  void aNameStandsForItsDetectors() {
    assertThat(catalog.detectorsOf("email"))
        .hasValueSatisfying(ids -> assertThat(ids).containsExactly("email"));
    assertThat(catalog.detectorsOf("financial"))
        .hasValueSatisfying(ids -> assertThat(ids).containsExactly("card", "iban"));
    assertThat(catalog.detectorsOf("secret"))
        .hasValueSatisfying(
            ids -> assertThat(ids).contains("github_token", "private_key").doesNotContain("email"));
    assertThat(catalog.detectorsOf("toxicity"))
        .hasValueSatisfying(ids -> assertThat(ids).isEmpty());
    assertThat(catalog.detectorsOf("emial")).isEmpty();
  }

  @Test
  void digestsTellDetectorsApartAndStay() {
    Set<String> digests = new HashSet<>();
    for (DetectorDefinition detector : all) {
      assertThat(catalog.digest(detector.id()))
          .matches("sha256:[0-9a-f]{64}")
          .isEqualTo(catalog.digest(detector.id()));
      digests.add(catalog.digest(detector.id()));
    }
    assertThat(digests).hasSize(all.size());
    assertThatThrownBy(() -> catalog.digest("nobody")).isInstanceOf(IllegalArgumentException.class);
  }
}
