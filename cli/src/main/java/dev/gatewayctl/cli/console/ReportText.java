package dev.gatewayctl.cli.console;

import dev.gatewayctl.runtime.json.JsonWriter;
import dev.gatewayctl.runtime.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A report in the forms that people and programs read; every form has the same columns.
public final class ReportText {
  private ReportText() {}

  public enum Format {
    TEXT,
    JSON,
    CSV,
    MARKDOWN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static String render(Report.Table table, Report.Kind kind, Format format) {
    return switch (format) {
      case TEXT -> grid(table, kind).render();
      case MARKDOWN -> grid(table, kind).markdown();
      case CSV -> csv(table, kind);
      case JSON -> json(table, kind);
    };
  }

  private static TextTable grid(Report.Table table, Report.Kind kind) {
    List<String> heading = new ArrayList<>();
    table.by().forEach(dimension -> heading.add(dimension.word()));
    for (String column : kind.columns()) {
      if (!column.equals("cost_nanos")) {
        heading.add(column.equals("findings") ? column : ">" + column);
      }
    }
    TextTable grid = TextTable.of(heading.toArray(String[]::new));
    table.rows().forEach(row -> grid.row(cells(table, row, kind)));
    Report.Row total = table.total();
    List<String> last = cells(table, total, kind);
    if (!table.by().isEmpty()) {
      last.set(0, "total");
    }
    return grid.row(last);
  }

  private static List<String> cells(Report.Table table, Report.Row row, Report.Kind kind) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < table.by().size(); i++) {
      cells.add(i < row.keys().size() ? row.keys().get(i).orElse("-") : "");
    }
    for (String column : kind.columns()) {
      if (!column.equals("cost_nanos")) {
        cells.add(value(row, column));
      }
    }
    return cells;
  }

  private static String value(Report.Row row, String column) {
    return switch (column) {
      case "cost" -> JsonWriter.dollarsText(row.costNanos());
      case "findings" ->
          row.findings().entrySet().stream()
              .map(kind -> kind.getKey() + "=" + kind.getValue())
              .collect(Collectors.joining(" "));
      default -> Long.toString(number(row, column));
    };
  }

  private static long number(Report.Row row, String column) {
    return switch (column) {
      case "exchanges" -> row.exchanges();
      case "denied" -> row.denied();
      case "refused" -> row.refused();
      case "failed" -> row.failed();
      case "input_tokens" -> row.inputTokens();
      case "cached_tokens" -> row.cachedTokens();
      case "output_tokens" -> row.outputTokens();
      case "cost_nanos" -> row.costNanos();
      case "latency_p50_ms" -> row.latencyP50Millis();
      case "latency_p95_ms" -> row.latencyP95Millis();
      default -> throw new IllegalArgumentException("no column " + column);
    };
  }

  private static String csv(Report.Table table, Report.Kind kind) {
    StringBuilder text = new StringBuilder();
    List<String> heading = new ArrayList<>();
    table.by().forEach(dimension -> heading.add(dimension.word()));
    heading.addAll(kind.columns());
    text.append(String.join(",", heading)).append("\r\n");
    for (Report.Row row : table.rows()) {
      List<String> cells = new ArrayList<>();
      row.keys().forEach(key -> cells.add(quoted(key.orElse(""))));
      kind.columns().forEach(column -> cells.add(quoted(value(row, column))));
      text.append(String.join(",", cells)).append("\r\n");
    }
    return text.toString();
  }

  /// RFC 4180; a cell that a spreadsheet would take for a formula is kept from being one.
  private static String quoted(String cell) {
    String safe = !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
  }

  private static String json(Report.Table table, Report.Kind kind) {
    JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
    json.name("rows").beginArray();
    table.rows().forEach(row -> row(json, table, row, kind));
    json.endArray().name("total");
    row(json, table, table.total(), kind);
    return json.endObject().text() + "\n";
  }

  private static void row(JsonWriter json, Report.Table table, Report.Row row, Report.Kind kind) {
    json.beginObject();
    for (int i = 0; i < table.by().size() && i < row.keys().size(); i++) {
      String name = table.by().get(i).word();
      row.keys().get(i).ifPresent(key -> json.name(name).value(key));
    }
    for (String column : kind.columns()) {
      json.name(column);
      switch (column) {
        case "cost" -> json.value(JsonWriter.dollarsText(row.costNanos()));
        case "findings" -> {
          json.beginObject();
          row.findings().forEach((found, count) -> json.name(found).value(count));
          json.endObject();
        }
        default -> json.value(number(row, column));
      }
    }
    json.endObject();
  }
}
