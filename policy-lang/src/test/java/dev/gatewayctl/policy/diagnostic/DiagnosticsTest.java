package dev.gatewayctl.policy.diagnostic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
  private final SourceFile file = SourceFile.of("p", "x".repeat(1000));
  private final Diagnostics out = new Diagnostics();

  private Span at(int start) {
    return new Span(file, start, start + 1);
  }

  @Test
  void sortsByPlaceAndShowsEachOnce() {
    out.warning(DiagnosticCode.YAML_SYNTAX, at(5), "later").help("only one has help");
    out.error(DiagnosticCode.YAML_SYNTAX, at(2), "sooner");
    out.error(DiagnosticCode.YAML_SYNTAX, at(2), "sooner");
    out.error(DiagnosticCode.DUPLICATE_KEY, at(2), "by id");
    assertThat(out.sorted())
        .extracting(Diagnostic::message)
        .containsExactly("by id", "sooner", "later");
    assertThat(out.hasErrors()).isTrue();
  }

  @Test
  void warningsAreNoErrors() {
    out.warning(DiagnosticCode.YAML_SYNTAX, at(5), "fine");
    assertThat(out.hasErrors()).isFalse();
    assertThat(out.isEmpty()).isFalse();
  }

  @Test
  void capsWithANoteAndKeepsErrorsFirst() {
    for (int i = 0; i < 300; i++) {
      out.warning(DiagnosticCode.YAML_SYNTAX, at(i), "warned");
    }
    out.error(DiagnosticCode.YAML_SYNTAX, at(900), "the error");
    List<Diagnostic> shown = out.sorted();
    assertThat(shown).hasSize(Diagnostics.MOST_SHOWN + 1);
    assertThat(shown).extracting(Diagnostic::message).contains("the error");
    assertThat(shown.getLast().code()).isEqualTo(DiagnosticCode.TOO_MANY_DIAGNOSTICS);
    assertThat(shown.getLast().message()).isEqualTo("101 more are not shown");
  }

  @Test
  void finishedDiagnosticsPassThroughUnchanged() {
    out.error(DiagnosticCode.YAML_SYNTAX, at(1), "m").label(at(3), "l").help("h").fix(at(1), "y");
    var other = new Diagnostics();
    other.reportAll(out.sorted());
    assertThat(other.sorted()).isEqualTo(out.sorted());
    assertThat(other.hasErrors()).isTrue();
  }
}
