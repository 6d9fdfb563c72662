package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.policy.catalog.Surface;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.graph.RuleGraph;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import dev.gatewayctl.runtime.engine.RecordedFacts;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads tests: defaults, the test's own members and the columns of its table become one set of
/// members, the later ones in place of the earlier.
final class TestReader {
  private static final Set<String> MEMBERS =
      Set.of(
          "prompt",
          "request",
          "exchange",
          "principal",
          "model",
          "headers",
          "now",
          "response",
          "mode");
  private static final String SURFACE = "request.surface";
  private static final List<String> PRINCIPAL =
      List.of("org", "team", "app", "user", "key", "groups");

  private final RuleGraph graph;
  private final Caller named;
  private final Instant now;
  private final RecordOperand records;
  private final Diagnostics out;

  TestReader(RuleGraph graph, Caller named, Instant now, RecordOperand records, Diagnostics out) {
    this.graph = graph;
    this.named = named;
    this.now = now;
    this.records = records;
    this.out = out;
  }

  /// One test, or one for each row of its table.
  List<PromptTests.Test> tests(@Nullable Mapping defaults, Mapping test, int number) {
    Map<String, Entry> members = new LinkedHashMap<>();
    ExpectationReader expected = new ExpectationReader(out);
    List<List<Entry>> rows = List.of();
    String name = "test " + number;
    if (defaults != null) {
      for (Entry entry : defaults.entries()) {
        member(members, entry, "defaults");
      }
    }
    boolean table = false;
    if (test.find("exchange") != null) {
      members.keySet().retainAll(Set.of("mode")); // a record says the rest itself
    }
    if (test.find("request") != null) {
      members.remove("prompt"); // a test's own body stands in place of the usual prompt
    } else if (test.find("prompt") != null) {
      members.remove("request");
    }
    for (Entry entry : test.entries()) {
      switch (entry.name()) {
        case "name" -> name = entry.value() instanceof Scalar scalar ? scalar.value() : name;
        case "expect" -> expect(entry.value(), expected);
        case "table" -> {
          rows = rows(entry.value());
          table = true;
        }
        default -> member(members, entry, "a test");
      }
    }
    if (!table) {
      expectsSomething(test, expected);
      return one(name, members, expected).stream().toList();
    }
    List<PromptTests.Test> tests = new ArrayList<>();
    for (List<Entry> row : rows) {
      Map<String, Entry> all = new LinkedHashMap<>(members);
      ExpectationReader both = new ExpectationReader(out);
      if (test.find("expect") instanceof Mapping own) {
        own.entries().forEach(entry -> both.read(entry.key(), entry.value()));
      }
      for (Entry cell : row) {
        if (ExpectationReader.expects(cell.name())) {
          both.read(cell.key(), cell.value());
        } else {
          member(all, cell, "a table");
        }
      }
      expectsSomething(test, both);
      one(name + ", row " + (tests.size() + 1), all, both).ifPresent(tests::add);
    }
    return tests;
  }

  /// A test that expects nothing would pass whatever happens.
  private void expectsSomething(Mapping test, ExpectationReader expected) {
    boolean none = expected.expectations().isEmpty();
    Span everySplit = expected.everySplit();
    if (none && everySplit != null) {
      out.report(
              DiagnosticCode.MISSING_KEY, everySplit, "`at: every-split` says where, and not what")
          .help("write what shall hold at every split, such as `received.not_contains: TEXT`");
    } else if (none && (test.find("expect") == null || !out.hasErrors())) {
      out.report(DiagnosticCode.MISSING_KEY, test.span(), "a test has no `expect`")
          .help("write what shall come out, such as `expect: { decision: allow }`");
    }
  }

  private void expect(SyntaxNode node, ExpectationReader expected) {
    if (node instanceof Mapping mapping) {
      mapping.entries().forEach(entry -> expected.read(entry.key(), entry.value()));
    } else {
      TestFields.wrongShape(node, "expect", "a mapping of what shall come out", out);
    }
  }

  /// Keeps a member that may be set; a whole principal replaces its earlier parts.
  private void member(Map<String, Entry> members, Entry entry, String where) {
    String name = entry.name();
    boolean part = name.startsWith("principal.") && PRINCIPAL.contains(name.substring(10));
    Optional<Fact> fact = Vocabulary.standard().find(name);
    if (MEMBERS.contains(name) || part) {
      if (name.equals("principal")) {
        members.keySet().removeIf(key -> key.startsWith("principal."));
      }
      members.put(name, entry);
    } else if (fact.isPresent() && fact.get().executes()) {
      members.put(name, entry);
    } else if (fact.isPresent()) {
      TestFields.keys(
          new Mapping(List.of(entry), true, entry.span()), where, List.of(), List.of(name), out);
    } else {
      Set<String> known = new LinkedHashSet<>(MEMBERS);
      known.addAll(List.of("name", "expect", "table"));
      Vocabulary.standard().facts().forEach(each -> known.add(each.name()));
      TestFields.unknown(entry.key(), where, known, out);
    }
  }

