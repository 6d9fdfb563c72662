package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.graph.DetectorNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeSet;

/// Detectors and texts for tests.
final class Samples {
  static final Place USER = new Place(Location.USER, true);

  private static final String[] PROSE = {
    "The quick brown fox, ",
    "jumps över den lazy dog. ",
    "call me ",
    "日本語のテキスト ",
    "x=1; ",
    "on 2026-11-24 ",
    "\n\n",
    "{\"a\": [1, 2, 3]} ",
    "see http://example.com/a?b=c#d ",
    "😀 ",
    "1234567 ",
    "phone: ",
    "card ",
    "aws secret ",
    "a.b.c ",
    "-----",
    "eyJ ",
    "@",
    "1 2 3 4 5 6 7 8 "
  };

  private Samples() {}

  static List<DetectorNode> builtIn() {
    var nodes = new ArrayList<DetectorNode>();
    for (DetectorDefinition detector : DetectorCatalog.builtIn().all()) {
      nodes.add(builtIn(detector.id()));
    }
    return nodes;
  }

  static DetectorNode builtIn(String id) {
    DetectorDefinition detector = DetectorCatalog.builtIn().find(id).orElseThrow();
    return new DetectorNode(
        id,
        detector.kind(),
        detector.classes(),
        Optional.of(id),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        new TreeSet<>(),
        OptionalDouble.empty(),
        DetectorCatalog.builtIn().digest(id));
  }

  static DetectorNode own(String id, String pattern) {
    return own(id, Optional.of(pattern), List.of(), List.of(), List.of());
  }

  static DetectorNode words(String id, String... words) {
    return own(id, Optional.empty(), List.of(words), List.of(), List.of());
  }

  static DetectorNode own(
      String id,
      Optional<String> pattern,
      List<String> words,
      List<String> except,
      List<String> context) {
    return new DetectorNode(
        id,
        id,
        new TreeSet<>(),
        Optional.empty(),
        pattern,
        words,
        except,
        context,
        new TreeSet<>(),
        OptionalDouble.empty(),
        "");
  }

  /// Examples of the catalogue, whole or in part, between and beside scraps of prose.
  static byte[] mixed(Random random, List<DetectorDefinition> detectors, int parts) {
    var text = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      DetectorDefinition detector = detectors.get(random.nextInt(detectors.size()));
      var examples = detector.positives();
      var example = examples.get(random.nextInt(examples.size()));
      switch (random.nextInt(5)) {
        case 0 -> text.append(example.text());
        case 1 -> text.append(example.found());
        case 2 -> text.append(example.found(), 0, random.nextInt(example.found().length()));
        default -> text.append(PROSE[random.nextInt(PROSE.length)]);
      }
      if (random.nextBoolean()) {
        text.append(' ');
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }
}
