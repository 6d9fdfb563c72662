package dev.gatewayctl.policy.diagnostic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Draws diagnostics for people: the message, the lines of the source with carets below, the help.
///
/// ```text
/// error[unknown-model]: unknown model `gpt4-o`
///   --> gateway.yaml:31:27
///    |
/// 31 |     when: model.name in ['gpt4-o', 'strong']
///    |                           ^^^^^^ not in `models` (3 models)
///    = help: did you mean `gpt-4o`?  `check --fix` changes it
/// ```
public final class DiagnosticText {
  private static final String FIXABLE = "`check --fix` changes it";

  private DiagnosticText() {}

  /// All of them in the order given, an empty line between two; ends with a line end unless empty.
  /// Control characters and whatever else a terminal would obey are written out.
  public static String render(List<Diagnostic> diagnostics, boolean colour) {
    var out = new StringBuilder();
    for (Diagnostic diagnostic : diagnostics) {
      if (!out.isEmpty()) {
        out.append('\n');
      }
      draw(out, diagnostic, new Paint(colour, diagnostic.severity()));
    }
    return out.toString();
  }

  private static void draw(StringBuilder out, Diagnostic diagnostic, Paint paint) {
    String title = diagnostic.severity().word() + "[" + diagnostic.code().id() + "]";
    out.append(paint.title(title))
        .append(paint.message(": " + VisibleText.line(diagnostic.message())))
        .append('\n');
    Map<SourceFile, SourceExcerpt> excerpts = excerpts(diagnostic);
    int gutter =
        excerpts.values().stream()
            .mapToInt(excerpt -> String.valueOf(excerpt.lastLine()).length())
            .max()
            .orElse(1);
    excerpts.forEach(
        (file, excerpt) -> {
          boolean own = file.equals(diagnostic.span().file());
          Span at = own ? diagnostic.span() : firstLabel(diagnostic, file);
          out.repeat(' ', gutter)
              .append(paint.frame(own ? "-->" : ":::"))
              .append(' ')
              .append(VisibleText.line(at.toString()))
              .append('\n');
          excerpt.draw(out, gutter, paint);
        });
    for (String help : help(diagnostic)) {
      out.repeat(' ', gutter + 1)
          .append(paint.frame("="))
          .append(paint.message(" help"))
          .append(": ")
          .append(VisibleText.line(help))
          .append('\n');
    }
  }

  /// By file, the diagnostic's own first.
  private static Map<SourceFile, SourceExcerpt> excerpts(Diagnostic diagnostic) {
    Map<SourceFile, List<SourceExcerpt.Mark>> marks = new LinkedHashMap<>();
    String ownText = "";
    for (Diagnostic.Label label : diagnostic.labels()) {
      if (label.span().equals(diagnostic.span()) && ownText.isEmpty()) {
        ownText = label.text();
      }
    }
    Span span = diagnostic.span();
    marks
        .computeIfAbsent(span.file(), file -> new ArrayList<>())
        .add(new SourceExcerpt.Mark(span, ownText, true));
    for (Diagnostic.Label label : diagnostic.labels()) {
      if (!label.text().equals(ownText) || !label.span().equals(span)) {
        marks
            .computeIfAbsent(label.span().file(), file -> new ArrayList<>())
            .add(new SourceExcerpt.Mark(label.span(), label.text(), false));
      }
    }
    Map<SourceFile, SourceExcerpt> excerpts = new LinkedHashMap<>();
    marks.forEach((file, own) -> excerpts.put(file, new SourceExcerpt(file, own)));
    return excerpts;
  }

  private static Span firstLabel(Diagnostic diagnostic, SourceFile file) {
    return diagnostic.labels().stream()
        .map(Diagnostic.Label::span)
        .filter(span -> span.file().equals(file))
        .findFirst()
        .orElse(diagnostic.span());
  }

  private static List<String> help(Diagnostic diagnostic) {
    List<String> lines = new ArrayList<>(diagnostic.help());
    if (diagnostic.fix().isPresent()) {
      if (lines.isEmpty()) {
        lines.add(FIXABLE);
      } else {
        lines.set(0, lines.getFirst() + "  " + FIXABLE);
      }
    }
    return lines;
  }
}
