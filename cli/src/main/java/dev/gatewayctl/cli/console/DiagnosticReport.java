package dev.gatewayctl.cli.console;

import dev.gatewayctl.policy.diagnostic.Diagnostic;
import dev.gatewayctl.policy.diagnostic.DiagnosticCode;
import dev.gatewayctl.policy.diagnostic.DiagnosticText;
import dev.gatewayctl.policy.diagnostic.Severity;
import dev.gatewayctl.policy.diagnostic.SourceFile;
import dev.gatewayctl.policy.diagnostic.Span;
import dev.gatewayctl.runtime.json.JsonWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// Diagnostics in the forms that people, editors and code hosts read.
public final class DiagnosticReport {
  private static final String SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

  private DiagnosticReport() {}

  public enum Format {
    TEXT,
    JSON,
    SARIF,
    GITHUB,
    JUNIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A policy that was checked.
  ///
  /// @param digest empty when it does not compile
  /// @param missing what its references do not find in this environment, a line each
  public record Checked(
      String file, Optional<String> digest, List<Diagnostic> diagnostics, List<String> missing) {
    public Checked {
      diagnostics = List.copyOf(diagnostics);
      missing = List.copyOf(missing);
    }

    private List<String> missingLines() {
      return missing.stream().map(each -> file + ": " + each).toList();
    }
  }

  /// How the form looks.
  ///
  /// @param strict what is missing is an error, and a warning fails
  public record Style(Format format, boolean colour, boolean strict) {
    private Severity missing() {
      return strict ? Severity.ERROR : Severity.WARNING;
    }

    private boolean fails(Diagnostic diagnostic) {
      return diagnostic.severity() == Severity.ERROR
          || (strict && diagnostic.severity() == Severity.WARNING);
    }
  }

  /// Everything in one form.
  public static String render(List<Checked> policies, Style style) {
    List<Diagnostic> all = policies.stream().flatMap(each -> each.diagnostics().stream()).toList();
    return switch (style.format()) {
      case TEXT -> text(policies, all, style);
      case JSON -> json(policies, all);
      case SARIF -> sarif(policies, all, style);
      case GITHUB -> github(policies, all, style);
      case JUNIT -> junit(policies, style);
    };
  }

  private static String text(List<Checked> policies, List<Diagnostic> all, Style style) {
    StringBuilder text = new StringBuilder(DiagnosticText.render(all, style.colour()));
    for (Checked policy : policies) {
      for (String line : policy.missingLines()) {
        text.append(text.isEmpty() ? "" : "\n");
        text.append(style.missing().word()).append(": ").append(line).append('\n');
      }
    }
    return text.toString();
  }

  private static String json(List<Checked> policies, List<Diagnostic> all) {
    JsonWriter json = new JsonWriter().beginObject().name("version").value(1);
    json.name("policies").beginArray();
    for (Checked policy : policies) {
      json.beginObject().name("file").value(policy.file());
      policy.digest().ifPresent(digest -> json.name("policy_digest").value(digest));
      json.name("missing").beginArray();
      policy.missing().forEach(json::value);
      json.endArray().endObject();
    }
    json.endArray().name("diagnostics").beginArray();
    for (Diagnostic diagnostic : all) {
      json.beginObject().name("id").value(diagnostic.code().id());
      json.name("severity").value(diagnostic.severity().word());
      json.name("message").value(diagnostic.message());
      place(json, diagnostic.span());
      json.name("labels").beginArray();
      for (Diagnostic.Label label : diagnostic.labels()) {
        json.beginObject();
        place(json, label.span());
        json.name("text").value(label.text()).endObject();
      }
      json.endArray().name("help").beginArray();
      diagnostic.help().forEach(json::value);
      json.endArray().endObject();
    }
    return json.endArray().name("inconclusive").beginArray().endArray().endObject().text() + "\n";
  }

  private static void place(JsonWriter json, Span span) {
    SourceFile file = span.file();
    json.name("file").value(file.name());
    json.name("line").value(file.line(span.start()));
    json.name("column").value(file.column(span.start()));
    json.name("end_line").value(file.line(span.end()));
    json.name("end_column").value(file.column(span.end()));
  }

