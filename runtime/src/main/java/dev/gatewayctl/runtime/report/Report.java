package dev.gatewayctl.runtime.report;

import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.AuditReader.Reading;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Adds up the exchanges of audit logs.
///
/// `denied` are refusals, except those of requests that were no valid ones (`refused`: 400, 405,
/// 408, 413, 414, 415, 431) and those for a fault or overload of ours (`failed`: from 500);
/// `failed` are also exchanges that were allowed and came to nothing by a fault, the provider's or
/// ours.
public final class Report {
  /// Rows of one report; more are no report but a log.
  public static final int MOST_ROWS = 200_000;

  private Report() {}

  /// What rows can be told apart by.
  public enum Dimension {
    TEAM,
    APP,
    USER,
    MODEL,
    PROVIDER,
    /// Each rule, limit or default that took part: an exchange counts in the row of each of them,
    /// so that these rows add up to more than the total.
    RULE,
    /// The day in UTC, `2026-11-24`.
    DAY,
    /// The hour in UTC, `2026-11-24T15:00:00Z`.
    HOUR;

    /// The word of options, columns and members.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The dimension of that word, if it is one.
    public static Optional<Dimension> of(String word) {
      for (Dimension dimension : values()) {
        if (dimension.word().equals(word)) {
          return Optional.of(dimension);
        }
      }
      return Optional.empty();
    }
  }

  /// What a report shows.
  public enum Kind {
    /// What it cost.
    COST,
    /// What was done.
    USAGE;

    private static final List<String> COUNTS =
        List.of(
            "exchanges",
            "denied",
            "refused",
            "failed",
            "input_tokens",
            "cached_tokens",
            "output_tokens");

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The columns behind those of the dimensions, in order.
    public List<String> columns() {
      List<String> own =
          switch (this) {
            case COST -> List.of("cost", "cost_nanos");
            case USAGE -> List.of("latency_p50_ms", "latency_p95_ms", "findings");
          };
      return Stream.concat(COUNTS.stream(), own.stream()).toList();
    }
  }

  /// Which exchanges, and how they are told apart.
  ///
  /// @param since exchanges that began then or later
  /// @param until exchanges that began before; both to the millisecond
  public record Query(List<Dimension> by, Optional<Instant> since, Optional<Instant> until) {
    public Query {
      by = List.copyOf(by);
    }
  }

  /// What some exchanges add up to.
  ///
  /// @param keys one for each dimension of the query; empty where the exchanges have none
  /// @param costNanos of those whose cost is known
  /// @param unpriced exchanges that used tokens and whose cost is unknown
  /// @param latencyP50Millis the median over allowed exchanges, at most 1.6 percent too high, exact
  ///   below 128; 0 without any
  /// @param findings how many of each kind
  public record Row(
      List<Optional<String>> keys,
      long exchanges,
      long denied,
      long refused,
      long failed,
      long inputTokens,
      long cachedTokens,
      long outputTokens,
      long costNanos,
      long unpriced,
      long latencyP50Millis,
      long latencyP95Millis,
      SortedMap<String, Long> findings) {
    public Row {
      keys = List.copyOf(keys);
      findings = Collections.unmodifiableSortedMap(new TreeMap<>(findings));
    }
  }

  /// A report.
  ///
  /// @param rows sorted by their keys; what has none comes first
  /// @param total over all exchanges, each once
  public record Table(List<Dimension> by, List<Row> rows, Row total, List<String> warnings) {
    public Table {
      by = List.copyOf(by);
      rows = List.copyOf(rows);
      warnings = List.copyOf(warnings);
    }
  }

  /// What came of a report.
  public sealed interface Outcome {
    /// It is made.
    record Made(Table table) implements Outcome {}

    /// A line of the log is no record.
    record BadLine(Path file, long line, String reason) implements Outcome {}

    /// A log cannot be read.
    record Unreadable(Path file, String reason) implements Outcome {}

    /// It would have more than [#MOST_ROWS] rows.
    record TooManyRows() implements Outcome {}
  }

  /// Reads the logs and adds up.
  ///
  /// @param threads how many read at once
  public static Outcome of(AuditReader logs, Query query, int threads) {
    List<ReportFold> folds = Collections.synchronizedList(new ArrayList<>());
    Reading reading =
        logs.fold(
            threads,
            () -> {
              ReportFold fold = new ReportFold(query);
              folds.add(fold);
              return fold;
            });
    return switch (reading) {
      case Reading.BadLine bad -> new Outcome.BadLine(bad.file(), bad.line(), bad.reason());
      case Reading.Unreadable unreadable ->
          new Outcome.Unreadable(unreadable.file(), unreadable.reason());
      case Reading.Complete complete -> table(query, folds, complete.warnings());
    };
  }

  private static Outcome table(Query query, List<ReportFold> folds, List<String> warnings) {
    Totals total = new Totals();
    TreeMap<List<Optional<String>>, Totals> rows = new TreeMap<>(Report::byKeys);
    for (ReportFold fold : folds) {
      total.addAll(fold.total());
      fold.rows()
          .forEach((keys, sums) -> rows.computeIfAbsent(keys, k -> new Totals()).addAll(sums));
      if (fold.hasTooMany() || rows.size() > MOST_ROWS) {
        return new Outcome.TooManyRows();
      }
    }
    List<Row> made = new ArrayList<>(rows.size());
    rows.forEach((keys, sums) -> made.add(sums.row(keys)));
    return new Outcome.Made(new Table(query.by(), made, total.row(List.of()), warnings));
  }

  private static int byKeys(List<Optional<String>> one, List<Optional<String>> other) {
    for (int i = 0; i < one.size(); i++) {
      int order =
          Comparator.<String>naturalOrder()
              .compare(
                  one.get(i).map(text -> "+" + text).orElse(""),
                  other.get(i).map(text -> "+" + text).orElse(""));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
