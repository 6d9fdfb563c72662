package dev.gatewayctl.runtime.audit;

import dev.gatewayctl.policy.evaluation.FactSource.Bounds;
import dev.gatewayctl.runtime.exchange.Attempt;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.FindingCount;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.RuleHit;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Writes records as lines: `v` and `type` first, then the members in the order of the format's
/// description. What is absent is left out; lists and maps are written also when they are empty.
final class RecordText {
  /// The version of the format.
  static final int VERSION = 1;

  /// Bytes of a usual record.
  private static final int USUAL_BYTES = 2048;

  private final JsonWriter out = new JsonWriter(USUAL_BYTES);

  private RecordText() {}

  /// The line of a record, its line end included.
  static byte[] line(AuditRecord record) {
    RecordText text = new RecordText();
    switch (record) {
      case AuditRecord.Exchange exchange -> text.exchange(exchange.exchange());
      case AuditRecord.Policy policy -> text.policy(policy);
      case AuditRecord.Recover recover -> text.recover(recover);
      case AuditRecord.Other other ->
          throw new IllegalArgumentException("nothing is known of a record " + other.type());
    }
    return text.out.endObject().toLine();
  }

  private void begin(String type) {
    out.beginObject().name("v").value(VERSION).name("type").value(type);
  }

  private void policy(AuditRecord.Policy policy) {
    begin("policy");
    text("time", Timestamp.text(policy.time()));
    text("policy_digest", policy.policyDigest());
    out.name("files").beginArray();
    policy
        .files()
        .forEach(
            (name, text) ->
                out.beginObject().name("name").value(name).name("text").value(text).endObject());
    out.endArray();
  }

  private void recover(AuditRecord.Recover recover) {
    begin("recover");
    text("time", Timestamp.text(recover.time()));
    text("segment", recover.segment());
    number("cut_bytes", recover.cutBytes());
  }

  private void exchange(ExchangeRecord record) {
    begin("exchange");
    text("id", record.id());
    text("time", Timestamp.text(record.time()));
    text("ended", Timestamp.text(record.ended()));
    text("policy_digest", record.policyDigest());
    text("surface", record.surface());
    truth("stream", record.stream());
    principal(record.principal());
    text("model", record.model());
    text("target", record.target());
    text("provider", record.provider());
    text("region", record.region());
    text("decision", record.decision());
    if (record.status() != 0) {
      number("status", record.status());
    }
    text("code", record.code());
    text("reason", record.reason());
    rules(record.rules());
    texts("tags", record.tags());
    findings(record.findings());
    scores(record.scores());
    texts("scanned", record.scanned());
    out.name("masked").beginObject();
    record.masked().forEach((kind, count) -> number(kind, count));
    out.endObject();
    texts("stripped", record.stripped());
    attempts(record.attempts());
    usage(record.usage());
    number("cost_nanos", record.costNanos());
    text("price_version", record.priceVersion());
    number("latency_ms", record.latencyMillis());
    number("first_token_ms", record.firstTokenMillis());
    text("outcome", record.outcome());
    text("input_digest", record.inputDigest());
    out.name("facts").beginObject();
    record.facts().forEach(this::fact);
    out.endObject();
  }

  private void principal(Principal principal) {
    out.name("principal").beginObject();
    text("org", principal.org());
    text("team", principal.team());
    text("app", principal.app());
    text("user", principal.user());
    text("key", principal.key());
    out.endObject();
  }

  private void rules(List<RuleHit> rules) {
    out.name("rules").beginArray();
    for (RuleHit rule : rules) {
      out.beginObject();
      text("id", rule.id());
      text("phase", rule.phase());
      texts("effects", rule.effects());
      text("mode", rule.mode());
      text("error", rule.error());
      out.endObject();
    }
    out.endArray();
  }

  private void findings(List<FindingCount> findings) {
    out.name("findings").beginArray();
    for (FindingCount finding : findings) {
      out.beginObject();
      text("phase", finding.phase());
      text("kind", finding.kind());
      text("detector", finding.detector());
      text("location", finding.location());
      truth("latest", finding.latest());
      number("count", finding.count());
      out.name("score").value(finding.score());
      out.endObject();
    }
    out.endArray();
  }

  private void scores(Map<String, Map<String, Double>> scores) {
    out.name("scores").beginObject();
    new TreeMap<>(scores)
        .forEach(
            (phase, byKind) -> {
              out.name(phase).beginObject();
              new TreeMap<>(byKind).forEach((kind, score) -> out.name(kind).value(score));
              out.endObject();
            });
    out.endObject();
  }

  private void attempts(List<Attempt> attempts) {
    out.name("attempts").beginArray();
    for (Attempt attempt : attempts) {
      out.beginObject();
      text("target", attempt.target());
      if (attempt.status() != 0) {
        number("status", attempt.status());
      }
      number("latency_ms", attempt.latencyMillis());
      usage(attempt.usage());
      number("cost_nanos", attempt.costNanos());
      out.endObject();
    }
    out.endArray();
  }

  private void usage(Usage usage) {
    if (usage.equals(Usage.UNKNOWN)) {
      return;
    }
    out.name("usage").beginObject();
    number("input", usage.input());
    number("cached", usage.cached());
    number("cache_write", usage.cacheWrite());
    number("cache_write_1h", usage.cacheWrite1h());
    number("output", usage.output());
    number("reasoning", usage.reasoning());
    truth("estimated", usage.estimated());
    out.endObject();
  }

  private void fact(String name, Object value) {
    out.name(name);
    switch (value) {
      case String text -> out.value(text);
      case Long number -> out.value(number);
      case Integer number -> out.value(number);
      case Double number -> out.value(number);
      case Boolean truth -> out.value(truth);
      case Bounds bounds ->
          out.beginObject()
              .name("min")
              .value(bounds.min())
              .name("max")
              .value(bounds.max())
              .endObject();
      case List<?> list -> {
        out.beginArray();
        list.forEach(item -> out.value(String.valueOf(item)));
        out.endArray();
      }
      default ->
          throw new IllegalArgumentException(
              "fact " + name + " has a value of " + value.getClass());
    }
  }

  private void texts(String name, Collection<String> values) {
    out.name(name).beginArray();
    values.forEach(out::value);
    out.endArray();
  }

  private void text(String name, String value) {
    out.name(name).value(value);
  }

  private void text(String name, Optional<String> value) {
    value.ifPresent(present -> text(name, present));
  }

  private void number(String name, long value) {
    out.name(name).value(value);
  }

  private void number(String name, OptionalLong value) {
    value.ifPresent(present -> number(name, present));
  }

  private void truth(String name, boolean value) {
    out.name(name).value(value);
  }
}
