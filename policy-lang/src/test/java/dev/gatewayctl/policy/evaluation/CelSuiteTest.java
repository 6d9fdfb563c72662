package dev.gatewayctl.policy.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Phase;
import dev.gatewayctl.policy.checking.DeclaredNames;
import dev.gatewayctl.policy.checking.ExpressionChecker;
import dev.gatewayctl.policy.checking.Scope;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Expression;
import dev.gatewayctl.policy.expression.Fact;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.expression.Vocabulary;
import dev.gatewayctl.policy.syntax.ScalarText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The public CEL suite, as far as it lies in the subset: what our checker refuses (unsigned ints,
/// `dyn`, messages, mixed types) is counted by reason, what it accepts must come out as published.
final class CelSuiteTest {
  private static final List<String> FILES =
      List.of(
          "basic",
          "comparisons",
          "conversions",
          "fields",
          "fp_math",
          "integer_math",
          "lists",
          "logic",
          "macros",
          "parse",
          "plumbing",
          "string",
          "string_ext",
          "timestamps");

  /// Tests that differ on purpose, each with its reason.
  private static final Map<String, String> DIFFERENT = Map.of();

  private final Map<String, Integer> skipped = new TreeMap<>();
  private final List<String> failed = new ArrayList<>();
  private int passed;
  private int refused;

  @Test
  void agreesWithTheSuite() throws IOException {
    Path folder = suite();
    for (String file : FILES) {
      var messages = TextProto.parse(Files.readString(folder.resolve(file + ".textproto")));
      for (Object section : messages.all("section")) {
        TextProto.Message tests = (TextProto.Message) section;
        for (Object test : tests.all("test")) {
          String name =
              file + "/" + tests.text("name") + "/" + ((TextProto.Message) test).text("name");
          run(name, (TextProto.Message) test);
        }
      }
    }
    int total = passed + refused + failed.size();
    String summary =
        "CEL suite: %d of %d agree (%d of them refused before they run, as the suite expects an error), skipped %s"
            .formatted(passed + refused, total, refused, skipped);
    org.junit.platform.commons.logging.LoggerFactory.getLogger(CelSuiteTest.class)
        .info(() -> summary);
    assertThat(failed).as(summary).isEmpty();
    assertThat(passed).as(summary).isGreaterThan(400);
  }

  private static Path suite() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      Path folder = up.resolve("shared/data/cel-spec");
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    return Assumptions.abort("skipped: the CEL suite is not here (shared/data/cel-spec)");
  }

  private void run(String name, TextProto.Message test) {
    List<Fact> facts = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    Optional<String> unusable = bind(test, facts, values);
    if (DIFFERENT.containsKey(name) || unusable.isPresent()) {
      skip(unusable.orElse("different on purpose"));
      return;
    }
    Diagnostics out = new Diagnostics();
    Vocabulary vocabulary = Vocabulary.of(facts);
    ScalarText text = ScalarText.of(SourceFile.of(name, test.text("expr")));
    Expression expression =
        ExpressionChecker.of(DeclaredNames.sample(), vocabulary, out)
            .check(text, null, Scope.POLICY);
    boolean expectsError = test.message("eval_error").isPresent();
    if (expression == null || out.hasErrors()) {
      if (expectsError) {
        refused++;
      } else {
        skip("refused: " + out.sorted().getFirst().code().id());
      }
      return;
    }
    Object actual =
        Lowering.lower(expression).value(Facts.of(fact -> values.get(fact.name()), vocabulary));
    if (expectsError) {
      judge(name, actual instanceof Node.Failure, "an error", actual);
      return;
    }
    Object expected = test.message("value").map(CelSuiteTest::value).orElse(true);
    if (expected == null) {
      skip("a value outside of the subset");
      return;
    }
    judge(name, same(expected, actual), expected, actual);
  }

  private static boolean same(Object expected, Object actual) {
    if (expected instanceof Double a && actual instanceof Double b) {
      return a.equals(b) || a.doubleValue() == b;
    }
    return Comparison.equal(expected, actual)
        && (expected instanceof Long == actual instanceof Long);
  }

  private void judge(String name, boolean right, Object expected, Object actual) {
    if (right) {
      passed++;
    } else {
      failed.add("%s: expected %s, got %s".formatted(name, expected, actual));
    }
  }

  private void skip(String why) {
    skipped.merge(why, 1, Integer::sum);
  }

  /// Makes facts of the variables; why that is not possible, if it is not.
  private static Optional<String> bind(
      TextProto.Message test, List<Fact> facts, Map<String, Object> values) {
    Map<String, Type> types = new LinkedHashMap<>();
    for (Object each : test.all("type_env")) {
      TextProto.Message variable = (TextProto.Message) each;
      Type type =
          variable
              .message("ident")
              .flatMap(i -> i.message("type"))
              .map(CelSuiteTest::type)
              .orElse(null);
      if (type == null) {
        return Optional.of("a variable of a type outside of the subset");
      }
      types.put(variable.text("name"), type);
    }
    for (Object each : test.all("bindings")) {
      TextProto.Message binding = (TextProto.Message) each;
      Object value =
          binding
              .message("value")
              .flatMap(v -> v.message("value"))
              .map(CelSuiteTest::value)
              .orElse(null);
      if (value == null) {
        return Optional.of("a variable of a value outside of the subset");
      }
      types.putIfAbsent(binding.text("key"), Type.Simple.DYN);
      values.put(binding.text("key"), value);
    }
    types.forEach(
        (name, type) ->
            facts.add(
                new Fact(
                    name,
                    facts.size(),
                    type,
                    Set.of(Phase.REQUEST),
                    Fact.Absence.ERROR,
                    true,
                    true,
                    "")));
    return Optional.empty();
  }

  private static @Nullable Type type(TextProto.Message type) {
    TextProto.Field field = type.fields().getFirst();
    return switch (field.name()) {
      case "primitive" ->
          switch (field.value().toString()) {
            case "INT64" -> Type.Simple.INT;
            case "DOUBLE" -> Type.Simple.DOUBLE;
            case "BOOL" -> Type.Simple.BOOL;
            case "STRING" -> Type.Simple.STRING;
            case "BYTES" -> Type.Simple.BYTES;
            case String other -> null;
          };
      case "map_type" -> {
        TextProto.Message map = (TextProto.Message) field.value();
        Type key = map.message("key_type").map(CelSuiteTest::type).orElse(null);
        Type value = map.message("value_type").map(CelSuiteTest::type).orElse(null);
        yield key == null || value == null ? null : new Type.MapOf(key, value);
      }
      case "list_type" -> {
        Type element =
            ((TextProto.Message) field.value())
                .message("elem_type")
                .map(CelSuiteTest::type)
                .orElse(null);
        yield element == null ? null : new Type.ListOf(element);
      }
      case "dyn" -> Type.Simple.DYN;
      case "message_type" ->
          switch (TextProto.string(field.value())) {
            case "google.protobuf.Duration" -> Type.Simple.DURATION;
            case "google.protobuf.Timestamp" -> Type.Simple.TIMESTAMP;
            case String other -> null;
          };
      case String other -> null;
    };
  }

  private static @Nullable Object value(TextProto.Message message) {
    TextProto.Field field = message.fields().getFirst();
    return switch (field.name()) {
      case "null_value" -> Node.Nothing.NULL;
      case "bool_value" -> Boolean.valueOf(field.value().toString());
      case "int64_value" -> Long.decode(field.value().toString());
      case "double_value" -> number(field.value().toString());
      case "string_value" -> TextProto.string(field.value());
      case "bytes_value" -> field.value();
      case "list_value" -> {
        List<Object> list = new ArrayList<>();
        for (Object each : ((TextProto.Message) field.value()).all("values")) {
          Object element = value((TextProto.Message) each);
          if (element == null) {
            yield null;
          }
          list.add(element);
        }
        yield list;
      }
      case "map_value" -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (Object each : ((TextProto.Message) field.value()).all("entries")) {
          TextProto.Message entry = (TextProto.Message) each;
          Object key = entry.message("key").map(CelSuiteTest::value).orElse(null);
          Object value = entry.message("value").map(CelSuiteTest::value).orElse(null);
          if (key == null || value == null) {
            yield null;
          }
          map.put(key, value);
        }
        yield map;
      }
      case "object_value" -> object(((TextProto.Message) field.value()).fields().getFirst());
      case String other -> null;
    };
  }

  private static double number(String text) {
    return switch (text) {
      case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      case String digits -> Double.parseDouble(digits);
    };
  }

  private static @Nullable Object object(TextProto.Field object) {
    TextProto.Message fields = (TextProto.Message) object.value();
    long seconds = fields.text("seconds").isEmpty() ? 0 : Long.parseLong(fields.text("seconds"));
    long nanos = fields.text("nanos").isEmpty() ? 0 : Long.parseLong(fields.text("nanos"));
    return switch (object.name()) {
      case "[type.googleapis.com/google.protobuf.Timestamp]" ->
          Instant.ofEpochSecond(seconds, nanos);
      case "[type.googleapis.com/google.protobuf.Duration]" -> Duration.ofSeconds(seconds, nanos);
      case String other -> null;
    };
  }
}
