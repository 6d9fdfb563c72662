package dev.gatewayctl.runtime.inspect;

import dev.gatewayctl.policy.catalog.DetectorCatalog;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Measures detection and speed on labelled data that is not ours. It is no test: run `main` with
/// the folder `shared/data/detection`, and `-v` for what was missed or found in vain.
final class DetectionMeasure {
  private static final Map<String, String> KIND_OF_LABEL =
      Map.of(
          "CREDIT_CARD", "card",
          "PHONE_NUMBER", "phone",
          "EMAIL_ADDRESS", "email",
          "US_SSN", "us_ssn",
          "IBAN_CODE", "iban",
          "IP_ADDRESS", "ip_address");

  /// Rules of the secret sets whose form one of our detectors claims.
  private static final Pattern OURS =
      Pattern.compile(
          "(np|kingfisher)\\.(anthropic|openai|slack|stripe|pem|mongodb\\.3|postgres|ftp|credentials|"
              + "aws\\.[12]|github\\.[123479]|jwt\\.1).*|np\\.mongodb\\.1");

  private static final int STREAM_PIECE = 16;
  private static final int ROUNDS = 40;

  private final Inspector inspector = Inspector.of(Samples.builtIn());
  private final Path data;
  private final boolean verbose;

  private DetectionMeasure(Path data, boolean verbose) {
    this.data = data;
    this.verbose = verbose;
  }

  public static void main(String[] arguments) throws IOException {
    var measure = new DetectionMeasure(Path.of(arguments[0]), arguments.length > 1);
    measure.personal();
    measure.secrets();
    measure.speed();
  }

  private static final class Score {
    int gold;
    int hit;
    int found;
    int right;

    String line(String name) {
      double recall = gold == 0 ? 1 : (double) hit / gold;
      double precision = found == 0 ? 1 : (double) right / found;
      double f2 = 5 * precision * recall / (4 * precision + recall);
      return String.format(
          "%-16s gold %5d  found %5d  P %.3f  R %.3f  F2 %.3f",
          name, gold, found, precision, recall, f2);
    }

    void add(Score more) {
      gold += more.gold;
      hit += more.hit;
      found += more.found;
      right += more.right;
    }
  }

  private record Span(String kind, int start, int end) {
    boolean meets(Span other) {
      return kind.equals(other.kind) && start < other.end && other.start < end;
    }
  }

  private void personal() throws IOException {
    var scores = new TreeMap<String, Score>();
    for (JsonValue row :
        read(Files.readAllBytes(data.resolve("pii/presidio_generated_large.json"))).items()) {
      String text = member(row, "full_text").string().orElseThrow();
      var gold = new ArrayList<Span>();
      for (JsonValue span : member(row, "spans").items()) {
        String kind = KIND_OF_LABEL.get(member(span, "entity_type").string().orElseThrow());
        if (kind != null) {
          int start = (int) member(span, "start_position").wholeNumber().orElseThrow();
          int end = (int) member(span, "end_position").wholeNumber().orElseThrow();
          gold.add(new Span(kind, bytesBefore(text, start), bytesBefore(text, end)));
        }
      }
      compare(text, gold, found(text), scores);
    }
    var all = new Score();
    for (Map.Entry<String, Score> score : scores.entrySet()) {
      System.out.println(score.getValue().line(score.getKey()));
      all.add(score.getValue());
    }
    System.out.println(all.line("all"));
  }

