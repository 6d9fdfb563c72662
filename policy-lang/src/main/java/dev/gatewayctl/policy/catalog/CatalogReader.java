package dev.gatewayctl.policy.catalog;

import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads the product's own YAML resources. A resource that is wrong is our fault: an exception.
final class CatalogReader {
  /// What an example leaves out when it is read. Written into made-up credentials, it keeps
  /// scanners of source code from taking them for real ones.
  private static final String GAP = "¦";

  private static final char OPEN = '«';
  private static final char CLOSE = '»';
  private static final int REACH = 50;

  private static final Set<String> MEMBERS =
      Set.of(
          "kind",
          "country",
          "severity",
          "controls",
          "pattern",
          "tail",
          "context",
          "reach",
          "validator",
          "entropy",
          "allow",
          "scores",
          "threshold",
          "find",
          "pass");

  private final String name;
  private final SyntaxNode.Mapping root;

  private CatalogReader(String name, SyntaxNode.Mapping root) {
    this.name = name;
    this.root = root;
  }

  static CatalogReader of(String name) {
    var problems = new Diagnostics();
    SyntaxNode.Mapping root = YamlReader.read(SourceFile.of(name, text(name)), problems);
    if (root == null || problems.hasErrors()) {
      throw new IllegalStateException("the resource " + name + " cannot be read");
    }
    return new CatalogReader(name, root);
  }

  private static String text(String name) {
    try (InputStream in = CatalogReader.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> classes() {
    return texts(root.find("classes"));
  }

  SortedMap<String, SortedSet<String>> kinds() {
    var known = Set.copyOf(classes());
    var kinds = new TreeMap<String, SortedSet<String>>();
    for (SyntaxNode.Entry entry : mapping(root.find("kinds"), "kinds").entries()) {
      var classes = new TreeSet<>(texts(entry.value()));
      if (!known.containsAll(classes)) {
        throw wrong("unknown class of the kind " + entry.name());
      }
      kinds.put(entry.name(), classes);
    }
    return kinds;
  }

  List<DetectorDefinition> detectors(SortedMap<String, SortedSet<String>> classesOfKind) {
    var read = new ArrayList<DetectorDefinition>();
    for (SyntaxNode.Entry entry : mapping(root.find("detectors"), "detectors").entries()) {
      read.add(detector(entry.name(), mapping(entry.value(), entry.name()), classesOfKind));
    }
    return read;
  }

  private DetectorDefinition detector(
      String id, SyntaxNode.Mapping from, SortedMap<String, SortedSet<String>> classesOfKind) {
    for (SyntaxNode.Entry entry : from.entries()) {
      if (!MEMBERS.contains(entry.name())) {
        throw wrong(id + " has the unknown member " + entry.name());
      }
    }
    String kind = required(from, "kind");
    SortedSet<String> classes = classesOfKind.get(kind);
    if (classes == null) {
      throw wrong(id + " finds the unknown kind " + kind);
    }
    SyntaxNode.Mapping scores = mapping(from.find("scores"), id);
    double base = number(scores, "base").orElseThrow(() -> wrong(id + " has no base score"));
    return new DetectorDefinition(
        id,
        kind,
        classes,
        optional(from, "country"),
        required(from, "severity"),
        texts(from.find("controls")),
        required(from, "pattern"),
        optional(from, "tail"),
        texts(from.find("context")),
        (int) number(from, "reach").orElse(REACH),
        optional(from, "validator"),
        number(from, "entropy"),
        texts(from.find("allow")),
        new DetectorDefinition.Scores(
            base, number(scores, "validated").orElse(base), number(scores, "context").orElse(base)),
        number(from, "threshold").orElse(0.5),
        texts(from.find("find")).stream().map(this::example).toList(),
        texts(from.find("pass")).stream().map(text -> text.replace(GAP, "")).toList());
  }

  private DetectorDefinition.Example example(String written) {
    String text = written.replace(GAP, "");
    int open = text.indexOf(OPEN);
    int close = text.indexOf(CLOSE);
    if (open < 0 || close < open) {
      throw wrong("an example marks nothing");
    }
    String bare =
        text.substring(0, open) + text.substring(open + 1, close) + text.substring(close + 1);
    return new DetectorDefinition.Example(bare, open, close - 1);
  }

  private OptionalDouble number(SyntaxNode.Mapping from, String key) {
    Optional<String> text = optional(from, key);
    return text.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Double.parseDouble(text.get()));
  }

  private String required(SyntaxNode.Mapping from, String key) {
    return optional(from, key).orElseThrow(() -> wrong("no " + key));
  }

  private Optional<String> optional(SyntaxNode.Mapping from, String key) {
    return switch (from.find(key)) {
      case null -> Optional.empty();
      case SyntaxNode.Scalar scalar -> Optional.of(scalar.value());
      case SyntaxNode.Mapping _, SyntaxNode.Sequence _ -> throw wrong(key + " is no text");
    };
  }

  private List<String> texts(@Nullable SyntaxNode node) {
    return switch (node) {
      case null -> List.of();
      case SyntaxNode.Sequence sequence ->
          sequence.items().stream().map(item -> scalar(item).value()).toList();
      case SyntaxNode.Mapping _, SyntaxNode.Scalar _ -> throw wrong("a list was expected");
    };
  }

  private SyntaxNode.Scalar scalar(SyntaxNode node) {
    if (node instanceof SyntaxNode.Scalar scalar) {
      return scalar;
    }
    throw wrong("a text was expected");
  }

  private SyntaxNode.Mapping mapping(@Nullable SyntaxNode node, String what) {
    if (node instanceof SyntaxNode.Mapping mapping) {
      return mapping;
    }
    throw wrong(what + " is no mapping");
  }

  private IllegalStateException wrong(String why) {
    return new IllegalStateException(name + ": " + why);
  }
}