  private List<List<Entry>> rows(SyntaxNode node) {
    if (!(node instanceof Sequence table)
        || table.items().isEmpty()
        || !(table.items().getFirst() instanceof Sequence heading)) {
      TestFields.wrongShape(node, "table", "a list of rows, the heading first", out);
      return List.of();
    }
    List<List<Entry>> rows = new ArrayList<>();
    for (SyntaxNode item : table.items().subList(1, table.items().size())) {
      if (!(item instanceof Sequence row) || row.items().size() != heading.items().size()) {
        out.report(
            DiagnosticCode.WRONG_SHAPE,
            item.span(),
            "a row has as many values as the heading has columns: " + heading.items().size());
        continue;
      }
      List<Entry> cells = new ArrayList<>();
      for (int i = 0; i < row.items().size(); i++) {
        if (heading.items().get(i) instanceof Scalar column) {
          cells.add(new Entry(column, row.items().get(i)));
        } else {
          TestFields.wrongShape(heading.items().get(i), "table", "the name of a column", out);
        }
      }
      rows.add(cells);
    }
    return rows;
  }

  /// A test; empty where its record cannot be read, which is reported.
  private Optional<PromptTests.Test> one(
      String name, Map<String, Entry> members, ExpectationReader expected) {
    Entry exchange = members.get("exchange");
    boolean enforces = enforces(members.get("mode"));
    return (exchange == null
            ? Optional.of(authored(members, expected.everySplit()))
            : recorded(members, exchange, expected.everySplit()))
        .map(subject -> new PromptTests.Test(name, subject, expected.expectations(), enforces));
  }

  private boolean enforces(@Nullable Entry mode) {
    boolean enforces =
        mode != null && mode.value() instanceof Scalar scalar && scalar.value().equals("enforce");
    if (mode != null && !enforces) {
      out.report(DiagnosticCode.UNKNOWN_WORD, mode.value().span(), "`mode` of a test is `enforce`");
    }
    return enforces;
  }

  /// A record says itself who asked for what and when: nothing may be said beside it.
  private Optional<PromptTests.Subject> recorded(
      Map<String, Entry> members, Entry exchange, @Nullable Span everySplit) {
    for (Entry other : members.values()) {
      if (!other.name().equals("exchange") && !other.name().equals("mode")) {
        out.report(
                DiagnosticCode.CONFLICTING_KEYS,
                other.key().span(),
                "a test has `exchange` or `%s`, not both".formatted(other.name()))
            .label(exchange.key().span(), "the other one");
      }
    }
    if (everySplit != null) {
      out.report(
          DiagnosticCode.CONFLICTING_KEYS,
          everySplit,
          "`at: every-split` needs a stream, which a record does not keep");
    }
    return records.read(exchange.value()).map(PromptTests.Subject.Recorded::new);
  }

  private PromptTests.Subject authored(Map<String, Entry> members, @Nullable Span everySplit) {
    Optional<OfflineExchange.Answer> answer =
        Optional.ofNullable(members.get("response")).flatMap(entry -> answer(entry.value()));
    boolean streams =
        answer
            .filter(a -> a instanceof OfflineExchange.Answer.Text text && text.stream())
            .isPresent();
    if (everySplit != null && !streams) {
      Entry response = members.get("response");
      out.report(
          DiagnosticCode.CONFLICTING_KEYS,
          response == null ? everySplit : response.span(),
          "`at: every-split` needs `response: { stream }`");
    }
    OfflineExchange.Asked asked =
        new OfflineExchange.Asked(
            question(members, streams),
            caller(members),
            headers(members.get("headers")),
            time(members.get("now")),
            given(members),
            answer);
    return new PromptTests.Subject.Authored(asked, everySplit != null && streams);
  }

