package dev.gatewayctl.runtime.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.SampleLines;
import dev.gatewayctl.runtime.audit.SampleRecords;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.report.Report.Dimension;
import dev.gatewayctl.runtime.report.Report.Outcome;
import dev.gatewayctl.runtime.report.Report.Query;
import dev.gatewayctl.runtime.report.Report.Row;
import dev.gatewayctl.runtime.report.Report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/report");
  private static final Set<Integer> REFUSED = Set.of(400, 405, 408, 413, 414, 415, 431);

  @TempDir private Path directory;

  private static Query by(Dimension... by) {
    return new Query(List.of(by), Optional.empty(), Optional.empty());
  }

  private static Table table(Path file, Query query, int threads) {
    Outcome outcome = Report.of(AuditReader.of(List.of(file)), query, threads);
    assertThat(outcome).isInstanceOf(Outcome.Made.class);
    return ((Outcome.Made) outcome).table();
  }

  /// The same sums over whole records, in the plainest way.
  private static final class Plain {
    private final TreeMap<String, Long> sums = new TreeMap<>();
    private final List<Long> latencies = new ArrayList<>();

    void add(ExchangeRecord record) {
      sum("exchanges", 1);
      if (record.decision().equals("deny")) {
        sum(
            record.status() >= 500
                ? "failed"
                : REFUSED.contains(record.status()) ? "refused" : "denied",
            1);
      } else {
        latencies.add(record.latencyMillis());
        if (record.outcome().endsWith("failed")) {
          sum("failed", 1);
        }
      }
      long input = record.usage().input().orElse(0);
      long output = record.usage().output().orElse(0);
      sum("input", input);
      sum("cached", record.usage().cached().orElse(0));
      sum("output", output);
      sum("cost", record.costNanos().orElse(0));
      if (record.costNanos().isEmpty() && input + output > 0) {
        sum("unpriced", 1);
      }
      record.findings().forEach(finding -> sum("found " + finding.kind(), finding.count()));
    }

    private void sum(String name, long value) {
      if (value != 0) {
        sums.merge(name, value, Long::sum);
      }
    }

    private long percentile(int percent) {
      if (latencies.isEmpty()) {
        return 0;
      }
      latencies.sort(Comparator.naturalOrder());
      return latencies.get(
          Math.toIntExact(Math.ceilDiv((long) latencies.size() * percent, 100L)) - 1);
    }
  }

  private static Map<String, Long> sums(Row row) {
    Plain plain = new Plain();
    plain.sum("exchanges", row.exchanges());
    plain.sum("denied", row.denied());
    plain.sum("refused", row.refused());
    plain.sum("failed", row.failed());
    plain.sum("input", row.inputTokens());
    plain.sum("cached", row.cachedTokens());
    plain.sum("output", row.outputTokens());
    plain.sum("cost", row.costNanos());
    plain.sum("unpriced", row.unpriced());
    row.findings().forEach((kind, count) -> plain.sum("found " + kind, count));
    return plain.sums;
  }

  private static List<Optional<String>> keys(
      ExchangeRecord record, List<Dimension> by, String rule) {
    return by.stream()
        .map(
            dimension ->
                switch (dimension) {
                  case TEAM -> record.principal().team();
                  case APP -> record.principal().app();
                  case USER -> record.principal().user();
                  case MODEL -> record.model();
                  case PROVIDER -> record.provider();
                  case RULE -> Optional.of(rule).filter(id -> !id.isEmpty());
                  case DAY -> Optional.of(record.time().toString().substring(0, 10));
                  case HOUR -> Optional.of(record.time().toString().substring(0, 13) + ":00:00Z");
                })
        .toList();
  }

  @Test
  void aLineWithoutAStatusIsReadTheQuickWay() {
    ExchangeRecord told = new SampleRecords(78).next();
    String line = new String(SampleLines.of(told), UTF_8).strip();
    byte[] bytes = line.replace("\"status\":" + told.status() + ",\"", "\"").getBytes(UTF_8);
    assertThat(bytes.length).isLessThan(line.length());
    ExchangeScan scan = new ExchangeScan();
    assertThat(scan.read(bytes, 0, bytes.length)).isNull();
    assertThat(scan.isExchange()).isTrue();
    assertThat(scan.status()).isZero();
    assertThat(scan.source()).as("not read the long way").isSameAs(bytes);
  }

  @Test
  void agreesWithThePlainestSums() throws IOException {
    long seed = 77;
    Random random = new Random(seed);
    SampleRecords samples = new SampleRecords(seed);
    List<ExchangeRecord> records = new ArrayList<>();
    Path file = directory.resolve("log.jsonl");
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 3_000; i++) {
        ExchangeRecord record = samples.next();
        records.add(record);
        String line = new String(SampleLines.of(record), UTF_8);
        // lines of other writers: with spaces, or members in another order
        out.write(
            switch (random.nextInt(8)) {
              case 0 -> line.replaceFirst(",", ", ").getBytes(UTF_8);
              case 1 ->
                  line.replaceFirst(
                          "\"v\":1,\"type\":\"exchange\"", "\"type\":\"exchange\",\"v\":1")
                      .getBytes(UTF_8);
              default -> line.getBytes(UTF_8);
            });
        if (random.nextInt(50) == 0) {
          out.write("{\"v\":1,\"type\":\"erase\"}\n".getBytes(UTF_8));
        }
      }
    }
    for (int round = 0; round < 25; round++) {
      List<Dimension> by = new ArrayList<>(List.of(Dimension.values()));
      java.util.Collections.shuffle(by, random);
      by = by.subList(0, random.nextInt(4));
      Optional<Instant> since = bound(records, random);
      Optional<Instant> until = bound(records, random);
      Table table = table(file, new Query(by, since, until), 1 + round % 2);
      Plain total = new Plain();
      Map<List<Optional<String>>, Plain> rows = new HashMap<>();
      for (ExchangeRecord record : records) {
        if (since.filter(record.time()::isBefore).isPresent()
            || until.filter(end -> !record.time().isBefore(end)).isPresent()) {
          continue;
        }
        total.add(record);
        Set<String> rules =
            record.rules().stream().map(rule -> rule.id()).collect(Collectors.toSet());
        if (rules.isEmpty() || !by.contains(Dimension.RULE)) {
          rules = Set.of("");
        }
        for (String rule : rules) {
          rows.computeIfAbsent(keys(record, by, rule), k -> new Plain()).add(record);
        }
      }
      assertThat(sums(table.total())).as("seed %d, round %d", seed, round).isEqualTo(total.sums);
      assertThat(table.rows()).hasSize(rows.size());
      for (Row row : table.rows()) {
        Plain expected = rows.getOrDefault(row.keys(), new Plain());
        assertThat(sums(row)).as("%s by %s", row.keys(), by).isEqualTo(expected.sums);
        long median = expected.percentile(50);
        long high = expected.percentile(95);
        assertThat(row.latencyP50Millis()).isBetween(median, median + median / 64);
        assertThat(row.latencyP95Millis()).isBetween(high, high + high / 64);
      }
    }
  }

  private static Optional<Instant> bound(List<ExchangeRecord> records, Random random) {
    return random.nextBoolean()
        ? Optional.empty()
        : Optional.of(records.get(random.nextInt(records.size())).time());
  }

  @Test
  void rowsAreAsInTheGoldens() throws IOException {
    Path log = GOLDEN.resolve("small.jsonl");
    boolean update = Boolean.getBoolean("golden.update");
    if (update) {
      Files.createDirectories(GOLDEN);
      SampleRecords samples = new SampleRecords(4);
      try (var out = Files.newOutputStream(log)) {
        for (int i = 0; i < 60; i++) {
          out.write(SampleLines.of(samples.next()));
        }
      }
    }
    List<List<Dimension>> cases =
        List.of(
            List.of(),
            List.of(Dimension.TEAM),
            List.of(Dimension.APP, Dimension.USER),
            List.of(Dimension.MODEL, Dimension.PROVIDER),
            List.of(Dimension.RULE),
            List.of(Dimension.DAY, Dimension.TEAM),
            List.of(Dimension.HOUR));
    for (List<Dimension> by : cases) {
      Table table = table(log, new Query(by, Optional.empty(), Optional.empty()), 1);
      StringBuilder text = new StringBuilder();
      for (Row row : table.rows()) {
        text.append(row.toString().replace("Optional.empty", "-")).append('\n');
      }
      text.append("total ").append(table.total()).append('\n');
      String name =
          by.isEmpty()
              ? "total"
              : by.stream().map(Dimension::word).collect(Collectors.joining("-"));
      Path golden = GOLDEN.resolve("small." + name + ".txt");
      if (update) {
        Files.writeString(golden, text);
      }
      assertThat(text.toString()).isEqualTo(Files.readString(golden));
    }
    assertThat(update).as("goldens were rewritten").isFalse();
  }

  /// Bytes changed at random: never an exception, and what the quick way takes is what the long way
  /// would have taken or refused for a reason that lies in what is passed over.
  @Test
  void damagedLinesAreNamedOrHarmless() {
    long seed = 21;
    Random random = new Random(seed);
    SampleRecords samples = new SampleRecords(seed);
    int refused = 0;
    for (int i = 0; i < 4_000; i++) {
      byte[] line = SampleLines.of(samples.next());
      int end = random.nextInt(3) == 0 ? random.nextInt(line.length) : line.length - 1;
      for (int k = random.nextInt(3); k > 0; k--) {
        line[random.nextInt(line.length - 1)] = (byte) random.nextInt(256);
      }
      if (new ReportFold(by(Dimension.TEAM, Dimension.RULE)).line(line, 0, end) != null) {
        refused++;
      } else {
        assertThat(end).isEqualTo(line.length - 1);
      }
    }
    assertThat(refused).isGreaterThan(1_300);
  }

  @Test
  void saysWhatItCannotRead() throws IOException {
    Path file = directory.resolve("log.jsonl");
    byte[] line = SampleLines.of(new SampleRecords(1).next());
    Files.write(file, line);
    Files.writeString(
        file, "{\"v\":1,\"type\":\"exchange\"}\n", java.nio.file.StandardOpenOption.APPEND);
    assertThat(Report.of(AuditReader.of(List.of(file)), by(), 1))
        .isEqualTo(new Outcome.BadLine(file, 2, "it has no `id`"));
    Files.write(file, Arrays.copyOf(line, line.length - 9));
    Table torn = table(file, by(), 2);
    assertThat(torn.warnings()).hasSize(1);
    assertThat(torn.total().exchanges()).isZero();
    assertThat(torn.rows()).isEmpty();
    assertThat(Report.of(AuditReader.of(List.of(directory.resolve("no"))), by(), 1))
        .isInstanceOf(Outcome.Unreadable.class);
  }

  @Test
  void percentilesAreExactWhereTheyCanBe() {
    LatencyHistogram one = new LatencyHistogram();
    LatencyHistogram all = new LatencyHistogram();
    assertThat(one.percentile(50)).isZero();
    for (int i = 1; i <= 100; i++) {
      one.add(i);
    }
    assertThat(one.percentile(50)).isEqualTo(50);
    assertThat(one.percentile(95)).isEqualTo(95);
    all.add(Long.MAX_VALUE);
    all.add(-5);
    all.addAll(one);
    assertThat(all.percentile(50)).isEqualTo(50);
    assertThat(all.percentile(100)).isEqualTo(Integer.MAX_VALUE);
    assertThat(all.percentile(0)).isZero();
    for (long millis = 0; millis < 1_000_000; millis += 1 + millis / 100) {
      LatencyHistogram single = new LatencyHistogram();
      single.add(millis);
      assertThat(single.percentile(50)).isBetween(millis, millis + millis / 64);
    }
  }
}
