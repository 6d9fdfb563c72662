package dev.gatewayctl.cli.console;

import dev.gatewayctl.runtime.engine.Candidate;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.offline.OfflineExchange.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What would become of one prompt, for people and for programs.
public final class PromptReport {
  private PromptReport() {}

  public static String text(Outcome outcome, Console console) {
    ExchangeRecord exchange = outcome.exchange();
    StringBuilder text = new StringBuilder();
    if (outcome.denied()) {
      String code = exchange.status() + " " + exchange.code().orElse("");
      line(text, "decision", console.paint(Console.Paint.BAD, "deny") + " (" + code.strip() + ")");
      exchange.reason().ifPresent(reason -> line(text, "reason", reason));
    } else {
      line(text, "decision", console.paint(Console.Paint.GOOD, "allow"));
    }
    exchange.model().ifPresent(model -> line(text, "model", model));
    for (ExchangeRecord.RuleHit hit : exchange.rules()) {
      String effects = hit.effects().isEmpty() ? "" : ": " + String.join(", ", hit.effects());
      String shadow = hit.mode().equals("shadow") ? " (shadow: changes nothing)" : "";
      line(text, "rule", hit.id() + effects + shadow);
      hit.error().ifPresent(error -> line(text, "", "could not be decided: " + error));
    }
    if (!exchange.findings().isEmpty()) {
      Map<String, Integer> found = new TreeMap<>();
      exchange.findings().forEach(each -> found.merge(each.kind(), each.count(), Integer::sum));
      line(text, "found", counts(found));
    }
    if (!exchange.masked().isEmpty()) {
      line(text, "masked", counts(exchange.masked()));
    }
    if (!exchange.tags().isEmpty()) {
      line(text, "tags", String.join(", ", exchange.tags()));
    }
    outcome
        .target()
        .filter(_ -> !outcome.denied())
        .ifPresent(target -> line(text, "target", place(target)));
    if (outcome.tokens().isPresent()) {
      line(text, "tokens", Long.toString(outcome.tokens().getAsLong()));
    }
    if (exchange.costNanos().isPresent()) {
      String about = exchange.usage().estimated() ? " USD, estimated" : " USD";
      line(text, "cost", JsonWriter.dollarsText(exchange.costNanos().getAsLong()) + about);
    } else if (outcome.worstNanos().isPresent()) {
      String most = JsonWriter.dollarsText(outcome.worstNanos().getAsLong());
      line(text, "cost", "at most " + most + " USD an attempt");
    }
    if (!outcome.denied()) {
      outcome
          .sent()
          .ifPresent(sent -> line(text, "sent", new String(sent.bytes(), StandardCharsets.UTF_8)));
    }
    outcome
        .received()
        .filter(_ -> !outcome.denied())
        .ifPresent(received -> line(text, "received", received.answer()));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-10s".formatted(name)).append(value.replace("\n", "\n          ")).append('\n');
  }

  private static String counts(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String place(Candidate target) {
    return target.id() + target.provider().region().map(region -> " (" + region + ")").orElse("");
  }

  public static String json(Outcome outcome) {
    ExchangeRecord exchange = outcome.exchange();
    JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
    json.name("decision").value(exchange.decision()).name("status").value(exchange.status());
    exchange.code().ifPresent(code -> json.name("code").value(code));
    exchange.reason().ifPresent(reason -> json.name("reason").value(reason));
    json.name("rules").beginArray();
    for (ExchangeRecord.RuleHit hit : exchange.rules()) {
      json.beginObject().name("id").value(hit.id()).name("effects").beginArray();
      hit.effects().forEach(json::value);
      json.endArray().name("mode").value(hit.mode()).endObject();
    }
    json.endArray().name("findings").beginArray();
    for (ExchangeRecord.FindingCount finding : exchange.findings()) {
      json.beginObject().name("phase").value(finding.phase());
      json.name("kind").value(finding.kind()).name("detector").value(finding.detector());
      json.name("location").value(finding.location()).name("count").value(finding.count());
      json.name("score").value(finding.score()).endObject();
    }
    json.endArray().name("masked").beginObject();
    exchange.masked().forEach((kind, count) -> json.name(kind).value(count));
    json.endObject();
    if (!outcome.denied()) {
      outcome.sent().ifPresent(sent -> json.name("sent").raw(sent.bytes(), 0, sent.bytes().length));
    }
    outcome.received().ifPresent(received -> body(json.name("received"), received.bytes()));
    exchange.model().ifPresent(model -> json.name("model").value(model));
    outcome
        .target()
        .ifPresent(
            target -> {
              json.name("target").value(target.id());
              json.name("provider").value(target.provider().name());
              target.provider().region().ifPresent(region -> json.name("region").value(region));
            });
    if (outcome.tokens().isPresent()) {
      json.name("tokens").value(outcome.tokens().getAsLong());
    }
    if (exchange.costNanos().isPresent()) {
      json.name("cost").dollars(exchange.costNanos().getAsLong());
      json.name("cost_nanos").value(exchange.costNanos().getAsLong());
    }
    return json.endObject().text() + "\n";
  }

  /// A JSON body as it is, a stream as text.
  private static void body(JsonWriter json, byte[] body) {
    if (JsonDocument.read(body) instanceof JsonDocument.Reading.Read) {
      json.raw(body, 0, body.length);
    } else {
      json.value(new String(body, StandardCharsets.UTF_8));
    }
  }
}