  private static String sarif(List<Checked> policies, List<Diagnostic> all, Style style) {
    JsonWriter json = new JsonWriter().beginObject();
    json.name("$schema").value(SARIF_SCHEMA).name("version").value("2.1.0");
    json.name("runs").beginArray().beginObject();
    json.name("tool").beginObject().name("driver").beginObject();
    json.name("name").value("gatewayctl").name("rules").beginArray();
    TreeSet<DiagnosticCode> codes = new TreeSet<>();
    all.forEach(diagnostic -> codes.add(diagnostic.code()));
    for (DiagnosticCode code : codes) {
      json.beginObject().name("id").value(code.id());
      json.name("help").beginObject().name("text").value(code.explanation()).endObject();
      json.endObject();
    }
    json.endArray().endObject().endObject();
    json.name("columnKind").value("unicodeCodePoints");
    json.name("results").beginArray();
    for (Diagnostic diagnostic : all) {
      json.beginObject().name("ruleId").value(diagnostic.code().id());
      json.name("level").value(diagnostic.severity().word());
      json.name("message").beginObject().name("text").value(withHelp(diagnostic)).endObject();
      json.name("locations").beginArray();
      sarifPlace(json, diagnostic.span());
      json.endArray().endObject();
    }
    for (Checked policy : policies) {
      for (String missing : policy.missing()) {
        json.beginObject().name("ruleId").value("missing-reference");
        json.name("level").value(style.missing().word());
        json.name("message").beginObject().name("text").value(missing).endObject();
        json.name("locations").beginArray().beginObject().name("physicalLocation").beginObject();
        json.name("artifactLocation").beginObject().name("uri").value(uri(policy.file()));
        json.endObject().endObject().endObject().endArray().endObject();
      }
    }
    return json.endArray().endObject().endArray().endObject().text() + "\n";
  }

  private static void sarifPlace(JsonWriter json, Span span) {
    SourceFile file = span.file();
    json.beginObject().name("physicalLocation").beginObject();
    json.name("artifactLocation").beginObject().name("uri").value(uri(file.name())).endObject();
    json.name("region").beginObject();
    json.name("startLine").value(file.line(span.start()));
    json.name("startColumn").value(file.column(span.start()));
    json.name("endLine").value(file.line(span.end()));
    json.name("endColumn").value(file.column(span.end()));
    json.endObject().endObject().endObject();
  }

  /// A file's name as a relative reference.
  private static String uri(String file) {
    try {
      return new URI(null, null, file.startsWith("/") ? file : "./" + file, null)
          .toASCIIString()
          .replaceFirst("^\\./", "");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a path is always quoted", e);
    }
  }

  private static String withHelp(Diagnostic diagnostic) {
    return diagnostic.help().isEmpty()
        ? diagnostic.message()
        : diagnostic.message() + "; " + String.join("; ", diagnostic.help());
  }

  /// Workflow commands of GitHub Actions.
  private static String github(List<Checked> policies, List<Diagnostic> all, Style style) {
    StringBuilder text = new StringBuilder();
    for (Diagnostic diagnostic : all) {
      Span span = diagnostic.span();
      SourceFile file = span.file();
      text.append("::").append(githubLevel(diagnostic.severity()));
      text.append(" file=").append(githubProperty(file.name()));
      text.append(",line=").append(file.line(span.start()));
      text.append(",col=").append(file.column(span.start()));
      text.append(",endLine=").append(file.line(span.end()));
      text.append(",endColumn=").append(file.column(span.end()));
      text.append(",title=").append(githubProperty(diagnostic.code().id()));
      text.append("::").append(githubText(withHelp(diagnostic))).append('\n');
    }
    for (Checked policy : policies) {
      for (String missing : policy.missing()) {
        text.append("::").append(githubLevel(style.missing()));
        text.append(" file=").append(githubProperty(policy.file())).append("::");
        text.append(githubText(missing)).append('\n');
      }
    }
    return text.toString();
  }

  private static String githubLevel(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case NOTE -> "notice";
    };
  }

  private static String githubText(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String githubProperty(String text) {
    return githubText(text).replace(":", "%3A").replace(",", "%2C");
  }

  private static String junit(List<Checked> policies, Style style) {
    JunitXml xml = JunitXml.of("check");
    for (Checked policy : policies) {
      List<Diagnostic> errors = policy.diagnostics().stream().filter(style::fails).toList();
      List<String> missing = style.strict() ? policy.missing() : List.of();
      if (errors.isEmpty() && missing.isEmpty()) {
        xml.passed(policy.file(), "compiles");
      }
      for (Diagnostic error : errors) {
        String place = error.span() + ": " + withHelp(error);
        xml.failed(policy.file(), error.code().id() + " at " + error.span(), place);
      }
      missing.forEach(each -> xml.failed(policy.file(), "references", each));
    }
    return xml.render();
  }
}
