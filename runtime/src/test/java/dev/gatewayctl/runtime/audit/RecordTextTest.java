package dev.gatewayctl.runtime.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.evaluation.FactSource.Bounds;
import dev.gatewayctl.runtime.audit.AuditReader.Parsed;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecordTextTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/audit/records.jsonl");

  private static AuditRecord parse(byte[] line) {
    return switch (RecordParser.parse(line, 0, line.length)) {
      case Parsed.Good good -> good.record();
      case Parsed.Bad bad -> throw new AssertionError(bad.reason());
    };
  }

  private static String reason(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    return switch (RecordParser.parse(bytes, 0, bytes.length)) {
      case Parsed.Good good -> "good: " + good.record();
      case Parsed.Bad bad -> bad.reason();
    };
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    long seed = 11;
    SampleRecords samples = new SampleRecords(seed);
    for (int i = 0; i < 2_000; i++) {
      ExchangeRecord record = samples.next();
      byte[] line = RecordText.line(new AuditRecord.Exchange(record));
      AuditRecord read = parse(line);
      assertThat(RecordText.line(read)).as("seed %d, record %d", seed, i).isEqualTo(line);
      assertThat(read).isEqualTo(new AuditRecord.Exchange(normal(record)));
    }
  }

  @Test
  void aCallerThatWasToldNothingHasNoStatus() {
    SampleRecords samples = new SampleRecords(12);
    ExchangeRecord told = samples.next();
    byte[] line = RecordText.line(new AuditRecord.Exchange(told));
    String without = new String(line, UTF_8).replace("\"status\":" + told.status() + ",\"", "\"");
    assertThat(without.length()).isLessThan(line.length);
    byte[] bytes = without.getBytes(UTF_8);
    AuditRecord read = parse(bytes);
    assertThat(((AuditRecord.Exchange) read).exchange().status()).isZero();
    assertThat(RecordText.line(read)).isEqualTo(bytes);
  }

  @Test
  void anObjectThatIsNoRangeIsNoFact() {
    TreeMap<String, Object> facts = new TreeMap<>(Map.of("a", "x", "b", new Bounds(1, 2)));
    byte[] line =
        RecordText.line(new AuditRecord.Exchange(with(new SampleRecords(13).next(), facts)));
    String range = "{\"min\":1,\"max\":2}";
    assertThat(new String(line, UTF_8)).contains("\"facts\":{\"a\":\"x\",\"b\":" + range + "}");
    for (String other : List.of("{}", "{\"min\":1}", "{\"min\":1,\"max\":\"2\"}")) {
      AuditRecord read = parse(new String(line, UTF_8).replace(range, other).getBytes(UTF_8));
      assertThat(((AuditRecord.Exchange) read).exchange().facts()).isEqualTo(Map.of("a", "x"));
      assertThat(parse(RecordText.line(read))).isEqualTo(read);
    }
  }

  /// The record as the format keeps it: whole doubles among the facts come back as whole numbers.
  private static ExchangeRecord normal(ExchangeRecord r) {
    TreeMap<String, Object> facts = new TreeMap<>(r.facts());
    facts.replaceAll(
        (name, value) ->
            value instanceof Double d && d == Math.rint(d) ? (Object) d.longValue() : value);
    return with(r, facts);
  }

  private static ExchangeRecord with(ExchangeRecord r, SortedMap<String, Object> facts) {
    return new ExchangeRecord(
        r.id(),
        r.time(),
        r.ended(),
        r.policyDigest(),
        r.surface(),
        r.stream(),
        r.principal(),
        r.model(),
        r.target(),
        r.provider(),
        r.region(),
        r.decision(),
        r.status(),
        r.code(),
        r.reason(),
        r.rules(),
        r.tags(),
        r.findings(),
        r.scores(),
        r.scanned(),
        r.masked(),
        r.stripped(),
        r.attempts(),
        r.usage(),
        r.costNanos(),
        r.priceVersion(),
        r.latencyMillis(),
        r.firstTokenMillis(),
        r.outcome(),
        r.inputDigest(),
        facts);
  }

  @Test
  void linesAreAsInTheGolden() throws IOException {
    SampleRecords samples = new SampleRecords(1);
    StringBuilder lines = new StringBuilder();
    TreeMap<String, String> files = new TreeMap<>();
    files.put("gateway.yaml", "gateway: v1\nproviders: { a: { api_key: $env:KEY } }\n");
    lines.append(
        line(
            new AuditRecord.Policy(
                Instant.parse("2026-11-24T10:00:00.1239Z"), "sha256:00", files)));
    for (int i = 0; i < 12; i++) {
      lines.append(line(new AuditRecord.Exchange(samples.next())));
    }
    lines.append(
        line(new AuditRecord.Recover(Instant.parse("2026-11-24T10:00:00Z"), Segments.name(0), 17)));
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, lines);
    }
    assertThat(lines.toString()).isEqualTo(Files.readString(GOLDEN));
    assertThat(Boolean.getBoolean("golden.update")).as("goldens were rewritten").isFalse();
  }

  private static String line(AuditRecord record) {
    return new String(RecordText.line(record), UTF_8);
  }

  @Test
  void saysWhyALineIsNoRecord() {
    assertThat(reason("")).isEqualTo("it is empty");
    assertThat(reason("{}")).isEqualTo("it has no `v`");
    assertThat(reason("{\"v\":2,\"type\":\"exchange\"}")).contains("version 2");
    assertThat(reason("{\"v\":1,\"type\":\"exchange\"}")).isEqualTo("it has no `id`");
    assertThat(reason("{\"v\":1,\"type\":\"recover\",\"time\":\"soon\"}"))
        .isEqualTo("its `time` is no time");
    assertThat(reason("{\"v\":1,\"type\":\"erase\"}")).isEqualTo("good: Other[type=erase]");
    assertThat(reason("{\"v\":1,\"v\":1,\"type\":\"erase\"}")).contains("twice");
  }

  @Test
  void damagedLinesAreNeverAnException() {
    long seed = 5;
    Random random = new Random(seed);
    SampleRecords samples = new SampleRecords(seed);
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      byte[] line = RecordText.line(new AuditRecord.Exchange(samples.next()));
      int end = random.nextInt(line.length);
      for (int k = random.nextInt(3); k > 0; k--) {
        line[random.nextInt(line.length)] = (byte) random.nextInt(256);
      }
      if (RecordParser.parse(line, 0, end) instanceof Parsed.Bad bad) {
        reasons.add(bad.reason());
      }
    }
    assertThat(reasons).hasSizeGreaterThan(2_900);
  }
}
