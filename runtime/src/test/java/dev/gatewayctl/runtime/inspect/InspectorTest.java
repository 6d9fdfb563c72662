package dev.gatewayctl.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.policy.graph.DetectorNode;
import dev.gatewayctl.policy.graph.Effect;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InspectorTest {
  /// Work per byte that no text may make the detectors exceed: candidates, each of bounded cost.
  private static final int MOST_OFFERS_PER_BYTE = 40;

  private static List<String> found(Inspector inspector, Place place, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return inspector.inspect(List.of(Inspector.Piece.of(place, bytes))).matches().stream()
        .map(match -> Samples.text(bytes, match.start(), match.end()))
        .toList();
  }

  private static String masked(Inspector inspector, String text, Effect.Mask... masks) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var inspection = inspector.inspect(List.of(Inspector.Piece.of(Samples.USER, bytes)));
    var out = new ByteArrayOutputStream();
    int from = 0;
    for (Inspection.Edit edit : inspection.redact(MaskPlan.of(List.of(masks))).edits()) {
      out.write(bytes, from, edit.start() - from);
      out.writeBytes(edit.replacement());
      from = edit.end();
    }
    out.write(bytes, from, bytes.length - from);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Effect.Mask mask(OptionalInt keep, String... ids) {
    return new Effect.Mask(new TreeSet<>(List.of(ids)), new TreeSet<>(List.of(ids)), keep);
  }

  private static Inspector of(DetectorNode... nodes) {
    return Inspector.of(List.of(nodes));
  }

  /// A text is inspected where it stands in a body: what is beside it belongs to no match, and is
  /// no word boundary, context or history either.
  @Test
  void aTextInsideABodyIsATextByItself() {
    Inspector inspector = Inspector.builtIn();
    String body = "card mail x.a.b@example.org7 4111 1111 1111 1111 8 ghp_";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += 3) {
      for (int to = from; to <= bytes.length; to += 2) {
        byte[] copy = java.util.Arrays.copyOfRange(bytes, from, to);
        Inspection inside =
            inspector.inspect(List.of(Inspector.Piece.of(Samples.USER, bytes, from, to)));
        Inspection alone = inspector.inspect(List.of(Inspector.Piece.of(Samples.USER, copy)));
        assertThat(inside.allMatches()).isEqualTo(alone.allMatches());
        assertThat(inside.findings()).isEqualTo(alone.findings());
      }
    }
  }

  @Test
  void wordsStandAtWordBoundariesInAnyCase() {
    Inspector inspector = of(Samples.words("code", "Falcon", "blue bird", "über", ".net", "café"));
    assertThat(
            found(
                inspector,
                Samples.USER,
                "FALCON falcons blue  bird ÜBER drüber asp.net cafés café"))
        .containsExactly("FALCON", "blue  bird", "ÜBER", ".net", "café");
  }

  @Test
  void manyWordsAreFoundLikeFew() {
    var words = new ArrayList<String>();
    for (int i = 0; i < 3000; i++) {
      words.add("word" + i + "x");
    }
    Inspector inspector = of(Samples.words("many", words.toArray(String[]::new)));
    assertThat(found(inspector, Samples.USER, "a word7x and word2999x, no word3000x"))
        .containsExactly("word7x", "word2999x");
  }

  @Test
  void exceptedTextsAreNoFindingNorIsAPartOfThem() {
    var node =
        Samples.own(
            "id", Optional.of("[A-Z]{2,4}-[0-9]{2,4}"), List.of(), List.of("ab-1234"), List.of());
    assertThat(found(of(node), Samples.USER, "AB-1234 AB-1235")).containsExactly("AB-1235");
  }

  @Test
  void aContextWordIsAskedForAndTheScoreIsToldWithoutIt() {
    var node =
        Samples.own("badge", Optional.of("[0-9]{5}"), List.of(), List.of(), List.of("badge"));
    Inspector inspector = of(node);
    assertThat(found(inspector, Samples.USER, "badge no. 12345")).containsExactly("12345");
    assertThat(found(inspector, Samples.USER, "the myBadgeNumber is 12345"))
        .containsExactly("12345");
    assertThat(found(inspector, Samples.USER, "badgers: 12345")).isEmpty();
    assertThat(found(inspector, Samples.USER, "badge " + "x".repeat(60) + " 12345")).isEmpty();
    var inspection =
        inspector.inspect(
            List.of(
                Inspector.Piece.of(Samples.USER, "zip 12345".getBytes(StandardCharsets.UTF_8))));
    assertThat(inspection.findings().found()).isEmpty();
    assertThat(inspection.findings().faint()).extracting(Finding::score).containsExactly(0.4);
  }

  @Test
  void aDetectorLooksOnlyWhereItIsToldTo() {
    DetectorNode base = Samples.own("id", "ID[0-9]{3}");
    var node =
        new DetectorNode(
            "id",
            "id",
            base.classes(),
            Optional.empty(),
            base.pattern(),
            List.of(),
            List.of(),
            List.of(),
            new TreeSet<>(Set.of("tool_result")),
            OptionalDouble.empty(),
            "");
    Inspector inspector = of(node);
    assertThat(found(inspector, Samples.USER, "ID123")).isEmpty();
    assertThat(found(inspector, new Place(Location.TOOL_RESULT, false), "ID123"))
        .containsExactly("ID123");
  }

  @Test
  void aThresholdOfThePolicyGoesBeforeTheCatalogues() {
    DetectorNode ssn = Samples.builtIn("us_ssn");
    var strict =
        new DetectorNode(
            ssn.id(),
            ssn.kind(),
            ssn.classes(),
            ssn.builtIn(),
            ssn.pattern(),
            List.of(),
            List.of(),
            List.of(),
            ssn.in(),
            OptionalDouble.of(0.88),
            "");
    assertThat(found(of(ssn), Samples.USER, "536-22-8765")).hasSize(1);
    assertThat(found(of(strict), Samples.USER, "536-22-8765")).isEmpty();
    assertThat(found(of(strict), Samples.USER, "ssn 536-22-8765")).hasSize(1);
  }

  @Test
  void onlyWhatIsAskedForRuns() {
    Inspector all = Inspector.of(Samples.builtIn());
    Inspector some = all.only(Set.of("email", "unheard_of"));
    assertThat(some.detectors()).containsExactly("email");
    assertThat(all.only(Set.of("email"))).isSameAs(some);
    assertThat(found(some, Samples.USER, "a@example.org 4111 1111 1111 1111")).hasSize(1);
  }

  @Test
  void masksWriteTheKindOrTheLastCharacters() {
    Inspector inspector = Inspector.of(Samples.builtIn());
    String text = "mail ada@example.org, card 4111 1111 1111 1111";
    assertThat(masked(inspector, text, mask(OptionalInt.empty(), "email", "card")))
        .isEqualTo("mail [EMAIL], card [CARD]");
    assertThat(masked(inspector, text, mask(OptionalInt.of(4), "card")))
        .isEqualTo("mail ada@example.org, card *1111");
    assertThat(
            masked(
                inspector,
                text,
                mask(OptionalInt.of(4), "card"),
                mask(OptionalInt.empty(), "card")))
        .isEqualTo("mail ada@example.org, card [CARD]");
    assertThat(
            masked(
                inspector, text, mask(OptionalInt.of(4), "card"), mask(OptionalInt.of(2), "card")))
        .isEqualTo("mail ada@example.org, card *11");
  }

  @Test
  void aMaskThatKeepsNeverShowsAWholeFinding() {
    Inspector inspector = of(Samples.own("pin", "PIN[0-9]"));
    assertThat(masked(inspector, "PIN7", mask(OptionalInt.of(4), "pin"))).isEqualTo("[PIN]");
    assertThat(masked(inspector, "PIN7", mask(OptionalInt.of(3), "pin"))).isEqualTo("*IN7");
  }

  @Test
  void findingsThatOverlapAreOneSpanNamedAfterTheLongest() {
    Inspector inspector =
        of(
            Samples.own("left", "abcd"),
            Samples.own("middle", "cdefgh"),
            Samples.own("right", "ghij"),
            Samples.own("beside", "klm"));
    byte[] text = "_abcdefghijklm_".getBytes(StandardCharsets.UTF_8);
    var all = mask(OptionalInt.empty(), "left", "middle", "right", "beside");
    assertThat(masked(inspector, "_abcdefghijklm_", all))
        .isEqualTo("_[MIDDLE]klm_".replace("klm", "[BESIDE]"));
    var redaction =
        inspector
            .inspect(List.of(Inspector.Piece.of(Samples.USER, text)))
            .redact(MaskPlan.of(List.of(all)));
    assertThat(redaction.masked()).isEqualTo(Map.of("beside", 1, "middle", 1));
    assertThat(masked(inspector, "_abcdefghijklm_", mask(OptionalInt.empty(), "left", "right")))
        .isEqualTo("_[LEFT]ef[RIGHT]klm_");
  }

  @Test
  void noTextMakesTheDetectorsWorkMuch() {
    Inspector inspector = Inspector.of(Samples.builtIn());
    String[] units = {
      "a",
      "1",
      "1 ",
      "12-",
      "4111 ",
      "a@",
      "a@b.",
      "eyJ",
      "+1(2)",
      "f:",
      "1.",
      "A/",
      "xoxb-1",
      "-----",
      "://a:b",
      "ghs_1_eyJ",
      "sk-ant-",
      "AB12"
    };
    for (String unit : units) {
      byte[] text = unit.repeat(60_000 / unit.length()).getBytes(StandardCharsets.UTF_8);
      long offers = inspector.scan(Inspector.Piece.of(Samples.USER, text)).offers();
      assertThat(offers).as(unit).isLessThan((long) MOST_OFFERS_PER_BYTE * text.length);
    }
    byte[] million = "a".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
    assertThat(inspector.scan(Inspector.Piece.of(Samples.USER, million)).offers()).isLessThan(10);
  }
}
