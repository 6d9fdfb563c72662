package dev.gatewayctl.policy.definition;

import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.Diagnostics;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.policy.diagnostic.Spelling;
import dev.gatewayctl.policy.field.Fields;
import dev.gatewayctl.policy.syntax.SyntaxNode;
import dev.gatewayctl.policy.syntax.SyntaxNode.Entry;
import dev.gatewayctl.policy.syntax.SyntaxNode.Mapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The files of a policy united into sections, before anything in them means something. Named maps
/// of several files become one; sections that hold single settings stand in one file only.
public final class PolicyText {
  static final List<String> NAMED =
      List.of(
          "providers",
          "models",
          "lists",
          "classes",
          "detectors",
          "let",
          "limits",
          "rules",
          "surfaces");

  private static final List<String> SINGLE = List.of("server", "defaults", "audit");
  private static final List<String> LATER =
      List.of(
          "env",
          "override",
          "exceptions",
          "asserts",
          "budgets",
          "counters",
          "schemas",
          "labels",
          "alerts",
          "telemetry");

  private final List<Mapping> documents;
  private final FileReader files;
  private final Diagnostics out;
  private final Map<String, List<Entry>> united = new HashMap<>();

  private PolicyText(List<Mapping> documents, FileReader files, Diagnostics out) {
    this.documents = List.copyOf(documents);
    this.files = files;
    this.out = out;
  }

  /// Reads what a policy keeps in files beside it.
  public interface FileReader {
    /// The file at `path`, relative to the file of `asker`; empty, and reported at `asker`, when it
    /// cannot be read or lies outside the root file's folder.
    Optional<SourceFile> read(String path, Span asker);

    /// The path that `path`, written in the file of `asker`, has from the root file's folder.
    String fromRoot(String path, Span asker);
  }

  /// Unites documents, the root file's first; its keys are looked at, its values are not.
  public static PolicyText unite(List<Mapping> documents, FileReader files, Diagnostics out) {
    PolicyText text = new PolicyText(documents, files, out);
    text.version();
    for (Mapping document : documents) {
      document.entries().forEach(text::section);
    }
    return text;
  }

  FileReader files() {
    return files;
  }

  Span start() {
    SourceFile file = documents.getFirst().span().file();
    return new Span(file, 0, 0);
  }

  private void version() {
    Mapping root = documents.getFirst();
    Entry gateway = root.entry("gateway");
    if (gateway == null) {
      Span first = root.entries().isEmpty() ? start() : root.entries().getFirst().key().span();
      out.report(DiagnosticCode.MISSING_VERSION, first, "the policy does not say its version")
          .help("begin the root file with `gateway: v1`");
    } else if (!(gateway.value() instanceof SyntaxNode.Scalar scalar)
        || !scalar.value().equals("v1")) {
      out.report(
              DiagnosticCode.UNKNOWN_VERSION,
              gateway.value().span(),
              "this version of the language is not known")
          .help("write `gateway: v1`")
          .fix(gateway.value().span(), "v1");
    }
    for (Mapping included : documents.subList(1, documents.size())) {
      Entry second = included.entry("gateway");
      if (second != null) {
        out.report(
                DiagnosticCode.MISPLACED_SECTION,
                second.key().span(),
                "`gateway` stands in the root file only")
            .help("take it out of the included file");
      }
    }
  }

  private void section(Entry entry) {
    String name = entry.name();
    if (name.equals("gateway")
        || name.equals("include")
        || name.equals("principals")
        || NAMED.contains(name)
        || SINGLE.contains(name)) {
      return;
    }
    if (LATER.contains(name)) {
      Fields.notYet(entry.key().span(), "the section `" + name + "`", out);
      return;
    }
    var known = new TreeSet<>(NAMED);
    known.addAll(SINGLE);
    known.addAll(LATER);
    known.addAll(List.of("gateway", "include", "principals"));
    out.report(
            DiagnosticCode.UNKNOWN_KEY,
            entry.key().span(),
            "unknown section `%s`".formatted(Fields.shown(name)))
        .suggest(Spelling.nearest(name, known));
  }

  /// The entries of a named map of all files, in order; a name that stands twice is reported.
  List<Entry> named(String section) {
    return united.computeIfAbsent(
        section,
        name ->
            unite(
                name, documents.stream().map(d -> d.find(name)).filter(Objects::nonNull).toList()));
  }

  /// The members of `principals` of all files, each united over the files.
  List<Entry> principals(String member) {
    List<SyntaxNode> parts = new ArrayList<>();
    for (Entry section : principals()) {
      SyntaxNode part =
          section.value() instanceof Mapping principals ? principals.find(member) : null;
      if (part != null) {
        parts.add(part);
      }
    }
    return united.computeIfAbsent("principals." + member, name -> unite(name, parts));
  }

  /// The `principals` of each file that has them.
  List<Entry> principals() {
    return documents.stream()
        .flatMap(d -> d.entries().stream())
        .filter(PolicyText::isPrincipals)
        .toList();
  }

  private static boolean isPrincipals(Entry entry) {
    return entry.name().equals("principals");
  }

  /// A section of single settings, or null; when a second file has it too, that is reported.
  @Nullable Entry single(String section) {
    Entry first = null;
    for (Mapping document : documents) {
      Entry entry = document.entry(section);
      if (entry != null && first != null) {
        out.report(
                DiagnosticCode.MISPLACED_SECTION,
                entry.key().span(),
                "`%s` stands in two files".formatted(section))
            .label(first.key().span(), "it stands here already")
            .help("keep it in one of them");
      }
      first = first == null ? entry : first;
    }
    return first;
  }

  private List<Entry> unite(String section, List<SyntaxNode> parts) {
    Map<String, Entry> byName = new LinkedHashMap<>();
    for (SyntaxNode part : parts) {
      Fields fields = Fields.of(part, section, out);
      if (fields == null) {
        continue;
      }
      for (Entry entry : fields.entries()) {
        Entry first = byName.putIfAbsent(entry.name(), entry);
        if (first != null) {
          out.report(
                  DiagnosticCode.DUPLICATE_NAME,
                  entry.key().span(),
                  "`%s.%s` is declared twice".formatted(section, Fields.shown(entry.name())))
              .label(first.key().span(), "first declared here")
              .help("rename one of them or take it out");
        }
      }
    }
    return List.copyOf(byName.values());
  }
}
