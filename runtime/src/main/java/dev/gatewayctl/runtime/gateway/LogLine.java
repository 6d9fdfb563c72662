package dev.gatewayctl.runtime.gateway;

import java.util.Map;

/// One thing worth telling the operator: what happened, and ids and counts, never content.
///
/// @param level `info`, `warning` or `error`
public record LogLine(String level, String message, Map<String, String> fields) {
  public LogLine {
    fields = Map.copyOf(fields);
  }

  static LogLine info(String message) {
    return new LogLine("info", message, Map.of());
  }

  static LogLine warning(String message) {
    return new LogLine("warning", message, Map.of());
  }

  static LogLine error(String message) {
    return new LogLine("error", message, Map.of());
  }
}
