package dev.gatewayctl.runtime.audit;

import dev.gatewayctl.policy.evaluation.FactSource.Bounds;
import dev.gatewayctl.runtime.audit.AuditReader.Parsed;
import dev.gatewayctl.runtime.exchange.Attempt;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.FindingCount;
import dev.gatewayctl.runtime.exchange.ExchangeRecord.RuleHit;
import dev.gatewayctl.runtime.exchange.Principal;
import dev.gatewayctl.runtime.exchange.Usage;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads lines back. Members that it does not know are passed over; a line without one that every
/// record has is no record.
///
/// The format does not have what follows from other members: the principal's id comes from `user`
/// or `app`, its kind from `key`; where a fact of the record says it, the fact counts.
final class RecordParser {
  private RecordParser() {}

  /// Reads the bytes from `from` up to `to`, without the line end.
  static Parsed parse(byte[] bytes, int from, int to) {
    return switch (JsonDocument.read(bytes, from, to)) {
      case JsonDocument.Reading.Malformed malformed -> new Parsed.Bad(malformed.reason());
      case JsonDocument.Reading.Read read -> {
        try {
          yield new Parsed.Good(record(new Members(read.document().root())));
        } catch (Missing missing) {
          yield new Parsed.Bad(missing.reason);
        }
      }
    };
  }

  private static AuditRecord record(Members line) throws Missing {
    long version = line.number("v");
    if (version != RecordText.VERSION) {
      throw new Missing("it has version " + version + " of the format, which is not known here");
    }
    String type = line.text("type");
    return switch (type) {
      case "exchange" -> new AuditRecord.Exchange(exchange(line));
      case "policy" ->
          new AuditRecord.Policy(line.time("time"), line.text("policy_digest"), files(line));
      case "recover" ->
          new AuditRecord.Recover(
              line.time("time"), line.text("segment"), line.number("cut_bytes"));
      default -> new AuditRecord.Other(type);
    };
  }

  private static SortedMap<String, String> files(Members line) throws Missing {
    SortedMap<String, String> files = new TreeMap<>();
    for (Members file : line.list("files")) {
      files.put(file.text("name"), file.text("text"));
    }
    return files;
  }

  private static ExchangeRecord exchange(Members line) throws Missing {
    SortedMap<String, Object> facts = facts(line);
    return new ExchangeRecord(
        line.text("id"),
        line.time("time"),
        line.time("ended"),
        line.text("policy_digest"),
        line.textIf("surface"),
        line.truth("stream"),
        principal(line.within("principal"), facts),
        line.textIf("model"),
        line.textIf("target"),
        line.textIf("provider"),
        line.textIf("region"),
        line.text("decision"),
        Math.toIntExact(Math.clamp(line.numberIf("status").orElse(0), 0, 999)),
        line.textIf("code"),
        line.textIf("reason"),
        rules(line),
        new TreeSet<>(line.texts("tags")),
        findings(line),
        scores(line),
        new TreeSet<>(line.texts("scanned")),
        counts(line.within("masked")),
        line.texts("stripped"),
        attempts(line),
        usage(line),
        line.numberIf("cost_nanos"),
        line.textIf("price_version"),
        line.number("latency_ms"),
        line.numberIf("first_token_ms"),
        line.text("outcome"),
        line.textIf("input_digest"),
        facts);
  }

  private static Principal principal(Members written, SortedMap<String, Object> facts) {
    Optional<String> app = written.textIf("app");
    Optional<String> user = written.textIf("user");
    Optional<String> key = written.textIf("key");
    Optional<String> named = user.map(name -> "user:" + name).or(() -> app.map(a -> "app:" + a));
    SortedSet<String> groups = new TreeSet<>();
    if (facts.get("principal.groups") instanceof List<?> list) {
      list.forEach(group -> groups.add(String.valueOf(group)));
    }
    return new Principal(
        facts.get("principal.id") instanceof String id ? id : named.orElse(""),
        facts.get("principal.kind") instanceof String kind
            ? kind
            : key.isPresent() ? "key" : "anonymous",
        written.textIf("org"),
        written.textIf("team"),
        app,
        user,
        key,
        groups);
  }

  private static List<RuleHit> rules(Members line) throws Missing {
    List<RuleHit> rules = new ArrayList<>();
    for (Members rule : line.list("rules")) {
      rules.add(
          new RuleHit(
              rule.text("id"),
              rule.textIf("phase"),
              rule.texts("effects"),
              rule.text("mode"),
              rule.textIf("error")));
    }
    return List.copyOf(rules);
  }

