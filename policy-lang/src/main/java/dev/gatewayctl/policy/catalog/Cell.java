package dev.gatewayctl.policy.catalog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A place in which a text can pass the gateway: where a control has to hold. The table of all of
/// them is what the planted-value test walks on the running gateway.
///
/// @param stream whether the answer is a stream; of a request it says what was asked for
public record Cell(Surface surface, Direction direction, boolean stream, Location location) {
  /// Which way a text goes.
  public enum Direction {
    REQUEST,
    RESPONSE
  }

  private static final Set<Location> CONVERSATION =
      EnumSet.of(
          Location.SYSTEM,
          Location.USER,
          Location.ASSISTANT,
          Location.TOOL_DEFINITION,
          Location.TOOL_CALL,
          Location.TOOL_RESULT,
          Location.REASONING,
          Location.METADATA);

  private static final Set<Location> WITH_DOCUMENTS = with(CONVERSATION, Location.DOCUMENT);

  private static final Set<Location> ANSWER =
      EnumSet.of(Location.ASSISTANT, Location.REASONING, Location.TOOL_CALL, Location.METADATA);

  private static final List<Cell> ALL = List.copyOf(table());

  /// Every cell, in the order of the surfaces.
  public static List<Cell> all() {
    return ALL;
  }

  /// The cells of a surface.
  public static List<Cell> of(Surface surface) {
    return ALL.stream().filter(cell -> cell.surface == surface).toList();
  }

  private static Set<Location> with(Set<Location> some, Location more) {
    Set<Location> all = EnumSet.copyOf(some);
    all.add(more);
    return all;
  }

  /// What a surface carries: locations of its requests and of its answers, and how it answers.
  private record Row(
      Set<Location> request, Set<Location> response, boolean whole, boolean stream) {}

  private static List<Cell> table() {
    Map<Surface, Row> rows = new EnumMap<>(Surface.class);
    rows.put(Surface.CHAT, new Row(CONVERSATION, ANSWER, true, true));
    rows.put(Surface.RESPONSES, new Row(CONVERSATION, ANSWER, true, true));
    rows.put(Surface.MESSAGES, new Row(WITH_DOCUMENTS, ANSWER, true, true));
    rows.put(Surface.COUNT_TOKENS, new Row(WITH_DOCUMENTS, Set.of(), true, false));
    rows.put(Surface.GEMINI, new Row(CONVERSATION, ANSWER, true, false));
    rows.put(Surface.GEMINI_STREAM, new Row(CONVERSATION, ANSWER, false, true));
    rows.put(Surface.CONVERSE, new Row(WITH_DOCUMENTS, ANSWER, true, false));
    rows.put(Surface.CONVERSE_STREAM, new Row(WITH_DOCUMENTS, ANSWER, false, true));
    rows.put(Surface.OLLAMA, new Row(CONVERSATION, ANSWER, true, true));
    rows.put(
        Surface.COMPLETIONS,
        new Row(
            EnumSet.of(Location.USER, Location.METADATA),
            EnumSet.of(Location.ASSISTANT),
            true,
            true));
    Row inputs = new Row(EnumSet.of(Location.INPUT, Location.METADATA), Set.of(), true, false);
    rows.put(Surface.EMBEDDINGS, inputs);
    rows.put(Surface.GEMINI_EMBED, inputs);
    rows.put(Surface.MODERATIONS, inputs);
    rows.put(
        Surface.MCP,
        new Row(
            EnumSet.of(Location.TOOL_CALL, Location.INPUT, Location.METADATA),
            EnumSet.of(Location.TOOL_DEFINITION, Location.TOOL_RESULT, Location.METADATA),
            true,
            true));
    List<Cell> cells = new ArrayList<>();
    rows.forEach(
        (surface, row) -> {
          for (boolean stream : new boolean[] {false, true}) {
            if (stream ? row.stream() : row.whole()) {
              row.request()
                  .forEach(l -> cells.add(new Cell(surface, Direction.REQUEST, stream, l)));
              row.response()
                  .forEach(l -> cells.add(new Cell(surface, Direction.RESPONSE, stream, l)));
            }
          }
        });
    return cells;
  }

  @Override
  public String toString() {
    return "%s %s %s %s"
        .formatted(
            surface.word(),
            direction.name().toLowerCase(Locale.ROOT),
            stream ? "stream" : "whole",
            location.word());
  }
}