  private Optional<OfflineExchange.Answer> answer(SyntaxNode node) {
    if (node instanceof Scalar scalar) {
      return Optional.of(new OfflineExchange.Answer.Text(scalar.value(), false, List.of()));
    }
    if (!(node instanceof Mapping mapping) || mapping.entries().size() != 1) {
      TestFields.wrongShape(node, "response", "a text, `{ stream: TEXT }` or `{ body: ... }`", out);
      return Optional.empty();
    }
    TestFields.keys(mapping, "`response`", List.of("stream", "body"), List.of(), out);
    SyntaxNode body = mapping.find("body");
    if (body != null) {
      return Optional.of(
          new OfflineExchange.Answer.Whole(
              YamlJson.write(body, false).getBytes(StandardCharsets.UTF_8)));
    }
    if (mapping.find("stream") instanceof Scalar scalar) {
      if (scalar.value().length() > PromptTests.MOST_SPLITS) {
        out.report(
            DiagnosticCode.OUT_OF_RANGE,
            scalar.span(),
            "a streamed text has at most " + PromptTests.MOST_SPLITS + " characters");
        return Optional.empty();
      }
      return Optional.of(new OfflineExchange.Answer.Text(scalar.value(), true, List.of()));
    }
    return Optional.empty();
  }

  private OfflineExchange.Question question(Map<String, Entry> members, boolean streams) {
    Surface surface = surface(members, streams);
    Entry request = members.get("request");
    Entry prompt = members.get("prompt");
    if (request != null) {
      if (prompt != null) {
        out.report(
                DiagnosticCode.CONFLICTING_KEYS,
                prompt.key().span(),
                "a test has `prompt` or `request`, not both")
            .label(request.key().span(), "the other one");
      }
      boolean byPath = Wording.saidByPath(surface);
      return OfflineExchange.Question.whole(
          surface,
          byPath ? model(members) : "",
          YamlJson.write(request.value(), streams && !byPath).getBytes(StandardCharsets.UTF_8));
    }
    String text = "hello";
    if (prompt != null) {
      if (prompt.value() instanceof Scalar scalar) {
        text = scalar.value();
      } else {
        TestFields.wrongShape(prompt.value(), "prompt", "a text", out);
      }
    }
    return OfflineExchange.Question.of(surface, model(members), text, streams);
  }

  /// The surface that is asked: the fact `request.surface`, or the chat protocol.
  private Surface surface(Map<String, Entry> members, boolean streams) {
    Entry named = members.get(SURFACE);
    if (named == null) {
      return Surface.CHAT;
    }
    if (!(named.value() instanceof Scalar scalar)) {
      TestFields.wrongShape(named.value(), SURFACE, "the name of a surface", out);
      return Surface.CHAT;
    }
    Optional<Surface> surface = Surface.of(scalar.value()).filter(Wording::asks);
    if (surface.isEmpty()) {
      out.report(
              DiagnosticCode.UNKNOWN_WORD,
              scalar.span(),
              "no test can ask on the surface `%s`".formatted(scalar.value()))
          .suggest(Spelling.nearest(scalar.value(), Wording.words()));
      return Surface.CHAT;
    }
    Entry response = members.get("response");
    if (response != null && isText(response.value()) && !Wording.answers(surface.get())) {
      out.report(
              DiagnosticCode.WRONG_SHAPE,
              response.value().span(),
              "no text can be an answer on the surface `%s`".formatted(scalar.value()))
          .help("write the body that a provider would send: `response: { body: ... }`");
    }
    return streams ? Wording.streaming(surface.get()) : surface.get();
  }

  private static boolean isText(SyntaxNode response) {
    return response instanceof Scalar
        || (response instanceof Mapping mapping && mapping.find("stream") != null);
  }

  /// The model that is asked for: named, or the only one.
  private String model(Map<String, Entry> members) {
    Entry model = members.get("model");
    if (model != null && model.value() instanceof Scalar scalar) {
      return scalar.value();
    }
    if (model != null) {
      TestFields.wrongShape(model.value(), "model", "the name of a model", out);
    } else if (graph.models().size() != 1) {
      Span place = members.values().stream().map(Entry::span).findFirst().orElse(null);
      if (place != null) {
        out.report(
                DiagnosticCode.MISSING_KEY,
                place,
                "the policy has %d models, and the test names none"
                    .formatted(graph.models().size()))
            .help("write `model:` in the test or in `defaults`");
      }
    }
    return graph.models().keySet().stream().findFirst().orElse("");
  }

