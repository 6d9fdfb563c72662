package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.catalog.Location;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.expression.Type;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.field.Located;
import dev.gatewayctl.policy.pattern.Pattern;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Binds `lists`, `classes` and `detectors`.
final class DetectorBinder {
  private static final int MOST_ELEMENTS = 100_000;
  private static final List<String> LOCATIONS =
      Arrays.stream(Location.values()).map(Location::word).toList();

  private final Binding binding;

  DetectorBinder(Binding binding) {
    this.binding = binding;
  }

  /// The declared lists; they need no other name, so they come before the names are gathered.
  static SortedMap<String, List<String>> lists(PolicyText text, Diagnostics out) {
    SortedMap<String, List<String>> lists = new TreeMap<>();
    for (Entry entry : text.named("lists")) {
      List<Scalar> inline = List.of();
      List<String> elements = new ArrayList<>();
      String what = "lists." + entry.name();
      if (entry.value() instanceof Mapping) {
        elements.addAll(file(entry, what, text, out));
      } else if (entry.value() instanceof Sequence) {
        inline = Fields.scalars(entry.value(), what, out);
      } else {
        Fields.wrongShape(entry.value(), "a list, or `{ file: PATH }`", what, out);
      }
      inline.forEach(scalar -> elements.add(scalar.value()));
      if (elements.size() > MOST_ELEMENTS) {
        out.report(
            DiagnosticCode.OUT_OF_RANGE,
            entry.key().span(),
            "`%s` has more than %d elements".formatted(what, MOST_ELEMENTS));
      }
      lists.put(entry.name(), List.copyOf(elements));
    }
    return lists;
  }

  /// The lines of a file without blank ones and those that begin with `#`.
  private static List<String> file(Entry entry, String what, PolicyText text, Diagnostics out) {
    Fields fields = Fields.of(entry.value(), what, out);
    if (fields == null) {
      return List.of();
    }
    fields.require("file", entry.key().span(), "file: PATH");
    Scalar path = fields.scalar("file");
    fields.close();
    Optional<SourceFile> file =
        path == null ? Optional.empty() : text.files().read(path.value(), path.span());
    return file.map(
            found ->
                found
                    .text()
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList())
        .orElse(List.of());
  }

  SortedMap<String, SortedSet<String>> classes() {
    for (Entry entry : binding.text().named("classes")) {
      String what = "classes." + Fields.shown(entry.name());
      if (entry.value() instanceof Mapping) {
        Fields.notYet(
            entry.value().span(), "a class kept in a file (`" + what + "`)", binding.out());
        continue;
      }
      if (!(entry.value() instanceof Sequence)) {
        Fields.wrongShape(
            entry.value(), "a list of kinds, classes and detectors", what, binding.out());
        continue;
      }
      for (Scalar member : Fields.scalars(entry.value(), what, binding.out())) {
        binding.detectors(new Located<>(member.value(), member.span()));
        binding.names().used("classes", member.value());
      }
    }
    return binding.names().classes();
  }

  SortedMap<String, OwnDetector> detectors() {
    SortedMap<String, OwnDetector> all = new TreeMap<>();
    for (Entry entry : binding.text().named("detectors")) {
      Fields fields = binding.fields(entry, "detectors");
      if (fields != null) {
        all.put(entry.name(), detector(entry, fields));
        fields.close();
      }
    }
    return all;
  }

