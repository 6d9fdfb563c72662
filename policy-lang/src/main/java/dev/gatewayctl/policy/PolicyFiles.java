package dev.gatewayctl.policy;

import dev.gatewayctl.policy.definition.PolicyText;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import dev.gatewayctl.policy.syntax.SyntaxNode.Scalar;
import dev.gatewayctl.policy.syntax.SyntaxNode.Sequence;
import dev.gatewayctl.policy.syntax.YamlReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the root file and what it includes, each file once, all inside the root file's folder.
final class PolicyFiles implements PolicyText.FileReader {
  private static final int MOST_FILES = 1_000;

  private final String rootFolder;
  private final Sources sources;
  private final Diagnostics out;
  private final Map<String, SourceFile> files = new LinkedHashMap<>();
  private final List<Mapping> documents = new ArrayList<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final Map<String, Span> included = new LinkedHashMap<>();

  private PolicyFiles(String rootFolder, Sources sources, Diagnostics out) {
    this.rootFolder = rootFolder;
    this.sources = sources;
    this.out = out;
  }

  /// Reads them all; what is wrong is reported.
  static PolicyFiles read(String rootName, Sources sources, Diagnostics out) {
    PolicyFiles files = new PolicyFiles(folder(rootName), sources, out);
    switch (sources.read(rootName)) {
      case Sources.Found found -> files.document(rootName, found.file());
      case Sources.Unreadable unreadable -> {
        SourceFile nothing = SourceFile.of(rootName, "");
        files.files.put(rootName, nothing);
        out.report(
            DiagnosticCode.FILE_NOT_READABLE,
            new Span(nothing, 0, 0),
            "the policy cannot be read: " + unreadable.why());
      }
    }
    return files;
  }

  List<SourceFile> files() {
    return List.copyOf(files.values());
  }

  /// The sections of the files, to be called when nothing was reported.
  PolicyText text() {
    return PolicyText.unite(documents, this, out);
  }

  private void document(String name, SourceFile file) {
    files.put(name, file);
    Mapping document = YamlReader.read(file, out);
    if (document == null) {
      return;
    }
    documents.add(document);
    open.push(name);
    Entry include = document.entry("include");
    if (include != null) {
      include(name, include.value());
    }
    open.pop();
  }

  private void include(String from, SyntaxNode node) {
    if (!(node instanceof Sequence list)) {
      out.report(DiagnosticCode.WRONG_SHAPE, node.span(), "`include` is no list")
          .label("expected a list of files")
          .help("write `include: [teams.yaml]`");
      return;
    }
    for (SyntaxNode item : list.items()) {
      switch (item) {
        case Scalar path -> include(from, path);
        case Mapping scoped ->
            out.report(
                    DiagnosticCode.NOT_YET_EXECUTED,
                    scoped.span(),
                    "an include with a scope is part of the language, but this version does not"
                        + " execute it")
                .help("include the file by its name alone");
        case Sequence nested ->
            out.report(DiagnosticCode.WRONG_SHAPE, nested.span(), "an include is a list")
                .label("expected the name of a file");
      }
    }
  }

  private void include(String from, Scalar path) {
    Optional<String> name = inside(from, path.value(), path.span());
    if (name.isEmpty()) {
      return;
    }
    Span at = path.span();
    if (open.contains(name.get())) {
      out.report(
              DiagnosticCode.INCLUDE_CYCLE, at, "`%s` includes itself".formatted(shown(name.get())))
          .help("take this include out: each file is read once");
      return;
    }
    Span first = included.putIfAbsent(name.get(), at);
    if (first != null) {
      out.report(
              DiagnosticCode.INCLUDE_TWICE,
              at,
              "`%s` is included twice".formatted(shown(name.get())))
          .label(first, "first here");
      return;
    }
    fetch(name.get(), at).ifPresent(file -> document(name.get(), file));
  }

  private Optional<SourceFile> fetch(String name, Span at) {
    if (files.size() >= MOST_FILES) {
      out.report(
          DiagnosticCode.OUT_OF_RANGE,
          at,
          "the policy has more than %d files".formatted(MOST_FILES));
      return Optional.empty();
    }
    return switch (sources.read(name)) {
      case Sources.Found found -> Optional.of(found.file());
      case Sources.Unreadable unreadable -> {
        out.report(
            DiagnosticCode.FILE_NOT_READABLE,
            at,
            "`%s` cannot be read: %s".formatted(shown(name), unreadable.why()));
        yield Optional.empty();
      }
    };
  }

  @Override
  public Optional<SourceFile> read(String path, Span asker) {
    Optional<String> name = inside(asker.file().name(), path, asker);
    if (name.isPresent() && files.containsKey(name.get())) {
      return Optional.of(files.get(name.get()));
    }
    Optional<SourceFile> file = name.flatMap(known -> fetch(known, asker));
    file.ifPresent(found -> files.put(name.orElseThrow(), found));
    return file;
  }

  @Override
  public String fromRoot(String path, Span asker) {
    if (path.startsWith("/")) {
      return path;
    }
    String name = normal(folder(asker.file().name()) + path);
    return name.startsWith(rootFolder) ? name.substring(rootFolder.length()) : name;
  }

  /// The name of a file beside `from`, when it lies inside the root file's folder.
  private Optional<String> inside(String from, String path, Span at) {
    String name = normal(folder(from) + path.replace('\\', '/'));
    boolean outside =
        path.startsWith("/")
            || path.isBlank()
            || name.equals("..")
            || name.startsWith("../")
            || !name.startsWith(rootFolder);
    if (outside) {
      out.report(
              DiagnosticCode.INCLUDE_OUTSIDE,
              at,
              "`%s` lies outside the folder of the root file".formatted(shown(path)))
          .help("files of a policy stand in the root file's folder or below it");
      return Optional.empty();
    }
    return Optional.of(name);
  }

  private static String folder(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  /// Without `.` and without `..` behind a name.
  private static String normal(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (!part.equals(".") && !(part.isEmpty() && !parts.isEmpty())) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  private static String shown(String name) {
    String line = name.replace('\n', ' ');
    return line.length() <= 80 ? line : line.substring(0, 80) + "...";
  }
}