  private Caller caller(Map<String, Entry> members) {
    Map<String, SyntaxNode> parts = new HashMap<>();
    Entry whole = members.get("principal");
    if (whole != null && whole.value() instanceof Scalar scalar) {
      if (scalar.value().equals("anonymous")) {
        return Caller.STRANGER;
      }
      out.report(
              DiagnosticCode.UNKNOWN_WORD,
              scalar.span(),
              "`principal` is `anonymous` or a mapping of its parts")
          .suggest(Spelling.nearest(scalar.value(), List.of("anonymous")));
    } else if (whole != null && whole.value() instanceof Mapping mapping) {
      TestFields.keys(mapping, "`principal`", PRINCIPAL, List.of(), out);
      mapping.entries().forEach(entry -> parts.put(entry.name(), entry.value()));
    } else if (whole != null) {
      TestFields.wrongShape(whole.value(), "principal", "`anonymous` or a mapping", out);
    }
    for (String part : PRINCIPAL) {
      Entry own = members.get("principal." + part);
      if (own != null) {
        parts.put(part, own.value());
      }
    }
    if (parts.isEmpty()) {
      return named;
    }
    Caller caller =
        new Caller(
            text(parts, "org"),
            text(parts, "team"),
            text(parts, "app"),
            text(parts, "user"),
            text(parts, "key"),
            new TreeSet<>(
                parts.containsKey("groups")
                    ? TestFields.texts(parts.get("groups"), "principal.groups", out)
                    : List.of()),
            false);
    for (Caller.Unknown unknown : caller.unknown(graph)) {
      out.report(unknown.code(), place(parts, unknown.word()), unknown.message())
          .suggest(unknown.nearest());
    }
    return caller;
  }

  private Optional<String> text(Map<String, SyntaxNode> parts, String part) {
    SyntaxNode node = parts.get(part);
    if (node == null) {
      return Optional.empty();
    }
    if (node instanceof Scalar scalar) {
      return Optional.of(scalar.value());
    }
    TestFields.wrongShape(node, "principal." + part, "a name", out);
    return Optional.empty();
  }

  private static Span place(Map<String, SyntaxNode> parts, String word) {
    for (SyntaxNode node : parts.values()) {
      List<SyntaxNode> scalars =
          node instanceof Sequence sequence ? sequence.items() : List.of(node);
      for (SyntaxNode each : scalars) {
        if (each instanceof Scalar scalar && scalar.value().equals(word)) {
          return scalar.span();
        }
      }
    }
    throw new IllegalStateException("an unknown name that stands nowhere");
  }

  private Map<String, Object> headers(@Nullable Entry entry) {
    if (entry == null) {
      return Map.of();
    }
    Map<String, Object> headers = new HashMap<>();
    if (!(entry.value() instanceof Mapping mapping)) {
      TestFields.wrongShape(entry.value(), "headers", "a mapping of names to values", out);
      return headers;
    }
    for (Entry header : mapping.entries()) {
      if (YamlJson.plain(header.value()) instanceof List<?> values) {
        headers.put(header.name().toLowerCase(Locale.ROOT), values);
      } else if (header.value() instanceof Scalar scalar) {
        headers.put(header.name().toLowerCase(Locale.ROOT), scalar.value());
      }
    }
    return headers;
  }

  private Instant time(@Nullable Entry entry) {
    if (entry == null) {
      return now;
    }
    if (entry.value() instanceof Scalar scalar) {
      try {
        return Instant.parse(scalar.value());
      } catch (DateTimeException e) {
        out.report(
                DiagnosticCode.INVALID_DATE,
                scalar.span(),
                "`%s` is not a point in time".formatted(scalar.value()))
            .help("write it such as `2026-11-24T10:00:00Z`");
      }
    } else {
      TestFields.wrongShape(entry.value(), "now", "a point in time", out);
    }
    return now;
  }

  /// Facts that stand in place of computed ones.
  private Map<String, Object> given(Map<String, Entry> members) {
    Map<String, Object> given = new HashMap<>();
    members.forEach(
        (name, entry) -> {
          boolean part = name.startsWith("principal.") && PRINCIPAL.contains(name.substring(10));
          Optional<Fact> fact = Vocabulary.standard().find(name);
          if (MEMBERS.contains(name) || part || fact.isEmpty() || name.equals(SURFACE)) {
            return;
          }
          Object plain = YamlJson.plain(entry.value());
          Optional<Object> value =
              plain == null ? Optional.empty() : RecordedFacts.parse(fact.get(), plain);
          if (value.isPresent()) {
            given.put(name, value.get());
          } else {
            out.report(
                DiagnosticCode.TYPE_MISMATCH,
                entry.value().span(),
                "`%s` is %s".formatted(name, fact.get().type().word()));
          }
        });
    return given;
  }
}
