package dev.gatewayctl.policy.diagnostic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Collects the diagnostics of one run. Whatever is wrong is reported here and the stage goes on,
/// so that one run shows every problem.
public final class Diagnostics {
  /// How many diagnostics one run shows; a note counts the rest.
  public static final int MOST_SHOWN = 200;

  /// How many are kept at all; a policy of many mistakes is not worth more memory.
  private static final int MOST_KEPT = 10_000;

  private static final Comparator<Diagnostic> BY_PLACE =
      Comparator.comparing((Diagnostic d) -> d.span().file().name())
          .thenComparingInt(d -> d.span().start())
          .thenComparingInt(d -> d.span().end())
          .thenComparing(d -> d.code().id())
          .thenComparing(Diagnostic::message);

  private final List<Draft> drafts = new ArrayList<>();
  private int dropped;
  private boolean errors;

  /// Reports with the code's own severity.
  public Draft report(DiagnosticCode code, Span span, String message) {
    return add(new Draft(code, code.severity(), span, message));
  }

  /// Reports an error, whatever the code's own severity.
  public Draft error(DiagnosticCode code, Span span, String message) {
    return add(new Draft(code, Severity.ERROR, span, message));
  }

  /// Reports a warning, whatever the code's own severity.
  public Draft warning(DiagnosticCode code, Span span, String message) {
    return add(new Draft(code, Severity.WARNING, span, message));
  }

  /// Reports a finished diagnostic.
  public void report(Diagnostic finished) {
    Draft draft = report(finished.code(), finished.span(), finished.message());
    draft.severity = finished.severity();
    draft.labels.addAll(finished.labels());
    draft.help.addAll(finished.help());
    draft.fix = finished.fix();
    errors |= finished.severity() == Severity.ERROR;
  }

  /// Reports all of them.
  public void reportAll(Iterable<Diagnostic> finished) {
    finished.forEach(this::report);
  }

  /// Whether the policy is wrong.
  public boolean hasErrors() {
    return errors;
  }

  public boolean isEmpty() {
    return drafts.isEmpty();
  }

  /// By file, place and id, each once; at most [#MOST_SHOWN], errors kept first, with a note that
  /// counts the rest.
  public List<Diagnostic> sorted() {
    var unique = new LinkedHashSet<Diagnostic>();
    for (Draft draft : drafts) {
      unique.add(draft.finish());
    }
    List<Diagnostic> all = new ArrayList<>(unique);
    all.sort(BY_PLACE);
    int surplus = all.size() - MOST_SHOWN + dropped;
    if (surplus <= 0) {
      return List.copyOf(all);
    }
    List<Diagnostic> shown = new ArrayList<>(all);
    shown.sort(Comparator.comparing(Diagnostic::severity).thenComparing(BY_PLACE));
    shown = new ArrayList<>(shown.subList(0, Math.min(MOST_SHOWN, shown.size())));
    shown.sort(BY_PLACE);
    shown.add(
        new Diagnostic(
            DiagnosticCode.TOO_MANY_DIAGNOSTICS,
            Severity.NOTE,
            shown.getLast().span(),
            "%d more are not shown".formatted(surplus),
            List.of(),
            List.of("the first ones may be the cause of the others"),
            Optional.empty()));
    return List.copyOf(shown);
  }

  private Draft add(Draft draft) {
    errors |= draft.severity == Severity.ERROR;
    if (drafts.size() < MOST_KEPT) {
      drafts.add(draft);
    } else {
      dropped++;
    }
    return draft;
  }

  /// A diagnostic that is reported already and may still be given labels, help and a fix.
  public static final class Draft {
    private final DiagnosticCode code;
    private Severity severity;
    private final Span span;
    private final String message;
    private final List<Diagnostic.Label> labels = new ArrayList<>();
    private final List<String> help = new ArrayList<>();
    private Optional<Diagnostic.Fix> fix = Optional.empty();

    private Draft(DiagnosticCode code, Severity severity, Span span, String message) {
      this.code = code;
      this.severity = severity;
      this.span = span;
      this.message = message;
    }

    /// Says something under the carets of the diagnostic's own place.
    public Draft label(String text) {
      return label(span, text);
    }

    /// Says something at another place.
    public Draft label(Span at, String text) {
      labels.add(new Diagnostic.Label(at, text));
      return this;
    }

    /// Says what to write instead.
    public Draft help(String line) {
      help.add(line);
      return this;
    }

    /// Offers the word that was probably meant, as help and as a fix of the diagnostic's place.
    public Draft suggest(Optional<String> nearest) {
      nearest.ifPresent(word -> help("did you mean `" + word + "`?").fix(span, word));
      return this;
    }

    /// Offers a change that a machine can make.
    public Draft fix(Span at, String replacement) {
      fix = Optional.of(new Diagnostic.Fix(at, replacement));
      return this;
    }

    private Diagnostic finish() {
      return new Diagnostic(code, severity, span, message, labels, help, fix);
    }
  }
}
