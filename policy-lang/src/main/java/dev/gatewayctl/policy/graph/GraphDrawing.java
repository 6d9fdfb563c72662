package dev.gatewayctl.policy.graph;

import dev.gatewayctl.policy.catalog.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Draws a rule graph: the phases in order, in each its rules, then models, targets and providers.
///
/// Both languages get the same drawing. Nodes are numbered, not named: a name of a policy may hold
/// whatever the drawing's own language would take for its signs.
final class GraphDrawing {
  private static final int MOST_LINE = 60;

  private final RuleGraph graph;
  private final StringBuilder page = new StringBuilder();
  private final Map<String, String> providers = new TreeMap<>();

  private GraphDrawing(RuleGraph graph) {
    this.graph = graph;
  }

  static String dot(RuleGraph graph) {
    GraphDrawing drawing = new GraphDrawing(graph);
    drawing.dot();
    return drawing.page.toString();
  }

  static String mermaid(RuleGraph graph) {
    GraphDrawing drawing = new GraphDrawing(graph);
    drawing.mermaid();
    return drawing.page.toString();
  }

  private List<Phase> phases() {
    List<Phase> phases = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      if (!graph.rules().getOrDefault(phase, List.of()).isEmpty()) {
        phases.add(phase);
      }
    }
    return phases;
  }

  private void dot() {
    page.append("digraph policy {\n  rankdir=LR;\n  compound=true;\n");
    page.append("  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=10];\n");
    String before = "";
    String beforeCluster = "";
    for (Phase phase : phases()) {
      page.append(
          "  subgraph cluster_%s {\n    label=\"%s\";\n".formatted(phase.word(), phase.word()));
      int number = 0;
      String first = phase.word() + "_0";
      for (RuleNode rule : graph.rules().getOrDefault(phase, List.of())) {
        String style = rule.shadow() ? ", style=\"rounded,dashed\"" : "";
        page.append("    %s_%d [label=\"".formatted(phase.word(), number++));
        GraphText.lines(rule).forEach(line -> page.append(quoted(line)).append("\\l"));
        page.append("\"%s];\n".formatted(style));
      }
      page.append("  }\n");
      if (!before.isEmpty()) {
        page.append(
            "  %s -> %s [ltail=cluster_%s, lhead=cluster_%s];\n"
                .formatted(before, first, beforeCluster, phase.word()));
      }
      before = first;
      beforeCluster = phase.word();
    }
    numberProviders();
    graph
        .providers()
        .values()
        .forEach(
            provider ->
                page.append(
                    "  %s [label=\"%s\", shape=cylinder];\n"
                        .formatted(id(provider.name()), quoted(label(provider)))));
    int number = 0;
    for (ModelNode model : graph.models().values()) {
      String id = "model_" + number++;
      page.append("  %s [label=\"%s\", shape=ellipse];\n".formatted(id, quoted(model.name())));
      int place = 1;
      for (ModelNode.TargetNode target : model.targets()) {
        page.append(
            "  %s -> %s [label=\"%d. %s\"];\n"
                .formatted(id, id(target.provider()), place++, quoted(target.model())));
      }
    }
    page.append("}\n");
  }

  private void mermaid() {
    page.append("flowchart LR\n");
    String before = "";
    for (Phase phase : phases()) {
      page.append("  subgraph %s\n".formatted(phase.word()));
      int number = 0;
      for (RuleNode rule : graph.rules().getOrDefault(phase, List.of())) {
        List<String> lines = GraphText.lines(rule).stream().map(GraphDrawing::escaped).toList();
        page.append(
            "    %s_%d[\"%s\"]%s\n"
                .formatted(
                    phase.word(),
                    number++,
                    String.join("<br/>", lines),
                    rule.shadow() ? ":::shadow" : ""));
      }
      page.append("  end\n");
      if (!before.isEmpty()) {
        page.append("  %s --> %s\n".formatted(before, phase.word()));
      }
      before = phase.word();
    }
    numberProviders();
    graph
        .providers()
        .values()
        .forEach(
            provider ->
                page.append(
                    "  %s[(\"%s\")]\n".formatted(id(provider.name()), escaped(label(provider)))));
    int number = 0;
    for (ModelNode model : graph.models().values()) {
      String id = "model_" + number++;
      page.append("  %s([\"%s\"])\n".formatted(id, escaped(model.name())));
      int place = 1;
      for (ModelNode.TargetNode target : model.targets()) {
        page.append(
            "  %s -- \"%d. %s\" --> %s\n"
                .formatted(id, place++, escaped(target.model()), id(target.provider())));
      }
    }
    page.append("  classDef shadow stroke-dasharray: 4 4\n");
  }

  private void numberProviders() {
    int number = 0;
    for (String name : graph.providers().keySet()) {
      providers.put(name, "provider_" + number++);
    }
  }

  private String id(String provider) {
    return providers.getOrDefault(provider, "provider");
  }

  private static String label(ProviderNode provider) {
    return provider.name() + provider.region().map(region -> " (" + region + ")").orElse("");
  }

  private static String shortened(String line) {
    return line.length() <= MOST_LINE ? line : line.substring(0, MOST_LINE - 3) + "...";
  }

  private static String quoted(String line) {
    return shortened(line).replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String escaped(String line) {
    StringBuilder text = new StringBuilder();
    for (char c : shortened(line).toCharArray()) {
      switch (c) {
        case '"' -> text.append("#quot;");
        case '<' -> text.append("#lt;");
        case '>' -> text.append("#gt;");
        case '&' -> text.append("#amp;");
        case '#' -> text.append("#35;");
        case '`' -> text.append("#96;");
        default -> text.append(c);
      }
    }
    return text.toString();
  }
}
