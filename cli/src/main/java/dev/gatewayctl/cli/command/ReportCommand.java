package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.ReportText;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.report.Report;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    description = "Add up audit logs: cost, usage, denials.",
    footer = {
      "",
      "Examples:",
      "  gatewayctl report audit --by team,model",
      "  gatewayctl report audit --by day --format csv",
      "  gatewayctl report audit --since 2026-11-01 --fail-over 500",
      "",
      "Exit: 1 when the total is over --fail-over; 3 on a line that is no record."
    })
final class ReportCommand extends Verb {
  private static final int THREADS = 2;
  private static final int NANO_DIGITS = 9;
  private static final Pattern DOLLARS = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,9})?");

  @Parameters(paramLabel = "AUDIT", arity = "1..*", description = "Audit directories or files.")
  private List<String> logs = new ArrayList<>();

  @Option(
      names = "--by",
      paramLabel = "WORD",
      split = ",",
      description =
          "A row for each: team, app, user, model, provider, rule, day, hour;"
              + " default: team,model.")
  private List<String> by = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From this time on: RFC 3339, or a date in UTC.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Before this time, written alike.")
  private @Nullable String until;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "cost",
      description = "What to add up: cost, usage; default: cost.")
  private Report.Kind kind = Report.Kind.COST;

  @Option(
      names = "--fail-over",
      paramLabel = "USD",
      description = "Exit 1 when the total cost is over this.")
  private @Nullable String failOver;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How to print: ${COMPLETION-CANDIDATES}; default: text.")
  private ReportText.Format format = ReportText.Format.TEXT;

  ReportCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    Optional<BigDecimal> most = dollars("--fail-over", failOver);
    Report.Query query =
        new Report.Query(dimensions(), time("--since", since), time("--until", until));
    Report.Outcome outcome =
        Report.of(AuditReader.of(logs.stream().map(console()::path).toList()), query, THREADS);
    return switch (outcome) {
      case Report.Outcome.Made made -> show(made.table(), most);
      case Report.Outcome.BadLine bad ->
          throw CommandFailure.input(
              bad.file() + ":" + bad.line() + ": no audit record: " + bad.reason());
      case Report.Outcome.Unreadable unreadable ->
          throw CommandFailure.input(
              "cannot read `" + unreadable.file() + "`: " + unreadable.reason());
      case Report.Outcome.TooManyRows _ ->
          throw CommandFailure.input(
              "the report would have more than " + Report.MOST_ROWS + " rows; ask for less");
    };
  }

  private int show(Report.Table table, Optional<BigDecimal> most) {
    table.warnings().forEach(warning -> console().note("gatewayctl: warning: " + warning));
    console().print(ReportText.render(table, kind, format));
    if (table.total().exchanges() == 0) {
      console().note("gatewayctl: there is no exchange in it");
    }
    BigDecimal total = BigDecimal.valueOf(table.total().costNanos(), NANO_DIGITS);
    if (most.isEmpty() || total.compareTo(most.get()) <= 0) {
      return ExitCode.FINE;
    }
    console()
        .problem(
            "gatewayctl: the total of "
                + JsonWriter.dollarsText(table.total().costNanos())
                + " USD is over "
                + failOver
                + " USD");
    return ExitCode.FAILED;
  }

  /// An amount of money: digits and at most nine of a fraction, as long as the amounts of a log.
  private static Optional<BigDecimal> dollars(String option, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    if (!DOLLARS.matcher(text).matches()) {
      throw CommandFailure.usage("`" + option + " " + text + "` is no amount of USD: 500 or 0.25");
    }
    return Optional.of(new BigDecimal(text));
  }

  private List<Report.Dimension> dimensions() {
    if (by.isEmpty()) {
      return List.of(Report.Dimension.TEAM, Report.Dimension.MODEL);
    }
    List<Report.Dimension> dimensions = new ArrayList<>();
    for (String word : by) {
      Report.Dimension dimension =
          Report.Dimension.of(word)
              .orElseThrow(
                  () ->
                      CommandFailure.usage(
                          "`--by` does not know `"
                              + word
                              + "`: team, app, user, model, provider, rule, day, hour"));
      if (!dimensions.contains(dimension)) {
        dimensions.add(dimension);
      }
    }
    return dimensions;
  }

  /// A point in time as people and programs write it.
  static Optional<Instant> time(String option, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(text));
    } catch (DateTimeException e) {
      throw CommandFailure.usage(
          "`" + option + " " + text + "` is no time: 2026-11-24 or 2026-11-24T10:00:00Z");
    }
  }
}
