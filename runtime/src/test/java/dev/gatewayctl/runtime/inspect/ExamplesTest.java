package dev.gatewayctl.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Runs the examples of the catalogue.
class ExamplesTest {
  private final Inspector inspector = Inspector.of(Samples.builtIn());

  @TestFactory
  Stream<DynamicTest> everyPositiveIsFoundExactly() {
    return DetectorCatalog.builtIn().all().stream()
        .flatMap(
            detector ->
                detector.positives().stream()
                    .map(
                        example ->
                            DynamicTest.dynamicTest(
                                detector.id() + ": " + example.text(),
                                () ->
                                    assertThat(found(detector, example.text()))
                                        .containsExactly(example.found()))));
  }

  @TestFactory
  Stream<DynamicTest> nothingOfANegativeIsFound() {
    return DetectorCatalog.builtIn().all().stream()
        .flatMap(
            detector ->
                detector.negatives().stream()
                    .map(
                        text ->
                            DynamicTest.dynamicTest(
                                detector.id() + ": " + text,
                                () -> assertThat(found(detector, text)).isEmpty())));
  }

  private List<String> found(DetectorDefinition detector, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return inspector
        .only(Set.of(detector.id()))
        .inspect(List.of(Inspector.Piece.of(Samples.USER, bytes)))
        .matches()
        .stream()
        .map(match -> Samples.text(bytes, match.start(), match.end()))
        .toList();
  }

  @Test
  void theCatalogueKnowsTheValidatorsAndTailsThatThereAre() {
    Set<String> used =
        DetectorCatalog.builtIn().all().stream()
            .map(DetectorDefinition::validator)
            .flatMap(Optional::stream)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(used).isEqualTo(new TreeSet<>(Validators.names()));
    for (DetectorDefinition detector : DetectorCatalog.builtIn().all()) {
      assertThat(detector.tail().map(name -> Tail.named(name).isPresent()).orElse(true)).isTrue();
    }
  }
}