  private void compare(String text, List<Span> gold, List<Span> found, Map<String, Score> scores) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (Span span : gold) {
      Score score = scores.computeIfAbsent(span.kind(), _ -> new Score());
      score.gold++;
      if (found.stream().anyMatch(span::meets)) {
        score.hit++;
      } else {
        tell("missed", span, bytes);
      }
    }
    for (Span span : found) {
      if (!KIND_OF_LABEL.containsValue(span.kind())) {
        tell("other", span, bytes);
        continue;
      }
      Score score = scores.computeIfAbsent(span.kind(), _ -> new Score());
      score.found++;
      if (gold.stream().anyMatch(span::meets)) {
        score.right++;
      } else {
        tell("in vain", span, bytes);
      }
    }
  }

  private void tell(String what, Span span, byte[] text) {
    if (verbose) {
      int from = Math.max(0, span.start() - 30);
      int to = Math.min(text.length, span.end() + 15);
      System.out.printf(
          "%s %s: %s <<%s>> %s%n",
          what,
          span.kind(),
          Samples.text(text, from, span.start()).replace('\n', '~'),
          Samples.text(text, span.start(), span.end()),
          Samples.text(text, span.end(), to).replace('\n', '~'));
    }
  }

  private static int bytesBefore(String text, int characters) {
    int end = text.offsetByCodePoints(0, characters);
    return text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
  }

  private List<Span> found(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return inspector.inspect(List.of(Inspector.Piece.of(Samples.USER, bytes))).matches().stream()
        .map(match -> new Span(match.finding().kind(), match.start(), match.end()))
        .toList();
  }

  private void secrets() throws IOException {
    Set<String> secret = DetectorCatalog.builtIn().detectorsOf("secret").orElseThrow();
    var ours = new Score();
    int negatives = 0;
    int alarms = 0;
    for (String file :
        List.of(
            "kingfisher_examples_scrambled",
            "noseyparker_examples_scrambled",
            "gitleaks_false_positives")) {
      for (String line : Files.readAllLines(data.resolve("secrets/" + file + ".jsonl"))) {
        JsonValue row = read(line.getBytes(StandardCharsets.UTF_8));
        String text = member(row, "text").string().orElseThrow();
        String rule = member(row, "rule").string().orElseThrow();
        List<Span> found =
            found(text).stream().filter(span -> secret.contains(span.kind())).toList();
        boolean positive = member(row, "label").string().orElseThrow().equals("positive");
        if (positive && OURS.matcher(rule).matches()) {
          ours.gold++;
          ours.hit += found.isEmpty() ? 0 : 1;
          if (found.isEmpty() && verbose) {
            System.out.println(
                "missed secret " + rule + ": " + text.substring(0, Math.min(150, text.length())));
          }
        } else if (!positive && file.startsWith("gitleaks")) {
          negatives++;
          alarms += found.isEmpty() ? 0 : 1;
          if (!found.isEmpty() && verbose) {
            System.out.println(
                "alarm " + rule + ": " + text.substring(0, Math.min(150, text.length())));
          }
        }
      }
    }
    System.out.printf(
        "secrets of our forms: %d of %d found (R %.3f)%n",
        ours.hit, ours.gold, (double) ours.hit / ours.gold);
    System.out.printf(
        "secrets, precision over these and the negatives: %.3f%n",
        (double) ours.hit / (ours.hit + alarms));
    System.out.printf(
        "negatives: %d of %d with a finding (%.1f %%)%n",
        alarms, negatives, 100.0 * alarms / negatives);
  }

  private void speed() throws IOException {
    var texts = new ByteArrayOutputStream();
    texts.writeBytes(Files.readAllBytes(data.resolve("benign/awesome_chatgpt_prompts.csv")));
    texts.writeBytes(Files.readAllBytes(data.resolve("benign/gsm8k_test.jsonl")));
    byte[] all = texts.toByteArray();
    var pieces = new ArrayList<Inspector.Piece>();
    for (int from = 0; from < all.length; from += 2000) {
      pieces.add(
          Inspector.Piece.of(
              Samples.USER, Arrays.copyOfRange(all, from, Math.min(all.length, from + 2000))));
    }
    for (String name : List.of("all", "pii", "secret")) {
      Inspector part =
          name.equals("all")
              ? inspector
              : inspector.only(DetectorCatalog.builtIn().detectorsOf(name).orElseThrow());
      var speeds = new ArrayList<Double>();
      int found = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long before = cpuNanos();
        found = part.inspect(pieces).matches().size();
        speeds.add(1e3 * all.length / (cpuNanos() - before));
      }
      System.out.printf("%s: %d findings in %d bytes of benign text%n", name, found, all.length);
      System.out.printf(
          "%s: %.1f MB/s in pieces of 2,000 bytes (thread CPU)%n", name, median(speeds));
    }
    streamed(pieces, all.length);
  }

  private void streamed(List<Inspector.Piece> pieces, int bytes) {
    var speeds = new ArrayList<Double>();
    double heldOnAverage = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long held = 0;
      long count = 0;
      long before = cpuNanos();
      for (Inspector.Piece piece : pieces) {
        StreamWindow window =
            inspector.window(Samples.USER, (_, _) -> new StreamWindow.Verdict.Pass());
        byte[] text = piece.held().bytes;
        for (int from = 0; from < text.length; from += STREAM_PIECE) {
          window.append(Arrays.copyOfRange(text, from, Math.min(text.length, from + STREAM_PIECE)));
          held += window.heldBytes();
          count++;
        }
        window.finish();
      }
      speeds.add(1e3 * bytes / (cpuNanos() - before));
      heldOnAverage = (double) held / count;
    }
    System.out.printf(
        "stream in pieces of %d bytes: %.1f MB/s, held back %.2f bytes on average%n",
        STREAM_PIECE, median(speeds), heldOnAverage);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /// Of the later half: in the earlier one the tables and the compiled code are being made.
  private static double median(List<Double> speeds) {
    List<Double> warm = speeds.subList(speeds.size() / 2, speeds.size()).stream().sorted().toList();
    return warm.get(warm.size() / 2);
  }

  private static JsonValue read(byte[] bytes) {
    return switch (JsonDocument.read(bytes)) {
      case JsonDocument.Reading.Read(JsonDocument document) -> document.root();
      case JsonDocument.Reading.Malformed _ -> throw new IllegalArgumentException("no JSON");
    };
  }

  private static JsonValue member(JsonValue object, String name) {
    JsonValue member = object.find(name);
    if (member == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return member;
  }
}
