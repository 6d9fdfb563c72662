package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.cli.console.FormatOption;
import dev.gatewayctl.cli.console.PolicyFile;
import dev.gatewayctl.cli.console.Progress;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.offline.Caller;
import dev.gatewayctl.runtime.offline.LogEvaluation;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "eval",
    description = "Decide a log of requests offline.",
    footer = {
      "",
      "Each line is the body of a request, a chat with `messages` whose last one may be",
      "the assistant's answer, or an audit record, which is decided as `replay` decides",
      "it. A line that is none of them, or a record that does not hold what a rule",
      "reads, is counted, named and skipped.",
      "",
      "Examples:",
      "  gatewayctl eval requests.jsonl --max-denied 0",
      "  gatewayctl eval log.jsonl --map prompt=input.text --map principal.team=dept --model fast",
      "",
      "Exit: 1 when more are denied or skipped than --max-denied or --max-errors say."
    })
final class EvalCommand extends Verb {
  /// A longer line is skipped.
  private static final int MOST_LINE_BYTES = 16 << 20;

  /// How many skipped lines are named; the rest is counted.
  private static final int MOST_NAMED = 100;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "JSON lines; - is standard input.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = {"-p", "--policy"},
      paramLabel = "FILE",
      defaultValue = PolicyFile.DEFAULT,
      description = "The policy; default: ${DEFAULT-VALUE}.")
  private String policy = PolicyFile.DEFAULT;

  @Option(
      names = "--map",
      paramLabel = "FIELD=PATH",
      description =
          "Where a foreign log has model, prompt, messages, response, principal.team, ...")
  private List<String> map = new ArrayList<>();

  @Option(names = "--model", paramLabel = "MODEL", description = "Ask for this model in all lines.")
  private @Nullable String model;

  @Option(
      names = "--surface",
      paramLabel = "ID",
      description = "Read all lines as bodies of this surface; default: what their members tell.")
  private @Nullable String surface;

  @Mixin private CallerOptions caller = new CallerOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the decision of each line, as JSON lines.")
  private @Nullable String out;

  @Option(names = "--max-denied", paramLabel = "N", description = "Exit 1 when more are denied.")
  private long maxDenied = Long.MAX_VALUE;

  @Option(names = "--max-errors", paramLabel = "N", description = "Exit 1 when more are skipped.")
  private long maxErrors = Long.MAX_VALUE;

  @Mixin private FormatOption format = new FormatOption();

  private final List<Skipped> named = new ArrayList<>();
  private long lines;
  private long skipped;
  private long beside;

  /// A line by its number in its own file.
  private record Place(String file, long line) {}

  private record Skipped(Place place, String why) {}

  EvalCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    RuleGraph graph = PolicyFile.at(console(), policy).require();
    SortedMap<String, String> places = places();
    Caller who = caller.caller(graph);
    LogEvaluation evaluation =
        LogEvaluation.of(
            graph,
            new LogEvaluation.Settings(
                who,
                Optional.ofNullable(model),
                places,
                Optional.ofNullable(surface).map(SurfaceOption::asked),
                console().world().clock().instant()));
    try (BufferedWriter written = writer()) {
      for (String name : files) {
        file(name, evaluation, written);
      }
    } catch (IOException e) {
      throw CommandFailure.input("cannot write `" + out + "`");
    }
    if (evaluation.isUnnamed()) {
      console().note("no caller is named: authentication and access are left out");
    }
    format.print(console(), text(evaluation), json -> json(json, evaluation));
    return evaluation.denied() > maxDenied || skipped > maxErrors ? ExitCode.FAILED : ExitCode.FINE;
  }

  private SortedMap<String, String> places() {
    SortedMap<String, String> places = new TreeMap<>();
    for (String pair : map) {
      int equals = pair.indexOf('=');
      String field = equals < 0 ? pair : pair.substring(0, equals);
      if (equals < 0 || !LogEvaluation.FIELDS.contains(field)) {
        throw CommandFailure.usage(
            "`--map " + pair + "` is not FIELD=PATH with one of " + LogEvaluation.FIELDS);
      }
      places.put(field, pair.substring(equals + 1));
    }
    return places;
  }

  private BufferedWriter writer() throws IOException {
    return out == null
        ? new BufferedWriter(java.io.Writer.nullWriter())
        : Files.newBufferedWriter(console().path(out));
  }

  private void file(String name, LogEvaluation evaluation, BufferedWriter written)
      throws IOException {
    Path path = console().path(name);
    if (!name.equals("-") && !Files.isRegularFile(path)) {
      throw CommandFailure.input("cannot read `" + name + "`");
    }
    long total = name.equals("-") ? 0 : Files.size(path);
    try (Progress progress = Progress.of(console(), "eval", total);
        InputStream in =
            new BufferedInputStream(
                name.equals("-") ? console().in() : Files.newInputStream(path), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long length = 0;
      long number = 0;
      for (int next = in.read(); next >= 0 || length > 0; next = in.read()) {
        if (next >= 0 && next != '\n') {
          length++;
          if (line.size() <= MOST_LINE_BYTES) {
            line.write(next);
          }
          continue;
        }
        progress.advance(length + 1);
        number++;
        line(new Place(name, number), line, evaluation, written);
        line.reset();
        length = 0;
        if (next < 0) {
          break;
        }
      }
    }
  }

  private void line(
      Place place, ByteArrayOutputStream read, LogEvaluation evaluation, BufferedWriter written)
      throws IOException {
    lines++;
    byte[] bytes = read.toByteArray();
    LogEvaluation.Line decided =
        bytes.length > MOST_LINE_BYTES
            ? new LogEvaluation.Line.Skipped("it is longer than " + MOST_LINE_BYTES + " bytes")
            : evaluation.line(bytes);
    JsonWriter json = new JsonWriter().beginObject();
    if (files.size() > 1) {
      json.name("file").value(place.file());
    }
    json.name("line").value(place.line());
    switch (decided) {
      case LogEvaluation.Line.Skipped(String why) -> {
        skipped++;
        if (named.size() < MOST_NAMED) {
          named.add(new Skipped(place, why));
          console()
              .note(
                  (files.size() > 1 ? place.file() + ":" : "line ")
                      + place.line()
                      + " is skipped: "
                      + why);
        }
        json.name("skipped").value(why);
      }
      case LogEvaluation.Line.Beside _ -> {
        beside++;
        json.name("other_record").value(true);
      }
      case LogEvaluation.Line.Decided line -> {
        json.name("decision").value(line.decision());
        line.status().ifPresent(status -> json.name("status").value(status));
        line.code().ifPresent(code -> json.name("code").value(code));
        json.name("rules").beginArray();
        line.rules().forEach(json::value);
        json.endArray();
        if (line.masked().isPresent()) {
          json.name("masked").beginObject();
          line.masked().get().forEach((kind, count) -> json.name(kind).value(count));
          json.endObject();
        }
      }
    }
    written.write(json.endObject().text());
    written.write('\n');
  }

  private String text(LogEvaluation evaluation) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d lines: %d allowed (%d masked), %d denied, %d skipped\n"
            .formatted(
                lines, evaluation.allowed(), evaluation.masked(), evaluation.denied(), skipped));
    if (beside > 0) {
      text.append("  audit records that decide nothing  ").append(beside).append('\n');
    }
    evaluation.rules().forEach((id, count) -> text.append("  rule  %s  %d\n".formatted(id, count)));
    evaluation
        .findings()
        .forEach((kind, count) -> text.append("  found  %s  %d\n".formatted(kind, count)));
    return text.toString();
  }

  private void json(JsonWriter json, LogEvaluation evaluation) {
    json.name("lines").value(lines);
    if (beside > 0) {
      json.name("other_records").value(beside);
    }
    json.name("skipped").beginArray();
    for (Skipped each : named) {
      json.beginObject();
      if (files.size() > 1) {
        json.name("file").value(each.place().file());
      }
      json.name("line").value(each.place().line()).name("why").value(each.why()).endObject();
    }
    json.endArray().name("allowed").value(evaluation.allowed());
    json.name("denied").value(evaluation.denied()).name("masked").value(evaluation.masked());
    json.name("rules").beginObject();
    evaluation.rules().forEach((id, count) -> json.name(id).value(count));
    json.endObject().name("findings").beginObject();
    evaluation.findings().forEach((kind, count) -> json.name(kind).value(count));
    json.endObject();
  }
}
