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
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads a policy file: YAML 1.2 without anchors, aliases, tags, duplicate keys and tabs.
///
/// The parser gives tokens with places; the text of scalars is decoded here once more, so that
/// every character knows where it stands. What the parser refuses is looked at on the raw lines,
/// where the traps of YAML are known by name ([TrapScan]); they are filled and the parser goes on
/// behind them, so that one run shows all. What the parser accepts but nobody can have meant is
/// found in the tree ([TreeCheck]).
public final class YamlReader {
  /// The longest file in bytes of UTF-8.
  public static final int MOST_BYTES = 4 * 1024 * 1024;

  /// How deep mappings and sequences nest.
  public static final int MOST_LEVELS = 64;

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .loadSettings(LoadSettings.builder().setCodePointLimit(MOST_BYTES + 1).build())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(MOST_BYTES)
                  .maxNumberLength(MOST_BYTES)
                  .maxStringLength(MOST_BYTES)
                  .maxNestingDepth(MOST_LEVELS * 4)
                  .build())
          .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final SourceFile file;

  /// What is parsed: the file's text, repaired where it must be, offset by offset.
  private final String text;

  /// The first offset that is parsed: behind a byte order mark.
  private final int base;

  private final CodePoints offsets;
  private final YAMLParser parser;
  private final Diagnostics out;

  /// Set by what makes a tree useless: tags, anchors, aliases, too many levels.
  private boolean refused;

  /// Where the last scalar ended.
  private int scalarEnd;

  /// A parse of the text.
  ///
  /// @param found what is wrong in a file that could be parsed
  /// @param failure why it could not
  private record Attempt(
      @Nullable SyntaxNode tree,
      boolean refused,
      Diagnostics found,
      @Nullable JacksonException failure) {}

  private YamlReader(SourceFile file, String text, YAMLParser parser, Diagnostics out) {
    this.file = file;
    this.text = text;
    this.base = base(text);
    this.offsets = CodePoints.of(text.substring(base));
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
              DiagnosticCode.NOT_A_MAPPING, node.span(), "a file of this kind is a mapping of keys")
          .help("begin with a key, such as `gateway: v1`");
    }
    return null;
  }

  /// Whatever a file holds, or null when it cannot be read, which is reported. A tree may come with
  /// errors: it is whole then, but for keys that stood there twice.
  public static @Nullable SyntaxNode readAny(SourceFile file, Diagnostics out) {
    if (CharacterCheck.bytes(file.text()) > MOST_BYTES) {
      out.report(DiagnosticCode.FILE_TOO_LARGE, new Span(file, 0, 0), "a file has at most 4 MiB")
          .help("split it and `include` the parts");
      return null;
    }
    String text = CharacterCheck.clean(file, out);
    if (directive(file, text, out)) {
      return null;
    }
    Attempt first = attempt(file, text);
    if (first.tree != null && !first.refused) {
      out.reportAll(first.found.sorted());
      TreeCheck.check(file, text, first.tree, out);
      return first.tree;
    }
    if (first.failure != null && tabs(file, text, first.failure, out)) {
      return null;
    }
    String repaired = TrapScan.scan(file, text, out);
    Attempt second = repaired.equals(text) ? first : attempt(file, repaired);
    out.reportAll(second.found.sorted());
    if (second.failure != null) {
      syntaxError(file, repaired, second.failure, out);
    } else if (second.tree != null) {
      TreeCheck.check(file, repaired, second.tree, out);
    }
    return null;
  }

  private static int base(String text) {
    return text.startsWith("\uFEFF") ? 1 : 0;
  }

  private static Attempt attempt(SourceFile file, String text) {
    var found = new Diagnostics();
    String body = text.substring(base(text));
    try (var parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), body)) {
      var reader = new YamlReader(file, text, parser, found);
      SyntaxNode tree = reader.document();
      return new Attempt(tree, reader.refused, found, null);
    } catch (JacksonException e) {
      return new Attempt(null, false, found, e);
    } catch (TooDeep e) {
      found.report(
          DiagnosticCode.NESTED_TOO_DEEP, e.at, "more than %d levels".formatted(MOST_LEVELS));
      return new Attempt(null, true, found, null);
    }
  }

  private @Nullable SyntaxNode document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      out.report(DiagnosticCode.NOT_A_MAPPING, new Span(file, base, base), "the file is empty")
          .help("begin with a key, such as `gateway: v1`");
      return null;
    }
    SyntaxNode tree = node(first, 0);
    if (tree instanceof SyntaxNode.Scalar scalar && scalar.isEmpty()) {
      out.report(DiagnosticCode.NOT_A_MAPPING, tree.span(), "the file is empty")
          .help("begin with a key, such as `gateway: v1`");
      return null;
    }
    if (parser.nextToken() != null) {
      int start = tokenStart();
      out.report(
              DiagnosticCode.SEVERAL_DOCUMENTS,
              new Span(file, start, start),
              "a second document begins here")
          .help("one file is one document: move it to a file of its own and `include` that");
    }
    return tree;
  }

  private SyntaxNode node(JsonToken token, int depth) {
    int start = tokenStart();
    if (depth >= MOST_LEVELS
        && (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY)) {
      throw new TooDeep(new Span(file, start, start));
    }
    boolean marked = marks();
    if (token == JsonToken.START_OBJECT) {
      return mapping(start, depth + 1);
    }
    if (token == JsonToken.START_ARRAY) {
      return sequence(start, depth + 1);
    }
    return scalar(marked);
  }

  private SyntaxNode.Mapping mapping(int start, int depth) {
    boolean flow = text.startsWith("{", start);
    Map<String, SyntaxNode.Entry> entries = new LinkedHashMap<>();
    int end = start;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      SyntaxNode.Scalar key = scalar(marks() || explicitKey());
      SyntaxNode value = node(parser.nextToken(), depth);
      var entry = new SyntaxNode.Entry(key, value);
      SyntaxNode.Entry before = entries.putIfAbsent(key.value(), entry);
      if (before != null) {
        out.report(
                DiagnosticCode.DUPLICATE_KEY,
                key.span(),
                "the key `%s` stands here twice".formatted(key.value()))
            .label("the second one")
            .label(before.key().span(), "the first one");
      }
      end = Math.max(key.span().end(), value.span().end());
    }
    Span span = new Span(file, start, flow ? tokenEnd() : Math.max(start, end));
    return new SyntaxNode.Mapping(List.copyOf(entries.values()), flow, span);
  }

  private SyntaxNode.Sequence sequence(int start, int depth) {
    boolean flow = text.startsWith("[", start);
    List<SyntaxNode> items = new ArrayList<>();
    int end = start;
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      SyntaxNode item = node(token, depth);
      items.add(item);
      end = Math.max(end, item.span().end());
      token = parser.nextToken();
    }
    Span span = new Span(file, start, flow ? tokenEnd() : Math.max(start, end));
    return new SyntaxNode.Sequence(items, flow, span);
  }

  private SyntaxNode.Scalar scalar(boolean marked) {
    int start = tokenStart();
    int end = tokenEnd();
    scalarEnd = end;
    if (marked) {
      Span raw = new Span(file, start, end);
      return new SyntaxNode.Scalar(ScalarText.of(SourceFile.of(file.name(), raw.text())), raw);
    }
    ScalarText scalar =
        switch (ScalarDecoder.style(text, start, end)) {
          case PLAIN, SINGLE, DOUBLE -> ScalarDecoder.flow(file, text, start, end);
          case LITERAL, FOLDED -> block(start, end);
        };
    if (!scalar.value().equals(parser.getString()) && !scalar.value().isEmpty()) {
      throw new IllegalStateException("decoded otherwise than parsed: " + scalar.span());
    }
    return new SyntaxNode.Scalar(scalar, scalar.span());
  }

  /// The indentation of a block is that of its first line, or stands in its header counted from a
  /// column that only the parser knows: then it is the one that gives what the parser read.
  private ScalarText block(int start, int end) {
    boolean counted =
        text.substring(start + 1, Math.min(start + 3, end)).chars().anyMatch(Character::isDigit);
    ScalarText scalar = ScalarDecoder.block(file, text, start, end, -1);
    for (int indent = 0; counted && indent <= MOST_LEVELS * 10; indent++) {
      scalar = ScalarDecoder.block(file, text, start, end, indent);
      if (scalar.value().equals(parser.getString())) {
        break;
      }
    }
    return scalar;
  }

  /// Whether the current token has a tag, an anchor or is an alias, which is reported. The first
  /// character tells: no plain scalar begins with one of these.
  private boolean marks() {
    int start = tokenStart();
    char mark = start < text.length() ? text.charAt(start) : ' ';
    if (mark != '*' && mark != '!' && mark != '&') {
      return false;
    }
    int end = start;
    while (end < text.length() && " \t\r\n,]}".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    Span span = new Span(file, start, end);
    refused = true;
    if (mark == '*') {
      Traps.alias(span, out);
    } else if (mark == '!') {
      Traps.tag(span, out);
    } else {
      Traps.anchor(span, out);
    }
    return true;
  }

  /// Whether the current key is written with `?` or not at all, which is reported.
  private boolean explicitKey() {
    int start = tokenStart();
    int at = start - 1;
    while (at >= scalarEnd && Character.isWhitespace(text.charAt(at))) {
      at--;
    }
    boolean question = at >= scalarEnd && text.charAt(at) == '?';
    if (!question && start < tokenEnd()) {
      return false;
    }
    refused = true;
    Span span = new Span(file, question ? at : start, question ? at + 1 : start);
    String message = question ? "a key written with `?`" : "a value without a key";
    out.report(DiagnosticCode.KEY_NOT_TEXT, span, message).help("write `key: value`");
    return true;
  }

  private int tokenStart() {
    return base + offsets.unit((int) parser.currentTokenLocation().getCharOffset());
  }

  private int tokenEnd() {
    return base + offsets.unit((int) parser.currentLocation().getCharOffset());
  }

  private static boolean directive(SourceFile file, String text, Diagnostics out) {
    for (int line = 1; line <= file.lineCount(); line++) {
      int start = file.lineStart(line);
      String shown = text.substring(start, file.lineEnd(line)).strip();
      if (shown.startsWith("%")) {
        out.report(
                DiagnosticCode.YAML_SYNTAX,
                new Span(file, start, file.lineEnd(line)),
                "directives are not read")
            .help("remove the line: a policy is YAML 1.2");
        return true;
      }
      if (!shown.isEmpty() && !shown.startsWith("#")) {
        return false;
      }
    }
    return false;
  }

  /// When a tab stopped the parser, all lines that are indented with tabs are shown and nothing
  /// else: what they mean is anybody's guess.
  private static boolean tabs(
      SourceFile file, String text, JacksonException failure, Diagnostics out) {
    int at = problem(text, failure);
    if (at >= text.length() || text.charAt(at) != '\t') {
      return false;
    }
    TreeCheck.tab(new Span(file, at, at + 1), out);
    for (int line = 1; line <= file.lineCount(); line++) {
      int start = file.lineStart(line);
      int end = start;
      while (end < text.length() && ScalarDecoder.isBlank(text.charAt(end))) {
        end++;
      }
      int tab = text.substring(start, end).indexOf('\t');
      boolean shown = end < file.lineEnd(line) && text.charAt(end) != '#';
      if (tab >= 0 && shown && start + tab != at) {
        TreeCheck.tab(new Span(file, start + tab, start + tab + 1), out);
      }
    }
    return true;
  }

  /// The offset at which the parser gave up.
  private static int problem(String text, JacksonException failure) {
    int codePoint = 0;
    if (failure.getCause() instanceof MarkedYamlEngineException marked
        && marked.getProblemMark().isPresent()) {
      codePoint = marked.getProblemMark().get().getIndex();
    } else if (failure.getLocation() != null) {
      codePoint = (int) Math.max(0, failure.getLocation().getCharOffset());
    }
    return offset(text, codePoint);
  }

  private static int offset(String text, int codePoint) {
    int base = base(text);
    return Math.min(text.length(), base + CodePoints.of(text.substring(base)).unit(codePoint));
  }

  private static void syntaxError(
      SourceFile file, String text, JacksonException failure, Diagnostics out) {
    int at = problem(text, failure);
    String problem = failure.getOriginalMessage();
    @Nullable Span context = null;
    if (failure.getCause() instanceof MarkedYamlEngineException marked) {
      problem = marked.getProblem();
      if (marked.getContextMark().isPresent()) {
        int start = offset(text, marked.getContextMark().get().getIndex());
        context = new Span(file, start, Math.min(start + 1, text.length()));
      }
    }
    int end = Math.min(text.length(), at + 1);
    boolean lineEnd = end > at && ScalarDecoder.isBreak(text.charAt(at));
    SyntaxProblem.report(problem, new Span(file, at, lineEnd ? at : end), context, out);
  }

  /// Leaves the recursion of a tree that is too deep to read.
  private static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Span at;

    TooDeep(Span at) {
      super("too deep", null, false, false);
      this.at = at;
    }
  }
}
