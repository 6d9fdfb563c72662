package dev.gatewayctl.policy.syntax;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads a policy file.
public final class YamlReader {
  /// The longest file, in UTF-16 units.
  public static final int MOST_UNITS = 4 * 1024 * 1024;

  /// How deep mappings and sequences nest.
  public static final int MOST_LEVELS = 64;

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .loadSettings(LoadSettings.builder().setCodePointLimit(MOST_UNITS + 1).build())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(MOST_UNITS)
                  .maxNumberLength(MOST_UNITS)
                  .build())
          .build();

  private final SourceFile file;
  private final CodePoints offsets;
  private final YAMLParser parser;
  private final Diagnostics out;

  private YamlReader(SourceFile file, YAMLParser parser, Diagnostics out) {
    this.file = file;
    this.offsets = CodePoints.of(file.text());
    this.parser = parser;
    this.out = out;
  }

  /// The mapping that a file holds, or null when it holds none, which is reported.
  public static SyntaxNode.@Nullable Mapping read(SourceFile file, Diagnostics out) {
    SyntaxNode node = readAny(file, out);
    if (node instanceof SyntaxNode.Mapping mapping) {
      return mapping;
    }
    if (node != null) {
      out.report(
              DiagnosticCode.NOT_A_MAPPING, node.span(), "a policy file is a mapping of sections")
          .help("begin with a key, such as `gateway: v1`");
    }
    return null;
  }

  /// Whatever a file holds, or null when it cannot be read, which is reported.
  public static @Nullable SyntaxNode readAny(SourceFile file, Diagnostics out) {
    try (YAMLParser parser =
        (YAMLParser) YAML.createParser(ObjectReadContext.empty(), file.text())) {
      var reader = new YamlReader(file, parser, out);
      JsonToken first = parser.nextToken();
      if (first == null) {
        out.report(DiagnosticCode.NOT_A_MAPPING, new Span(file, 0, 0), "the file is empty");
        return null;
      }
      return reader.node(first, 0);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      int start = file.lineStart(Math.min(line, file.lineCount()));
      out.report(DiagnosticCode.YAML_SYNTAX, new Span(file, start, start), "not valid YAML");
      return null;
    }
  }

  private SyntaxNode node(JsonToken token, int depth) {
    int start = tokenStart();
    return switch (token) {
      case START_OBJECT -> mapping(start, depth + 1);
      case START_ARRAY -> sequence(start, depth + 1);
      default -> scalar();
    };
  }

  private SyntaxNode.Mapping mapping(int start, int depth) {
    boolean flow = file.text().startsWith("{", start);
    Map<String, SyntaxNode.Entry> entries = new LinkedHashMap<>();
    int end = start;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      SyntaxNode.Scalar key = scalar();
      SyntaxNode value = node(parser.nextToken(), depth);
      var entry = new SyntaxNode.Entry(key, value);
      SyntaxNode.Entry first = entries.putIfAbsent(key.value(), entry);
      if (first != null) {
        out.report(
                DiagnosticCode.DUPLICATE_KEY, key.span(), "`" + key.value() + "` stands here twice")
            .label(first.key().span(), "the first one");
      }
      end = value.span().end();
    }
    Span span = new Span(file, start, flow ? tokenEnd() : Math.max(start, end));
    return new SyntaxNode.Mapping(List.copyOf(entries.values()), flow, span);
  }

  private SyntaxNode.Sequence sequence(int start, int depth) {
    boolean flow = file.text().startsWith("[", start);
    List<SyntaxNode> items = new ArrayList<>();
    int end = start;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      SyntaxNode item = node(token, depth);
      items.add(item);
      end = item.span().end();
    }
    Span span = new Span(file, start, flow ? tokenEnd() : Math.max(start, end));
    return new SyntaxNode.Sequence(items, flow, span);
  }

  private SyntaxNode.Scalar scalar() {
    int start = tokenStart();
    int end = tokenEnd();
    ScalarText text =
        switch (ScalarDecoder.style(file.text(), start, end)) {
          case PLAIN, SINGLE, DOUBLE -> ScalarDecoder.flow(file, start, end);
          case LITERAL, FOLDED -> ScalarDecoder.block(file, start, end, -1);
        };
    return new SyntaxNode.Scalar(text, text.span());
  }

  private int tokenStart() {
    return offsets.unit((int) parser.currentTokenLocation().getCharOffset());
  }

  private int tokenEnd() {
    return offsets.unit((int) parser.currentLocation().getCharOffset());
  }
}
