package dev.gatewayctl.runtime.offline;

import dev.gatewayctl.runtime.engine.Engine;
import dev.gatewayctl.runtime.engine.RecordedExchange;
import dev.gatewayctl.runtime.engine.RecordedExchange.Replayed;
import dev.gatewayctl.runtime.exchange.ExchangeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// Holds the expectations of a test against a recorded exchange, decided as `replay` decides it.
/// What neither the record nor the new decision tells is a failure that says so: an expectation
/// that nothing was held against must not pass.
final class RecordedTest {
  private RecordedTest() {}

  static List<String> failures(
      List<Expectation> expectations, Engine engine, ExchangeRecord record) {
    return switch (RecordedExchange.replay(engine, record)) {
      case Replayed.Undecidable(String fact) ->
          List.of("undecidable: the record does not hold " + fact);
      case Replayed.Kept _ -> kept(expectations, record);
      case Replayed.Decided decided -> {
        List<String> failures = new ArrayList<>();
        for (Expectation each : expectations) {
          decided(each, record, decided).ifPresent(failures::add);
        }
        yield failures;
      }
    };
  }

  /// No rule had a say: all that the record says stands.
  private static List<String> kept(List<Expectation> expectations, ExchangeRecord record) {
    OfflineExchange.Outcome outcome =
        new OfflineExchange.Outcome(
            record,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
    List<String> failures = new ArrayList<>();
    for (Expectation each : expectations) {
      boolean silent =
          switch (each) {
            case Expectation.Content _ -> true;
            case Expectation.Word(String name, String _) -> name.startsWith("target.");
            case Expectation.Among _, Expectation.Counts _ -> false;
          };
      (silent ? Optional.of(untold(each)) : each.failure(outcome)).ifPresent(failures::add);
    }
    return failures;
  }

  private static Optional<String> decided(
      Expectation expectation, ExchangeRecord record, Replayed.Decided decided) {
    return switch (expectation) {
      case Expectation.Word word when word.name().equals("decision") ->
          word.against(decided.decision());
      case Expectation.Word word when word.name().equals("model") ->
          word.against(record.model().orElse("none"));
      case Expectation.Among among when among.name().equals("findings") ->
          among.against(Expectation.found(record).keySet());
      case Expectation.Among among
          when among.name().equals("rules") && decided.decision().equals("deny") -> {
        Set<String> refusing = new TreeSet<>(decided.rules());
        yield among.against(refusing);
      }
      case Expectation.Counts counts when counts.name().equals("findings") ->
          counts.against(Expectation.found(record));
      case Expectation.Word _, Expectation.Among _, Expectation.Counts _, Expectation.Content _ ->
          Optional.of(untold(expectation));
    };
  }

  private static String untold(Expectation expectation) {
    return switch (expectation) {
      case Expectation.Content content ->
          content.name() + "." + content.how() + ": a record holds no content";
      case Expectation.Word(String name, String _) ->
          name + ": that does not follow from the record";
      case Expectation.Among(String name, List<String> _) ->
          name.equals("rules")
              ? "rules: only those that refuse follow from the record"
              : name + ": that does not follow from the record";
      case Expectation.Counts counts -> counts.name() + ": that does not follow from the record";
    };
  }
}
