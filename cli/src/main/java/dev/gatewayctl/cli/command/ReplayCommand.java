package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.FormatOption;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.RecordedExchange;
import dev.gatewayctl.runtime.engine.RecordedExchange.Replayed;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "replay",
    description = "Decide recorded exchanges under another policy: what flips, what it costs.",
    footer = {
      "",
      "Facts come from the records; where a rule reads what they do not hold, the exchange is",
      "undecidable and counted. `audit: { facts: all }` records every content-free fact.",
      "",
      "Examples:",
      "  gatewayctl replay audit --policy changed.yaml",
      "  gatewayctl replay audit -p changed.yaml --since 2026-11-01 --expect none",
      "",
      "Exit: 0 when no decision flips, 1 when one does; with --expect none also 1 when one is",
      "undecidable, with --expect any always 0."
    })
final class ReplayCommand extends Verb {
  /// How many flips are named; the rest is counted.
  private static final int MOST_NAMED = 10_000;

  /// How many of them a person is shown.
  private static final int MOST_SHOWN = 50;

  @Parameters(paramLabel = "AUDIT", arity = "1..*", description = "Audit directories or files.")
  private List<String> logs = new ArrayList<>();

  @Option(
      names = {"-p", "--policy"},
      paramLabel = "FILE",
      defaultValue = PolicyFile.DEFAULT,
      description = "The policy; default: ${DEFAULT-VALUE}.")
  private String policy = PolicyFile.DEFAULT;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From this time on: RFC 3339, or a date in UTC.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Before this time.")
  private @Nullable String until;

  @Option(
      names = "--expect",
      paramLabel = "WHAT",
      description = "none: nothing may flip or be undecidable; any: whatever comes is fine.")
  private @Nullable String expect;

  @Mixin private FormatOption format = new FormatOption();

  private final List<Flip> flips = new ArrayList<>();
  private final Map<String, Long> unknownFacts = new TreeMap<>();
  private long exchanges;
  private long same;
  private long flipped;
  private long undecidable;
  private long oldNanos;
  private long newNanos;

  /// A decision that changes.
  private record Flip(String id, String before, String after, List<String> rules) {}

  ReplayCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    if (expect != null && !expect.equals("none") && !expect.equals("any")) {
      throw CommandFailure.usage("`--expect " + expect + "` is neither none nor any");
    }
    Optional<Instant> from = ReportCommand.time("--since", since);
    Optional<Instant> to = ReportCommand.time("--until", until);
    Engine engine = Engine.link(PolicyFile.at(console(), policy).require());
    AuditReader.Reading reading =
        AuditReader.of(logs.stream().map(console()::path).toList())
            .read(
                line -> {
                  if (line instanceof AuditRecord.Exchange(ExchangeRecord exchange)
                      && from.filter(exchange.time()::isBefore).isEmpty()
                      && to.filter(time -> !exchange.time().isBefore(time)).isEmpty()) {
                    count(exchange, RecordedExchange.replay(engine, exchange));
                  }
                });
    switch (reading) {
      case AuditReader.Reading.Complete complete ->
          complete.warnings().forEach(warning -> console().note("gatewayctl: warning: " + warning));
      case AuditReader.Reading.BadLine bad ->
          throw CommandFailure.input(
              bad.file() + ":" + bad.line() + ": no audit record: " + bad.reason());
      case AuditReader.Reading.Unreadable unreadable ->
          throw CommandFailure.input(
              "cannot read `" + unreadable.file() + "`: " + unreadable.reason());
    }
    format.print(console(), text(), this::json);
    if ("any".equals(expect)) {
      return ExitCode.FINE;
    }
    boolean failed = flipped > 0 || ("none".equals(expect) && undecidable > 0);
    return failed ? ExitCode.FAILED : ExitCode.FINE;
  }

  private void count(ExchangeRecord record, Replayed replayed) {
    exchanges++;
    long before = record.costNanos().orElse(0);
    switch (replayed) {
      case Replayed.Kept _ -> {
        same++;
        oldNanos += before;
        newNanos += before;
      }
      case Replayed.Undecidable(String fact) -> {
        undecidable++;
        unknownFacts.merge(fact, 1L, Long::sum);
      }
      case Replayed.Decided decided -> {
        oldNanos += before;
        newNanos += decided.costNanos();
        if (decided.decision().equals(record.decision())) {
          same++;
        } else {
          flipped++;
          if (flips.size() < MOST_NAMED) {
            flips.add(
                new Flip(record.id(), record.decision(), decided.decision(), decided.rules()));
          }
        }
      }
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d exchanges: %d same, %d flipped, %d undecidable\n"
            .formatted(exchanges, same, flipped, undecidable));
    for (Flip flip : flips.subList(0, Math.min(MOST_SHOWN, flips.size()))) {
      text.append("  ").append(flip.id()).append("  ").append(flip.before());
      text.append(" -> ").append(flip.after());
      if (!flip.rules().isEmpty()) {
        text.append("  by ").append(String.join(", ", flip.rules()));
      }
      text.append('\n');
    }
    if (flipped > MOST_SHOWN) {
      text.append("  ... and ").append(flipped - MOST_SHOWN).append(" more; --format json\n");
    }
    unknownFacts.forEach(
        (fact, count) ->
            text.append("  undecidable for want of ")
                .append(fact)
                .append(": ")
                .append(count)
                .append('\n'));
    text.append("cost of what was decided: ").append(JsonWriter.dollarsText(oldNanos));
    text.append(" -> ").append(JsonWriter.dollarsText(newNanos)).append(" USD\n");
    return text.toString();
  }

  private void json(JsonWriter json) {
    json.name("exchanges").value(exchanges).name("same").value(same);
    json.name("undecidable").value(undecidable).name("flips").beginArray();
    for (Flip flip : flips) {
      json.beginObject().name("id").value(flip.id());
      json.name("old").value(flip.before()).name("new").value(flip.after());
      json.name("rules").beginArray();
      flip.rules().forEach(json::value);
      json.endArray().endObject();
    }
    json.endArray().name("cost_nanos").beginObject();
    json.name("old").value(oldNanos).name("new").value(newNanos).endObject();
  }
}
