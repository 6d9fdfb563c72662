package dev.gatewayctl.runtime.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.policy.catalog.DetectorDefinition;
import dev.gatewayctl.policy.graph.DetectorNode;
import dev.gatewayctl.policy.graph.Effect;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The law of the window: cutting a text changes nothing.
class StreamWindowTest {
  private static final long SEED = 20261124;
  private static final boolean FULL = "full".equals(System.getProperty("laws"));

  /// Rounds in which every cut is tried, and those in which some are.
  private static final int EVERY_CUT_ROUNDS = FULL ? 60 : 12;

  private static final int SOME_CUTS_ROUNDS = FULL ? 600 : 120;

  /// Twice the longest head, what detectors look back at, and a piece.
  private static final int MOST_KEPT = 32_768;

  private static final List<DetectorDefinition> DETECTORS =
      List.copyOf(DetectorCatalog.builtIn().all());

  private final Inspector inspector = Inspector.of(withOwn());

  private static List<DetectorNode> withOwn() {
    List<DetectorNode> nodes = Samples.builtIn();
    nodes.add(Samples.own("employee", "EMP-[0-9]+"));
    nodes.add(Samples.own("quoted", "\"[a-z ]{1,12}\""));
    nodes.add(Samples.own("blob", "[A-Za-z0-9+/]{30,}"));
    nodes.add(Samples.words("codename", "lazy dog", "über", "fox", "日本語"));
    return nodes;
  }

  /// What a window did: what left, what was told, what was counted.
  private record Run(
      String left, List<String> told, SortedMap<String, Integer> masked, boolean stopped) {}

  private Run run(byte[] text, int[] cuts, MaskPlan plan, Set<String> stops) {
    var told = new ArrayList<String>();
    var out = new ByteArrayOutputStream();
    StreamWindow window =
        inspector.window(
            Samples.USER,
            (finding, faint) -> {
              told.add(finding.detector() + ":" + finding.score() + (faint ? "?" : ""));
              return stops.contains(finding.detector()) && !faint
                  ? new StreamWindow.Verdict.Stop()
                  : new StreamWindow.Verdict.Mask(plan);
            });
    int from = 0;
    for (int cut : cuts) {
      out.writeBytes(window.append(Arrays.copyOfRange(text, from, cut)));
      from = cut;
    }
    out.writeBytes(window.append(Arrays.copyOfRange(text, from, text.length)));
    out.writeBytes(window.finish());
    return new Run(out.toString(StandardCharsets.UTF_8), told, window.masked(), window.isStopped());
  }

  private MaskPlan plan(Random random) {
    return plan(random, 4);
  }