  private OwnDetector detector(Entry entry, Fields fields) {
    fields.later("topic", "call", "timeout", "on_error", "raw");
    boolean adjusts = binding.names().adjustsBuiltIn(entry);
    Optional<Located<String>> pattern = pattern(fields);
    Optional<Located<String>> list = Optional.empty();
    List<String> words = new ArrayList<>();
    SyntaxNode written = fields.take("words");
    if (written instanceof Scalar scalar && scalar.value().startsWith("lists.")) {
      int start = "lists.".length();
      String name = scalar.value().substring(start);
      list = Optional.of(new Located<>(name, scalar.text().span(start, start + name.length())));
      words.addAll(listed(list.get()));
    } else if (written != null) {
      words.addAll(words(fields, written));
    }
    boolean later =
        fields.entries().stream()
            .anyMatch(e -> e.name().equals("topic") || e.name().equals("call"));
    if (pattern.isPresent() && written != null) {
      binding
          .out()
          .report(
              DiagnosticCode.CONFLICTING_KEYS,
              entry.key().span(),
              "the detector `%s` has both `pattern` and `words`".formatted(entry.name()))
          .help("write two detectors and give them one class");
    } else if (pattern.isEmpty() && written == null && !adjusts && !later) {
      fields.require("pattern", entry.key().span(), "pattern: 'EMP-[0-9]{6}'");
    }
    return new OwnDetector(
        new Located<>(entry.name(), entry.key().span()),
        adjusts,
        pattern,
        words,
        list,
        ofClass(fields, adjusts),
        fields.texts("except").stream().map(Located::value).toList(),
        fields.texts("context").stream().map(Located::value).toList(),
        locations(fields),
        fields.decimal("threshold", 0, 1));
  }

  private List<String> words(Fields fields, SyntaxNode written) {
    List<Located<String>> words = fields.texts("words");
    if (written instanceof Sequence list && list.items().isEmpty()) {
      binding
          .out()
          .report(
              DiagnosticCode.OUT_OF_RANGE,
              written.span(),
              "a detector without words finds nothing");
    }
    for (Located<String> word : words) {
      if (word.value().isBlank()) {
        binding
            .out()
            .report(DiagnosticCode.OUT_OF_RANGE, word.span(), "this is not a word")
            .help("write at least one letter, digit or sign");
      }
    }
    return words.stream().map(Located::value).toList();
  }

  private Optional<Located<String>> pattern(Fields fields) {
    Scalar scalar = fields.scalar("pattern");
    if (scalar == null) {
      return Optional.empty();
    }
    switch (Pattern.parse(scalar.value())) {
      case Pattern.Parsed.Invalid invalid ->
          binding
              .out()
              .report(
                  DiagnosticCode.INVALID_PATTERN,
                  scalar.text().span(invalid.start(), invalid.end()),
                  invalid.message())
              .help(invalid.help());
      case Pattern.Parsed.Valid valid -> {
        if (valid.pattern().find("")) {
          binding
              .out()
              .report(
                  DiagnosticCode.INVALID_PATTERN,
                  scalar.span(),
                  "the pattern matches the empty text, which stands everywhere")
              .help("let it ask for at least one character: `+` instead of `*`");
        }
      }
    }
    return Optional.of(new Located<>(scalar.value(), scalar.span()));
  }

  private List<String> listed(Located<String> list) {
    Optional<List<String>> found = binding.names().list(list.value());
    if (found.isEmpty()) {
      binding.unknown(DiagnosticCode.UNKNOWN_LIST, list, "lists", binding.names().lists());
      return List.of();
    }
    binding.names().used("lists", list.value());
    return found.get();
  }

  private Optional<Located<String>> ofClass(Fields fields, boolean adjusts) {
    if (adjusts) {
      return Optional.empty();
    }
    Optional<Located<String>> name = fields.text("class");
    SortedSet<String> declared = binding.names().names(Type.Nominal.CLASS);
    if (name.isPresent() && !declared.contains(name.get().value())) {
      binding.unknown(DiagnosticCode.UNKNOWN_CLASS, name.get(), "classes", declared);
      return Optional.empty();
    }
    name.ifPresent(known -> binding.names().used("classes", known.value()));
    return name;
  }

  private static SortedSet<String> locations(Fields fields) {
    SortedSet<String> in = new TreeSet<>();
    for (Scalar scalar : fields.scalarsOf("in")) {
      String word = fields.scalars().word(scalar, LOCATIONS);
      if (word != null) {
        in.add(word);
      }
    }
    return in;
  }
}
