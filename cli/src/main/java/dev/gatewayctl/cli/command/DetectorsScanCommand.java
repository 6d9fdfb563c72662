package dev.gatewayctl.cli.command;

import dev.gatewayctl.cli.console.CommandFailure;
import dev.gatewayctl.cli.console.Console;
import dev.gatewayctl.cli.console.ExitCode;
import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.evaluation.Finding;
import dev.gatewayctl.runtime.inspect.Inspection;
import dev.gatewayctl.runtime.inspect.Inspector;
import dev.gatewayctl.runtime.inspect.Place;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scan",
    description = "Look for personal data and secrets in files or standard input.",
    footer = {
      "",
      "Each file is one input; with --jsonl each line is. Offsets are code points.",
      "The found text itself is never printed.",
      "",
      "Examples:",
      "  gatewayctl detectors scan notes.txt",
      "  gatewayctl detectors scan --fail - < prompt.txt",
      "  gatewayctl detectors scan --jsonl text --format jsonl log.jsonl",
      "",
      "Exit: with --fail, 1 when something was found."
    })
final class DetectorsScanCommand extends Verb {
  private static final int MOST_BYTES = 256 << 20;

  /// How results are written.
  enum Format {
    TEXT,
    JSON,
    JSONL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      paramLabel = "FILE",
      arity = "0..*",
      description = "Files; default, or -: standard input.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = {"-p", "--policy"},
      paramLabel = "FILE",
      description = "The detectors of this policy; default: gateway.yaml when there is one.")
  private @Nullable String policy;

  @Option(
      names = "--jsonl",
      paramLabel = "FIELD",
      description = "Inputs are JSON lines; look at this member of each.")
  private @Nullable String jsonl;

  @Option(names = "--fail", description = "Exit 1 when something was found.")
  private boolean fail;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How to print: ${COMPLETION-CANDIDATES}; default: text.")
  private Format format = Format.TEXT;

  private int inputs;
  private long found;
  private final JsonWriter document = new JsonWriter();

  DetectorsScanCommand(Console console) {
    super(console);
  }

  @Override
  int run() {
    Inspector inspector =
        DetectorsCommand.policy(console(), policy).map(Inspector::of).orElseGet(Inspector::builtIn);
    document.beginObject().name("version").value(1).name("inputs").beginArray();
    for (String name : files.isEmpty() ? List.of("-") : files) {
      byte[] bytes = read(name);
      if (jsonl == null) {
        scan(inspector, name, bytes);
      } else {
        lines(inspector, name, bytes, jsonl);
      }
    }
    if (format == Format.JSON) {
      console().line(document.endArray().endObject().text());
    } else if (format == Format.TEXT && found == 0) {
      console().note("nothing found in " + inputs + (inputs == 1 ? " input" : " inputs"));
    }
    return fail && found > 0 ? ExitCode.FAILED : ExitCode.FINE;
  }

  private byte[] read(String name) {
    if (name.equals("-")) {
      return console().readIn(MOST_BYTES);
    }
    try {
      if (Files.size(console().path(name)) > MOST_BYTES) {
        throw CommandFailure.input("`" + name + "` is longer than " + MOST_BYTES + " bytes");
      }
      return Files.readAllBytes(console().path(name));
    } catch (IOException e) {
      throw CommandFailure.input("cannot read `" + name + "`");
    }
  }

  private void lines(Inspector inspector, String name, byte[] bytes, String field) {
    int line = 1;
    int at = 0;
    while (at < bytes.length) {
      int end = at;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end > at) {
        String place = name + ":" + line;
        scan(inspector, place, member(place, bytes, at, end, field));
      }
      at = end + 1;
      line++;
    }
  }

  private static byte[] member(String place, byte[] bytes, int from, int to, String field) {
    return switch (JsonDocument.read(bytes, from, to)) {
      case JsonDocument.Reading.Malformed malformed ->
          throw CommandFailure.input(place + ": not JSON: " + malformed.reason());
      case JsonDocument.Reading.Read read -> {
        JsonValue value = read.document().root().find(field);
        if (value == null || !value.isString()) {
          throw CommandFailure.input(place + ": there is no text `" + field + "`");
        }
        yield value.text().string().getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  private void scan(Inspector inspector, String place, byte[] bytes) {
    requireText(place, bytes);
    Inspection inspection =
        inspector.inspect(List.of(Inspector.Piece.of(new Place(Location.USER, true), bytes)));
    inputs++;
    found += inspection.matches().size();
    switch (format) {
      case TEXT -> {
        for (Inspection.Match match : inspection.matches()) {
          int start = codePoints(bytes, match.start());
          int end = codePoints(bytes, match.end());
          console()
              .line(
                  "%s: %s at %d..%d (score %.2f)"
                      .formatted(
                          place + ":" + lineOf(bytes, match.start()),
                          match.finding().kind(),
                          start,
                          end,
                          match.finding().score()));
        }
      }
      case JSON -> write(document, bytes, inspection);
      case JSONL -> {
        JsonWriter line = new JsonWriter();
        write(line, bytes, inspection);
        console().line(line.text());
      }
    }
  }

  private static void requireText(String place, byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw CommandFailure.input(place + ": not UTF-8");
    }
  }

  private void write(JsonWriter json, byte[] bytes, Inspection inspection) {
    json.beginObject().name("input").value(inputs - 1).name("findings").beginArray();
    for (Inspection.Match match : inspection.matches()) {
      json.beginObject().name("kind").value(match.finding().kind());
      json.name("detector").value(match.finding().detector());
      json.name("start").value(codePoints(bytes, match.start()));
      json.name("end").value(codePoints(bytes, match.end()));
      json.name("score").value(match.finding().score()).endObject();
    }
    json.endArray().name("scores").beginObject();
    Map<String, Double> scores = new TreeMap<>();
    for (Finding finding : inspection.findings().found()) {
      scores.merge(finding.kind(), finding.score(), Math::max);
    }
    for (Finding finding : inspection.findings().faint()) {
      scores.merge(finding.kind(), finding.score(), Math::max);
    }
    scores.forEach((kind, score) -> json.name(kind).value(score));
    json.endObject().endObject();
  }

  private static int codePoints(byte[] utf8, int end) {
    int count = 0;
    for (int i = 0; i < end; i++) {
      if ((utf8[i] & 0xC0) != 0x80) {
        count++;
      }
    }
    return count;
  }

  private static int lineOf(byte[] utf8, int offset) {
    int line = 1;
    for (int i = 0; i < offset; i++) {
      if (utf8[i] == '\n') {
        line++;
      }
    }
    return line;
  }
}
