package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.runtime.audit.AuditReader;
import dev.gatewayctl.runtime.audit.AuditRecord;
import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.RecordedExchange;
import dev.gatewayctl.runtime.engine.RecordedExchange.Replayed;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import dev.gatewayctl.runtime.json.JsonDocument;
import dev.gatewayctl.runtime.json.JsonValue;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Decides a log line by line: bodies of any surface, exported chats whose last message may be the
/// answer, or audit records, which are decided as `replay` decides them. Keeps counts only. Used by
/// one thread.
public final class LogEvaluation {
  private final Engine engine;
  private final Settings settings;
  private final SortedMap<String, Long> rules = new TreeMap<>();
  private final SortedMap<String, Long> findings = new TreeMap<>();
  private long allowed;
  private long denied;
  private long masked;
  private boolean unnamed;

  private LogEvaluation(Engine engine, Settings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  /// How lines are read.
  ///
  /// @param caller who asks where a line names nobody
  /// @param model what is asked for where a line names no model
  /// @param map places of members in foreign logs: `model`, `prompt`, `messages`, `response`, or a
  ///   part of `principal`, each to a path such as `request.user.team`
  /// @param surface on which every line asks; without one a body tells it by its members
  /// @param now the time of every exchange
  public record Settings(
      Caller caller,
      Optional<String> model,
      SortedMap<String, String> map,
      Optional<Surface> surface,
      Instant now) {}

  /// The fields that may be mapped.
  public static final List<String> FIELDS =
      List.of(
          "model",
          "prompt",
          "messages",
          "response",
          "principal.org",
          "principal.team",
          "principal.app",
          "principal.user");

  /// What a line is.
  public sealed interface Line {
    /// It was decided.
    ///
    /// @param rules those that took part; of a record decided anew those that refuse
    /// @param masked how often each kind was; of a record decided anew nothing is known
    record Decided(
        String decision,
        OptionalInt status,
        Optional<String> code,
        List<String> rules,
        Optional<SortedMap<String, Integer>> masked)
        implements Line {}

    /// It is an audit record of another type, which decides nothing.
    record Beside() implements Line {}

    /// It is no exchange.
    ///
    /// @param why in plain words, without any of the text
    record Skipped(String why) implements Line {}
  }

  public static LogEvaluation of(RuleGraph graph, Settings settings) {
    return new LogEvaluation(Engine.link(graph), settings);
  }

  /// Decides one line.
  public Line line(byte[] bytes) {
    return switch (JsonDocument.read(bytes)) {
      case JsonDocument.Reading.Malformed malformed ->
          new Line.Skipped("it is not JSON: " + malformed.reason());
      case JsonDocument.Reading.Read read -> object(read.document().root(), bytes);
    };
  }

  private Line object(JsonValue root, byte[] bytes) {
    if (!root.isObject()) {
      return new Line.Skipped("it is no object");
    }
    JsonValue version = root.find("v");
    JsonValue type = root.find("type");
    if (settings.map().isEmpty()
        && version != null
        && type != null
        && root.find("messages") == null) {
      return record(bytes);
    }
    JsonValue messages = at(root, "messages", "messages");
    JsonValue prompt = settings.map().containsKey("prompt") ? at(root, "prompt", "") : null;
    Optional<Surface> surface = settings.surface().or(() -> told(root));
    if (messages == null && prompt == null && surface.isEmpty()) {
      return new Line.Skipped(
          root.find("input") == null
              ? "it has no `messages`"
              : "it has `input`, which several surfaces have: name one with `--surface`");
    }
    JsonValue model = at(root, "model", "model");
    Optional<String> name =
        settings.model().or(() -> model == null ? Optional.empty() : model.string());
    if (name.isEmpty()) {
      return new Line.Skipped("it names no model");
    }
    Caller caller = caller(root);
    List<Caller.Unknown> unknown = caller.unknown(engine.graph());
    if (!unknown.isEmpty()) {
      return new Line.Skipped(unknown.getFirst().message());
    }
    JsonValue response = settings.map().containsKey("response") ? at(root, "response", "") : null;
    Surface on = surface.orElse(Surface.CHAT);
    Optional<String> answer =
        response != null
            ? response.string()
            : messages == null || on != Surface.CHAT ? Optional.empty() : last(messages);
    OfflineExchange.Question question;
    if (prompt != null) {
      question = OfflineExchange.Question.of(on, name.get(), prompt.text().string(), false);
    } else if (settings.map().isEmpty() && settings.model().isEmpty() && answer.isEmpty()) {
      question = OfflineExchange.Question.whole(on, name.get(), bytes);
    } else if (on == Surface.CHAT) {
      byte[] body = body(name.get(), root, messages, answer.isPresent() && response == null);
      question = OfflineExchange.Question.whole(on, name.get(), body);
    } else {
      question = OfflineExchange.Question.whole(on, name.get(), renamed(on, name.get(), root));
    }
    return decided(question, caller, answer);
  }

  private Line decided(OfflineExchange.Question question, Caller caller, Optional<String> answer) {
    OfflineExchange.Outcome outcome =
        OfflineExchange.run(
            engine,
            new OfflineExchange.Asked(
                question,
                caller,
                Map.of(),
                settings.now(),
                Map.of(),
                answer.map(text -> new OfflineExchange.Answer.Text(text, false, List.of()))));
    ExchangeRecord exchange = outcome.exchange();
    if (exchange.status() == 400) {
      return new Line.Skipped(exchange.reason().orElse("it is no request"));
    }
    unnamed |= caller.isUnnamed();
    return counted(asItStands(exchange), exchange);
  }

  private Line record(byte[] bytes) {
    return switch (AuditReader.parse(bytes, 0, bytes.length)) {
      case AuditReader.Parsed.Bad(String reason) ->
          new Line.Skipped("it is no audit record: " + reason);
      case AuditReader.Parsed.Good(AuditRecord.Exchange(ExchangeRecord exchange)) ->
          switch (RecordedExchange.replay(engine, exchange)) {
            case Replayed.Undecidable(String fact) ->
                new Line.Skipped("the record does not hold " + fact);
            case Replayed.Kept _ -> counted(asItStands(exchange), exchange);
            case Replayed.Decided decided ->
                counted(
                    new Line.Decided(
                        decided.decision(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        decided.rules(),
                        Optional.empty()),
                    exchange);
          };
      case AuditReader.Parsed.Good _ -> new Line.Beside();
    };
  }

  private static Line.Decided asItStands(ExchangeRecord exchange) {
    return new Line.Decided(
        exchange.decision(),
        OptionalInt.of(exchange.status()),
        exchange.code(),
        exchange.rules().stream().map(ExchangeRecord.RuleHit::id).distinct().toList(),
        Optional.of(exchange.masked()));
  }

  private Line counted(Line.Decided line, ExchangeRecord exchange) {
    if (line.decision().equals("deny")) {
      denied++;
    } else {
      allowed++;
      masked += line.masked().filter(kinds -> !kinds.isEmpty()).isPresent() ? 1 : 0;
    }
    line.rules().forEach(id -> rules.merge(id, 1L, Long::sum));
    exchange
        .findings()
        .forEach(each -> findings.merge(each.kind(), (long) each.count(), Long::sum));
    return line;
  }

  /// The surface whose body this is, as far as one member tells it.
  private static Optional<Surface> told(JsonValue root) {
    if (root.find("contents") != null) {
      return Optional.of(Surface.GEMINI);
    }
    if (root.find("messages") != null) {
      // Both say `messages`; only in the messages protocol do instructions stand beside them.
      return Optional.of(root.find("system") == null ? Surface.CHAT : Surface.MESSAGES);
    }
    return root.find("prompt") == null ? Optional.empty() : Optional.of(Surface.COMPLETIONS);
  }

  /// The body with another model, where the body names one.
  private static byte[] renamed(Surface surface, String model, JsonValue root) {
    JsonWriter json = new JsonWriter().beginObject();
    if (!Wording.saidByPath(surface)) {
      json.name("model").value(model);
    }
    for (JsonValue.Member member : root.members()) {
      if (!member.name().is("model")) {
        json.name(member.name().text().string());
        json.raw(root.bytes(), member.value().start(), member.value().end());
      }
    }
    return json.endObject().text().getBytes(StandardCharsets.UTF_8);
  }

  /// The text of a last message of the assistant: what was answered.
  private static Optional<String> last(JsonValue messages) {
    List<JsonValue> items = messages.items();
    if (items.size() < 2) {
      return Optional.empty();
    }
    JsonValue role = items.getLast().find("role");
    JsonValue content = items.getLast().find("content");
    return role != null && role.is("assistant") && content != null
        ? content.string()
        : Optional.empty();
  }

  private byte[] body(
      String model, JsonValue root, @Nullable JsonValue messages, boolean withoutLast) {
    JsonWriter json = new JsonWriter().beginObject().name("model").value(model);
    json.name("messages").beginArray();
    List<JsonValue> items = messages == null ? List.of() : messages.items();
    for (JsonValue item : withoutLast ? items.subList(0, items.size() - 1) : items) {
      json.raw(item.bytes(), item.start(), item.end());
    }
    json.endArray();
    if (settings.map().isEmpty()) {
      for (JsonValue.Member member : root.members()) {
        if (!member.name().is("model") && !member.name().is("messages")) {
          json.name(member.name().text().string());
          json.raw(root.bytes(), member.value().start(), member.value().end());
        }
      }
    }
    return json.endObject().text().getBytes(StandardCharsets.UTF_8);
  }

  private Caller caller(JsonValue root) {
    boolean mapped = settings.map().keySet().stream().anyMatch(key -> key.startsWith("principal."));
    return mapped
        ? new Caller(
            text(root, "principal.org"),
            text(root, "principal.team"),
            text(root, "principal.app"),
            text(root, "principal.user"),
            Optional.empty(),
            Collections.unmodifiableSortedSet(new TreeSet<>()),
            false)
        : settings.caller();
  }

  private Optional<String> text(JsonValue root, String field) {
    JsonValue value = settings.map().containsKey(field) ? at(root, field, "") : null;
    return value == null ? Optional.empty() : value.string();
  }

  private @Nullable JsonValue at(JsonValue root, String field, String otherwise) {
    JsonValue value = root;
    for (String part : settings.map().getOrDefault(field, otherwise).split("\\.", -1)) {
      value = value == null ? null : value.present(part);
    }
    return value;
  }

  public long allowed() {
    return allowed;
  }

  public long denied() {
    return denied;
  }

  /// Whether authentication and access were left out of a line for want of a caller.
  public boolean isUnnamed() {
    return unnamed && engine.graph().principals().isPresent();
  }

  /// How many of the allowed ones had something masked.
  public long masked() {
    return masked;
  }

  /// In how many exchanges each rule, limit or default took part.
  public SortedMap<String, Long> rules() {
    return Collections.unmodifiableSortedMap(rules);
  }

  /// How often each kind was found.
  public SortedMap<String, Long> findings() {
    return Collections.unmodifiableSortedMap(findings);
  }
}