  private static List<FindingCount> findings(Members line) throws Missing {
    List<FindingCount> findings = new ArrayList<>();
    for (Members finding : line.list("findings")) {
      findings.add(
          new FindingCount(
              finding.text("phase"),
              finding.text("kind"),
              finding.text("detector"),
              finding.text("location"),
              finding.truth("latest"),
              Math.toIntExact(Math.clamp(finding.number("count"), 0, Integer.MAX_VALUE)),
              finding.decimal("score")));
    }
    return List.copyOf(findings);
  }

  private static Map<String, Map<String, Double>> scores(Members line) throws Missing {
    Map<String, Map<String, Double>> scores = new TreeMap<>();
    Members written = line.within("scores");
    for (String phase : written.names()) {
      Map<String, Double> byKind = new TreeMap<>();
      Members kinds = written.within(phase);
      for (String kind : kinds.names()) {
        byKind.put(kind, kinds.decimal(kind));
      }
      scores.put(phase, byKind);
    }
    return scores;
  }

  private static SortedMap<String, Integer> counts(Members written) throws Missing {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (String kind : written.names()) {
      counts.put(kind, Math.toIntExact(Math.clamp(written.number(kind), 0, Integer.MAX_VALUE)));
    }
    return counts;
  }

  private static List<Attempt> attempts(Members line) throws Missing {
    List<Attempt> attempts = new ArrayList<>();
    for (Members attempt : line.list("attempts")) {
      attempts.add(
          new Attempt(
              attempt.text("target"),
              Math.toIntExact(Math.clamp(attempt.numberIf("status").orElse(0), 0, 999)),
              attempt.number("latency_ms"),
              usage(attempt),
              attempt.numberIf("cost_nanos")));
    }
    return List.copyOf(attempts);
  }

  private static Usage usage(Members line) {
    Members usage = line.within("usage");
    if (usage.names().isEmpty()) {
      return Usage.UNKNOWN;
    }
    return new Usage(
        usage.numberIf("input"),
        usage.numberIf("cached"),
        usage.numberIf("cache_write"),
        usage.numberIf("cache_write_1h"),
        usage.numberIf("output"),
        usage.numberIf("reasoning"),
        usage.truth("estimated"));
  }

  private static SortedMap<String, Object> facts(Members line) {
    SortedMap<String, Object> facts = new TreeMap<>();
    Members written = line.within("facts");
    for (String name : written.names()) {
      written.plain(name).flatMap(RecordParser::fact).ifPresent(value -> facts.put(name, value));
    }
    return facts;
  }

  /// A fact; empty for an object that is none: no fact has such a value.
  private static Optional<Object> fact(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.get("min") instanceof Long min && map.get("max") instanceof Long max
          ? Optional.of(new Bounds(min, max))
          : Optional.empty();
    }
    return Optional.of(value);
  }

  /// The members of one object, none when there is no object.
  private record Members(@Nullable JsonValue object) {
    String text(String name) throws Missing {
      return textIf(name).orElseThrow(() -> missing(name));
    }

    Optional<String> textIf(String name) {
      JsonValue value = find(name);
      return value == null ? Optional.empty() : value.string();
    }

    Instant time(String name) throws Missing {
      Instant time = Timestamp.parse(text(name));
      if (time == null) {
        throw new Missing("its `" + name + "` is no time");
      }
      return time;
    }

    long number(String name) throws Missing {
      return numberIf(name).orElseThrow(() -> missing(name));
    }

    OptionalLong numberIf(String name) {
      JsonValue value = find(name);
      return value == null ? OptionalLong.empty() : value.wholeNumber();
    }

    double decimal(String name) throws Missing {
      JsonValue value = find(name);
      if (value == null) {
        throw missing(name);
      }
      return value.number().orElseThrow(() -> missing(name));
    }

    boolean truth(String name) {
      JsonValue value = find(name);
      return value != null && value.isTrue();
    }

    Members within(String name) {
      return new Members(find(name));
    }

    List<Members> list(String name) {
      JsonValue value = find(name);
      return value == null ? List.of() : value.items().stream().map(Members::new).toList();
    }

    List<String> texts(String name) {
      JsonValue value = find(name);
      return value == null
          ? List.of()
          : value.items().stream().flatMap(item -> item.string().stream()).toList();
    }

    Optional<Object> plain(String name) {
      JsonValue value = find(name);
      return value == null ? Optional.empty() : value.plain();
    }

    List<String> names() {
      return object == null
          ? List.of()
          : object.members().stream().map(member -> member.name().text().string()).toList();
    }

    private @Nullable JsonValue find(String name) {
      return object == null ? null : object.present(name);
    }

    private static Missing missing(String name) {
      return new Missing("it has no `" + name + "`");
    }
  }

  /// Ends the reading of a line; never leaves this class.
  private static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;

    Missing(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }
}