  /// Masks all detectors but one in so many; all when it is one.
  private MaskPlan plan(Random random, int oneIn) {
    var masks = new ArrayList<Effect.Mask>();
    for (String id : inspector.detectors()) {
      if (oneIn == 1 || random.nextInt(oneIn) > 0) {
        var keep = random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(9));
        masks.add(mask(keep, id));
      }
    }
    return MaskPlan.of(masks);
  }

  private static Effect.Mask mask(OptionalInt keep, String... ids) {
    return new Effect.Mask(new TreeSet<>(List.of(ids)), new TreeSet<>(List.of(ids)), keep);
  }

  private Set<String> stops(Random random) {
    var all = new ArrayList<>(inspector.detectors());
    return random.nextInt(3) == 0 ? Set.of(all.get(random.nextInt(all.size()))) : Set.of();
  }

  @Test
  void everySplitGivesTheSame() {
    var random = new Random(SEED);
    for (int round = 0; round < EVERY_CUT_ROUNDS; round++) {
      byte[] text = Samples.mixed(random, DETECTORS, 1 + random.nextInt(4));
      if (text.length > 1500) {
        continue;
      }
      MaskPlan plan = plan(random);
      Set<String> stops = stops(random);
      Run whole = run(text, new int[0], plan, stops);
      for (int cut = 0; cut <= text.length; cut++) {
        assertThat(run(text, new int[] {cut}, plan, stops))
            .as("seed %d round %d cut %d", SEED, round, cut)
            .isEqualTo(whole);
      }
    }
  }

  @Test
  void randomCutsGiveTheSame() {
    var random = new Random(SEED + 1);
    for (int round = 0; round < SOME_CUTS_ROUNDS; round++) {
      byte[] text = Samples.mixed(random, DETECTORS, 1 + random.nextInt(12));
      MaskPlan plan = plan(random);
      Set<String> stops = stops(random);
      Run whole = run(text, new int[0], plan, stops);
      int[] cuts = cuts(random, text.length, 1 + random.nextInt(30));
      assertThat(run(text, cuts, plan, stops))
          .as("seed %d round %d cuts %s", SEED + 1, round, Arrays.toString(cuts))
          .isEqualTo(whole);
    }
  }

  private static int[] cuts(Random random, int length, int most) {
    var cuts = new ArrayList<Integer>();
    for (int at = random.nextInt(most); at < length; at += 1 + random.nextInt(most)) {
      cuts.add(at);
    }
    return cuts.stream().mapToInt(Integer::intValue).toArray();
  }

  @Test
  void aWindowWritesWhatAnInspectionWrites() {
    var random = new Random(SEED + 2);
    for (int round = 0; round < SOME_CUTS_ROUNDS; round++) {
      byte[] text = Samples.mixed(random, DETECTORS, 1 + random.nextInt(12));
      MaskPlan plan = plan(random);
      Inspection inspection = inspector.inspect(List.of(Inspector.Piece.of(Samples.USER, text)));
      Inspection.Redaction redaction = inspection.redact(plan);
      Run streamed = run(text, cuts(random, text.length, 20), plan, Set.of());
      assertThat(streamed.left())
          .as("seed %d round %d", SEED + 2, round)
          .isEqualTo(applied(text, redaction));
      assertThat(streamed.masked()).isEqualTo(redaction.masked());
      assertThat(streamed.told())
          .hasSize(inspection.findings().found().size() + inspection.findings().faint().size());
    }
  }

  private static String applied(byte[] text, Inspection.Redaction redaction) {
    var out = new ByteArrayOutputStream();
    int from = 0;
    for (Inspection.Edit edit : redaction.edits()) {
      out.write(text, from, edit.start() - from);
      out.writeBytes(edit.replacement());
      from = edit.end();
    }
    out.write(text, from, text.length - from);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void nothingLeavesAtOrAfterTheFindingThatStops() {
    Run run =
        run(
            bytes("hello ada@example.org and 4111 1111 1111 1111 bye"),
            new int[] {3, 9, 20, 30, 36},
            MaskPlan.of(List.of(mask(OptionalInt.empty(), "email"))),
            Set.of("card"));
    assertThat(run.left()).isEqualTo("hello [EMAIL] and ");
    assertThat(run.stopped()).isTrue();
    assertThat(run.masked()).isEqualTo(Map.of("email", 1));
  }

  @Test
  void textLeavesAsSoonAsNoMatchCanHoldIt() {
    Inspector emails = inspector.only(Set.of("email"));
    StreamWindow window =
        emails.window(Samples.USER, (finding, faint) -> new StreamWindow.Verdict.Pass());
    assertThat(text(window.append(bytes("hello wor")))).isEqualTo("hello ");
    assertThat(window.heldBytes()).isEqualTo(3);
    assertThat(text(window.append(bytes("ld, ")))).isEqualTo("world, ");
    assertThat(text(window.append(bytes("bye")))).isEmpty();
    assertThat(text(window.finish())).isEqualTo("bye");
  }

  @Test
  void aCharacterLeavesWhole() {
    StreamWindow window =
        inspector
            .only(Set.of("jwt"))
            .window(Samples.USER, (finding, faint) -> new StreamWindow.Verdict.Pass());
    byte[] text = bytes("a😀b");
    assertThat(text(window.append(Arrays.copyOfRange(text, 0, 3)))).isEqualTo("a");
    assertThat(text(window.append(Arrays.copyOfRange(text, 3, 6)))).isEqualTo("😀b");
  }

  @Test
  void aLongTailIsSwallowedWithoutBeingKept() {
    MaskPlan plan = MaskPlan.of(List.of(mask(OptionalInt.of(4), "employee")));
    StreamWindow window =
        inspector
            .only(Set.of("employee"))
            .window(Samples.USER, (finding, faint) -> new StreamWindow.Verdict.Mask(plan));
    byte[] digits = bytes("7".repeat(1000));
    window.append(bytes("EMP-"));
    for (int i = 0; i < 1000; i++) {
      assertThat(window.append(digits)).isEmpty();
      assertThat(window.heldBytes()).isLessThan(10);
    }
    assertThat(text(window.append(bytes("1234 is it")))).isEqualTo("*1234 is it");
  }

  /// What is undecided, what is masked and what is swallowed: none of it may pile up.
  @ParameterizedTest
  @MethodSource("endless")
  void noTextMakesAWindowGrow(String begin, String more) {
    MaskPlan plan = plan(new Random(SEED + 3), 1);
    StreamWindow window =
        inspector.window(Samples.USER, (_, _) -> new StreamWindow.Verdict.Mask(plan));
    byte[] piece = bytes(more.repeat(1 + 600 / more.length()));
    window.append(bytes(begin));
    for (int i = 0; i < 500; i++) {
      window.append(piece);
      assertThat(window.heldBytes())
          .isLessThanOrEqualTo(inspector.longestHeadBytes() + Tail.MOST_BETWEEN + 1);
      assertThat(window.footprint()).as("after %d pieces", i).isLessThan(MOST_KEPT);
    }
  }

  private static Stream<Arguments> endless() {
    String key = "-----BEGIN PRIVATE KEY-----\nJoQv8j7NBT2To4N8IxoU2H9xp1Ual";
    return Stream.of(
        Arguments.of(key, " "),
        Arguments.of(key, "\"' ,-"),
        Arguments.of(key, "-"),
        Arguments.of(key, "+AKIACZOVMIIHDUG7K2Z6"),
        Arguments.of(key + "\n", "----- "),
        Arguments.of("-----BEGIN PRIVATE KEY-----\nProc-Type: 4", " x-"),
        Arguments.of("eyJ", "a"),
        Arguments.of("eyJhbGciOiJIUzI1NiJ9.eyJ", "."),
        Arguments.of("eyJhbGciOiJIUzI1NiJ9.eyJ", "EMP-1"),
        Arguments.of("EMP-", "4111111111111111"),
        Arguments.of("", "a"),
        Arguments.of("", "ä"),
        Arguments.of("", "1 "),
        Arguments.of("", "ada@example.org "),
        Arguments.of("", "4111 1111 1111 1111 "),
        Arguments.of("", "AKIACZOVMIIHDUG7K2Z6/"),
        Arguments.of("", "https://a:b"));
  }

  @Test
  void aTokenWhoseHeaderHoldsACertificateIsFound() {
    String json = "{\"alg\":\"RS256\",\"x5c\":[\"" + "MIIC".repeat(560) + "\"]}";
    String header = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(json));
    byte[] text = bytes("id " + header + ".eyJzdWIiOiIxIn0.c2ln end");
    MaskPlan plan = MaskPlan.of(List.of(mask(OptionalInt.empty(), "jwt")));
    int[] cuts = cuts(new Random(SEED + 4), text.length, 16);
    assertThat(run(text, cuts, plan, Set.of()).left()).isEqualTo("id [JWT] end");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
