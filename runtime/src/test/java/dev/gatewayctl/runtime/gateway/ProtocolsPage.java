package dev.gatewayctl.runtime.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewayctl.policy.catalog.Cell;
import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.catalog.Surface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// `docs/reference/protocols.md`, written from the cells that were seen to hold on the running
/// gateway. `-Dgolden.update=true` rewrites it and still fails, so that nothing is changed unseen.
final class ProtocolsPage {
  private static final List<String> PROTOCOLS =
      List.of("openai", "anthropic", "gemini", "bedrock", "ollama", "mcp");

  /// Surface and protocol, and the cells that held for them.
  private final Map<String, Set<String>> held = Collections.synchronizedMap(new TreeMap<>());

  /// Says that a control held in a cell before a provider of that protocol.
  void held(Cell cell, String protocol) {
    held.computeIfAbsent(
            cell.surface().word() + " " + protocol,
            _ -> Collections.synchronizedSet(new TreeSet<>()))
        .add(cell.toString());
  }

  /// Compares the page, when every cell was walked; a part of the tests says nothing about the
  /// rest.
  void compare(List<Cell> cells) throws IOException {
    long walked =
        cells.stream()
            .filter(
                cell ->
                    held.entrySet().stream()
                        .anyMatch(
                            entry ->
                                entry.getKey().startsWith(cell.surface().word() + " ")
                                    && entry.getValue().contains(cell.toString())))
            .count();
    boolean pairs = held.size() > cells.stream().map(Cell::surface).distinct().count();
    if (walked < cells.size() || !pairs) {
      return;
    }
    Path file = Path.of("..", "docs", "reference", "protocols.md");
    String wanted = text(cells);
    String stands = Files.exists(file) ? Files.readString(file) : "";
    if (!stands.equals(wanted) && Boolean.getBoolean("golden.update")) {
      Files.writeString(file, wanted);
    }
    assertThat(stands).as("%s; -Dgolden.update=true rewrites it", file).isEqualTo(wanted);
  }

  private String text(List<Cell> cells) {
    StringBuilder page =
        new StringBuilder(
            """
            # Protocols

            <!-- Written by PlantedValueTest; -Dgolden.update=true rewrites it. -->

            Callers speak a surface, providers a protocol. Each number is how many places of the surface
            (whole or stream, request or answer, location) a value was planted in on the running gateway
            and found masked and recorded; in the provider's own protocol it was also denied there.
            *as it is*: bytes pass, but for what a rule changes. *translated*: both ways, event by event
            on streams. Empty: not served by such a provider.

            | surface | openai | anthropic | gemini | bedrock | ollama | mcp |
            |---|---|---|---|---|---|---|
            """);
    List<Surface> surfaces = cells.stream().map(Cell::surface).distinct().sorted().toList();
    for (Surface surface : surfaces) {
      page.append("| `").append(surface.word()).append("` |");
      for (String protocol : PROTOCOLS) {
        Set<String> seen = held.getOrDefault(surface.word() + " " + protocol, Set.of());
        boolean own = PlantedValueTest.protocol(surface).equals(protocol);
        page.append(' ')
            .append(
                seen.isEmpty()
                    ? ""
                    : (own ? "as it is, " : "translated, ")
                        + seen.size()
                        + " of "
                        + all(surface, cells))
            .append(" |");
      }
      page.append('\n');
    }
    page.append(
        """

        ## The places of each surface

        | surface | answers | in requests | in answers |
        |---|---|---|---|
        """);
    for (Surface surface : surfaces) {
      page.append("| `").append(surface.word()).append("` | ");
      page.append(
          cells.stream()
              .filter(cell -> cell.surface() == surface)
              .map(cell -> cell.stream() ? "stream" : "whole")
              .distinct()
              .sorted()
              .collect(Collectors.joining(", ")));
      for (Cell.Direction direction : Cell.Direction.values()) {
        page.append(" | ");
        page.append(
            cells.stream()
                .filter(cell -> cell.surface() == surface && cell.direction() == direction)
                .map(Cell::location)
                .distinct()
                .sorted()
                .map(Location::word)
                .collect(Collectors.joining(" ")));
      }
      page.append(" |\n");
    }
    return page.toString();
  }

  private static long all(Surface surface, List<Cell> cells) {
    return cells.stream().filter(cell -> cell.surface() == surface).count();
  }
}
